"""A person's word: it wins over rules, outlives every reload, and can be taken back."""

import shutil
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.engine import Graph
from graph.model import default_model
from graph.problem import Problem
from migrators import deciding
from migrators.deciding import decide, revoke
from migrators.identity import Wanted
from migrators.identity.apart import dropped
from migrators.identity.decisions import (
    FILE,
    Decision,
    Verdict,
    chain_between,
    check_consistent,
    load_decisions,
)
from migrators.report.newest import conflicts_now
from migrators.report.pairs import Asked, Pairs, State
from migrators.report.pairs import Pair as Judged
from migrators.run import Order, migrate
from tests.conftest import wipe
from tests.parts.content import content
from tests.parts.pair import Pair
from tests.parts.wanted import Told, held

pytestmark = pytest.mark.usefixtures("migration")

MODEL = default_model()
COLLECTION = "ispyb:DataCollection:7"


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def said(pair: Pair, a: str, b: str, verdict: Verdict) -> tuple[Decision, Told]:
    """The decision, and what the graph should hold because of it."""
    folder = pair.folder / "data"
    made, account = decide(
        None, folder, MODEL, verdict, (a, b), "ada", "the logbook says so", lambda *_: None
    )
    return made, held(folder, account)


def anew(pair: Pair) -> Told:
    """What the graph should hold where nothing was resolved before."""
    shutil.rmtree(pair.folder / "data" / "wanted")
    return pair.again()


def same_graph(one: Told, other: Told) -> bool:
    return one.nodes == other.nodes and one.edges == other.edges


def test_different_wins_over_the_best_rule_and_outlives_a_reload(pair: Pair) -> None:
    pair.collection(7)
    record = f"icat:Dataset:{pair.dataset(7)}"
    assert pair.told().of(record, "Dataset") == f"dataset:{COLLECTION}"
    made, graph = said(pair, record, COLLECTION, "different")
    assert graph.of(record, "Dataset") == f"dataset:{record}"
    assert (made.a, made.b, made.kind) == (record, COLLECTION, "Dataset")
    assert same_graph(pair.again(), graph)
    assert same_graph(anew(pair), graph)


def test_same_wins_where_no_rule_sees_anything(pair: Pair) -> None:
    pair.collection(7)
    record = f"icat:Dataset:{pair.dataset(None, name='x', location='/x', startDate=None)}"
    before = pair.told()
    assert before.of(record, "Dataset") == f"dataset:{record}"
    made, graph = said(pair, COLLECTION, record, "same")
    assert graph.of(record, "Dataset") == f"dataset:{COLLECTION}"
    edge = graph.edges[("DESCRIBES", record, f"dataset:{COLLECTION}")]
    assert (edge["rule"], edge["score"], edge["decision"]) == ("decision", 1.0, made.id)
    assert same_graph(anew(pair), graph)


def test_what_is_taken_back_leaves_the_graph_as_it_was(pair: Pair) -> None:
    pair.collection(7)
    record = f"icat:Dataset:{pair.dataset(7)}"
    before = pair.told()
    made, _ = said(pair, record, COLLECTION, "different")
    folder = pair.folder / "data"
    _, account = revoke(
        None, folder, MODEL, made.id, "bob", "it was the same after all", lambda *_: None
    )
    assert same_graph(held(folder, account), before)
    assert [item.revoked for item in load_decisions(folder)] == [True]
    with pytest.raises(Problem, match="there is no decision decision-none"):
        revoke(None, pair.folder / "data", MODEL, "decision-none", "ada", "a mistake", quiet)


def test_what_a_rule_found_and_a_person_refused_is_listed(pair: Pair) -> None:
    pair.collection(7)
    record = f"icat:Dataset:{pair.dataset(7)}"
    pair.told()
    assert (COLLECTION, record, "collection id") in told_of(judged(pair, "accepted"))
    made, _ = said(pair, record, COLLECTION, "different")
    rejected = judged(pair, "rejected")
    assert (COLLECTION, record, "collection id") in told_of(rejected)
    assert {item.why for item in rejected} == {made.id}
    assert record not in {item.b for item in judged(pair, "accepted")}


