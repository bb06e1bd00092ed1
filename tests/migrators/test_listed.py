"""Pairs and disagreements page by page, and what is foreseen of a decision beside what comes."""

from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from beamgraph.cli import app
from graph.model import default_model
from graph.problem import Problem
from migrators.deciding import decide, foresee, rank, revoke
from migrators.identity import Wanted
from migrators.identity.decisions import Verdict, load_decisions
from migrators.identity.otherwise import Otherwise
from migrators.origins import RANK, load_rank
from migrators.report.disagreements import Disagreement, counted, disagreements, total
from migrators.report.newest import conflicts_now
from migrators.report.pairs import Asked, Pair, Pairs, State
from tests.migrators.test_identity import orders
from tests.parts.pair import Pair as Two
from tests.parts.wanted import held, told

pytestmark = pytest.mark.usefixtures("migration")

MODEL = default_model()
COLLECTION = "ispyb:DataCollection:7"


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both databases of a simulated laboratory at the hardest level, migrated."""
    from beamgraph.simulator import Wish, simulate

    folder = tmp_path_factory.mktemp("listed")
    simulate(Wish(folder, seed=7, scale=0.0004, noise=2))
    told(folder / "data", *orders(folder))
    return folder / "data"


@pytest.fixture
def two(tmp_path: Path) -> Two:
    return Two(tmp_path)


def listed(folder: Path) -> Pairs:
    wanted = Wanted.load(folder / "wanted")
    return Pairs(wanted, load_decisions(folder), conflicts_now(folder, MODEL))


def one(found: list[Pair], a: str, b: str) -> Pair:
    (pair,) = [item for item in found if {item.a, item.b} == {a, b}]
    return pair


def ids(other: Otherwise) -> dict[str, tuple[str, ...]]:
    return {thing.id: thing.records for thing in other.things}


def quiet(*_: object) -> None:
    """No word of what is done."""


@pytest.mark.parametrize("state", ["accepted", "candidate", "conflicting"])
def test_pages_put_together_are_the_whole(migrated: Path, state: State) -> None:
    pairs, asked = listed(migrated), Asked(state)
    whole = pairs.page(asked, 10_000)
    assert len(whole) == pairs.total(asked) > 0
    paged: list[Pair] = []
    while page := pairs.page(asked, max(7, len(whole) // 5), paged[-1].key() if paged else None):
        paged += page
    assert paged == whole
    assert [item.key() for item in whole] == sorted(item.key() for item in whole)


def test_pairs_of_a_label_or_about_a_record_or_a_thing(migrated: Path) -> None:
    pairs = listed(migrated)
    samples = pairs.page(Asked("accepted", label="Sample"), 10_000)
    assert {item.label for item in samples} == {"Sample"}
    some = samples[0]
    for name in (some.a, some.b, some.thing_a):
        assert some in pairs.page(Asked("accepted", record=name), 100)
    assert pairs.page(Asked("accepted", record="icat:Sample:none"), 100) == []


def test_every_pair_that_is_one_thing_says_by_what_and_how_sure(migrated: Path) -> None:
    for pair in listed(migrated).page(Asked("accepted"), 10_000):
        assert 0 < pair.score <= 1
        assert pair.rule
        assert pair.compared or pair.why
        assert pair.otherwise.verdict == "different"
        assert pair.otherwise.refused or len(pair.otherwise.things) >= 1


def test_a_pair_in_conflict_says_both_values(two: Two) -> None:
    two.collection(7, wavelength=0.9)
    made = two.dataset(7)
    two.icat.parameter("Dataset", made, "InstrumentMonochromator_wavelength", string="1.2")
    two.told()
    pair = one(listed(two.folder / "data").page(Asked("conflicting"), 100),
               COLLECTION, f"icat:Dataset:{made}")  # fmt: skip
    assert pair.why == "wavelength: 0.9 ≠ 1.2"


def test_pairs_of_an_earlier_version_are_said_to_be_so(two: Two) -> None:
    two.collection(7)
    two.told()
    wanted = Wanted.load(two.folder / "data" / "wanted")
    (file,) = wanted.chain.files(wanted.chain.last, "judged")
    with duckdb.connect() as db:
        db.execute(f"COPY (SELECT 'accepted' AS state) TO '{file}' (FORMAT parquet)")
    with pytest.raises(Problem, match="of an earlier version"):
        listed(two.folder / "data").page(Asked("accepted"), 1)


def test_if_they_are_different_there_are_two(two: Two) -> None:
    two.collection(7)
    record = f"icat:Dataset:{two.dataset(7)}"
    two.told()
    folder = two.folder / "data"
    pair = one(listed(folder).page(Asked("accepted"), 100), COLLECTION, record)
    assert ids(pair.otherwise) == {
        f"dataset:{record}": (record,),
        f"dataset:{COLLECTION}": (COLLECTION,),
    }
    decide(None, folder, MODEL, "different", (record, COLLECTION), "ada", "seen", quiet)
    pair = one(listed(folder).page(Asked("rejected"), 100), COLLECTION, record)
    assert pair.otherwise.verdict == "same"
    assert "take one of these back" in pair.otherwise.refused


def test_if_a_candidate_is_the_same_what_rules_joined_lets_go(two: Two) -> None:
    """Two datasets carry one number; a person's pair is paired with nothing else."""
    two.collection(7)
    near = f"icat:Dataset:{two.dataset(7)}"
    far = f"icat:Dataset:{two.dataset(7, name='run_02', location='/x')}"
    two.told()
    folder = two.folder / "data"
    pair = one(listed(folder).page(Asked("candidate"), 100), COLLECTION, far)
    assert ids(pair.otherwise) == {
        f"dataset:{COLLECTION}": (far, COLLECTION),
        f"dataset:{near}": (near,),
    }
    _, account = decide(None, folder, MODEL, "same", (far, COLLECTION), "ada", "seen", quiet)
    graph = held(folder, account)
    assert graph.of(far, "Dataset") == f"dataset:{COLLECTION}"
    assert graph.of(near, "Dataset") == f"dataset:{near}"


