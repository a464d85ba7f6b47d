"""What a shop has delivered by now: raw files, or the loads of landed tables."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import time_ns
from typing import Any

import duckdb

from commerce_marts.check.found_files import find_files
from commerce_marts.check.raw_files import raw_files
from commerce_marts.check.rules import rules_for, rules_key
from commerce_marts.check.sql_text import sql_text
from commerce_marts.plan.ledger import CHANGED, GONE, NEW, SAME, VANISHED, Delivery, Key, Ledger
from commerce_marts.plan.request import BuildRequest
from commerce_marts.project import Contract

Deliveries = Mapping[Key, Delivery]

# A file written within a file system's tick after it was read may have the same time.
TICK_NS = 2_000_000_000


class NoLoadTimeError(Exception):
    """A landed table does not say when its rows were loaded."""


def deliveries_of(
    request: BuildRequest,
    dbt_vars: Mapping[str, Any],
    before: Ledger | None,
    duckdb_config: Mapping[str, str],
) -> Deliveries:
    """The raw files of a build, or the loads of its landed tables of transactions.

    `before` is the ledger of the build before. New and changed files are without their layout.
    Raises NoLoadTimeError where a landed table has no column _loaded_at.
    """
    contracts = request.project.contracts(request.domains)
    known = before.present if before else {}
    missing = before.missing if before else {}
    remembered = {
        key: replace(delivery, change=VANISHED)
        for key, delivery in missing.items()
        if delivery.domain in request.domains
    }
    if request.raw_dir is not None:
        return remembered | _compared(_files(request.raw_dir, contracts, known), known)
    # All tables name their loads in the same way.
    key = rules_key(contracts[0])
    load_name = rules_for(request.project, dbt_vars, {key})[key].load_name
    with duckdb.connect(config=dict(duckdb_config)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {sql_text(str(request.raw_database))} as landed (read_only)")
        return remembered | _compared(_loads(connection, contracts, load_name), known)


def with_layouts(request: BuildRequest, ledger: Ledger, changes: Sequence[str]) -> Ledger:
    """The same with the layout of the files that have one of these changes; all are readable."""
    found = dict(ledger.deliveries)
    names = ledger.names(*changes)
    for contract in request.project.contracts(request.domains):
        domain, table = contract["domain"], contract["table"]
        if request.raw_dir is not None and (domain, table) in names:
            files, _ = raw_files(request.raw_dir / domain, contract, names[domain, table])
            for file in files:
                key = (domain, table, file.name)
                found[key] = replace(found[key], layout=json.dumps(file.columns))
    return replace(ledger, deliveries=found)


def _files(raw_dir: Path, contracts: Sequence[Contract], known: Deliveries) -> Iterator[Delivery]:
    for contract in contracts:
        domain, table = contract["domain"], contract["table"]
        for found in find_files(raw_dir / domain, contract)[0]:
            key = (domain, table, found.name)
            file = _file(found.path, key, known.get(key))
            is_look_up = not contract["transactions"]
            yield replace(file, is_look_up=is_look_up, delivery=found.delivery)


def _file(path: Path, key: Key, before: Delivery | None) -> Delivery:
    """A file of the size and time that is known is not read."""
    status = path.stat()
    size, modified_ns, now = status.st_size, status.st_mtime_ns, time_ns()
    if (
        before
        and (before.size, before.modified_ns) == (size, modified_ns)
        and before.modified_ns + TICK_NS < before.taken_ns
    ):
        return before
    with path.open("rb") as file:
        content_hash = hashlib.file_digest(file, "sha256").hexdigest()
    return Delivery(*key, size, content_hash, modified_ns=modified_ns, taken_ns=now)


def _loads(
    connection: duckdb.DuckDBPyConnection, contracts: Sequence[Contract], load_name: str
) -> Iterator[Delivery]:
    """The loads in the database `landed`; `load_name` is the expression of a load's name."""
    for contract in contracts:
        domain, table = contract["domain"], contract["table"]
        columns = connection.execute(
            "select lower(column_name), data_type from duckdb_columns()"
            " where database_name = 'landed' and schema_name = ? and table_name = ?"
            " order by column_index",
            [f"raw_{domain}", table],
        ).fetchall()
        if not contract["transactions"] or (contract["optional"] and not columns):
            continue
        if "_loaded_at" not in dict(columns):
            raise NoLoadTimeError(f"raw_{domain}.{table} has no column _loaded_at")
        layout = ", ".join(f"{name} {type_}" for name, type_ in columns)
        loads = connection.execute(
            f"select {load_name} as load_name, count(*), cast(sum(hash(t)) as varchar)"
            f" from landed.raw_{domain}.{table} as t group by load_name"
        ).fetchall()
        for load in loads:
            yield Delivery(domain, table, *load, layout=layout, delivery=load[0])


def _compared(found: Iterable[Delivery], known: Deliveries) -> Deliveries:
    """By key, with what is new about each, and with those that are gone."""
    deliveries = {key: replace(before, change=GONE) for key, before in known.items()}
    for now in found:
        before = known.get(now.key)
        if before is None:
            deliveries[now.key] = replace(now, change=NEW)
        elif (before.size, before.content_hash) == (now.size, now.content_hash):
            deliveries[now.key] = replace(now, layout=now.layout or before.layout, change=SAME)
        else:
            deliveries[now.key] = replace(now, change=CHANGED)
    return deliveries
