"""The landed file: rows are merged into a copy, which takes its place in one step.

    raw_<domain>.<table>   the rows, with `_loaded_at`
    ingest.tables          a row per table: its definition, its source, how far it was read

The copy lies in a folder beside the file. A run that was stopped leaves it there, and the next run
goes on with it.
"""

import json
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from commerce_marts.check.sql_text import quoted, sql_text
from commerce_marts.errors import RunnerError, shown_path
from commerce_marts.ingest.source import CHANGED_AT, INCOMING, Moment, Source
from commerce_marts.ingest.tables import Table
from commerce_marts.publish.versions import flush

# Rows with one `_loaded_at` are a delivery, and a daily build reads all orders of a changed
# delivery again. So a load is split into deliveries that are a microsecond apart.
ROWS_OF_A_DELIVERY = 500
# Fewer rows than these may always go.
FEW_ROWS = 10
STATE = """
    create schema if not exists ingest;
    create table if not exists ingest.tables (
        domain varchar, table_name varchar, definition varchar, column_names varchar, kinds varchar,
        changed_up_to varchar, read_at timestamp, is_in_this_run boolean
    );
    comment on table ingest.tables is
        'One row per table that `commerce-marts ingest` has landed. It reads on from here.';
    comment on column ingest.tables.changed_up_to is
        'The newest time of change that was read, as text.';
    comment on column ingest.tables.is_in_this_run is
        'Whether the last run has read it.';
"""


@dataclass(frozen=True)
class State:
    """What was known of a table when it was read last; `changed_up_to` is None before any time."""

    definition: str
    column_names: tuple[str, ...]
    kinds: dict[str, str]
    changed_up_to: Moment | None


@dataclass(frozen=True)
class Counts:
    """What a run did to a table, in rows; `future` are those with a time of change to come."""

    total: int
    new: int
    changed: int
    gone: int
    future: int

    def __str__(self) -> str:
        parts = [(self.new, "new"), (self.changed, "changed"), (self.gone, "gone")]
        found = ", ".join(f"{count:,} {what}" for count, what in parts if count)
        return f"{self.total:,} row{'s' * (self.total != 1)}, {found or 'nothing new'}"


@dataclass(frozen=True)
class Work:
    """The copy of a landed file that a run writes to, and the folder that it lies in."""

    into: Path

    @property
    def folder(self) -> Path:
        """Everything that a run writes, until the end."""
        return self.into.with_name(f".ingesting-{self.into.name}")

    @property
    def file(self) -> Path:
        """The copy."""
        return self.folder / self.into.name

    @property
    def incoming(self) -> Path:
        """The rows that were read, not merged yet."""
        return self.folder / "incoming.duckdb"

    def leave(self) -> None:
        """Removes what the next run has no use for: everything, if no table is done."""
        self.forget_incoming()
        if self.file.exists():
            with duckdb.connect(str(self.file)) as connection:
                if _count(connection, "ingest.tables where is_in_this_run"):
                    return
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _base(self) -> Path:
        """What the file was when it was copied."""
        return self.folder / "base.json"

    def open(self) -> int:
        """Makes the copy, or takes that of a stopped run; returns how many tables are done."""
        if self._base.exists() and self._base.read_text() == self._signature():
            with suppress(duckdb.Error), duckdb.connect(str(self.file)) as connection:
                return _count(connection, "ingest.tables where is_in_this_run")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        if self.into.exists():
            shutil.copyfile(self.into, self.file)
        with duckdb.connect(str(self.file)) as connection:
            connection.execute(STATE)
            connection.execute("update ingest.tables set is_in_this_run = false")
        self._base.write_text(self._signature())
        return 0

    def forget_incoming(self) -> None:
        """Removes what was read and is merged, or belongs to a stopped run."""
        self.incoming.unlink(missing_ok=True)
        self.incoming.with_suffix(".duckdb.wal").unlink(missing_ok=True)
        shutil.rmtree(self.folder / "dlt", ignore_errors=True)

    def publish(self) -> None:
        """Puts the copy in the place of the file, and removes the folder."""
        if self._base.read_text() != self._signature():
            raise RunnerError(
                f"{shown_path(self.into)} was changed by another program during this run, so it "
                f"was not replaced. Run this again."
            )
        with duckdb.connect(str(self.file)) as connection:
            connection.execute("checkpoint")
        flush(self.file)
        self.file.replace(self.into)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _signature(self) -> str:
        if not self.into.exists():
            return json.dumps(None)
        status = self.into.stat()
        return json.dumps([status.st_ino, status.st_size, status.st_mtime_ns])


