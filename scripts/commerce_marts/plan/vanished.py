"""Deliveries that were published once and are gone: loaded files must be kept.

A build reads what is there. Where loaded files are removed, their orders would leave the warehouse
without a word, so a build that misses more than a few of them is refused until it is allowed.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import duckdb

from commerce_marts.check.found_files import without_ending
from commerce_marts.errors import RunnerError
from commerce_marts.plan.ledger import GONE, REMOVED, VANISHED, Delivery, Ledger
from commerce_marts.plan.request import BuildRequest
from commerce_marts.project import Contract

NAMES_SHOWN = 3


def judged_vanished(
    request: BuildRequest, ledger: Ledger, limit: float
) -> tuple[Ledger, list[str]]:
    """The ledger with vanished deliveries accepted or remembered, and what to tell of them.

    `limit` is the share of a domain's deliveries that may be gone. Raises RunnerError above it,
    unless the request accepts that.
    """
    found, lines = dict(ledger.deliveries), []
    for domain in request.domains:
        contracts = {c["table"]: c for c in request.project.contracts([domain])}
        ever = [d for d in found.values() if d.domain == domain and not d.is_look_up]
        gone = [d for d in ever if d.change in (GONE, VANISHED) and not _is_there(d, ever, request)]
        if not gone:
            continue
        if request.accept_vanished:
            accepted = {d.key for d in gone}
            found |= {d.key: replace(d, change=REMOVED) for d in gone if d.change == GONE}
            found = {
                key: d for key, d in found.items() if key not in accepted or d.change != VANISHED
            }
            continue
        names = ", ".join(d.name for d in gone[:NAMES_SHOWN])
        names += ", ..." * (len(gone) > NAMES_SHOWN)
        loss = _loss(request.warehouse, contracts, gone)
        what = f"{domain}: {len(gone):,} of {len(ever):,} deliveries are gone ({names}){loss}."
        if len(gone) > limit * len(ever):
            raise RunnerError(
                f"{what} At most {limit:.0%} may be gone (max_vanished_share). Loaded files must "
                f"be kept, because a build reads all of them. Put them back, or build with "
                f"--accept-vanished if their orders shall leave the warehouse."
            )
        lines.append(f"{what} Loaded files must be kept; --accept-vanished ends this message.")
    return replace(ledger, deliveries=found), lines


def _is_there(delivery: Delivery, ever: Sequence[Delivery], request: BuildRequest) -> bool:
    """Whether a file is there under another ending, or is passed over because it is a copy."""
    if request.raw_dir is not None and (request.raw_dir / delivery.domain / delivery.name).exists():
        return True
    name = without_ending(delivery.name)
    return any(
        other.table_name == delivery.table_name
        and other.change not in (GONE, VANISHED)
        and without_ending(other.name) == name
        for other in ever
    )


def _loss(warehouse: Path, contracts: dict[str, Contract], gone: Sequence[Delivery]) -> str:
    """How many orders and how much revenue of the published warehouse are in these deliveries."""
    with suppress(duckdb.Error), duckdb.connect(str(warehouse), read_only=True) as connection:
        selects = []
        for delivery in gone:
            contract = contracts[delivery.table_name]
            if "order" in (contract.get("part_of") or {}):
                model = contract["staged_as"].removeprefix("stg_").split("__")[-1]
                table = f"{delivery.domain}.stg_{model}"
                selects.append((table, contract["part_of"]["order"], delivery.name))
        ids = " union ".join(
            f"select {id_column} as id from {table} where source_file in (select unnest(?))"
            for table, id_column in dict.fromkeys((table, column) for table, column, _ in selects)
        )
        names = [
            [name for other, _, name in selects if other == table]
            for table in dict.fromkeys(table for table, _, _ in selects)
        ]
        orders, revenue = connection.execute(
            "select count(*), sum(case when counts_as_sale then net_amount else 0 end)"
            f" from core.fct_orders where domain = ? and order_id in ({ids})",
            [gone[0].domain, *names],
        ).fetchone() or (0, 0)
        return f", with {orders:,} orders and {revenue or 0:,.2f} of revenue"
    return ""
