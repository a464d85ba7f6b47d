"""The tables of a database, as dlt reads them: a select each, with the names of the contract."""

import difflib
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import dlt
import sqlalchemy as sa
from dlt.sources.sql_database import TableLoader, sql_table
from dlt.sources.sql_database.arrow_helpers import row_tuples_to_arrow
from dlt.sources.sql_database.schema_types import table_to_columns
from sqlalchemy.dialects import mssql, postgresql

from commerce_marts.errors import RunnerError
from commerce_marts.ingest.tables import Table

# The column beside those of the contract, which is read and not landed.
CHANGED_AT = "_changed_at"
# Schema of the tables that were read, in a DuckDB file of their own.
INCOMING = "as_read"
LANDABLE = (sa.Numeric, sa.Integer, sa.String, sa.DateTime, sa.Date, sa.Boolean, sa.Uuid)
NAMES_SHOWN = 12

Moment = datetime | date


class AsText(sa.Text):
    """Values of an expression or a query, whose type no reflection tells: landed as in a CSV."""

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Any:  # noqa: ANN401
        """What SQLAlchemy calls for each value."""
        return lambda value: None if value is None else str(value)


class Loader(TableLoader):
    """dlt's reader of a table, which gives the types of a table without rows as well."""

    def load_rows(self, backend_kwargs: dict[str, Any] | None = None) -> Iterator[Any]:
        """Arrow tables; an empty one where there are no rows."""
        is_empty = True
        for rows in super().load_rows(backend_kwargs):
            is_empty = False
            yield rows
        if is_empty:
            yield row_tuples_to_arrow([], columns=self.columns, tz="UTC")


@dataclass(frozen=True)
class Source:
    """A table that is there: the select of its rows, and what was found.

    `kinds` is the type of each landed column as messages and the file name it, such as
    `decimal(19,4)`. `column_names` are all columns at the source, `absent` those of the contract
    that may be missing, and are.
    """

    table: Table
    select: sa.Subquery
    kinds: dict[str, str]
    column_names: tuple[str, ...]
    absent: tuple[str, ...]


@contextmanager
def reading(url: sa.URL) -> Iterator[sa.Engine]:
    """An engine. With PostgreSQL, everything is read as of the moment of its first connection."""
    if url.get_backend_name() != "postgresql":
        engine = sa.create_engine(url)
        try:
            yield engine
        finally:
            engine.dispose()
        return
    engine = sa.create_engine(url, isolation_level="REPEATABLE READ")
    try:
        # Open until the end: a snapshot lives as long as the transaction that exported it.
        with engine.connect() as first:
            first.exec_driver_sql("set local idle_in_transaction_session_timeout = 0")
            snapshot = first.exec_driver_sql("select pg_export_snapshot()").scalar_one()

            @sa.event.listens_for(engine, "begin")
            def _(connection: sa.Connection) -> None:
                # By the driver, or SQLAlchemy would make a cursor of it as of the select to come.
                with connection.connection.cursor() as cursor:
                    cursor.execute(f"set transaction snapshot '{snapshot}'")

            yield engine
    finally:
        engine.dispose()


def clock_of(engine: sa.Engine) -> datetime:
    """The time on the database's clock; with a zone if the database gives one."""
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.now())).scalar_one()


def source_of(engine: sa.Engine, inspector: sa.Inspector, table: Table) -> Source:
    """Finds the table and its columns. Raises RunnerError where one is missing or not landable."""
    if not table.query:
        return source_from(table, _reflected(inspector, table))
    found = _query(engine, table)
    name = matching(table.changed_at or "", [column.name for column in found.columns])
    if name is not None:
        found.columns[name].type = _type_of_first_value(engine, found, found.columns[name])
    return source_from(table, found)


def source_from(table: Table, found: sa.FromClause) -> Source:
    """The source of a table whose columns are known. Raises as source_of()."""
    names = tuple(column.name for column in found.columns)
    selected, absent = [], []
    for column in table.columns:
        name = matching(column.source or column.name, names)
        if column.is_expression:
            selected.append(sa.literal_column(str(column.source), AsText()).label(column.name))
        elif name is not None:
            selected.append(_as_landed(found.columns[name]).label(column.name))
        elif column.may_be_missing and column.source is None:
            absent.append(column.name)
        else:
            raise _no_column(table, column.name, column.source or column.name, names)
    if table.changed_at is not None:
        selected.append(_changed_at(table, found, names).label(CHANGED_AT))
    select = sa.select(*selected).select_from(found).subquery(table.name)
    return Source(table, select, _kinds(table, select), names, tuple(absent))


def resource_of(engine: sa.Engine, source: Source, since: Moment | None) -> Any:  # noqa: ANN401
    """dlt's resource of the rows that have changed since then, or have no time of change."""
    # dlt takes the select in the place of the table that it would reflect.
    placeholder = sa.MetaData()
    sa.Table(source.table.name, placeholder)
    changed = None
    if since is not None:
        changed = dlt.sources.incremental(
            CHANGED_AT,
            initial_value=since,
            on_cursor_value_missing="include",
            # No search for rows that came twice: the merge finds what is known.
            primary_key=(),
        )
    return sql_table(
        credentials=engine,
        table=source.table.name,
        metadata=placeholder,
        backend="pyarrow",
        table_adapter_callback=lambda _: source.select,
        type_adapter_callback=landed_type,
        incremental=changed,
        table_loader_class=Loader,
        write_disposition="replace",
    )


