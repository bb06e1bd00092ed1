# Two commands: `make demo` and `make test`. Each does all its own set-up.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PIP = $(BIN)/python -m pip install -q
LOCKED := --no-build-isolation --require-hashes -r

.PHONY: tck bench help setup parts test quick lowest lock fuzz check docs demo clean

help: ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

.venv/.done: pyproject.toml locks/build.txt locks/dev.txt
	$(PYTHON) -m venv .venv
	$(PIP) --require-hashes -r locks/build.txt
	$(PIP) $(LOCKED) locks/dev.txt
	$(PIP) --no-build-isolation --no-deps -e .
	@touch $@

VENDOR := graph/web/static/vendor/graphiql.min.js
$(VENDOR): web/package-lock.json graph/web/vendor.tsv .venv/.done
	$(BIN)/python tools/web.py
	@touch $@

setup: .venv/.done $(VENDOR) ## only the environment, in .venv

parts: setup ## MariaDB, Neo4j and a browser for the tests
	$(BIN)/python -m tools.parts

check: setup ## formatting, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

quick: check ## after every small step: all that needs no server, in under two minutes
	$(BIN)/pytest --quick -n 2 --dist worksteal $(ARGS)

test: parts check ## everything tested, on real parts
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

.venv-lowest/.done: BIN := .venv-lowest/bin
.venv-lowest/.done: pyproject.toml locks/build.txt locks/lowest.txt
	$(PYTHON) -m venv .venv-lowest
	$(PIP) --require-hashes -r locks/build.txt
	$(PIP) $(LOCKED) locks/lowest.txt
	$(PIP) --no-build-isolation --no-deps -e .
	@touch $@

# An old package that speaks of what a newer neighbour will drop is no fault of ours.
lowest: override ARGS += -W default::DeprecationWarning
lowest: .venv-lowest/.done $(VENDOR) ## the lower ends of the ranges in pyproject.toml: the quick tests, and a chain
	.venv-lowest/bin/pytest --quick -n 2 --dist worksteal $(ARGS)
	.venv-lowest/bin/pytest -q tests/test_chain.py tests/web/test_graphql.py -k "not neo4j" $(ARGS)

lock: setup ## write locks/ anew: ARGS=--upgrade takes the newest versions
	$(BIN)/python tools/lock.py $(ARGS)

fuzz: parts ## the generated tests at length, seed printed
	$(BIN)/pytest -m fuzz $(ARGS)

docs: setup ## write the generated pages of docs/
	$(BIN)/python -m tools.docs

demo: setup ## a simulated light source migrated, questions answered, server up
	$(BIN)/python tools/demo.py $(ARGS)

bench: parts ## the benchmarks, beside their rivals: ARGS="--only page20 --engine neo4j --json FILE"
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## remove the environment and what was fetched
	rm -rf .venv .venv-lowest .parts .demo .bench graph/web/static/vendor web/node_modules benchmarks/peer/node_modules tests/web/clients/node_modules

tck: setup ## write the Cypher of tests/resolvers/tck anew
	BEAMGRAPH_WRITE_TCK=1 $(BIN)/pytest -q tests/resolvers/test_tck.py
