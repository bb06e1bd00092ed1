"""Transforms of names and identifiers: how differently spelled ones become comparable."""

from collections.abc import Sequence
from functools import reduce

import ibis
from ibis.expr.types import Value

from migrators.mapping import world
from migrators.mapping.numbers import number, whole
from migrators.mapping.transforms import Context, text, transform

HC = 12.398419843320026
"""Planck constant × speed of light in keV·Å (CODATA 2018, exact)."""


@transform
def doi(columns: Sequence[Value], _: Context) -> Value:
    """A DOI without resolver or `doi:`, in lower case."""
    return world.doi(columns[0])


@transform
def iri(columns: Sequence[Value], _: Context) -> Value:
    """The IRI of a term, whole."""
    return world.iri(columns[0])


@transform
def orcid(columns: Sequence[Value], _: Context) -> Value:
    """An ORCID iD with dashes; null where its last digit does not check (ISO 7064 mod 11-2)."""
    digits = columns[0].cast("string").upper().re_replace(r"^.*ORCID\.ORG/", "")
    digits = digits.re_replace(r"[\s\-]", "")
    well = digits.re_search(r"^\d{15}[\dX]$")
    weights = [
        ibis.coalesce(digits.substr(place, 1).try_cast("int64"), 0) * (1 << (15 - place))
        for place in range(15)
    ]
    check = (12 - reduce(lambda left, right: left + right, weights) % 11) % 11
    last = digits.substr(15, 1)
    good = well & (last == (check == 10).ifelse("X", check.cast("string")))
    parts = [digits.substr(place, 4) for place in (0, 4, 8, 12)]
    dashed = reduce(lambda left, right: left + "-" + right, parts)
    return good.ifelse(dashed, ibis.null("string"))


@transform
def login(columns: Sequence[Value], _: Context) -> Value:
    """A login in lower case, without the mechanism that ICAT puts before it (`db/`, `ldap/`)."""
    return text(columns, _).lower().re_replace(r"^[a-z0-9_]+/", "")


@transform
def visit(columns: Sequence[Value], _: Context) -> Value:
    """The name of a visit: that of its proposal and of the visit, which may repeat it."""
    name, number_ = (text([item], _) for item in columns)
    repeated = number_.lower().startswith(name.lower())
    return ibis.coalesce(repeated.ifelse(number_, name + "-" + number_), name)


@transform
def dataset_kind(columns: Sequence[Value], _: Context) -> Value:
    """Raw or processed; whatever names its inputs is processed, as ESRF's ingester decides."""
    spelled = text(columns[:1], _).lower()
    cases = [(spelled.re_search(pattern), name) for pattern, name in world.aliases("dataset")]
    return columns[1].notnull().ifelse("processed", ibis.cases(*cases, else_="other"))


@transform
def trigger_word(columns: Sequence[Value], _: Context) -> Value:
    """What started a run, as a word."""
    told = text(columns, _).lower()
    cases = [(told.re_search(pattern), name) for pattern, name in world.aliases("trigger")]
    return ibis.cases(*cases, else_=ibis.null("string"))


@transform
def wavelength_of_energy(columns: Sequence[Value], _: Context) -> Value:
    """Å from an energy in keV, or in eV where its unit says so."""
    energy = number(columns[0])
    electron_volts = ibis.coalesce(columns[1].cast("string"), "keV").lower() == "ev"
    energy = electron_volts.ifelse(energy / 1000.0, energy)
    return (energy > 0).ifelse((HC / energy).round(6), ibis.null("float64"))


@transform
def scaling_stage(columns: Sequence[Value], _: Context) -> Value:
    """A dataset with statistics of scaling is a scaling."""
    return columns[0].notnull().ifelse("scaling", ibis.null("string"))


@transform
def whole_text(columns: Sequence[Value], _: Context) -> Value:
    """A whole number as text, however it was written; zero is none."""
    return whole(columns[0]).nullif(0).cast("string")


@transform
def proposal_key(columns: Sequence[Value], _: Context) -> Value:
    """The name of a proposal as ids spell it."""
    return world.proposal(reduce(lambda a, b: a + b, [world.tidy(item) for item in columns]))


@transform
def beamline_key(columns: Sequence[Value], _: Context) -> Value:
    """The name of a beamline as ids spell it."""
    return world.beamline(world.tidy(columns[0]))


@transform
def sample_label(columns: Sequence[Value], _: Context) -> Value:
    """`<acronym>-<sample name>` in lower case; ICAT has `-` where ISPyB has `:`."""
    parts = [world.tidy(item) for item in columns]
    return reduce(lambda left, right: left + "-" + right, parts).replace(":", "-")


@transform
def trailing_number(columns: Sequence[Value], _: Context) -> Value:
    """The data collection in a dataset's name of before 2022: `{prefix}_{run}_{id}`."""
    return text(columns, _).re_extract(r"^.+_\d+_(\d{3,})$", 1).nullif("")


@transform
def program_key(columns: Sequence[Value], _: Context) -> Value:
    """The name of a program without its version, and whatever stands behind it."""
    return world.tidy(columns[0]).re_extract(r"^[^\s(]+", 0).nullif("")


@transform
def global_pid(columns: Sequence[Value], _: Context) -> Value:
    """A persistent identifier; `_local:` ones of ICAT 7 are of one installation."""
    told = world.tidy(columns[0])
    return told.startswith("_local:").ifelse(ibis.null("string"), told)


STATUSES = ("new", "in progress", "complete", "cancelled")
"""Of a study of ICAT, which stores the place of the word."""


@transform
def study_status(columns: Sequence[Value], _: Context) -> Value:
    """The state of a study, as a word."""
    place = whole(columns[0])
    cases = [(place == number_, word) for number_, word in enumerate(STATUSES)]
    return ibis.cases(*cases, else_=ibis.null("string"))
