"""What `commerce-marts ingest` lands is built as a daily build, with the rows of a full build."""

from pathlib import Path

import pytest
from adventure_works_database import TABLES, fill
from build_output import Changes, daily_changes, full_build_reason
from local_postgres import running_postgres
from same_rows import differences
from sqlalchemy import create_engine, make_url

ROOT = Path(__file__).resolve().parents[2]
# A late line and another status of an old order, an order that is deleted, and a new one.
LATER = """
update "Sales"."SalesOrderHeader" set "Status" = 6, "ModifiedDate" = '2025-01-01'
where "SalesOrderID" = 50010;
insert into "Sales"."SalesOrderDetail" select "SalesOrderID", 999999, 1, 715, 1, 10, 0, 10
from "Sales"."SalesOrderHeader" where "SalesOrderID" = 50010;
update "Sales"."SalesOrderDetail" set "ModifiedDate" = '2025-01-01'
where "SalesOrderDetailID" = 999999;
delete from "Sales"."SalesOrderDetail" where "SalesOrderID" = 51200;
delete from "Sales"."SalesOrderHeader" where "SalesOrderID" = 51200;
insert into "Sales"."SalesOrderHeader" ("SalesOrderID", "OrderDate", "CustomerID", "SubTotal",
    "TaxAmt", "Freight", "TotalDue", "Status", "ModifiedDate")
values (99999, '2024-06-30', 11001, 8, 1, 1, 10, 5, '2025-01-01');
insert into "Sales"."SalesOrderDetail"
values (99999, 1000000, 2, 714, 1, 4, 0, 8, gen_random_uuid(), '2025-01-01');
"""


@pytest.fixture
def database(contract):
    """The URL of a database with the seeds of adventure_works, and an engine on it."""
    keys = {table: contract["adventure_works"][table]["key"] for table in TABLES}
    files = {
        table: ROOT / f"seeds/adventure_works/adventure_works__{table}.csv" for table in TABLES
    }
    with running_postgres() as postgres:
        url = make_url(postgres.url()).set(drivername="postgresql+psycopg")
        engine = create_engine(url)
        fill(engine, files, keys)
        yield postgres.url(), engine
        engine.dispose()


@pytest.fixture
def built_daily(database, tmp_path, run_cli, light_project):
    """The warehouse of a daily build of what a second run landed, and a function that builds it."""
    url, engine = database
    project = light_project("adventure_works", areas=("clv",))
    landed = tmp_path / "landed.duckdb"

    def ingest(*options):
        command = ("ingest", "adventure_works", "--from", "env:SHOP_URL", "--into", landed)
        done = run_cli(*command, *options, env={"SHOP_URL": url})
        assert done.returncode == 0, done.stderr

    def build(warehouse):
        built = run_cli(
            *("build", "--project-dir", project, "--warehouse", warehouse),
            *("--raw-from", "tables", "--raw-database", landed),
        )
        assert built.returncode == 0, built.stdout + built.stderr
        return built.stdout

    warehouse = tmp_path / "warehouse" / "commerce.duckdb"
    ingest()
    build(warehouse)
    with engine.begin() as connection:
        for statement in LATER.split(";\n")[:-1]:
            connection.exec_driver_sql(statement)
    ingest("--full-compare")
    output = build(warehouse)
    # Of 6 and 16 deliveries: headers of two orders, lines of the deleted one; a new one each.
    assert (daily_changes(output), full_build_reason(output)) == (Changes(new=2, changed=3), None)
    return warehouse, build


def test_a_build_of_what_was_ingested_is_a_daily_build(built_daily, query):
    warehouse, _ = built_daily
    lines = "from adventure_works.stg_sales_order_details"
    assert query(warehouse, f"select count(*) {lines} where sales_order_id = '51200'") == [(0,)]
    assert query(
        warehouse,
        f"select sales_order_id {lines} where sales_order_detail_id in ('999999', '1000000')"
        " order by all",
    ) == [("50010",), ("99999",)]
    assert query(
        warehouse,
        "select order_id, counts_as_sale from core.fct_orders"
        " where order_id in ('50010', '51200', '99999') order by all",
    ) == [("50010", False), ("99999", True)]


@pytest.mark.long
def test_a_daily_build_of_what_was_ingested_equals_a_full_build(built_daily, tmp_path):
    warehouse, build = built_daily
    full = tmp_path / "full" / "commerce.duckdb"
    build(full)
    assert differences(warehouse, full) == []
