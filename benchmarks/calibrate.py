"""Measure what a match by each rule is worth: `python -m benchmarks.calibrate [SCALE]`.

Counts the pairs that each rule joins in simulated laboratories of every noise level, and how many
of them are one thing by the simulator's truth; writes `migrators/identity/calibration.tsv`.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmarks.graphs import HOME, databases, migrate_both, say
from benchmarks.identity import LEVELS, SCALE, truth_of
from migrators import identity
from migrators.identity import Wanted
from migrators.identity.judged import PART, TABLE
from migrators.identity.rules import CALIBRATION, rules
from migrators.staging.chain import scan

HEAD = """\
# What the rules of rules.tsv are worth where the truth is known: the pairs that each joined in
# simulated laboratories, all levels of `--noise` together, and how many of them are one thing.
# Written by `python -m benchmarks.calibrate`; the counts are of simulated data.
rule\tjoined\tright
"""


def joined(home: Path, truth: dict[str, dict[str, int]]) -> Iterator[tuple[str, bool]]:
    """Every pair that a rule joined: the rule, and whether it is one thing."""
    wanted = Wanted.load(home / "wanted")
    files = scan(wanted.chain.files(wanted.chain.last, TABLE))
    query = (
        f"SELECT rule, label, a, b FROM {files} "
        f"WHERE state = 'accepted' AND rule <> 'decision' AND why <> '{PART}'"
    )
    with duckdb.connect() as db:
        rows = db.execute(query).fetchall()
    for rule, label, a, b in rows:
        known = truth[label]
        yield rule, a in known and known[a] == known.get(b)


def main(scale: float) -> None:
    """Count, and write the table."""
    found: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for level in LEVELS:
        folder = databases(scale, level)
        home = HOME / f"identity-{scale}-{level}"
        migrate_both(folder, home, None)
        for rule, one in joined(home, truth_of(folder)):
            found[rule] += 1
            right[rule] += one
    lines = [f"{rule.name}\t{found[rule.name]}\t{right[rule.name]}\n" for rule in rules()]
    table = Path(identity.__file__).parent / CALIBRATION
    table.write_text(HEAD + "".join(lines), encoding="utf-8")
    say(f"{sum(found.values())} pairs, {sum(right.values())} of them right")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SCALE)
