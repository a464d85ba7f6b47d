"""What the basket marts cost on ten million order lines: python scripts/benchmarks/basket.py

It fills core in a scratch DuckDB file with made-up orders, and runs the SQL that dbt compiled, one
model after the other: seconds by the clock and of the processors, rows, and the highest memory of
the process so far. Two shops: a
restaurant with 32 items and small orders, and a catalogue with 3,000 products and larger ones.
"""

import argparse
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

PROJECT_ROOT = Path(__file__).resolve().parents[2]
MODELS = (
    "fct_order_products",
    "fct_last_orders",
    "fct_left_out_orders",
    "fct_customer_products",
    "fct_daily_pairs",
    "fct_pairs",
    "fct_product_popularity",
    "fct_product_suggestions",
    "fct_customer_suggestions",
    "product_pairs",
    "category_pairs",
    "suggestion_holdout",
    "product_suggestions",
    "customer_product_suggestions",
)


@dataclass(frozen=True)
class Shop:
    """A shop: its products, and how many lines an order has (each as often as the others)."""

    name: str
    products: int
    sizes: tuple[int, ...]


SHOPS = (
    Shop("restaurant", 32, (1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4)),
    Shop("catalogue", 3000, (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)),
)


def compiled_models(scratch: Path, warehouse: Path) -> dict[str, str]:
    """The models' SQL by name, as dbt compiles it for that warehouse."""
    subprocess.run(
        [
            *(Path(sys.executable).with_name("dbt"), "--quiet", "compile", "--target", "publish"),
            *("--select", *MODELS, "--project-dir", PROJECT_ROOT, "--profiles-dir", PROJECT_ROOT),
            *("--target-path", scratch / "target", "--log-path", scratch),
        ],
        check=True,
        cwd=PROJECT_ROOT,
        env=os.environ | {"COMMERCE_MARTS_BUILD_FILE": str(warehouse)},
        stdout=subprocess.DEVNULL,
    )
    folder = scratch / "target/compiled/commerce_marts/models/marts/basket"
    return {model: (folder / f"{model}.sql").read_text() for model in MODELS}


def make_core(connection: duckdb.DuckDBPyConnection, shop: Shop, lines: int) -> int:
    """Fills what the models read of core with about so many lines; returns their number.

    A few products are in most orders. There are 20 orders a customer, and a quarter is of guests.
    """

    def one_of(values: tuple[int | str, ...], column: str) -> str:
        return f"({list(values)})[cast(hash(number, '{column}') % {len(values)} as bigint) + 1]"

    orders = lines * len(shop.sizes) // sum(shop.sizes)
    connection.execute(f"""
        create or replace table core.fct_orders_as_of as
        select
            'shop' as domain,
            printf('%08d', number) as order_id,
            case when hash(number, 'guest') % 4 > 0
                then 'C' || hash(number, 'customer') % ({orders} // 20 + 1) end as customer_id,
            timestamp '2022-01-01' + to_seconds(cast(hash(number, 'time') % 94608000 as bigint))
                as ordered_at_utc,
            {one_of(("app", "kiosk", "web"), "channel")} as channel,
            {one_of(shop.sizes, "size")} as line_count,
            cast(ordered_at_utc as date) as order_date,
            date '2024-12-30' as as_of_date
        from range({orders}) as numbers (number)
    """)
    connection.execute(f"""
        create or replace table core.fct_order_lines_as_of as
        with lines as (
            select *, unnest(range(line_count)) as line from core.fct_orders_as_of
        ),
        products as (
            select *, cast({shop.products} * power(hash(order_id, line) % 1000000 / 1e6, 1.7)
                as integer) as product from lines
        )
        select
            domain, order_id, customer_id, ordered_at_utc, order_date, as_of_date,
            printf('Product %05d', product) as product_id,
            'Category ' || product % 12 as category
        from products
    """)
    connection.execute("""
        create or replace table core.dim_domains as
        select 'shop' as domain, date '2024-12-30' as as_of_date
    """)
    connection.execute("""
        create or replace table core.dim_products as
        select distinct domain, product_id, product_id as product_name
        from core.fct_order_lines_as_of
    """)
    return connection.execute("select count(*) from core.fct_order_lines_as_of").fetchall()[0][0]


def run_models(warehouse: Path, models: dict[str, str], settings: dict[str, str | int]) -> None:
    """Builds the marts of a shop and prints a line for each model."""
    with duckdb.connect(str(warehouse), config=settings) as connection:
        connection.execute("set enable_progress_bar = false")
        for model, sql in models.items():
            start, cpu_start = time.perf_counter(), time.process_time()
            connection.execute(f"create table basket.{model} as {sql}")
            took, cpu = time.perf_counter() - start, time.process_time() - cpu_start
            rows = connection.execute(f"select count(*) from basket.{model}").fetchall()[0][0]
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
            print(
                f"{model:<30} {took:>7.1f} s {cpu:>7.1f} s CPU {rows:>12,} rows {peak:>6.2f} GiB",
                flush=True,
            )


def run_shop(
    shop: Shop, given: argparse.Namespace, models: dict[str, str], warehouse: Path
) -> None:
    """Makes the shop's core, and builds its marts in a process of their own."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute("create schema core")
        connection.execute("create schema basket")
        print(f"{shop.name}: {make_core(connection, shop, given.lines):,} lines", flush=True)
    settings = {"memory_limit": given.memory_limit, "threads": given.threads}
    child = multiprocessing.get_context("spawn").Process(
        target=run_models, args=(warehouse, models, settings)
    )
    child.start()
    child.join()
    if child.exitcode:
        raise SystemExit(f"The models of {shop.name} could not be run.")


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory-limit", default="3GB", help="DuckDB's; the process takes more")
    parser.add_argument("--shops", nargs="+", default=[shop.name for shop in SHOPS])
    return parser.parse_args()


if __name__ == "__main__":
    given = arguments()
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Path(folder) / "commerce.duckdb"
        models = compiled_models(Path(folder), warehouse)
        for shop in SHOPS:
            if shop.name in given.shops:
                run_shop(shop, given, models, warehouse)
                warehouse.unlink()