def refuse_open_file(into: Path) -> None:
    """Raises RunnerError where the file is not one of DuckDB, or another program writes to it."""
    if into.is_dir():
        raise RunnerError(f"--into {into} is a folder. Name the file in it: {into}/landed.duckdb.")
    if into.with_name(f"{into.name}.wal").exists():
        raise RunnerError(
            f"Another program has {shown_path(into)} open for writing, or has crashed. End it; if "
            f"{into.name}.wal is still there, open the file with DuckDB once and close it."
        )
    if into.exists():
        try:
            duckdb.connect(str(into), read_only=True).close()
        except duckdb.Error as error:
            raise RunnerError(
                f"{shown_path(into)} cannot be read: {error}\nName another file with --into, or "
                f"move this one away to land everything again."
            ) from error


def states_of(work: Work, domain: str) -> dict[str, State]:
    """The state of each table that is landed and known, by its name."""
    with duckdb.connect(str(work.file)) as connection:
        rows = connection.execute(
            "select table_name, definition, column_names, kinds, changed_up_to from ingest.tables"
            " where domain = ? and table_name in ("
            "   select table_name from duckdb_tables() where schema_name = 'raw_' || domain)",
            [domain],
        ).fetchall()
    return {
        name: State(definition, tuple(json.loads(names)), json.loads(kinds), _moment(up_to))
        for name, definition, names, kinds, up_to in rows
    }


def strangers(work: Work, domain: str, tables: Sequence[Table]) -> list[str]:
    """The tables that the file has, and that ingest did not land."""
    with duckdb.connect(str(work.file)) as connection:
        rows = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'raw_' || ?"
            " and table_name not in (select table_name from ingest.tables where domain = ?)",
            [domain, domain],
        ).fetchall()
    names = {table.name for table in tables}
    return sorted(name for (name,) in rows if name in names)


@dataclass(frozen=True)
class Merge:
    """How the rows that were read go into a table.

    `is_first`: they are all of it, and an earlier table is replaced. `is_whole`: they are all rows
    of the source, so others have been deleted there; at most the share `max_gone` may be.
    `loaded_at` is in UTC, `now` the time on the source's clock, `up_to` how far was read before.
    """

    source: Source
    domain: str
    is_first: bool
    is_whole: bool
    loaded_at: datetime
    now: datetime
    up_to: Moment | None
    max_gone: float


