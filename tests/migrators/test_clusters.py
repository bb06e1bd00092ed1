"""From pairs to things: a property of every set of pairs, in whatever order they come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrators.identity.clusters import cluster
from migrators.identity.decided import BOTH_WAYS, DECIDED
from migrators.identity.judged import JUDGED
from migrators.identity.pairs import MERGES
from migrators.identity.rules import rules

LABEL = "Sample"
RANKED = (
    "CREATE OR REPLACE TEMP TABLE ranked "
    "(record VARCHAR, label VARCHAR, entity VARCHAR, names BOOLEAN, _rank BIGINT)"
)
NAMES = tuple(rule.name for rule in rules() if rule.label == LABEL)


@dataclass(frozen=True)
class Case:
    """Records in the order in which they are believed, each with what it stands for, and pairs."""

    records: tuple[tuple[str, str], ...]
    pairs: tuple[tuple[str, str, str], ...]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=7))
    records = [
        (f"r{number}{letter}", f"sample:r{number}a")
        for number, size in enumerate(sizes)
        for letter in "abc"[:size]
    ]
    known = st.sampled_from([record for record, _ in records])
    pairs = draw(st.lists(st.tuples(known, known, st.sampled_from(NAMES)), max_size=8))
    return Case(tuple(draw(st.permutations(records))), tuple(pairs))


@pytest.fixture(scope="module")
def backend() -> Iterator[Any]:
    made = ibis.duckdb.connect()
    yield made
    made.disconnect()


def clusters(backend: Any, case: Case) -> dict[str, str]:
    """What every record describes."""
    for statement in (RANKED, MERGES, JUDGED, DECIDED, BOTH_WAYS):
        backend.raw_sql(statement)
    rows = [
        (record, LABEL, entity, record.endswith("a"), rank)
        for rank, (record, entity) in enumerate(case.records)
    ]
    backend.con.executemany("INSERT INTO ranked VALUES (?, ?, ?, ?, ?)", rows)
    for a, b, rule in case.pairs:
        words = [LABEL, a, b, rule]
        backend.con.execute("INSERT INTO merges (label, a, b, rule) VALUES (?, ?, ?, ?)", words)
    cluster(backend)
    return dict(backend.raw_sql("SELECT record, entity FROM described").fetchall())


def groups(found: dict[str, str]) -> set[frozenset[str]]:
    together: dict[str, set[str]] = {}
    for record, entity in found.items():
        together.setdefault(entity, set()).add(record)
    return {frozenset(records) for records in together.values()}


def joined(case: Case) -> set[frozenset[str]]:
    """The groups, by the plainest means: as long as two share a record they are one."""
    parts: list[set[str]] = []
    for entity in {entity for _, entity in case.records}:
        parts.append({record for record, own in case.records if own == entity})
    links: Sequence[set[str]] = [{a, b} for a, b, _ in case.pairs]
    for link in links:
        touched = [part for part in parts if part & link]
        parts = [part for part in parts if not part & link] + [set().union(*touched)]
    return {frozenset(part) for part in parts}


@given(cases())
def test_what_pairs_connect_is_one_thing_called_by_the_first_of_its_records(
    backend: Any, case: Case
) -> None:
    found = clusters(backend, case)
    assert set(found) == {record for record, _ in case.records}
    assert groups(found) == joined(case)
    for records in groups(found):
        first = next(entity for record, entity in case.records if record in records)
        assert {found[record] for record in records} == {first}


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_pairs_changes_nothing_and_that_of_records_the_name_alone(
    backend: Any, case: Case, dice: Any
) -> None:
    found = clusters(backend, case)
    pairs = [(b, a, rule) for a, b, rule in case.pairs]
    dice.shuffle(pairs)
    assert clusters(backend, Case(case.records, tuple(pairs))) == found
    records = list(case.records)
    dice.shuffle(records)
    assert groups(clusters(backend, Case(tuple(records), case.pairs))) == groups(found)


@given(cases(), st.integers(0, 20))
def test_a_record_that_nothing_connects_changes_no_other(
    backend: Any, case: Case, place: int
) -> None:
    found = clusters(backend, case)
    place = min(place, len(case.records))
    more = (*case.records[:place], ("x0a", "sample:x0a"), *case.records[place:])
    assert clusters(backend, Case(more, case.pairs)) == {**found, "x0a": "sample:x0a"}
