"""Random small graphs, from a seed: words from all of Unicode, numbers from the ends."""

import json
import random
import sys
import unicodedata
from typing import Any

from graph.model import Model
from tests.judges.naive import World

LABELS = (
    "Proposal", "Investigation", "Sample", "Dataset", "Processing", "File", "Structure",
    "Technique", "Person", "SourceRecord",
)  # fmt: skip
WORDS = (
    "lyso", "therm", "a b", "a", "Zn-insulin", "µ 100 %", "x'y\"z", "a|b", "a\\b", "a\tb\n", "\x7f\x1f",
    "\ue000", "\ufb01x", "\U00010400", "\U0001f52c", "é", "한", "$p0", "{{}}", "*/ //", "",
)  # fmt: skip
LETTERS = (
    (0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x4E00, 0x4EFF), (0xAC00, 0xACFF),
    (0xE000, 0xF8FF), (0xFB00, 0xFFFD), (0x10000, 0x1F9FF),
)  # fmt: skip


def word(dice: random.Random) -> str:
    """A text in the form in which it is stored: one of those that matter, or of any letters."""
    if dice.random() < 0.7:
        return dice.choice(WORDS)
    letters = [chr(dice.randint(*dice.choice(LETTERS))) for _ in range(dice.randint(1, 4))]
    return unicodedata.normalize("NFC", "".join(letters))


FLOATS = (-sys.float_info.max, -1.5, 0.0, 5e-324, 0.25, 1.0, 12.5, 8.3e11, sys.float_info.max)


def world_of(model: Model, seed: int, size: int = 12) -> World:
    """A small graph with ties, gaps, hubs and cycles."""
    dice = random.Random(seed)
    world = World()
    for label in LABELS:
        for number in range(dice.randint(2, size)):
            prefix = model.labels[label].prefix
            identity = f"{prefix}src:T{label}:{number}"
            world.nodes[identity] = _row(model, label, identity, dice)
            world.labels[identity] = label
    _edges(model, world, dice)
    return world


def _row(model: Model, label: str, identity: str, dice: random.Random) -> dict[str, Any]:
    row: dict[str, Any] = {"id": identity}
    described = model.labels[label]
    for item in described.properties:
        if item.name != "id" and dice.random() < 0.6:
            row[item.name] = value_of(item.type, dice)
    for facts in described.lists:
        there = [value for value in facts.values if dice.random() < 0.5]
        if there:
            row[facts.stored_values] = there
        for value in there:
            for member in facts.members:
                if dice.random() < 0.7:
                    row[facts.stored(value, member.name)] = value_of(member.type, dice)
    return row


def value_of(kind: str, dice: random.Random) -> Any:
    return {
        "string": lambda: word(dice),
        "int": lambda: dice.choice((-(2**31), -3, 0, 1, 2, 3600, 2**31 - 1)),
        "long": lambda: dice.choice((-(2**53) + 1, 0, 7, 3_000_000_000, 2**53 - 1)),
        "float": lambda: dice.choice(FLOATS),
        "boolean": lambda: dice.random() < 0.5,
        "instant": lambda: f"20{dice.randint(10, 13)}-0{dice.randint(1, 3)}-01T00:00:00.000Z",
        "json": lambda: json.dumps({"k": word(dice), "n": [1, None]}),
        "strings": lambda: dice.sample(WORDS, dice.randint(1, 3)),
    }[kind]()


def _edges(model: Model, world: World, dice: random.Random) -> None:
    by_label = {
        label: [item for item, of in world.labels.items() if of == label] for label in LABELS
    }
    for edge in model.edges:
        targets = LABELS if edge.target == "*" else (edge.target,)
        for target in targets:
            if edge.target == "*" and target not in model.entities:
                continue
            ends = [(a, b) for a in by_label.get(edge.source, ()) for b in by_label.get(target, ())]
            for a, b in dice.sample(ends, min(len(ends), dice.randint(0, 14))):
                if a != b:
                    told = {"type": edge.type, "from": a, "to": b, "rule": f"rule-{edge.type}"}
                    told["basis"] = dice.choice(("asserted", "reported", "inferred"))
                    told["by"] = [f"src:T:{dice.randint(0, 3)}"]
                    for extra in edge.extra:
                        if dice.random() < 0.7:
                            number = extra in ("score", "distance")
                            told[extra] = 0.5 if number else "Team Leader"
                    world.edges.append(told)
