"""One clear line for everything that can go wrong.

A `Problem` says what is wrong, where, and what to do. The command line prints
it and ends with an exit code that is not 0; nothing else is shown to a person.
"""


class Problem(Exception):
    """A failure that a person can act on.

    Parameters
    ----------
    what
        What went wrong, in one sentence without a full stop.
    where
        The file, table, address or setting it concerns.
    todo
        What a person can do about it.
    code
        What kind of failure it is for a program: a code of `graph/web/codes.tsv`.
    """

    def __init__(
        self, what: str, *, where: str = "", todo: str = "", code: str = "BAD_USER_INPUT"
    ) -> None:
        self.what = printable(" ".join(what.split()))
        self.where = printable(where)
        self.todo = printable(todo)
        self.code = code
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}; {self.todo}" if self.todo else text


def printable(text: str) -> str:
    """A text as one line can show it: a name of a file may hold line ends, and bytes."""
    return "".join(
        letter
        if letter.isprintable()
        else letter.encode("unicode_escape", "surrogatepass").decode()
        for letter in text
    )