def test_what_another_outweighs_is_a_candidate_until_a_person_says_so(pair: Pair) -> None:
    """Two datasets of ICAT carry one number: that in the same directory is believed."""
    pair.collection(7)
    pair.dataset(7)
    other = f"icat:Dataset:{pair.dataset(7, name='run_02', location='/x')}"
    assert pair.told().of(other, "Dataset") == f"dataset:{other}"
    assert told_of(judged(pair, "candidate")) == {(COLLECTION, other, "collection id")}
    _, graph = said(pair, COLLECTION, other, "same")
    assert graph.of(other, "Dataset") == f"dataset:{COLLECTION}"
    assert judged(pair, "candidate") == []


def judged(pair: Pair, state: State) -> list[Judged]:
    """The pairs of a state."""
    folder = pair.folder / "data"
    conflicts = conflicts_now(folder, MODEL)
    pairs = Pairs(Wanted.load(folder / "wanted"), load_decisions(folder), conflicts)
    found = pairs.page(Asked(state), 100)
    assert pairs.total(Asked(state)) == len(found)
    return found


def told_of(found: list[Judged]) -> set[tuple[str, str, str]]:
    return {(item.a, item.b, item.rule) for item in found}


def test_what_a_person_paired_is_paired_with_nothing_else(pair: Pair) -> None:
    """The number in ICAT was wrong: the dataset is the other collection's."""
    pair.collection(7, imageDirectory="/a/")
    pair.collection(8, imageDirectory="/b/", startTime="2024-05-02 15:00:00")
    record = f"icat:Dataset:{pair.dataset(7, location='/c')}"
    assert pair.told().of(record, "Dataset") == f"dataset:{COLLECTION}"
    _, graph = said(pair, record, "ispyb:DataCollection:8", "same")
    assert graph.of(record, "Dataset") == "dataset:ispyb:DataCollection:8"
    assert graph.nodes["Dataset"][f"dataset:{COLLECTION}"]["kind"] == "raw"


def test_a_decision_about_two_parts_a_third_that_went_with_both(pair: Pair) -> None:
    """Three accounts of one login: two are different people, the third stays with one."""
    ids = [pair.icat.add("User", name=f"{kind}/ada", fullName="A") for kind in ("db", "ldap", "x")]
    records = [f"icat:User:{key}" for key in ids]
    before = pair.told()
    assert len({before.of(record, "Person") for record in records}) == 1
    _, graph = said(pair, records[0], records[1], "different")
    people = [graph.of(record, "Person") for record in records]
    assert people[0] != people[1]
    assert people[2] in people[:2]
    assert same_graph(anew(pair), graph)


def test_a_contradiction_names_the_chain(pair: Pair) -> None:
    records = [
        f"icat:User:{pair.icat.add('User', name=f'db/{name}', fullName=name)}" for name in "abc"
    ]
    pair.told()
    first, _ = said(pair, records[0], records[1], "same")
    second, _ = said(pair, records[1], records[2], "same")
    with pytest.raises(Problem, match="cannot be different") as error:
        said(pair, records[0], records[2], "different")
    assert first.id in str(error.value)
    assert second.id in str(error.value)
    assert len(load_decisions(pair.folder / "data")) == 2


