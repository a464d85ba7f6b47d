"""Names and places of made-up people, drawn from one pool of words.

The pool (`name_pool.py`) was written once with Faker and is kept in the code: a newer Faker has
other words, and the same arguments must give the same bytes for years. To write it again, run
`python -m commerce_marts.generate.names`.
"""

from collections.abc import Callable
from pathlib import Path

from commerce_marts.generate import name_pool
from commerce_marts.generate.shapes import digits, lookup

FIRST_NAMES = name_pool.FIRST_NAMES.split("|")
LAST_NAMES = name_pool.LAST_NAMES.split("|")
STREETS = name_pool.STREETS.split("|")
CITIES = name_pool.CITIES.split("|")

# State, its code, the first three digits of its ZIP codes, and its weight by population.
STATES = (
    ("California", "CA", "921", 39),
    ("Texas", "TX", "770", 30),
    ("Florida", "FL", "331", 22),
    ("New York", "NY", "112", 20),
    ("Pennsylvania", "PA", "191", 13),
    ("Illinois", "IL", "606", 12),
    ("Ohio", "OH", "432", 12),
    ("Georgia", "GA", "303", 11),
    ("North Carolina", "NC", "282", 11),
    ("Michigan", "MI", "482", 10),
    ("New Jersey", "NJ", "071", 9),
    ("Washington", "WA", "981", 8),
    ("Arizona", "AZ", "850", 7),
    ("Massachusetts", "MA", "021", 7),
    ("Colorado", "CO", "802", 6),
    ("Minnesota", "MN", "554", 6),
    ("Oregon", "OR", "972", 4),
    ("Connecticut", "CT", "061", 4),
    ("Utah", "UT", "841", 3),
    ("Vermont", "VT", "054", 1),
)
STATE_NAMES, STATE_CODES, ZIP_STARTS, STATE_WEIGHTS = map(list, zip(*STATES, strict=True))

FIRST_NAME = lookup("first_name", FIRST_NAMES)
LAST_NAME = lookup("last_name", LAST_NAMES)
CITY = lookup("city", CITIES)
STREET = f"house || ' ' || {lookup('street', STREETS)}"
ZIP_CODE = f"{lookup('state', ZIP_STARTS)} || {digits('zip_end', 2)}"


def email(unique: str) -> str:
    """SQL: an address at a domain reserved for examples; `unique` differs for equal names."""
    return f"lower({FIRST_NAME} || '.' || {LAST_NAME}) || {unique} || '@example.com'"


def pool_source(seed: int = 0) -> str:
    """The source text of `name_pool.py`, drawn with Faker."""
    from faker import Faker

    fake = Faker("en_US")
    fake.seed_instance(seed)

    def words(make: Callable[[], str], count: int) -> list[str]:
        distinct: dict[str, None] = {}
        while len(distinct) < count:
            distinct.setdefault(make())
        return list(distinct)

    def block(name: str, make: Callable[[], str], count: int) -> str:
        lines, line = [], ""
        for word in words(make, count):
            if len(line) + len(word) > 95:
                lines.append(line)
                line = ""
            line += f"{word}|"
        text = "\\\n".join([*lines, line.rstrip("|")])
        return f'{name} = """\\\n{text}"""\n'

    return '"""Words from Faker, written by names.py."""\n\n' + "".join(
        (
            block("FIRST_NAMES", fake.first_name, 240),
            block("LAST_NAMES", fake.last_name, 360),
            block("STREETS", fake.street_name, 240),
            block("CITIES", fake.city, 160),
        )
    )


if __name__ == "__main__":
    Path(name_pool.__file__).write_text(pool_source(), encoding="utf-8", newline="\n")
