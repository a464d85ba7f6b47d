"""What a shop has delivered by now: raw files, or the loads of landed tables."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import time_ns

import duckdb

from commerce_marts.ledger import CHANGED, GONE, NEW, SAME, Delivery, Key
from commerce_marts.macros import Macros

# A file written within a file system's tick after it was read may have the same time.
TICK_NS = 2_000_000_000

Deliveries = Mapping[Key, Delivery]


class NoLoadTimeError(Exception):
    """A landed table does not say when its rows were loaded."""


def file_deliveries(macros: Macros, domains: Sequence[str], known: Deliveries) -> Deliveries:
    """The files below the var raw_dir, without the layout of those that are new or changed.

    A file of the size and time that is known is not read; any other is the same if its hash is.
    """
    found = {}
    for domain in domains:
        folder = Path(macros.call("raw_folder", domain))
        for table in macros.call("raw_contract")[domain]:
            for name in macros.call("raw_file_names", domain, table):
                key = (domain, table, name)
                found[key] = _file(folder / name, key, known.get(key))
    return _with_gone(found, known)


def with_layouts(
    deliveries: Deliveries, macros: Macros, connection: duckdb.DuckDBPyConnection
) -> Deliveries:
    """The same with the layout of new and changed files, which have to be readable."""
    found = dict(deliveries)
    paths = {
        macros.call("raw_folder", file.domain) + file.name: file
        for file in deliveries.values()
        if file.change in (NEW, CHANGED)
    }
    layouts = _parquet_layouts([path for path in paths if not _is_csv(path)], connection)
    for path, file in paths.items():
        layout = ", ".join(macros.call("csv_header", path)) if _is_csv(path) else layouts[path]
        found[file.key] = replace(file, layout=layout)
    return found


def landed_deliveries(
    macros: Macros, connection: duckdb.DuckDBPyConnection, domains: Sequence[str], known: Deliveries
) -> Deliveries:
    """The loads of the tables of transactions in the database `landed`, told by `_loaded_at`.

    Raises NoLoadTimeError where a table has no such column.
    """
    found = {}
    for domain in domains:
        for table, entry in macros.call("raw_contract")[domain].items():
            if not entry.get("transactions"):
                continue
            columns = _landed_columns(connection, domain, table)
            if not columns and entry.get("optional"):
                continue
            if "_loaded_at" not in columns:
                raise NoLoadTimeError(f"raw_{domain}.{table} has no column _loaded_at")
            layout = ", ".join(f"{name} {type_}" for name, type_ in columns.items())
            for name, rows, content in connection.execute(
                f"select {macros.call('load_name')} as load_name, count(*),"
                f" cast(sum(hash(t)) as varchar)"
                f" from landed.raw_{domain}.{table} as t group by load_name"
            ).fetchall():
                key = (domain, table, name)
                found[key] = _load(Delivery(*key, rows, content, layout), known.get(key))
    return _with_gone(found, known)


def _file(path: Path, key: Key, before: Delivery | None) -> Delivery:
    status = path.stat()
    size, modified_ns, now = status.st_size, status.st_mtime_ns, time_ns()
    if (
        before
        and (before.size, before.modified_ns) == (size, modified_ns)
        and before.modified_ns + TICK_NS < before.taken_ns
    ):
        return replace(before, change=SAME)
    with path.open("rb") as file:
        content_hash = hashlib.file_digest(file, "sha256").hexdigest()
    found = Delivery(*key, size, content_hash, "", modified_ns, now)
    if before and before.content_hash == content_hash:
        return replace(found, layout=before.layout, change=SAME)
    return replace(found, change=CHANGED if before else NEW)


def _load(found: Delivery, before: Delivery | None) -> Delivery:
    if before is None:
        return found
    is_same = (before.size, before.content_hash) == (found.size, found.content_hash)
    return replace(found, change=SAME if is_same else CHANGED)


def _with_gone(found: Deliveries, known: Deliveries) -> Deliveries:
    gone = {key: replace(was, change=GONE) for key, was in known.items() if key not in found}
    return {**found, **gone}


def _landed_columns(
    connection: duckdb.DuckDBPyConnection, domain: str, table: str
) -> dict[str, str]:
    return dict(
        connection.execute(
            "select lower(column_name), data_type from duckdb_columns()"
            " where database_name = 'landed' and schema_name = ? and table_name = ?"
            " order by column_index",
            [f"raw_{domain}", table],
        ).fetchall()
    )


def _parquet_layouts(paths: Sequence[str], connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    if not paths:
        return {}
    return dict(
        connection.execute(
            "select file_name, string_agg(concat_ws(' ', name, type, converted_type, logical_type,"
            " precision, scale), ', ' order by place)"
            " from (select *, row_number() over () as place from parquet_schema(?))"
            " group by file_name",
            [[_literal_glob(path) for path in paths]],
        ).fetchall()
    )


def _literal_glob(path: str) -> str:
    return path.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]")


def _is_csv(path: str) -> bool:
    return path.lower().endswith(".csv")
