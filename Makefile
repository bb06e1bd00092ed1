# Two commands: `make demo` and `make test`. Each does all its own set-up.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin

.PHONY: tck bench help setup parts test fuzz check docs demo clean

help: ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

.venv/.done: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --upgrade pip
	$(BIN)/python -m pip install -q -e '.[dev]'
	@touch $@

graph/web/static/vendor/.done: web/package-lock.json .venv/.done
	$(BIN)/python tools/web.py
	@touch $@

setup: .venv/.done graph/web/static/vendor/.done ## only the environment, in .venv

parts: setup ## MariaDB, Neo4j and a browser for the tests
	$(BIN)/python -m tools.parts

check: setup ## formatting, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

test: parts check ## everything tested, on real parts
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

fuzz: parts ## the generated tests at length, seed printed
	$(BIN)/pytest -m fuzz $(ARGS)

docs: setup ## write the generated pages of docs/
	$(BIN)/python -m tools.docs

demo: setup ## a simulated light source migrated, questions answered, server up
	$(BIN)/python tools/demo.py $(ARGS)

bench: parts ## the benchmarks, beside their rivals: ARGS="--only page20 --engine neo4j --json FILE"
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## remove the environment and what was fetched
	rm -rf .venv .parts .demo .bench graph/web/static/vendor web/node_modules benchmarks/peer/node_modules tests/web/clients/node_modules

tck: setup ## write the Cypher of tests/resolvers/tck anew
	BEAMGRAPH_WRITE_TCK=1 $(BIN)/pytest -q tests/resolvers/test_tck.py