def read_into(file: Path, work: Path, resources: Sequence[Any]) -> None:
    """Writes the rows of the resources into tables of the schema INCOMING of a new DuckDB file."""
    # Nothing is sent anywhere, and nothing is kept in the home folder.
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["DLT_DATA_DIR"] = str(work / "dlt")
    pipeline = dlt.pipeline(
        "ingest",
        pipelines_dir=str(work / "dlt"),
        destination=dlt.destinations.duckdb(str(file)),
        dataset_name=INCOMING,
    )
    pipeline.config.restore_from_destination = False
    pipeline.run(list(resources), loader_file_format="parquet")


def matching(wanted: str, names: Sequence[str]) -> str | None:
    """The name that is wanted: itself, or the only one with the same letters and digits."""
    if wanted in names:
        return wanted
    same = [name for name in names if _letters(name) == _letters(wanted)]
    return same[0] if len(same) == 1 else None


def landed_type(type_: sa.types.TypeEngine) -> sa.types.TypeEngine | None:
    """The type that dlt lands for one of the database; None where there is none."""
    if isinstance(type_, postgresql.DOMAIN):
        return landed_type(type_.data_type)
    if isinstance(type_, mssql.MONEY | mssql.SMALLMONEY):
        return sa.Numeric(19, 4)
    if isinstance(type_, sa.Float):
        return sa.Numeric(asdecimal=False)
    return type_ if isinstance(type_, LANDABLE) else None


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _reflected(inspector: sa.Inspector, table: Table) -> sa.Table:
    assert table.source is not None
    schema_wanted, _, name_wanted = table.source.rpartition(".")
    schema = None
    if schema_wanted:
        schemas = inspector.get_schema_names()
        schema = matching(schema_wanted, schemas)
        if schema is None:
            raise _not_there(table, f"schema {schema_wanted}", schema_wanted, schemas)
    names = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
    name = matching(name_wanted, names)
    if name is None:
        raise _not_there(table, f"table or view {table.source}", name_wanted, names)
    with warnings.catch_warnings():
        # Types that SQLAlchemy does not know, such as hierarchyid, are an error only if landed.
        warnings.simplefilter("ignore", sa.exc.SAWarning)
        return sa.Table(
            name, sa.MetaData(), schema=schema, autoload_with=inspector, resolve_fks=False
        )


def _query(engine: sa.Engine, table: Table) -> sa.Subquery:
    # Colons stand for parameters in SQLAlchemy's text.
    text = sa.text((table.query or "").strip().rstrip(";").replace(":", r"\:"))
    nothing = (
        sa.select(sa.text("*")).select_from(text.columns().subquery("query")).where(sa.false())
    )
    with engine.connect() as connection:
        names = list(connection.execute(nothing).keys())
    return text.columns(*(sa.column(name, AsText()) for name in names)).subquery("query")


def _type_of_first_value(
    engine: sa.Engine, found: sa.FromClause, column: sa.ColumnElement
) -> sa.types.TypeEngine:
    """The type of a query's time of change: with or without a zone, or a date."""
    untyped = sa.type_coerce(column, sa.types.NullType())
    first = sa.select(untyped).select_from(found).where(untyped.is_not(None)).limit(1)
    with engine.connect() as connection:
        value = connection.execute(first).scalar()
    if value is None or isinstance(value, datetime):
        return sa.DateTime(timezone=bool(value and value.tzinfo))
    return sa.Date() if isinstance(value, date) else column.type


def _changed_at(table: Table, found: sa.FromClause, names: Sequence[str]) -> sa.ColumnElement:
    name = matching(str(table.changed_at), names)
    if name is None:
        raise _no_column(table, "changed_at", str(table.changed_at), names)
    column = found.columns[name]
    if not isinstance(landed_type(column.type), sa.DateTime | sa.Date):
        raise RunnerError(
            f"{table.name}: changed_at: {table.changed_at} is of type {column.type!r}, and must be "
            f"a time or a date. Without changed_at the table is read whole each time."
        )
    return column


def _as_landed(column: sa.ColumnElement) -> sa.ColumnElement:
    """The column; a UUID as text, as the drivers do not give it in one way."""
    if isinstance(column.type, sa.Uuid):
        return sa.type_coerce(column, sa.Uuid(as_uuid=False))
    return column


def _kinds(table: Table, select: sa.Subquery) -> dict[str, str]:
    kinds = {}
    for name, column in table_to_columns(select, "full", landed_type).items():
        if "data_type" not in column:
            raise RunnerError(
                f"{table.name}: column {name} in {table.shown_source} is of type "
                f"{select.columns[name].type!r}, which cannot be landed. Give an SQL expression "
                f"for it in --tables, such as {name}: cast(... as varchar(100))."
            )
        size = f"({column['precision']},{column.get('scale', 0)})" if "precision" in column else ""
        zone = " with time zone" if column.get("timezone") else ""
        kinds[name] = f"{column['data_type']}{size}{zone}"
    return kinds


def _not_there(table: Table, what: str, wanted: str, names: Sequence[str]) -> RunnerError:
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.6)
    guess = f" Did you mean {near[0]}?" if near else ""
    more = ", ..." * (len(names) > NAMES_SHOWN)
    return RunnerError(
        f"{table.name}: there is no {what}.{guess} Found {', '.join(names[:NAMES_SHOWN]) or 'none'}"
        f"{more}. Name the right one in --tables, or let the user of the database read it."
    )


def _no_column(table: Table, name: str, wanted: str, names: Sequence[str]) -> RunnerError:
    return RunnerError(
        f"{table.name}: {table.shown_source} has no column {wanted} for {name}. It has "
        f"{', '.join(names)}. Nothing was landed. Name the right column, or an SQL expression, in "
        f"--tables: `{name}: ...`"
    )
