"""The rules of identity are a table: what it may say, and that it says it of what is known."""

import re

import pytest

from migrators.identity import rules as module
from migrators.identity.believed import believed
from migrators.identity.comparing import FORM, FORMS, pairs_sql
from migrators.identity.known import KEYS, TOLD
from migrators.identity.rules import Rule, by_type, calibration, rules, scores
from ontologies.tables import read_table

SIDES = ("record", "source", "system", "facility")


def names_of(rule: Rule) -> set[str]:
    """Every key and property that a rule reads."""
    items = [*(item for pair in rule.same for item in pair), *rule.agree, *rule.refuse]
    items += [name for name, _ in rule.theirs]
    items += [rule.near[0]] if rule.near else []
    items += [rule.several] if rule.several else []
    found = set()
    for item in items:
        form = FORM.fullmatch(item)
        found |= set(re.split(r",\s*", form[2])) if form else {item}
    return found


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: f"{rule.label}: {rule.name}")
def test_a_rule_compares_what_is_known_of_its_label(rule: Rule) -> None:
    assert names_of(rule) <= {*TOLD[rule.label], *KEYS[rule.label], *SIDES}
    assert names_of(rule) or rule.through
    assert 0 < rule.score < 1
    assert rule.why.endswith(".")
    assert f"FROM known_{rule.label} " in pairs_sql(rule) or rule.through


def test_every_form_is_used() -> None:
    used = {
        form[1]
        for rule in rules()
        for item in (*(x for pair in rule.same for x in pair), *rule.agree, *rule.refuse)
        if (form := FORM.fullmatch(item))
    }
    assert used == set(FORMS)


def test_rules_of_one_type_stand_together() -> None:
    names = [name for name, _ in by_type()]
    assert len(set(names)) == len(names)


def test_every_rule_was_counted_and_no_other() -> None:
    assert list(calibration()) == [rule.name for rule in rules()]
    assert all(0 <= right <= joined for joined, right in calibration().values())


def test_a_persons_word_is_certain_and_names_are_used_once() -> None:
    assert scores()["decision"] == 1
    assert len(scores()) == len(rules()) + 1


@pytest.mark.parametrize("column", ["between", "through", "open", "choose"])
def test_a_word_that_is_not_known_is_named_with_its_rule(column: str) -> None:
    row = dict.fromkeys(("same", "agree", "near", "theirs", "refuse", "through", "open"), "")
    row |= {
        "type": "person",
        "rule": "orcid",
        "label": "Person",
        "score": "0.9",
        "between": "any",
        "choose": "all",
    }
    row |= {"why": "A number.", column: "sometimes"}
    with pytest.raises(ValueError, match=f"rules.tsv, orcid: {column} cannot be 'sometimes'"):
        module._rule(row)


@pytest.mark.parametrize(("label", "name"), believed())
def test_who_is_believed_first_is_a_system_that_tells_the_property(label: str, name: str) -> None:
    belief = believed()[(label, name)]
    assert belief.system or belief.silent
    for system in [belief.system] if belief.system else ["ispyb", "icat"]:
        told = read_table(f"migrators.{system}", "properties.tsv")
        assert any(row["label"] == label and row["property"] == name for row in told), system
