"""Names, identifiers and units: what holds for all of them."""

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beamgraph.simulator.people import orcid as simulated_orcid
from migrators.mapping import world
from migrators.mapping.identifiers import login, orcid
from migrators.mapping.mapped import connect
from migrators.mapping.numbers import number
from migrators.mapping.transforms import Context
from migrators.mapping.units import converted
from migrators.mapping.values import BASE, DIMENSION, UNIT
from ontologies.units import units

NOWHERE = Context("", "", None)


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> object:
    """The value of an expression."""
    backend = connect(tmp_path_factory.mktemp("engine"))

    def value(expression: ibis.expr.types.Value) -> object:
        found = backend.to_pyarrow(expression.name("v").as_table())
        return found.column(0).to_pylist()[0]

    yield value
    backend.disconnect()


@pytest.mark.parametrize(
    ("spelled", "known"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("0000000218250097", "0000-0002-1825-0097"),
        ("0000-0001-5109-3700", "0000-0001-5109-3700"),
        ("0000-0002-1694-233x", "0000-0002-1694-233X"),
        ("0000-0002-1825-0098", None),
        ("0000-0002-3262", None),
        ("none", None),
    ],
)
def test_an_orcid_is_valid_or_none(ask, spelled: str, known: str | None) -> None:
    assert ask(orcid([ibis.literal(spelled)], NOWHERE)) == known


@given(number=st.integers(0, 10**9))
def test_the_simulators_orcids_are_valid(ask, number: int) -> None:
    told = simulated_orcid(number)
    assert ask(orcid([ibis.literal(told)], NOWHERE)) == told


@given(
    code=st.sampled_from(("mx", "MX", "Mx")),
    number=st.integers(1, 99_999),
    dash=st.sampled_from(("", "-", " ")),
    zeros=st.integers(0, 3),
)
def test_a_proposal_is_one_however_it_is_spelled(
    ask, code: str, number: int, dash: str, zeros: int
) -> None:
    spelled = f"{code}{dash}{'0' * zeros}{number}"
    assert ask(world.proposal(world.tidy(ibis.literal(spelled)))) == f"mx{number}"


@pytest.mark.parametrize(
    ("spelled", "name"), [("14-U", "bm14u"), ("16-01", "bm161"), ("IFX-12", "fx12")]
)
def test_proposals_with_names_of_their_own(ask, spelled: str, name: str) -> None:
    assert ask(world.proposal(world.tidy(ibis.literal(spelled)))) == name


@pytest.mark.parametrize(
    ("spelled", "name"),
    [("ID23-1", "id23-1"), ("id23eh1", "id23-1"), ("id30a3", "id30a-3"), ("ID30b", "id30b")],
)
def test_a_beamline_is_one_however_it_is_spelled(ask, spelled: str, name: str) -> None:
    assert ask(world.beamline(world.tidy(ibis.literal(spelled)))) == name


@given(
    doi=st.from_regex(r"\A10\.[0-9]{4,5}/[a-z0-9.\-]{1,20}\Z"),
    head=st.sampled_from(("", "doi:", "DOI:", "https://doi.org/", "http://dx.doi.org/", "doi: ")),
    upper=st.booleans(),
)
def test_a_doi_is_one_however_it_is_spelled(ask, doi: str, head: str, upper: bool) -> None:
    spelled = head + (doi.upper() if upper else doi)
    assert ask(world.doi(ibis.literal(spelled))) == doi


@pytest.mark.parametrize(
    ("spelled", "name"), [("db/NBour", "nbour"), ("nbour", "nbour"), ("ldap/a/b", "a/b")]
)
def test_a_login_without_its_mechanism(ask, spelled: str, name: str) -> None:
    assert ask(login([ibis.literal(spelled)], NOWHERE)) == name


@pytest.mark.parametrize(
    ("value", "unit", "wanted", "found"),
    [
        ("0.05", "mm", "µm", 50.0),
        ("50", "μm", "µm", 50.0),
        ("12.4", "keV", "keV", 12.4),
        ("99.5", "%", "%", 99.5),
        ("40", "%", "1", 0.4),
        ("20", "°C", "K", 293.15),
        ("1", "furlong", "µm", None),
        ("NaN", "mm", "µm", None),
        ("Infinity", "mm", "µm", None),
        ("about 5", "mm", "µm", None),
    ],
)
def test_values_in_the_unit_that_is_wanted(
    ask, value: str, unit: str, wanted: str, found: float | None
) -> None:
    known = units().get(unit)
    read = float(value) if value.replace(".", "").isdigit() else float("nan")
    beside = {
        UNIT: ibis.literal(unit),
        BASE: ibis.literal(read * known.factor + known.offset if known else None, type="float64"),
        DIMENSION: ibis.literal(known.dimension if known else None, type="string"),
    }
    told = ask(converted(number(ibis.literal(value)), beside, wanted, ""))
    assert told == (pytest.approx(found) if found is not None else None)
