"""The id of a record is the same in an expression and in a statement."""

import unicodedata

import duckdb
import ibis
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as some

from migrators.mapping.addresses import record_id, record_sql
from migrators.mapping.world import world_id

KEYS = some.lists(some.text(some.characters(exclude_characters="\x00", codec="utf-8")), min_size=1)


@pytest.fixture(scope="module")
def backend() -> ibis.BaseBackend:
    return ibis.duckdb.connect()


@given(keys=KEYS)
def test_both_ways_give_one_id(backend: ibis.BaseBackend, keys: list[str]) -> None:
    made = record_id("lab", "Table", [ibis.literal(key) for key in keys])
    ((record,),) = duckdb.execute(backend.compile(made)).fetchall()
    names = [f"k{place}" for place in range(len(keys))]
    statement = record_sql("lab", "Table", names)
    row = ", ".join(f"?::VARCHAR AS {name}" for name in names)
    assert duckdb.execute(f"SELECT {statement} FROM (SELECT {row})", keys).fetchall() == [(record,)]
    encoded = record.removeprefix("lab:Table:")
    assert not set(": ") & set(encoded)
    assert encoded.count(",") == len(keys) - 1


def made_of(backend: ibis.BaseBackend, keys: list[str]) -> list[str]:
    ids = ibis.memtable(pyarrow.table({"key": keys}))
    ids = ids.select("key", record=record_id("lab", "Table", [ids.key]))
    found = {row["key"]: row["record"] for row in backend.to_pyarrow(ids).to_pylist()}
    return [found[key] for key in keys]


ODD = some.text(
    some.sampled_from("aé\u0301\u0308u\ud7fe\ud7ff\ue000\uffff\U00010000\U0010ffff%:~*+ ")
)


@given(keys=some.lists(ODD, min_size=2, unique=True))
def test_ids_are_one_for_each_key_and_sort_alike_everywhere(
    backend: ibis.BaseBackend, keys: list[str]
) -> None:
    """Two spellings of a name are two primary keys: neither of their rows may go."""
    ids = made_of(backend, keys)
    assert len(set(ids)) == len(keys)
    assert sorted(ids) == sorted(ids, key=lambda item: item.encode("utf-16-be"))
    assert all(unicodedata.is_normalized("NFC", item) for item in ids)


@given(name=ODD)
def test_the_name_of_a_thing_is_in_its_id_in_one_spelling(
    backend: ibis.BaseBackend, name: str
) -> None:
    ids = []
    for form in ("NFC", "NFD"):
        text = ibis.literal(unicodedata.normalize(form, name))
        made = world_id("instrument", [text], "lab")
        ((found,),) = duckdb.execute(backend.compile(made)).fetchall()
        ids.append(found)
    assert ids[0] == ids[1]
    assert ids[0] is None or all(character < "\ud7fe" for character in ids[0])
