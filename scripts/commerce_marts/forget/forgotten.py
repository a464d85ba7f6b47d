"""The list of forgotten persons, a CSV file beside the warehouse.

    commerce.duckdb.forgotten.csv    salt,domain,kind,key_hash,pseudonym,forgotten_at

It has no id and no name, only SHA-256 of salt|domain|kind|id, where the salt is random and the same
in every row. Who has the list and can guess an id can try it: keep it like the raw data.
raw() reads it in every build (macros/raw/without_forgotten.sql), with the same hash.
"""

import csv
import hashlib
import os
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path

from commerce_marts.errors import RunnerError, shown_path

CUSTOMER, ADDRESS, EMAIL = "customer", "address", "email"
PREFIX = "forgotten-"
# Of the hexadecimal digits of a pseudonym, those that stand for it in a column of numbers.
DIGITS = 7


@dataclass(frozen=True)
class Entry:
    """An id that is replaced wherever it stands. `forgotten_at` is in UTC."""

    salt: str
    domain: str
    kind: str
    key_hash: str
    pseudonym: str
    forgotten_at: str


@dataclass(frozen=True)
class Forgotten:
    """The entries of a list by (domain, kind, hash), and its salt."""

    salt: str = field(default_factory=lambda: secrets.token_hex(32))
    entries: tuple[Entry, ...] = ()

    def __post_init__(self) -> None:
        by_key = {(e.domain, e.kind, e.key_hash): e for e in self.entries}
        object.__setattr__(self, "_by_key", by_key)

    def hash_of(self, domain: str, kind: str, key: str) -> str:
        """The hash that stands for an id."""
        return hashlib.sha256(f"{self.salt}|{domain}|{kind}|{key}".encode()).hexdigest()

    def entry_of(self, domain: str, kind: str, key: str) -> Entry | None:
        """The entry of an id as it stands in raw data; None where it is not on the list."""
        return self._by_key.get((domain, kind, self.hash_of(domain, kind, trimmed(key))))  # type: ignore[attr-defined]


def new_pseudonym() -> str:
    """A random one."""
    return f"{PREFIX}{secrets.token_hex(6)}"


def number_of(pseudonym: str) -> int:
    """What stands for a pseudonym in a column of numbers: a negative one of at most 28 bits."""
    return -int(pseudonym.removeprefix(PREFIX)[:DIGITS], 16) - 1


def trimmed(text: str) -> str:
    """As macros/dialect/trimmed.sql: without blanks and invisible characters around it."""
    invisible = "".join(letter for letter in set(text) if unicodedata.category(letter)[0] in "ZC")
    return text.strip(invisible) if invisible else text


def list_path(warehouse: Path) -> Path:
    """The list of a warehouse."""
    return warehouse.with_name(f"{warehouse.name}.forgotten.csv")


def read_list(path: Path) -> Forgotten:
    """The list; one without entries where there is none. Raises RunnerError where it is damaged."""
    if not path.exists():
        return Forgotten()
    names = [one.name for one in fields(Entry)]
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    salts = {row[0] for row in rows[1:] if row}
    if (
        not rows
        or rows[0] != names
        or any(len(row) != len(names) for row in rows)
        or len(salts) > 1
    ):
        raise RunnerError(
            f"{shown_path(path)} is not the list of forgotten persons that commerce-marts wrote: "
            f"expected the columns {', '.join(names)} and one salt. Bring it back from a backup: "
            f"without it the next build shows these persons again."
        )
    entries = tuple(Entry(*row) for row in rows[1:])
    return Forgotten(salts.pop(), entries) if entries else Forgotten()


def write_list(path: Path, forgotten: Forgotten) -> None:
    """Replaces the list in one step."""
    part = path.with_name(f".{path.name}.part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(one.name for one in fields(Entry))
        writer.writerows(map(astuple, forgotten.entries))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def with_entries(forgotten: Forgotten, entries: Iterable[Entry]) -> Forgotten:
    """The list with more entries; those that it has stay as they are."""
    have = {(e.domain, e.kind, e.key_hash) for e in forgotten.entries}
    new = [e for e in entries if (e.domain, e.kind, e.key_hash) not in have]
    return Forgotten(forgotten.salt, (*forgotten.entries, *new))
