"""A digest of a row, by which a load sees what changed."""

from collections.abc import Sequence


def hash_of(names: Sequence[str], form: str = "") -> str:
    """The expression of a digest of named columns, and of the form in which they are written.

    Of a column without a value it says nothing: it does not hang on which columns there are.
    """
    parts = ", ".join(f"""'\x01{name}\x02' || "{name}"::VARCHAR""" for name in names)
    return f"md5(concat('{form}', {parts}))"