def merge(work: Work, wanted: Merge) -> Counts:
    """Merges the rows in work.incoming, in one transaction.

    Raises RunnerError where they have no key, or too many rows would go; then nothing changes.
    """
    table = wanted.source.table
    names = [name for name in wanted.source.kinds if name != CHANGED_AT]
    columns, key = _quoted(names), _quoted(table.key)
    landed, incoming = f'raw_{wanted.domain}."{table.name}"', f'incoming.{INCOMING}."{table.name}"'
    with duckdb.connect(str(work.file)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {sql_text(str(work.incoming))} as incoming (read_only)")
        connection.execute("begin")
        _refuse_bad_keys(connection, table, incoming)
        connection.execute(f"create schema if not exists raw_{wanted.domain}")
        if wanted.is_first:
            connection.execute(f"drop table if exists {landed}")
            connection.execute(
                f"create table {landed} as select {columns}, cast(null as timestamp) as _loaded_at"
                f" from {incoming} limit 0"
            )
        _widen(connection, wanted.domain, table.name, incoming, landed)
        before = _count(connection, landed)
        changed_at = CHANGED_AT if table.changed_at else "null"
        same = " and ".join(
            f"i.{name} is not distinct from l.{name}" for name in columns.split(", ")
        )
        connection.execute(
            f"create temp table changed as select i.{columns.replace(', ', ', i.')},"
            f" {changed_at} as {CHANGED_AT} from {incoming} as i anti join {landed} as l on {same}"
        )
        gone = 0
        if wanted.is_whole:
            lost = f"from {landed} as l where ({key}) not in (select ({key}) from {incoming})"
            gone = _count(connection, lost)
            _refuse_many_gone(wanted, before, gone)
            connection.execute(f"delete {lost}")
        replaced = _count(connection, f"{landed} where ({key}) in (select ({key}) from changed)")
        connection.execute(f"delete from {landed} where ({key}) in (select ({key}) from changed)")
        connection.execute(
            f"insert into {landed} ({columns}, _loaded_at) select {columns}, cast(? as timestamp)"
            f" + to_microseconds((row_number() over (order by {CHANGED_AT}, {key}) - 1)"
            f" // {ROWS_OF_A_DELIVERY}) from changed",
            [wanted.loaded_at],
        )
        up_to, future = _read_up_to(connection, wanted, incoming)
        connection.execute(
            "delete from ingest.tables where domain = ? and table_name = ?",
            [wanted.domain, table.name],
        )
        connection.execute(
            "insert into ingest.tables values (?, ?, ?, ?, ?, ?, ?, true)",
            [
                *(wanted.domain, table.name, table.definition),
                *(json.dumps(wanted.source.column_names), json.dumps(wanted.source.kinds)),
                *(up_to and up_to.isoformat(), wanted.loaded_at),
            ],
        )
        new = _count(connection, "changed") - replaced
        total = _count(connection, landed)
        connection.execute("commit")
    return Counts(total=total, new=new, changed=replaced, gone=gone, future=future)


def _refuse_bad_keys(connection: duckdb.DuckDBPyConnection, table: Table, incoming: str) -> None:
    key = _quoted(table.key)
    is_null = " or ".join(f"{name} is null" for name in key.split(", "))
    if nulls := _count(connection, f"{incoming} where {is_null}"):
        raise RunnerError(
            f"{table.name}: {nulls:,} rows of {table.shown_source} have no value in the key "
            f"({', '.join(table.key)}). Leave them out with a `query:` in --tables, or name a key "
            f"that every row has."
        )
    twice = connection.execute(
        f"select {key}, count(*) from {incoming} group by all having count(*) > 1 limit 1"
    ).fetchone()
    if twice:
        values = ", ".join(f"{name} {value}" for name, value in zip(table.key, twice, strict=False))
        raise RunnerError(
            f"{table.name}: {table.shown_source} has {twice[-1]} rows with {values}, but the key "
            f"({', '.join(table.key)}) must identify a row. Name the right key in --tables."
        )


def _refuse_many_gone(wanted: Merge, before: int, gone: int) -> None:
    if gone <= wanted.max_gone * before or (gone < FEW_ROWS and gone < before):
        return
    table = wanted.source.table
    raise RunnerError(
        f"{table.name}: {gone:,} of {before:,} landed rows are no longer in "
        f"{table.shown_source}. At most {wanted.max_gone:.0%} may be gone (max_vanished_share). If "
        f"they were deleted there, run this again with --accept-vanished; otherwise see whether "
        f"--from is the right database."
    )


def _widen(
    connection: duckdb.DuckDBPyConnection, domain: str, table: str, incoming: str, landed: str
) -> None:
    """Gives landed columns the types of the rows that were read: wider ones are allowed."""
    found = {name: type_ for name, type_, *_ in connection.execute(f"describe {landed}").fetchall()}
    for name, type_, *_ in connection.execute(f"describe {incoming}").fetchall():
        if found.get(name, type_) != type_:
            connection.execute(f'alter table {landed} alter column "{name}" type {type_}')


def _read_up_to(
    connection: duckdb.DuckDBPyConnection, wanted: Merge, incoming: str
) -> tuple[Moment | None, int]:
    """The newest time of change so far, and the rows beyond the clock, which do not count for it.

    If a row of the year 2099 did, no later change would ever be read.
    """
    if wanted.source.table.changed_at is None:
        return None, 0
    kind = wanted.source.kinds[CHANGED_AT]
    now = wanted.now if kind.endswith("zone") else wanted.now.replace(tzinfo=None)
    limit = (
        f"cast(? as {'date' if kind == 'date' else 'timestamptz' if now.tzinfo else 'timestamp'})"
    )
    found = connection.execute(
        f"select cast(max({CHANGED_AT}) filter ({CHANGED_AT} <= {limit}) as varchar),"
        f" count(*) filter ({CHANGED_AT} > {limit}) from {incoming}",
        [now.isoformat(), now.isoformat()],
    ).fetchone()
    newest, future = found or (None, 0)
    moments = [moment for moment in (_moment(newest), wanted.up_to) if moment is not None]
    return max(moments, default=None), future


def _moment(text: str | None) -> Moment | None:
    if text is None:
        return None
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    relation = relation.removeprefix("from ")
    [(count,)] = connection.execute(f"select count(*) from {relation}").fetchall()
    return count


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(map(quoted, names))
