"""Finds a person: the ids that are linked to a customer, in all files and raw files."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from commerce_marts.check.raw_files import files_select, raw_files
from commerce_marts.check.sql_text import quoted
from commerce_marts.forget.forgotten import ADDRESS, CUSTOMER, EMAIL, PREFIX, Forgotten, trimmed
from commerce_marts.forget.places import PeopleTable, people_tables, places
from commerce_marts.project import Project

# Of rows of people: an id column or `email` -> its value.
Row = dict[str, str]


@dataclass(frozen=True)
class Source:
    """Rows of one raw table somewhere: `select` has the columns by their names in raw data."""

    people: PeopleTable
    connection: duckdb.DuckDBPyConnection
    select: str

    def rows(self, column: str, ids: Sequence[str]) -> list[Row]:
        """The distinct keys of rows with one of these ids in a column."""
        names = list(self.people.keys)
        names += ["email"] if EMAIL in self.people.personal else []
        shown = ", ".join(
            f"trim(cast({quoted(name)} as varchar)) as {quoted(name)}" for name in names
        )
        found = self.connection.execute(
            f"select distinct * from (select {shown} from ({self.select}) as r) as k"
            f" where {quoted(column)} in (select unnest(?))",
            [list(ids)],
        ).fetchall()
        return [
            {name: value for name, value in zip(names, row, strict=True) if value} for row in found
        ]


@dataclass
class Person:
    """The ids of the customers that are forgotten together, and what is linked to them.

    `shared`: ids that other customers have too, and so stay, by kind.
    """

    domain: str
    customers: tuple[str, ...]
    keys: dict[str, set[str]] = field(default_factory=dict)
    emails: set[str] = field(default_factory=set)
    shared: dict[str, set[str]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)


def sources_of_file(connection: duckdb.DuckDBPyConnection, project: Project) -> Iterator[Source]:
    """What the file attached as `old` has of raw tables: staged, landed, or left out as JSON."""
    for place in places(connection, "old", project):
        if place.raw_table is not None:
            raw = {place.raw_names.get(name, name): name for name in place.raw_names}
            columns = {
                row[0] for row in connection.execute(f"describe old.{place.sql_name}").fetchall()
            }
            wanted = [*place.raw_table.keys, *place.raw_table.personal]
            shown = ", ".join(
                f"{quoted(raw[name]) if raw.get(name) in columns else 'null'} as {quoted(name)}"
                for name in wanted
            )
            yield Source(place.raw_table, connection, f"select {shown} from old.{place.sql_name}")
        for people in place.raw_rows.values() if place.schema == "left_out" else ():
            shown = ", ".join(
                f"json_extract_string(raw_row, '$.{name}') as {quoted(name)}"
                for name in (*people.keys, *people.personal)
            )
            yield Source(people, connection, f"select {shown} from old.{place.sql_name}")


def sources_of_raw_dir(
    connection: duckdb.DuckDBPyConnection, project: Project, raw_dir: Path
) -> Iterator[Source]:
    """The raw files of each table with people, with `_source_file`, but for unreadable ones."""
    for people, contract in people_tables(project):
        folder = raw_dir / people.domain
        with suppress(OSError):
            files = [file for file in raw_files(folder, contract)[0] if file.error is None]
            if files:
                yield Source(people, connection, files_select(folder, contract, files))


def find_person(
    sources: Sequence[Source], domain: str, customers: tuple[str, ...], forgotten: Forgotten
) -> Person:
    """The customers with their persons, stores and addresses, as far as no other has them.

    Others are those who are not forgotten yet.
    """
    person = Person(domain, customers, {CUSTOMER: set(customers)})
    of_domain = [source for source in sources if source.people.domain == domain]
    before = -1
    while before != (before := sum(map(len, person.keys.values()))):
        for source in of_domain:
            _follow(source, person)
    for source in of_domain:
        _find_shared(source, person, forgotten)
    for kind, ids in person.shared.items():
        if kind in person.keys:
            person.keys[kind] -= ids
    return person


def _follow(source: Source, person: Person) -> None:
    people = source.people
    ids = person.keys.get(people.keys[people.owner])
    if not ids:
        return
    for row in source.rows(people.owner, sorted(ids)):
        if people.keys[people.owner] == CUSTOMER:
            person.known.add(row[people.owner])
        if "email" in row:
            person.emails.add(trimmed(row["email"]).lower())
        for column, kind in people.keys.items():
            if column in row and is_link(people, kind):
                person.keys.setdefault(kind, set()).add(row[column])


def is_link(people: PeopleTable, kind: str) -> bool:
    """Whether an id in a customer's row is theirs: in an order, the person is who sold it."""
    return kind == ADDRESS or not people.is_transaction


def _find_shared(source: Source, person: Person, forgotten: Forgotten) -> None:
    people = source.people

    def is_others(row: Row) -> bool:
        # An order of a guest is nobody else's.
        owner = row.get(people.owner, PREFIX)
        is_known = owner in person.customers or owner.startswith(PREFIX)
        return not is_known and forgotten.entry_of(people.domain, CUSTOMER, owner) is None

    if people.keys[people.owner] != CUSTOMER:
        return
    for column, kind in people.keys.items():
        ids = person.keys.get(kind)
        if kind == CUSTOMER or not ids or not is_link(people, kind):
            continue
        for row in source.rows(column, sorted(ids)):
            if is_others(row):
                person.shared.setdefault(kind, set()).add(row[column])
    if EMAIL in people.personal and person.emails:
        lower = Source(
            people,
            source.connection,
            "select * replace (lower(trim(cast(email as varchar))) as email)"
            f" from ({source.select})",
        )
        for row in lower.rows("email", sorted(person.emails)):
            if is_others(row):
                person.shared.setdefault(EMAIL, set()).add(row["email"])


def raw_file_counts(sources: Sequence[Source], forgotten: Forgotten) -> Counter[str]:
    """How many rows of each raw file hold a person on the list, by `domain/file`."""
    listed = {(entry.domain, entry.kind) for entry in forgotten.entries}
    counts: Counter[str] = Counter()
    for source in sources:
        people, conditions, values = source.people, [], []
        for column, kind in people.keys.items():
            if (people.domain, kind) not in listed:
                continue
            rows = source.connection.execute(
                f"select distinct cast({quoted(column)} as varchar) from ({source.select}) as r"
                f" where {quoted(column)} is not null"
            ).fetchall()
            ids = [one for (one,) in rows if forgotten.entry_of(people.domain, kind, one)]
            if ids:
                conditions.append(f"cast({quoted(column)} as varchar) in (select unnest(?))")
                values.append(ids)
        if conditions:
            for name, count in source.connection.execute(
                f"select _source_file, count(*) from ({source.select}) as r"
                f" where {' or '.join(conditions)} group by all",
                values,
            ).fetchall():
                counts[f"{people.domain}/{name}"] += count
    return counts