@pytest.mark.parametrize(("state", "verdict"), [("accepted", "different"), ("candidate", "same")])
def test_what_is_foreseen_is_what_comes(migrated: Path, state: State, verdict: Verdict) -> None:
    pairs = listed(migrated).page(Asked(state), 10_000)
    chosen = {item.label: item for item in pairs if not item.otherwise.refused}
    assert chosen
    for pair in chosen.values():
        before = describing(migrated)
        foreseen = foresee(migrated, MODEL, verdict, (pair.a, pair.b))
        assert describing(migrated) == before
        made, _ = decide(
            None, migrated, MODEL, verdict, (pair.a, pair.b), "ada", "to see what comes", quiet
        )
        after = describing(migrated)
        assert {(item.record, item.label, item.was, item.becomes) for item in foreseen} == {
            (*key, before[key], after[key]) for key in before if before[key] != after[key]
        }
        assert foreseen
        things = set(after.values())
        assert {thing.id for thing in pair.otherwise.things} <= things
        revoke(None, migrated, MODEL, made.id, "ada", "seen", quiet)
        assert describing(migrated) == before


def describing(folder: Path) -> dict[tuple[str, str], str]:
    """What every record describes, by record and label."""
    query = (
        f"SELECT from_id, to_label, to_id FROM ({Wanted.load(folder / 'wanted').edges_sql()}) "
        "WHERE type = 'DESCRIBES'"
    )
    with duckdb.connect() as db:
        return {(a, label): b for a, label, b in db.execute(query).fetchall()}


def test_an_order_of_sources_is_kept_and_a_wrong_one_is_one_line(two: Two) -> None:
    two.collection(7)
    record = f"icat:Dataset:{two.dataset(7)}"
    two.told()
    folder = two.folder / "data"
    for names, what in ((["nobody"], "there is no source 'nobody'"), (["icat"] * 2, "twice")):
        with pytest.raises(Problem, match=what):
            rank(None, folder, MODEL, names, quiet)
    assert load_rank(folder) == []
    rank(None, folder, MODEL, ["icat"], quiet)
    assert describing(folder)[(COLLECTION, "Dataset")] == f"dataset:{record}"
    (folder / RANK).write_text("7", encoding="utf-8")
    with pytest.raises(Problem, match="remove the file"):
        load_rank(folder)


def test_decisions_are_listed_by_label_and_record(two: Two) -> None:
    two.collection(7)
    record = f"icat:Dataset:{two.dataset(7)}"
    two.told()
    folder = two.folder / "data"
    made, _ = decide(None, folder, MODEL, "different", (record, COLLECTION), "ada", "seen", quiet)

    def shown(*words: str) -> str:
        done = CliRunner().invoke(app, ["identity", "list", "--data-dir", str(folder), *words])
        assert done.exit_code == 0
        return done.stdout

    assert made.id in shown("--label", "Dataset", "--record", record)
    for words in (("--label", "Sample"), ("--record", "icat:Dataset:99"), ("--limit", "0")):
        assert shown(*words) == "none\n"


