"""People: in ISPyB with a login, in ICAT with one account or two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from beamgraph.simulator.books import Books, clock
from beamgraph.simulator.noise import Noise

GIVEN = (
    "Ada", "Marie", "Rosalind", "Dorothy", "Lise", "Chien-Shiung", "Max", "William", "Kathleen",
    "John", "Linus", "Ernest", "Irène", "Jürgen", "Søren", "Zoë", "Yui", "Amara", "Noor", "Teo",
)  # fmt: skip
FAMILY = (
    "Lovell", "Kapoor", "Nakamura", "Dupont", "Bragg-Hill", "Olsen", "Meyer", "Rossi", "Novák",
    "García", "Svensson", "Haddad", "Okafor", "Kim", "Petrov", "Silva", "Murphy", "Jansen",
    "Lefèvre", "Müller", "Tanaka", "Adeyemi", "Costa", "Ibrahim",
)  # fmt: skip
LABORATORIES = (
    ("Institute of Structural Biology", "Grenoble", "France"),
    ("Crystal Growth Laboratory", "Turin", "Italy"),
    ("Department of Palaeontology", "Uppsala", "Sweden"),
    ("Materials Imaging Group", "Delft", "Netherlands"),
    ("Laboratory of Molecular Machines", "Heidelberg", "Germany"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a number in both databases."""

    id: int
    user: int
    login: str
    name: str


def orcid(number: int) -> str:
    """A valid ORCID iD of the range that is kept for examples, by its number."""
    digits = f"{900000000000000 + number:015d}".replace("9", "0", 1)
    digits = "0009" + digits[4:]
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    whole = digits + ("X" if check == 10 else str(check))
    return "-".join(whole[place : place + 4] for place in (0, 4, 8, 12))


def laboratories(books: Books) -> list[int]:
    """The laboratories that people come from."""
    return [
        books.ispyb(
            "Laboratory",
            {"laboratoryId": None, "name": name, "city": city, "country": country,
             "recordTimeStamp": "2015-01-01 00:00:00"},
        )
        for name, city, country in LABORATORIES
    ]  # fmt: skip


def people(
    books: Books, count: int, labs: Sequence[int], chance: Random, noise: Noise
) -> list[Person]:
    """So many people; most have an ORCID iD, in the spellings that are found."""
    made = []
    for number in range(count):
        given, family = chance.choice(GIVEN), chance.choice(FAMILY)
        login = f"{family[:5].lower().replace(' ', '')}{number}"
        lab = chance.randrange(len(labs))
        at = datetime(2015, 1, 5)
        row = {
            "personId": None, "laboratoryId": labs[lab], "givenName": given,
            "familyName": family, "login": login, "recordTimeStamp": clock(at),
        }  # fmt: skip
        key = books.ispyb("Person", row)
        known = orcid(number) if chance.random() < 0.7 else None
        spelled = f"https://orcid.org/{known}" if known and number % 5 == 0 else known
        user = {
            "NAME": f"db/{login}", "FULLNAME": f"{given} {family}", "GIVENNAME": given,
            "FAMILYNAME": family, "ORCIDID": spelled, "AFFILIATION": LABORATORIES[lab][0],
            "EMAIL": f"{login}@example.org",
        }  # fmt: skip
        account = books.icat("User", user, at)
        records = [f"ispyb:Person:{key}", f"icat:User:{account}"]
        if number % 6 == 0:
            card = books.ispyb(
                "LabContact",
                {"labContactId": None, "personId": key, "cardName": family,
                 "recordTimeStamp": clock(at)},
            )  # fmt: skip
            records.append(f"ispyb:LabContact:{card}")
        if noise.hits("duplicate_person"):
            again = {**user, "NAME": f"ldap/{login}", "ORCIDID": None}
            records.append(f"icat:User:{books.icat('User', again, at)}")
        books.truth.thing("Person", records)
        made.append(Person(key, account, login, f"{given} {family}"))
    return made