def test_a_word_that_was_cut_short_is_finished_by_saying_it_again(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.collection(7)
    record = f"icat:Dataset:{pair.dataset(7)}"
    graph = pair.told()
    with monkeypatch.context() as patch:
        patch.setattr(deciding, "settle_again", cut_short)
        with pytest.raises(Problem, match="no graph server"):
            said(pair, record, COLLECTION, "different")
    (kept,) = load_decisions(pair.folder / "data")
    made, parted = said(pair, record, COLLECTION, "different")
    assert made == kept
    assert len(things(parted, record) | things(parted, COLLECTION)) == 2
    with monkeypatch.context() as patch:
        patch.setattr(deciding, "settle_again", cut_short)
        with pytest.raises(Problem, match="no graph server"):
            revoke(None, pair.folder / "data", MODEL, made.id, "ada", "a mistake", quiet)
    _, account = revoke(None, pair.folder / "data", MODEL, made.id, "ada", "a mistake", quiet)
    assert same_graph(held(pair.folder / "data", account), graph)
    assert len((pair.folder / "data" / FILE).read_text().splitlines()) == 2


def cut_short(*_: object) -> None:
    raise Problem("no graph server answers")


def things(graph: Told, record: str) -> set[str]:
    """What a record describes."""
    return {to for kind, start, to in graph.edges if kind == "DESCRIBES" and start == record}


def test_bad_words_are_one_line_and_change_nothing(pair: Pair) -> None:
    pair.collection(7)
    record = f"icat:Dataset:{pair.dataset(7)}"
    pair.told()
    with pytest.raises(Problem, match="there is no record 'icat:Dataset:99'"):
        said(pair, COLLECTION, "icat:Dataset:99", "same")
    with pytest.raises(Problem, match="only records of things of one kind"):
        said(pair, COLLECTION, "ispyb:BLSession:1", "same")
    with pytest.raises(Problem, match="is one record"):
        said(pair, record, record, "same")
    folder = pair.folder / "data"
    assert load_decisions(folder) == ()
    (folder / FILE).write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(Problem, match="line 1 is no decision"):
        pair.again()


def test_decisions_are_nodes_and_an_import_puts_them_back(
    pair: Pair, embedded_graph: Graph
) -> None:
    pair.collection(7)
    record = f"icat:Dataset:{pair.dataset(7)}"
    pair.told()
    folder = pair.folder / "data"
    made, _ = decide(
        embedded_graph, folder, MODEL, "different", (record, COLLECTION), "ada", "seen", quiet
    )
    query = "MATCH (d:Decision) RETURN d.id AS id, d.verdict AS verdict, d.by AS by"
    expected = [{"id": made.id, "verdict": "different", "by": "ada"}]
    assert embedded_graph.run(query) == expected
    before = content(embedded_graph)
    wipe(embedded_graph)
    order = Order("icat", pair.icat.url, "icat")
    migrate(order, embedded_graph, folder, MODEL, quiet)
    assert embedded_graph.run(query) == expected
    assert content(embedded_graph) == before


def quiet(*_: object) -> None:
    """No word of what is done."""


NAMES = st.sampled_from("abcdef")
PAIRS = st.sets(st.tuples(NAMES, NAMES).filter(lambda ends: ends[0] < ends[1]), max_size=8)


@given(PAIRS, PAIRS)
def test_no_link_that_is_left_joins_what_is_different_and_none_goes_in_vain(
    linked: set[tuple[str, str]], different: set[tuple[str, str]]
) -> None:
    links = [(a, b, a, b) for a, b in sorted(linked)]
    gone = dropped(links, different)
    left = linked - set(gone)
    assert not any(joined(left, a, b) for a, b in different)
    for one in gone:
        assert any(joined(left | {one}, a, b) for a, b in different)


def joined(links: set[tuple[str, str]], start: str, end: str) -> bool:
    reached = {start}
    while more := {x for ends in links for x in ends if reached & set(ends)} - reached:
        reached |= more
    return end in reached


@given(st.lists(st.tuples(NAMES, NAMES, st.sampled_from(("same", "different"))), max_size=12))
def test_decisions_that_are_taken_never_contradict_each_other(
    words: list[tuple[str, str, Verdict]],
) -> None:
    kept: list[Decision] = []
    for number, (a, b, verdict) in enumerate(words):
        if a == b:
            continue
        new = Decision(f"d{number}", "Person", *sorted((a, b)), verdict, "ada", "so", "now")
        try:
            check_consistent(kept, new)
        except Problem:
            continue
        kept.append(new)
    same = [item for item in kept if item.verdict == "same"]
    for item in kept:
        if item.verdict == "different":
            assert chain_between(same, item.a, item.b) is None
    assert all(one.id != other.id for one, other in combinations(kept, 2))
