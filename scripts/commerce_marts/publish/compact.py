"""A DuckDB file written again, table by table, so that nothing is left of replaced rows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from commerce_marts.check.sql_text import quoted, sql_text
from commerce_marts.errors import RunnerError, shown_path

# A file of that size is written again in three seconds.
SMALL = 128 * 2**20


def compact(file: Path, size_before: int, new: Path, config: Mapping[str, str]) -> None:
    """Writes a file again that a daily build has let grow, in place.

    A day's rows leave half-empty blocks behind: a small file gets larger by a third. `size_before`
    is its size before the build (bytes). A file above SMALL grows by a percent; it is written again
    once a fifth of it is free. `new` is where it is written, of the same name in another folder.
    """
    with duckdb.connect(str(file), read_only=True) as connection:
        [(free, total)] = connection.execute(
            "select free_blocks, total_blocks from pragma_database_size()"
        ).fetchall()
    size = file.stat().st_size
    if (1.05 * size_before < size <= SMALL) or free * 5 > total:
        new.parent.mkdir()
        with opened(file, config) as connection:
            write_again(connection, new, {})
        new.replace(file)


@contextmanager
def opened(
    file: Path, config: Mapping[str, str] | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to which the file is attached as `old`. Raises RunnerError if it cannot be."""
    with duckdb.connect(config=dict(config or {})) as connection:
        connection.execute("set TimeZone = 'UTC'")
        try:
            connection.execute(f"attach {sql_text(str(file))} as old (read_only)")
        except duckdb.Error as error:
            raise RunnerError(
                f"{shown_path(file)} cannot be read: {error}. End the program that writes to it, "
                f"then run this again."
            ) from error
        yield connection


def write_again(
    connection: duckdb.DuckDBPyConnection, new: Path, selects: Mapping[tuple[str, str], str]
) -> None:
    """All of `old` in a new file, tables of `selects` by their select.

    `new` has the same name, because views name the database. Raises duckdb.Error.
    """
    storage = _storage(connection)
    name = quoted(new.stem)
    connection.execute(f"attach {sql_text(str(new))} as {name} (storage_version '{storage}')")
    connection.execute(f"copy from database old to {name} (schema)")
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'old'"
        " and not internal order by table_oid"
    ).fetchall()
    for schema, table in tables:
        source = f"old.{quoted(schema)}.{quoted(table)}"
        target = f"{name}.{quoted(schema)}.{quoted(table)}"
        select = selects.get((schema, table), f"from {source}")
        connection.execute(f"insert into {target} {select}")
        counts = [
            connection.execute(f"select count(*) from {one}").fetchall() for one in (source, target)
        ]
        if counts[0] != counts[1]:
            raise duckdb.InvalidInputException(f"{schema}.{table} would have another row count")
    connection.execute(f"checkpoint {name}")
    connection.execute(f"detach {name}")


def _storage(connection: duckdb.DuckDBPyConnection) -> str:
    """The storage version of `old`, so that the same clients can read the new file."""
    [(tags,)] = connection.execute(
        "select tags from duckdb_databases() where database_name = 'old'"
    ).fetchall()
    return tags["storage_version"].split("+")[0].split(" ")[0]
