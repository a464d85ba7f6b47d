"""What the hourly RFM history costs, and how it grows: python scripts/benchmarks/rfm_history.py

Three ways to the same rows, on made-up orders in a scratch DuckDB file, timed in turn:

- model: what the project runs, fct_rfm_states and fct_hourly_rfm_segments, compiled by dbt.
- ranking: the three rankings of the finished rows alone, which no way can do without.
- plain join: every order joined with all later hours, added up, then ranked.

Only the ratios mean something elsewhere. `changes` is rfm_segment_changes on the same orders.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

PROJECT_ROOT = Path(__file__).resolve().parents[2]
MODELS = ("fct_rfm_states", "fct_hourly_rfm_segments", "rfm_segment_changes")
FIRST_HOUR = "timestamp '2024-01-01 00:00:00'"

RANKING = """
    select
        *,
        percent_rank() over (partition by date_hour order by recency desc) as recency_percentile,
        percent_rank() over (partition by date_hour order by frequency) as frequency_percentile,
        percent_rank() over (partition by date_hour order by monetary) as monetary_percentile
    from {rows}
"""

PLAIN_JOIN = """
    select
        o.customer_id as user_id,
        h.date_hour,
        date_diff('minute', max(o.ordered_at), h.date_hour) as recency,
        count(distinct o.order_id) as frequency,
        sum(o.net_amount) as monetary
    from core.fct_orders_as_of as o
    join hours as h on o.ordered_at < h.date_hour
    group by o.customer_id, h.date_hour
"""


@dataclass(frozen=True)
class Case:
    """A size: customers who have all ordered before the first of the hours."""

    customers: int
    hours: int

    @property
    def rows(self) -> int:
        """Rows of the hourly table, one per customer and hour."""
        return self.customers * self.hours


@dataclass(frozen=True)
class Timing:
    """Seconds of the fastest run of each way; None where it was left out."""

    model: float
    ranking: float
    plain_join: float | None
    changes: float | None


def compiled_models(scratch: Path, warehouse: Path, hours: int) -> dict[str, str]:
    """The models' SQL by name, as dbt compiles it for a warehouse that keeps so many hours."""
    dbt = Path(sys.executable).with_name("dbt")
    target = scratch / f"target_{hours}"
    subprocess.run(
        [
            *(dbt, "--quiet", "compile", "--target", "publish", "--select", *MODELS),
            *("--project-dir", PROJECT_ROOT, "--profiles-dir", PROJECT_ROOT),
            *("--target-path", target, "--log-path", scratch),
            *("--vars", f"{{rfm_history_days: {hours // 24}}}"),
        ],
        check=True,
        cwd=PROJECT_ROOT,
        env=os.environ | {"COMMERCE_MARTS_BUILD_FILE": str(warehouse)},
        stdout=subprocess.DEVNULL,
    )
    folder = target / "compiled/commerce_marts/models/marts/rfm"
    return {model: (folder / f"{model}.sql").read_text() for model in MODELS}


def make_orders(connection: duckdb.DuckDBPyConnection, case: Case, orders: int) -> None:
    """Fills core.fct_orders_as_of: each customer orders in the first hour, then at random times."""
    connection.execute(f"""
        create or replace table core.fct_orders_as_of as
        select
            'greenery' as domain,
            customer || '-' || number as order_id,
            'customer ' || customer as customer_id,
            {FIRST_HOUR} + to_seconds(
                case
                    when number = 0 then hash(customer, 'first') % 3600
                    -- One order in the last hour ends the history there.
                    when customer = 0 and number = 1 then ({case.hours} - 1) * 3600
                    else hash(customer, number) % ({case.hours} * 3600)
                end::bigint
            ) as ordered_at,
            cast(hash(number, customer) % 20000 / 100 as decimal(18, 6)) as net_amount
        from range({case.customers}) as customers (customer)
        cross join range({orders}) as numbers (number)
        -- So that frequencies differ: every customer has between half and all of the orders.
        where number < {orders} - hash(customer) % ({orders} // 2 + 1) or number < 2
    """)
    connection.execute(f"""
        create or replace table hours as
        select {FIRST_HOUR} + to_hours(hour + 1) as date_hour
        from range({case.hours}) as hours (hour)
    """)


