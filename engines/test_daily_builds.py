"""Daily builds on Spark: day by day, they have the rows of one full build on DuckDB.

Files and landed tables are read by Spark itself, so this also compares how both engines judge them.
"""

import sys

import duckdb
import pytest
import yaml
from compare import all_differences
from engines import ROOT, Builds, end

sys.path.insert(0, str(ROOT / "tests/incremental"))

from days import SHOPS, deliver_seeds
from feed import Feed

# The seeds of domains are not needed: files or landed tables take their place.
MODELS = ("--resource-type", "model", "--resource-type", "seed", "--select")
EVERYTHING = (*MODELS, "resource_type:model", "rfm_segment_grid")
# What a day leaves for the next one, and what that reads. The others are made anew on the last day.
KEPT = (
    *MODELS,
    "rfm_segment_grid",
    *(f"+config.materialized:{kind}" for kind in ("staged", "by_order", "kept", "touched")),
    "+config.reads_itself:true",
)
SHOPS_COMPARED = ("sales", "greenery")
DAYS = 10
# From day 7 on files have another column. The runner would see it; on Spark the user has to.
FULL_BUILDS = (1, 7)
CONTRACT = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]["raw_contract"]
# What a loader does to the landed tables, day by day.
LOADS = [
    [
        """
        create table raw_sales.customers {using} as
        select 'C1' as customer_id, 'Ada' as first_name, '' as last_name, '' as email,
            '' as address, '' as city, '' as state, '' as postal_code
        """,
        """
        create table raw_sales.products {using} as
        select 'P1' as product_id, 'Cup' as product_name, 'Kitchen' as category,
            cast(4.50 as decimal(9, 2)) as price
        """,
        """
        create table raw_sales.sales {using} as
        select
            concat('O', cast(number as int)) as order_id, 'C1' as customer_id, 'P1' as product_id,
            cast('2024-01-01' as date) + cast(floor(number / 10) as int) as order_date,
            1 as quantity, cast(5.00 as decimal(9, 2)) as total_price,
            cast(cast('2024-01-01' as date) + cast(floor(number / 10) as int) as timestamp)
                as _loaded_at
        from range(60) as numbers(number)
        """,
    ],
    [
        # A late line of an old order, a line that disagrees with its order, one without an order.
        """
        insert into raw_sales.sales values
            ('O3', 'C1', 'P1', cast('2024-01-01' as date), 2, 8, cast('2024-02-01' as timestamp)),
            ('O4', 'C2', 'P1', cast('2024-01-01' as date), 1, 1, cast('2024-02-01' as timestamp)),
            (null, 'C1', 'P1', cast('2024-01-01' as date), 1, 1, cast('2024-02-01' as timestamp))
        """,
    ],
    [
        # A load that is gone, one of another size, and another value in a look-up table.
        "delete from raw_sales.sales where _loaded_at = cast('2024-01-03' as timestamp)",
        "delete from raw_sales.sales where order_id = 'O11'",
        "update raw_sales.products set category = 'Garden'",
    ],
]


def assert_same_rows(builds: Builds) -> None:
    count, found = all_differences(builds)
    end(builds.session())
    assert count > 80
    assert [f"{each.place}: {each.found}" for each in found if each.reason is None] == []


@pytest.mark.long
def test_files_day_by_day_have_the_rows_of_a_full_build(tmp_path):
    builds = Builds(tmp_path, SHOPS_COMPARED)
    feeds = {
        domain: Feed(
            tmp_path / "raw" / domain,
            {table: list(entry["columns"]) for table, entry in CONTRACT[domain].items()},
        )
        for domain in SHOPS_COMPARED
    }
    given = {
        "raw_from": "files",
        "raw_dir": str(tmp_path / "raw"),
        "orders_are_delivered_whole": False,
    }
    for day in range(1, DAYS + 1):
        for domain, feed in feeds.items():
            feed.day = day
            deliver_seeds(feed, CONTRACT)
            steps = [step for story in SHOPS.stories[domain] for step in story.steps]
            for action in [action for step in steps if step.day == day for action in step.actions]:
                action(feed)
        of_day = {
            "latest_plausible_date": SHOPS.latest_plausible_dates[day],
            # A large part of the few rows here is rejected.
            "max_quarantined_share": 1,
        }
        incremental = {"incremental": day not in FULL_BUILDS}
        models = EVERYTHING if day == DAYS else KEPT
        builds.dbt("spark", "build", *models, build_vars=incremental | of_day, **given)
    builds.dbt("publish", "build", *EVERYTHING, build_vars=of_day, **given)
    assert_same_rows(builds)


@pytest.mark.long
def test_landed_tables_load_by_load_have_the_rows_of_a_full_build(tmp_path):
    builds = Builds(tmp_path, ("sales",))
    landed = tmp_path / "landed.duckdb"
    given = {"raw_from": "tables", "tables_hold_deliveries": True}
    with duckdb.connect(str(landed)) as connection:
        connection.execute("create schema raw_sales")
        for statement in [statement for load in LOADS for statement in load]:
            connection.execute(statement.format(using=""))
    for number, load in enumerate(LOADS):
        # The catalog of a folder is open in one process only.
        spark = builds.session()
        spark.sql("create schema if not exists raw_sales")
        for statement in load:
            spark.sql(statement.format(using="using delta"))
        end(spark)
        of_build = {"max_quarantined_share": 1}
        incremental = {"incremental": number > 0}
        models = EVERYTHING if load is LOADS[-1] else KEPT
        builds.dbt("spark", "build", *models, build_vars=incremental | of_build, **given)
    given["raw_database"] = str(landed)
    builds.dbt("publish", "build", *EVERYTHING, build_vars=of_build, **given)
    assert_same_rows(builds)
