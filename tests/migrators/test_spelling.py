"""One name typed two ways is one name: in properties, in ids, and for recognising things."""

import json
import unicodedata
from pathlib import Path

import duckdb
import pytest

from migrators.identity import Wanted, nodes, scope
from tests.parts.pair import Pair
from tests.parts.wanted import Told

pytestmark = pytest.mark.usefixtures("migration")

FORMS = (("NFC", "NFD"), ("NFD", "NFC"), ("NFD", "NFD"))


def told_of(folder: Path, here: str, there: str) -> Told:
    """A sample, a person and a beamline, spelled one way in ISPyB and another way in ICAT."""
    one, other = (lambda text, f=form: unicodedata.normalize(f, text) for form in (here, there))  # type: ignore[misc]
    pair = Pair(folder)
    pair.ispyb("BLSample", blSampleId=2, crystalId=1, name=one("Müller é"))
    pair.ispyb("Person", personId=1, familyName=one("Müller"), givenName="A", login=one("müller"))
    pair.ispyb("BLSession", sessionId=2, proposalId=1, beamLineSetupId=1,
               beamLineName=one("ÜB1"), startDate="2024-05-03 09:30:00")  # fmt: skip
    kind = pair.icat.add("SampleType", name="crystal", molecularFormula="unknown")
    pair.icat.add("Sample", name=other("lys-Müller é"), investigation=pair.visit, type=kind)
    pair.icat.add("User", name=other("db/müller"), fullName=other("A Müller"))
    pair.icat.add("Instrument", name=other("ÜB1"))
    key = pair.dataset(None, name="x", location="/x/y", startDate="2024-05-03 10:00:00")
    pair.icat.parameter("Dataset", key, "of no table", string=other("Müller"))
    return pair.told()


@pytest.mark.parametrize(("here", "there"), FORMS)
def test_two_spellings_are_one_thing(tmp_path: Path, here: str, there: str) -> None:
    told = told_of(tmp_path, here, there)
    sample = told.of("ispyb:BLSample:2", "Sample")
    assert sample == told.of("icat:Sample:1", "Sample")
    assert told.of("ispyb:Person:1", "Person") == told.of("icat:User:1", "Person")
    names = {item for item in told.nodes["Instrument"] if "b1" in item}
    assert names == {"instrument:esnf:üb1"}
    row = told.nodes["Sample"][sample]
    assert row["name"] == "Müller é"
    assert row["by_name"] == f"0Müller é\x01|{sample}"
    for label, rows in told.nodes.items():
        for node in rows.values():
            texts = {name: value for name, value in node.items() if isinstance(value, str)}
            if label == "SourceRecord":
                texts = {name: texts[name] for name in ("id", "key")}
            assert all(unicodedata.is_normalized("NFC", text) for text in texts.values()), node


def test_the_row_of_a_record_keeps_what_the_source_wrote(tmp_path: Path) -> None:
    told = told_of(tmp_path, "NFD", "NFC")
    row = json.loads(told.nodes["SourceRecord"]["ispyb:BLSample:2"]["row"])
    assert row["name"] == unicodedata.normalize("NFD", "Müller é")


def test_keys_of_an_older_form_are_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing changed at the source: the next run touches every node all the same, once."""
    pair = Pair(tmp_path)
    pair.collection(7)
    with monkeypatch.context() as older:
        for module in (nodes, scope):
            older.setattr(module, "KEYS", 1)
        told = pair.told()
    before = Wanted.load(tmp_path / "data" / "wanted").chain.last
    pair.again()
    after = Wanted.load(tmp_path / "data" / "wanted")
    found = after.touched(before)
    assert found is not None
    with duckdb.connect() as db:
        names = [str(path) for path in found[0]]
        touched = set(db.execute("SELECT label, id FROM read_parquet(?)", [names]).fetchall())
    assert touched == {(label, item) for label, rows in told.nodes.items() for item in rows}
    pair.again()
    assert Wanted.load(tmp_path / "data" / "wanted").chain.last == after.chain.last
