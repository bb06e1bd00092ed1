"""How things of the model are called in GraphQL."""

import re


def constant(name: str) -> str:
    """`startTime` becomes `START_TIME`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def plural(label: str) -> str:
    """The root field that lists a label: `Sample` to `samples`, `Dataset` to `datasets`."""
    word = label[0].lower() + label[1:]
    if word.endswith("y"):
        return f"{word[:-1]}ies"
    if word.endswith(("s", "ing")):
        return f"{word}es" if word.endswith("s") else f"{word}s"
    return f"{word}s"