def test_what_cannot_be_decided_cannot_be_foreseen(two: Two) -> None:
    two.collection(7)
    two.told()
    with pytest.raises(Problem, match="is one record"):
        foresee(two.folder / "data", MODEL, "same", (COLLECTION, COLLECTION))


def test_disagreements_page_by_page_and_counted(migrated: Path) -> None:
    file = conflicts_now(migrated, MODEL)
    whole = disagreements(file, limit=10_000)
    assert len(whole) == total(file) == sum(item.count for item in counted(file)) > 0
    paged: list[Disagreement] = []
    while page := disagreements(file, after=paged[-1].key() if paged else None, limit=3):
        paged += page
    assert paged == whole
    some = whole[-1]
    asked = {"label": some.label, "name": some.property, "thing": some.thing}
    assert disagreements(file, **asked) == [some]
    assert total(file, **asked) == 1


def test_both_values_stay_and_the_thing_says_which_is_believed(two: Two) -> None:
    two.collection(7, wavelength=0.9, startTime="2024-05-02 10:10:00")
    made = two.dataset(7)
    two.icat.parameter("Dataset", made, "InstrumentMonochromator_wavelength", string="1.2")
    two.told()
    file = conflicts_now(two.folder / "data", MODEL)
    found = {item.property: item for item in disagreements(file, label="Dataset")}
    assert found["wavelength"].values == (
        {"record": f"icat:Dataset:{made}", "value": "1.2"},
        {"record": COLLECTION, "value": "0.9"},
    )
    assert found["wavelength"].believed == "0.9"
    assert found["startTime"].believed == "2024-05-02T10:00:00.000Z"  # ICAT's, by believed.tsv


def test_one_value_in_two_units_is_no_disagreement(two: Two) -> None:
    """ISPyB tells the exposure of an image in seconds, ICAT in what its parameter type says."""
    two.collection(7, wavelength=1.2)
    made = two.dataset(7)
    two.icat.parameter("Dataset", made, "InstrumentMonochromator_wavelength", string="1.20004")
    two.told()
    file = conflicts_now(two.folder / "data", MODEL)
    assert "wavelength" not in {item.property for item in disagreements(file)}


def test_a_zero_that_stands_for_nothing_is_not_believed(two: Two) -> None:
    two.collection(7, numberOfImages=0)
    made = two.dataset(7)
    two.icat.parameter("Dataset", made, "MX_numberOfImages", string="3600")
    node = two.told().nodes["Dataset"][f"dataset:{COLLECTION}"]
    assert node["numberOfImages"] == 3600
    file = conflicts_now(two.folder / "data", MODEL)
    (found,) = disagreements(file, name="numberOfImages")
    assert (found.believed, {value["value"] for value in found.values}) == ("3600", {"0", "3600"})


def test_a_name_with_more_words_around_it_is_no_disagreement(two: Two) -> None:
    two.collection(7)
    two.dataset(7)
    two.run(1, "XDSAPP 3.1.7")
    two.processed("XDSAPP")
    told = two.told()
    assert len({of for kind, _, of in told.edges if of.startswith("processing:")}) == 1
    assert "software" not in {
        item.property for item in disagreements(conflicts_now(two.folder / "data", MODEL))
    }


def test_two_samples_for_one_dataset_are_a_disagreement(two: Two) -> None:
    two.collection(7)
    two.collection(8, imageDirectory="/b/", startTime="2024-05-02 15:00:00")
    other = two.icat.add("Sample", name="thau-9", investigation=two.visit)
    mine = two.icat.add("Sample", name="lys-x1", investigation=two.visit)
    made = two.dataset(7, sample=other)
    two.dataset(8, name="run_02", location="/b", sample=mine)
    two.told()
    file = conflicts_now(two.folder / "data", MODEL)
    (found,) = disagreements(file, label="Dataset", name="samples")
    assert found.thing == f"dataset:{COLLECTION}"
    assert {value["value"] for value in found.values} == {
        "sample:ispyb:BLSample:1", f"sample:icat:Sample:{other}"}  # fmt: skip
    assert f"icat:Dataset:{made}" in {value["record"] for value in found.values}
