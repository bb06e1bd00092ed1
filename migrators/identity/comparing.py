"""From a rule to the query that finds its pairs: records that share its keys, and nothing else.

Every rule is one set operation over keys that block the comparison, so the work grows with the
records and not with their pairs. What a rule leaves open is never guessed by it.
"""

import re
from collections.abc import Iterator

from migrators.identity.rules import Rule, Through

FORM = re.compile(r"(\w+)\(([^()]*)\)")
FORMS = {
    "path": "rtrim(replace(trim({0}), '//', '/'), '/')",
    "legacy": "{0} || '_' || {1} || '_' || {2}",
    "some": "nullif({0}, '0')",
    "folded": "lower(strip_accents(trim({0})))",
}
"""How values are made alike beyond what `transforms.py` does, by the names in `rules.tsv`."""

BETWEEN = {
    "systems": ("a.system = 'ispyb'", "b.system = 'icat'", "a.facility = b.facility"),
    "facility": ("a.record < b.record", "a.facility = b.facility"),
    "any": ("a.record < b.record",),
}

OPEN = {
    "": (),
    "mine": ("a.record NOT IN (SELECT a FROM found)",),
    "theirs": ("b.record NOT IN (SELECT b FROM found)",),
    "both": (
        "a.record NOT IN (SELECT a FROM found)",
        "b.record NOT IN (SELECT b FROM found)",
    ),
}

CHOSEN = {
    "all": "true",
    "sole": "true",
    "ask": "false",
    "only": "of_a = 1 AND of_b = 1",
    "nearest": (
        "row_number() OVER (PARTITION BY a ORDER BY apart, b) = 1 "
        "AND row_number() OVER (PARTITION BY b ORDER BY apart, a) = 1"
    ),
}
"""Which of the pairs of a rule count, by the names in `rules.tsv`."""

FEW = 5
"""Of more partners than so many a person can say as little as a rule; they are not kept."""

GROUP = """known_{label} a
JOIN known_{label} sibling ON sibling."group" = a."group" AND sibling.source = a.source
  AND sibling.record <> a.record
JOIN found f ON f.a = sibling.record
JOIN known_{label} b ON b.record = f.b AND ({path} = {path_there} OR b.complete = 'false')"""
"""The wedges of a characterisation are one dataset of ICAT, which is not complete and carries the
number of one of them (reference: ispyb 5)."""

NEIGHBOURS = """(
  SELECT a, b FROM merges WHERE label = '{known}'
  UNION SELECT b, a FROM merges WHERE label = '{known}') m
JOIN said_edges ea ON ea.type = '{edge}' AND ea.{near}_label = '{known}' AND ea.{near}_record = m.a
JOIN said_edges eb ON eb.type = '{edge}' AND eb.{near}_label = '{known}' AND eb.{near}_record = m.b
JOIN known_{label} a ON a.record = ea.{far}_record
JOIN known_{label} b ON b.record = eb.{far}_record AND {same}"""
"""Of two records that are one thing, what an edge leads to from each."""


def pairs_sql(rule: Rule) -> str:
    """A query of the pairs that a rule finds: `a`, `b`, `compared`, what was held together.

    Those that are `chosen` count; those that are not stay `open` for persons, where they are few.
    """
    conditions = " AND ".join((*BETWEEN[rule.between], *_conditions(rule), *OPEN[rule.open]))
    chosen = CHOSEN[rule.choose]
    return (
        f"WITH held AS (SELECT a.record AS a, b.record AS b, "
        f"concat_ws('; ', {', '.join(_compared(rule))}) AS compared, "
        f"min({_apart(*rule.near) if rule.near else '0'}) AS apart "
        f"FROM {_joined(rule)} WHERE {conditions} GROUP BY a.record, b.record), "
        f"counted AS (SELECT *, count(*) OVER (PARTITION BY a) AS of_a, "
        f"count(*) OVER (PARTITION BY b) AS of_b FROM held) "
        f"SELECT a, b, compared, {chosen} AS chosen, "
        f"NOT ({chosen}) AND of_a <= {FEW} AND of_b <= {FEW} AS open FROM counted"
    )


