"""How long `commerce-marts ingest` takes: everything, and an hour's changes.

    python scripts/benchmarks/ingest.py

Multiplies the seeds of adventure_works in a PostgreSQL of its own (Debian's package: `make
postgresql`) and lands them: first whole, then after changes to rows of many orders.
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import sqlalchemy as sa
from adventure_works_database import TABLES, fill
from local_postgres import running_postgres

from commerce_marts.project import project_at

ROOT = Path(__file__).resolve().parents[2]
# Copies of the orders get ids above those that are there.
MULTIPLY = """
insert into "Sales"."SalesOrderHeader" select "SalesOrderID" + n * 100000, "OrderDate", "DueDate",
    "ShipDate", "Status", "OnlineOrderFlag", "CustomerID", "SalesPersonID", "TerritoryID",
    "BillToAddressID", "ShipToAddressID", "SubTotal", "TaxAmt", "Freight", "TotalDue",
    gen_random_uuid(), "ModifiedDate"
from "Sales"."SalesOrderHeader", generate_series(1, {more}) as copies(n);
insert into "Sales"."SalesOrderDetail" select "SalesOrderID" + n * 100000, "SalesOrderDetailID",
    "OrderQty", "ProductID", "SpecialOfferID", "UnitPrice", "UnitPriceDiscount", "LineTotal",
    gen_random_uuid(), "ModifiedDate"
from "Sales"."SalesOrderDetail", generate_series(1, {more}) as copies(n);
"""
CHANGE = """
update "Sales"."SalesOrderDetail" set "OrderQty" = "OrderQty" + 1, "ModifiedDate" = localtimestamp
where ctid in (select ctid from "Sales"."SalesOrderDetail" order by random() limit {rows})
"""


@click.command()
@click.option("--lines", default=300_000, show_default=True, help="Order lines.")
@click.option("--changes", default=1_000, show_default=True, help="Rows that change in an hour.")
@click.option("--rounds", default=3, show_default=True)
def main(lines: int, changes: int, rounds: int) -> None:
    """Print the seconds of each run, with those of the processor and the peak memory."""
    contract = project_at(ROOT).raw_contract["adventure_works"]
    files = {
        table: ROOT / f"seeds/adventure_works/adventure_works__{table}.csv" for table in TABLES
    }
    with running_postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        url = postgres.url()
        engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
        fill(engine, files, {table: contract[table]["key"] for table in TABLES})
        with engine.begin() as connection:
            count = 'select count(*) from "Sales"."SalesOrderDetail"'
            seeds = connection.exec_driver_sql(count).scalar_one()
            for statement in MULTIPLY.format(more=round(lines / seeds) - 1).split(";\n")[:-1]:
                connection.exec_driver_sql(statement)
            click.echo(f"{connection.exec_driver_sql(count).scalar_one():,} order lines")
        for number in range(rounds):
            landed = Path(folder) / f"landed_{number}.duckdb"
            timed("everything", url, landed)
            with engine.begin() as connection:
                connection.exec_driver_sql(CHANGE.format(rows=changes))
            timed(f"{changes:,} changed rows", url, landed)
            timed("nothing changed", url, landed)
            timed("full compare", url, landed, "--full-compare")
        engine.dispose()


def timed(what: str, url: str, landed: Path, *options: str) -> None:
    """Runs the command and prints what it took."""
    program = Path(sys.executable).with_name("commerce-marts")
    command = [program, "ingest", "adventure_works", "--from", "env:SHOP_URL", "--into", landed]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [*map(str, command), *options],
        env={**os.environ, "SHOP_URL": url},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = re.search(r"sales_order_detail: (.*)", done.stdout)
    click.echo(
        f"{seconds:6.1f} s, {used:5.1f} s of processor, at most {after.ru_maxrss / 1024:,.0f} MB "
        f"so far  {what}: {told[1] if told else ''}"
    )


if __name__ == "__main__":
    main()