def seconds(run: Callable[[], object]) -> float:
    """How long a run takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def timed(
    connection: duckdb.DuckDBPyConnection,
    case: Case,
    models: dict[str, str],
    repeats: int,
    plain_limit: int,
    with_changes: bool,
) -> Timing:
    """The fastest of some rounds; in each round the ways run one after the other."""

    def make(table: str, sql: str) -> None:
        connection.execute(f"create or replace table {table} as {sql}")

    def run_model() -> None:
        make("rfm.fct_rfm_states", models["fct_rfm_states"])
        make("rfm.fct_hourly_rfm_segments", models["fct_hourly_rfm_segments"])

    run_model()
    made = connection.execute("select count(*) from rfm.fct_hourly_rfm_segments").fetchone()
    if made != (case.rows,):
        raise SystemExit(f"The model made {made} rows, not {case.rows}: change make_orders().")
    make(
        "output_rows",
        "select user_id, date_hour, recency, frequency, monetary from rfm.fct_hourly_rfm_segments",
    )
    pairs = connection.execute(
        "select count(*) from core.fct_orders_as_of as o join hours as h"
        " on o.ordered_at < h.date_hour"
    ).fetchone()
    runs: dict[str, Callable[[], None]] = {
        "model": run_model,
        "ranking": lambda: make("ranked", RANKING.format(rows="output_rows")),
    }
    if pairs and pairs[0] <= plain_limit:
        runs["plain_join"] = lambda: make("joined", RANKING.format(rows=f"({PLAIN_JOIN})"))
    if with_changes:
        runs["changes"] = lambda: make("rfm.rfm_segment_changes", models["rfm_segment_changes"])
    best: dict[str, float] = {}
    for _ in range(repeats):
        for name, run in runs.items():
            best[name] = min(best.get(name, float("inf")), seconds(run))
    return Timing(best["model"], best["ranking"], best.get("plain_join"), best.get("changes"))


def table_row(case: Case, timing: Timing) -> str:
    """One line of the table that is printed."""

    def cell(value: float | None, form: str) -> str:
        return "-".rjust(10) if value is None else format(value, form).rjust(10)

    plain_ratio = timing.plain_join and timing.plain_join / timing.model
    return " ".join(
        [
            f"{case.customers:>10,} {case.hours:>6,} {case.rows:>12,}",
            cell(timing.model, ".2f"),
            cell(timing.ranking, ".2f"),
            cell(timing.plain_join, ".2f"),
            cell(timing.changes, ".2f"),
            cell(timing.model / timing.ranking, ".2f"),
            cell(plain_ratio, ".1f"),
            cell(timing.model / case.rows * 1e6, ".2f"),
        ]
    )


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--customers", type=int, nargs="+", default=[800, 3200, 12800])
    parser.add_argument("--hours", type=int, nargs="+", default=[168, 720], help="whole days")
    parser.add_argument("--orders", type=int, default=12, help="at most, per customer")
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument(
        "--plain-limit", type=int, default=60_000_000, help="largest plain join, in joined rows"
    )
    parser.add_argument("--changes", action="store_true", help="time rfm_segment_changes, too")
    given = parser.parse_args()
    if any(hours % 24 for hours in given.hours):
        parser.error("--hours are whole days: multiples of 24")
    return given


def print_table(given: argparse.Namespace, scratch: Path) -> None:
    """Times every size and prints a line for each."""
    warehouse = scratch / "commerce.duckdb"
    models = {hours: compiled_models(scratch, warehouse, hours) for hours in given.hours}
    headings: Sequence[str] = (
        "model s",
        "ranking s",
        "plain s",
        "changes s",
        "model/rank",
        "plain/mod",
        "us a row",
    )
    columns = " ".join(heading.rjust(10) for heading in headings)
    print(f"{'customers':>10} {'hours':>6} {'rows':>12} {columns}")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema core")
        connection.execute("create schema rfm")
        grid = PROJECT_ROOT / "seeds/look_ups/rfm_segment_grid.csv"
        connection.execute(f"create table rfm.rfm_segment_grid as from read_csv('{grid}')")
        for hours in given.hours:
            for customers in given.customers:
                case = Case(customers, hours)
                make_orders(connection, case, given.orders)
                timing = timed(
                    connection, case, models[hours], given.repeats, given.plain_limit, given.changes
                )
                print(table_row(case, timing), flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print_table(arguments(), Path(folder))