def _joined(rule: Rule) -> str:
    equal = [f"{_of('a', mine)} = {_of('b', theirs)}" for mine, theirs in rule.same]
    same = " AND ".join(equal or ["true"])
    if rule.through == "group":
        here, there = _of("a", "path(location)"), _of("sibling", "path(location)")
        return GROUP.format(label=rule.label, path=here, path_there=there)
    if isinstance(rule.through, Through):
        near, far = ("from", "to") if rule.through.along else ("to", "from")
        return NEIGHBOURS.format(
            label=rule.label, same=same, near=near, far=far,
            known=rule.through.label, edge=rule.through.edge,
        )  # fmt: skip
    known = f"known_{rule.label}"
    mine = known
    if rule.choose == "sole":
        keys = ", ".join(["source", *(_of(known, mine) for mine, _ in rule.same)])
        told = " AND ".join(f"{_of(known, mine)} IS NOT NULL" for mine, _ in rule.same)
        mine = f"(FROM {known} WHERE {told} QUALIFY count(*) OVER (PARTITION BY {keys}) = 1)"
    if rule.choose == "ask":
        keys = ", ".join(_of(known, mine) for mine, _ in rule.same)
        mine = f"(FROM {known} QUALIFY count(*) OVER (PARTITION BY {keys}) <= {FEW + 1})"
    if rule.near is None:
        return f"{mine} a JOIN {known} b ON {same}"
    block = _block("a", *rule.near)
    return f"{mine} a JOIN {_spread(known, *rule.near)} b ON {same} AND {block} = b._block"


def _spread(known: str, instant: str, seconds: int) -> str:
    """Records in the stretch of time of an instant of theirs, and in both beside it."""
    block = _block("k", instant, seconds)
    return f"(SELECT k.*, unnest([{block} - 1, {block}, {block} + 1]) AS _block FROM {known} k)"


def _block(side: str, instant: str, seconds: int) -> str:
    return f"floor({_epoch(side, instant)} / {seconds})::BIGINT"


def _epoch(side: str, instant: str) -> str:
    return f'epoch({side}."{instant}"::TIMESTAMP)'


def _apart(instant: str, _: int) -> str:
    """Seconds between the two instants."""
    return f"abs({_epoch('a', instant)} - {_epoch('b', instant)})"


def _conditions(rule: Rule) -> Iterator[str]:
    for item in rule.agree:
        yield f"coalesce({_of('a', item)} = {_of('b', item)}, true)"
    if rule.near is not None:
        yield f"{_apart(*rule.near)} <= {rule.near[1]}"
    for name, value in rule.theirs:
        yield f"b.\"{name}\" = '{value}'" if value else f'b."{name}" IS NULL'
    if rule.refuse:
        differ = (f"coalesce({_of('a', x)} <> {_of('b', x)}, false)" for x in rule.refuse)
        yield f"NOT ({' AND '.join(differ)})"
    if rule.several:
        keys = [_of("p", mine) for mine, _ in rule.same]
        here = " AND ".join(f"{_of('p', mine)} = {_of('a', mine)}" for mine, _ in rule.same)
        yield (
            f"NOT EXISTS (SELECT 1 FROM known_{rule.label} p WHERE {here} "
            f"AND p.facility = a.facility GROUP BY {', '.join(keys)} "
            f'HAVING count(DISTINCT p."{rule.several}") > 1)'
        )


def _compared(rule: Rule) -> Iterator[str]:
    """Texts of what was compared, with the values: the evidence of a pair."""
    if isinstance(rule.through, Through):
        yield f"'{rule.through.label} shared: ' || count(DISTINCT m.a)"
    elif rule.through == "group":
        yield """min('group = ' || a."group")"""
    for mine, _ in rule.same:
        yield f"min('{mine} = ' || {_of('a', mine)})"
    for item in rule.agree:
        here, there = _of("a", item), _of("b", item)
        yield f"min(CASE WHEN {here} = {there} THEN '{item} = ' || {here} END)"
    if rule.near is not None:
        yield f"min('{rule.near[0]} ' || {_apart(*rule.near)}::BIGINT || ' s apart')"


def _of(side: str, item: str) -> str:
    """A property of a side, or what a form makes of some."""
    form = FORM.fullmatch(item)
    if form is None:
        return f'{side}."{item}"'
    names = (f'{side}."{name.strip()}"' for name in form[2].split(","))
    return FORMS[form[1]].format(*names)
