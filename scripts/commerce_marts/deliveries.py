"""What a shop has delivered by now: raw files, or the loads of landed tables."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import time_ns

import duckdb

from commerce_marts.ledger import CHANGED, GONE, NEW, SAME, Delivery, Key, Ledger
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
        for table, entry in macros.call("raw_contract")[domain].items():
            for name in macros.call("raw_file_names", domain, table):
                key = (domain, table, name)
                file = _file(folder / name, key, known.get(key))
                found[key] = replace(file, is_look_up=not entry.get("transactions"))
    return _with_gone(found, known)


def with_layouts(macros: Macros, ledger: Ledger, changes: Sequence[str]) -> Ledger:
    """The same with the layout of the files that have one of these changes; all are readable."""
    found = dict(ledger.deliveries)
    for (domain, table), names in ledger.names(*changes).items():
        files = macros.call("raw_files", domain, table, names)
        for file in macros.call("described_files", files):
            key = (domain, table, file["name"])
            found[key] = replace(found[key], layout=json.dumps(file["header"]))
    return replace(ledger, deliveries=found)


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
                found[key] = _load(Delivery(*key, rows, content, layout=layout), known.get(key))
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
    found = Delivery(*key, size, content_hash, modified_ns=modified_ns, taken_ns=now)
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
