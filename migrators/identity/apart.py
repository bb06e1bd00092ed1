"""Keep apart what a person called different: the weakest links between the two sides go.

Only the clusters are looked at in which two such records are together. There the links are taken
again, a person's word first and then the strongest, and each that would bring the two sides
together is left out. So which one goes depends on no order of loading.
"""

from collections.abc import Iterable, Mapping
from typing import Any

TOGETHER = """
SELECT e.root, d.kind, ra.entity, rb.entity FROM decided d
JOIN ranked ra ON ra.record = d.a AND ra.label = d.kind
JOIN ranked rb ON rb.record = d.b AND rb.label = d.kind
JOIN entities e ON e.entity = ra.entity AND e.label = d.kind
JOIN entities f ON f.entity = rb.entity AND f.label = d.kind
WHERE d.verdict = 'different' AND e.root = f.root AND ra.entity <> rb.entity"""

LINKS = """
SELECT m.a, m.b, ra.entity, rb.entity FROM merges m
JOIN scores s ON s.rule = m.rule
JOIN ranked ra ON ra.record = m.a AND ra.label = m.label
JOIN ranked rb ON rb.record = m.b AND rb.label = m.label
JOIN entities e ON e.entity = ra.entity AND e.label = m.label
WHERE m.label = $label AND e.root = $root AND ra.entity <> rb.entity
ORDER BY m.rule <> 'decision', s.score DESC, m.a, m.b, m.rule"""

KEPT = """
INSERT INTO judged SELECT 'rejected', label, a, b, rule, compared, 'would join what is different'
FROM merges WHERE label = $label AND a = $a AND b = $b"""

CUT = "DELETE FROM merges WHERE label = $label AND a = $a AND b = $b"


def keep_apart(db: Any) -> bool:
    """Take links out of `merges` that join what is decided to be different; whether any went."""
    clusters: dict[tuple[str, int], set[tuple[str, str]]] = {}
    for root, label, one, other in db.con.execute(TOGETHER).fetchall():
        clusters.setdefault((label, root), set()).add((one, other))
    cut = False
    for (label, root), different in clusters.items():
        links = db.con.execute(LINKS, {"label": label, "root": root}).fetchall()
        for a, b in dropped(links, different):
            for statement in (KEPT, CUT):
                db.con.execute(statement, {"label": label, "a": a, "b": b})
            cut = True
    return cut


def dropped(
    links: Iterable[tuple[str, str, str, str]], different: set[tuple[str, str]]
) -> list[tuple[str, str]]:
    """The links that cannot hold, of links in the order in which they are believed.

    Parameters
    ----------
    links
        Two records, and the entities that the mapping has them stand for.
    different
        Entities that are decided to be different.
    """
    part: dict[str, str] = {}
    gone = []
    for a, b, one, other in links:
        left, right = _top(part, one), _top(part, other)
        if left == right:
            continue
        if any({_top(part, x), _top(part, y)} == {left, right} for x, y in different):
            gone.append((a, b))
        else:
            part[left] = right
    return gone


def _top(part: Mapping[str, str], entity: str) -> str:
    while entity in part:
        entity = part[entity]
    return entity
