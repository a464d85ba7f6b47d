"""A DuckDB file written again, table by table, without the persons on a list.

Rows that are updated in place would leave their old bytes in free blocks of the file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from commerce_marts.check.sql_text import quoted
from commerce_marts.errors import RunnerError, shown_path
from commerce_marts.forget.forgotten import Forgotten, number_of
from commerce_marts.forget.places import PeopleTable, Place, places
from commerce_marts.project import Project
from commerce_marts.publish.compact import opened, write_again

NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL")
MATCHED = """
    create or replace temp table matched (
        domain varchar, kind varchar, id varchar, pseudonym varchar, number bigint
    )
"""


@dataclass(frozen=True)
class Rewritten:
    """How many rows hold a person, by `schema.table`; the new file is there only if some do."""

    rows: Mapping[str, int]

    @property
    def count(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())


def rewrite(file: Path, new: Path, forgotten: Forgotten, project: Project) -> Rewritten:
    """Writes `new` from `file` if that has rows of persons on the list.

    `new` has the same name, because views name the database. Raises RunnerError where a table
    cannot be written again.
    """
    with opened(file) as connection:
        where = places(connection, "old", project)
        find_matches(connection, where, forgotten)
        selects, rows = {}, {}
        for place in where:
            count, select = _select_of(connection, place)
            if count:
                selects[place.schema, place.table] = select
                rows[f"{place.schema}.{place.table}"] = count
        if selects:
            try:
                write_again(connection, new, selects)
            except duckdb.Error as error:
                new.unlink(missing_ok=True)
                raise RunnerError(
                    f"{shown_path(file)} cannot be written again without the person: {error}. It "
                    f"is left as it was. Remove what stands in the way, and run this again; or "
                    f"remove the file."
                ) from error
    return Rewritten(rows)


def find_matches(
    connection: duckdb.DuckDBPyConnection, where: list[Place], forgotten: Forgotten
) -> None:
    """Fills the table `matched` with the ids of the file that are on the list, as they stand there.

    Each id is hashed once, in Python.
    """
    connection.execute(MATCHED)
    listed = {(entry.domain, entry.kind) for entry in forgotten.entries}
    found = set()
    for place in where:
        for column, kind in place.keys.items():
            found |= _ids(connection, place, place.sql_domain, f"t.{quoted(column)}", kind)
        for people in place.raw_rows.values():
            for column, kind in people.keys.items():
                value = f"json_extract_string(t.raw_row, '$.{column}')"
                found |= _ids(connection, place, f"'{people.domain}'", value, kind)
    for domain, kind, value in found:
        entry = forgotten.entry_of(domain, kind, value) if (domain, kind) in listed else None
        # A number that stands for a pseudonym is listed too, for raw().
        if entry is not None and value != str(number_of(entry.pseudonym)):
            connection.execute(
                "insert into matched values (?, ?, ?, ?, ?)",
                [domain, kind, value, entry.pseudonym, number_of(entry.pseudonym)],
            )


def _ids(
    connection: duckdb.DuckDBPyConnection, place: Place, domain: str, value: str, kind: str
) -> set[tuple[str, str, str]]:
    rows = connection.execute(
        f"select distinct {domain}, cast({value} as varchar) from old.{place.sql_name} as t"
        f" where {value} is not null"
    ).fetchall()
    return {(row[0], kind, row[1]) for row in rows}


def _select_of(connection: duckdb.DuckDBPyConnection, place: Place) -> tuple[int, str]:
    """How many rows of a table hold a person, and the select of all its rows without."""
    if place.raw_rows:
        return _patched_select(connection, place)
    if not place.keys:
        return 0, ""
    joins, matches = [], {}
    for number, (column, kind) in enumerate(place.keys.items()):
        alias = f"m{number}"
        matches[column] = alias
        joins.append(
            f"left join matched as {alias} on {alias}.kind = '{kind}'"
            f" and {alias}.domain = {place.sql_domain}"
            f" and {alias}.id = cast(t.{quoted(column)} as varchar)"
        )
    tables = f"old.{place.sql_name} as t {' '.join(joins)}"
    any_match = " or ".join(f"{alias}.id is not null" for alias in matches.values())
    [(count,)] = connection.execute(f"select count(*) from {tables} where {any_match}").fetchall()
    owner = next(iter(matches.values()))
    # In a mart any of the columns may be the customer's.
    columns = []
    for name, type_, *_ in connection.execute(f"describe old.{place.sql_name}").fetchall():
        value = f"t.{quoted(name)}"
        if name in matches:
            is_number = type_.split("(")[0] in NUMBERS
            replaced = f"{matches[name]}.{'number' if is_number else 'pseudonym'}"
            value = f"coalesce(cast({replaced} as {type_}), {value})"
        elif name in place.emptied:
            value = f"case when {owner}.id is null then {value} else {place.emptied[name]} end"
        columns.append(f"{value} as {quoted(name)}")
    return count, f"select {', '.join(columns)} from {tables} order by t.rowid"


def _patched_select(connection: duckdb.DuckDBPyConnection, place: Place) -> tuple[int, str]:
    """The same for a table that keeps raw rows as JSON."""
    names = {row[0] for row in connection.execute(f"describe old.{place.sql_name}").fetchall()}
    has_key = "row_key" in names
    matched = {
        (domain, kind, value): pseudonym
        for domain, kind, value, pseudonym in connection.execute(
            "select domain, kind, id, pseudonym from matched"
        ).fetchall()
    }
    patches = []
    for people in place.raw_rows.values():
        is_match = " or ".join(
            f"json_extract_string(t.raw_row, '$.{column}') in"
            f" (select id from matched where domain = '{people.domain}' and kind = '{kind}')"
            for column, kind in people.keys.items()
        )
        of_table = f" and t.table_name = '{people.table}'" if "table_name" in names else ""
        for rowid, raw_row in connection.execute(
            f"select t.rowid, t.raw_row from old.{place.sql_name} as t where ({is_match}){of_table}"
        ).fetchall():
            patches.append((rowid, *_patched(raw_row, people, matched)))
    patched = f"patches_{place.schema}_{place.table}"
    connection.execute(f"create temp table {quoted(patched)} (id bigint, r varchar, k varchar)")
    if patches:
        connection.executemany(f"insert into {quoted(patched)} values (?, ?, ?)", patches)
    key = ", coalesce(p.k, t.row_key) as row_key" if has_key else ""
    return len(patches), (
        f"select t.* replace (coalesce(p.r, t.raw_row) as raw_row{key}) from old.{place.sql_name}"
        f" as t left join {quoted(patched)} as p on p.id = t.rowid order by t.rowid"
    )


def _patched(
    raw_row: str, people: PeopleTable, matched: Mapping[tuple[str, str, str], str]
) -> tuple[str, str]:
    """A raw row without the person, and what names it as macros/raw/left_out_rows.sql has it."""
    row = json.loads(raw_row)
    is_owners = (people.domain, people.keys[people.owner], _text(row.get(people.owner))) in matched
    for name, value in row.items():
        if name in people.keys:
            key = (people.domain, people.keys[name], _text(value))
            row[name] = matched.get(key, value)
        elif is_owners and name not in people.kept:
            row[name] = None
    row_key = ", ".join(f"{name}={_text(row.get(name))}" for name in people.key)
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")), row_key


def _text(value: object) -> str:
    return "" if value is None else str(value)
