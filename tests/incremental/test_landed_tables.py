"""Landed tables with `_loaded_at`: the rows of one load are a delivery, like a file."""

import json

import duckdb
import pytest
from build_output import NOTHING, Changes, daily_changes, full_build_reason
from same_rows import differences

# A large part of the few rows here is rejected.
VARS = ("--vars", json.dumps({"max_quarantined_share": 1}))
# Each day's statements on the landed file, and the changes that the build takes.
DAYS = [
    (
        """
        create schema raw_sales;
        create table raw_sales.customers as select 'C1' as customer_id, 'Ada' as first_name,
            '' as last_name, '' as email, '' as address, '' as city, '' as state,
            '' as postal_code;
        create table raw_sales.products as select 'P1' as product_id, 'Cup' as product_name,
            'Kitchen' as category, 4.50 as price;
        create table raw_sales.sales as
        select
            'O' || number as order_id, 'C1' as customer_id, 'P1' as product_id,
            date '2024-01-01' + cast(number // 10 as integer) as order_date,
            1 as quantity, 5.00 as total_price,
            timestamp '2024-01-01' + to_days(number // 10) as _loaded_at
        from range(60) as numbers(number)
        """,
        None,
    ),
    ("", NOTHING),
    (
        # A late line of an old order, a line that disagrees with its order, one without an order.
        """
        insert into raw_sales.sales values
            ('O3', 'C1', 'P1', '2024-01-01', 2, 8.00, '2024-02-01'),
            ('O4', 'C2', 'P1', '2024-01-01', 1, 1.00, '2024-02-01'),
            (null, 'C1', 'P1', '2024-01-01', 1, 1.00, '2024-02-01')
        """,
        Changes(new=1),
    ),
    (
        "delete from raw_sales.sales where _loaded_at = '2024-01-03';"
        "update raw_sales.sales set total_price = 7 where order_id = 'O11';"
        "update raw_sales.products set category = 'Garden'",
        Changes(changed=1, gone=1),
    ),
    ("delete from raw_sales.sales where _loaded_at = '2024-02-01'", Changes(gone=1)),
]


@pytest.fixture
def build(run_cli, light_project, tmp_path):
    """build(warehouse): the output of a build of the landed file."""

    project = light_project("sales", areas=("clv",))

    def run(warehouse):
        built = run_cli(
            *("build", "--project-dir", project, "--warehouse", warehouse),
            *("--raw-from", "tables", "--raw-database", tmp_path / "landed.duckdb", *VARS),
        )
        assert built.returncode == 0, built.stderr
        return built.stdout

    return run


def change(landed, statements):
    with duckdb.connect(str(landed)) as connection:
        connection.execute(statements)


def test_builds_load_by_load_equal_a_full_build(build, tmp_path, query):
    warehouse = tmp_path / "warehouse" / "commerce.duckdb"
    for number, (statements, expected) in enumerate(DAYS):
        change(tmp_path / "landed.duckdb", statements)
        output = build(warehouse)
        assert (daily_changes(output), full_build_reason(output)) == (expected, None)
        if number in (2, 4):
            full = tmp_path / str(number) / "commerce.duckdb"
            build(full)
            assert differences(warehouse, full) == []
    assert query(
        warehouse, "select source_file, count(*) from sales.stg_sales group by all order by all"
    )[0] == ("2024-01-01 00:00:00", 10)


def test_without_a_load_time_every_build_is_full_and_says_why(build, tmp_path):
    landed, warehouse = tmp_path / "landed.duckdb", tmp_path / "warehouse" / "commerce.duckdb"
    change(landed, DAYS[0][0] + "; alter table raw_sales.sales drop column _loaded_at")
    for _ in range(2):
        assert full_build_reason(build(warehouse)) == (
            "raw_sales.sales has no column _loaded_at, so changes cannot be found"
        )
