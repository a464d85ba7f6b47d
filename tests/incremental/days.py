"""The chains of days that the tests load, and what must be true of them."""

import json
from functools import cache
from pathlib import Path

import adventure_works_story
import duckdb
import greenery_story
import restaurant_story
import sales_story
import whole_orders_story
from build_output import MORE_THAN_HALF, OTHER_COLUMNS, daily_changes, full_build_reason
from chain import WAREHOUSE, Chain, arguments
from feed import date_of
from same_rows import differences, rows_count

ROOT = Path(__file__).resolve().parents[2]
ORDERS_A_DAY = 3
# More, because a build is a full build if more than half of the rows are new.
ORDERS_ON_THE_FIRST_DAY = 12

DAYS = range(1, 31)

RESTAURANT = Chain(
    domains=("restaurant",),
    days=len(DAYS),
    # Days without a full build after the last one: a full build would hide earlier faults.
    compared=(11, 22, 30),
    order_id={"restaurant": "order_id"},
    stories={"restaurant": restaurant_story.STORIES},
    # The runner's default is today.
    latest_plausible_dates={day: str(date_of(day)) for day in DAYS},
    as_of_dates={10: "2023-01-05", 11: "2023-01-05", 12: "2023-01-12"},
    full_builds=dict.fromkeys((23, 24, 26), OTHER_COLUMNS.format("restaurant.order_items")),
)
# Three independent shops in one chain: one build of all three takes little longer.
SHOPS = Chain(
    domains=("sales", "greenery", "adventure_works"),
    days=10,
    compared=(6, 8, 10),
    order_id={
        "sales": "order_id",
        "greenery": "order_id",
        "adventure_works": "sales_order_id",
    },
    stories={
        "sales": sales_story.STORIES,
        "greenery": greenery_story.STORIES,
        "adventure_works": adventure_works_story.STORIES,
    },
    latest_plausible_dates={day: "2024-12-31" if day < 9 else "2025-01-01" for day in DAYS},
    as_of_dates={4: "greenery=2024-03-02,sales=2023-01-02", 7: "2022-07-05"},
    full_builds={7: OTHER_COLUMNS.format("sales.sales"), 9: MORE_THAN_HALF},
)
WHOLE_ORDERS = Chain(
    domains=("sales", "greenery", "adventure_works", "restaurant"),
    days=8,
    compared=(5, 8),
    order_id={**SHOPS.order_id, **RESTAURANT.order_id},
    stories=whole_orders_story.STORIES,
    latest_plausible_dates=dict.fromkeys(DAYS, "2025-01-01"),
    as_of_dates={},
    full_builds={},
    whole_orders=True,
)
# The table and the column with the date of an order.
ORDERS_TABLE = {
    "sales": ("sales", "order_date"),
    "greenery": ("orders", "created_at"),
    "adventure_works": ("sales_order_header", "order_date"),
    "restaurant": ("order_items", "creation_time_utc"),
}


def deliver_seeds(feed, contract):
    """The orders of one day of the seeds, and on the first day the look-up tables."""
    domain = feed.folder.name
    seeds = seeds_of(domain, tuple(contract[domain]))
    orders_table, ordered_at = ORDERS_TABLE[domain]
    order_id = order_id_of(domain)
    seeds.execute(
        f"create or replace table wanted as select distinct {order_id} from {orders_table}"
        f" where {ordered_at}[:10] = (select distinct {ordered_at}[:10] as day"
        f" from {orders_table} order by day limit 1 offset {feed.day - 1})"
        f" order by all limit {ORDERS_A_DAY if feed.day > 1 else ORDERS_ON_THE_FIRST_DAY}"
    )
    for table, entry in contract[domain].items():
        if "transactions" in entry:
            which = f"{order_id} in (from wanted)"
            if table == "events":
                # All events of the order's session.
                which = f"session_id in (select session_id from events where {which})"
            elif table == "sales_order_return":
                # A story delivers the first return.
                which = "false"
            feed.write(feed.file(table), rows_of(seeds, f'from "{table}" where {which}'))
        elif feed.day == 1:
            feed.write(f"{table}.csv", rows_of(seeds, f'from "{table}"'))


@cache
def seeds_of(domain, tables):
    """The seeds of a domain as tables in memory, every value as text."""
    connection = duckdb.connect()
    for table in tables:
        seed = ROOT / f"seeds/{domain}/{domain}__{table}.csv"
        connection.execute(
            f"create table \"{table}\" as from read_csv('{seed}', all_varchar = true)"
        )
    return connection


def order_id_of(domain):
    return (RESTAURANT if domain in RESTAURANT.domains else SHOPS).order_id[domain]


def rows_of(connection, sql):
    result = connection.execute(f"{sql} order by all")
    names = [column[0] for column in result.description]
    return [
        dict(zip(names, ("" if value is None else value for value in row), strict=True))
        for row in result.fetchall()
    ]


def assert_no_mismatch(loaded, story):
    """Asserts that a story's latest step was true on each day."""
    assert json.loads((loaded / "mismatches.json").read_text())[story.title] == []


def assert_same_as_full_build(chain, day, loaded, build, folder):
    """Asserts that the warehouse of a day has the rows of a full build of its files.

    And is not more than 1.3 times as large.
    """
    built = build(*arguments(chain, day, loaded / "days" / str(day) / "raw", folder))
    assert built.returncode == 0, built.stdout + built.stderr
    day_by_day, in_full = loaded / "days" / str(day) / "warehouse" / WAREHOUSE, folder / WAREHOUSE
    texts = differences(day_by_day, in_full)
    assert not texts, "\n".join(["Day by day (first) is not the full build (second):", *texts])
    assert rows_count(in_full) > 1000
    assert day_by_day.stat().st_size <= 1.3 * in_full.stat().st_size


def assert_full_builds(chain, loaded):
    """Asserts that only the expected days had a full build, each for the expected reason."""
    outputs = {
        day: (loaded / "output" / f"{day}.txt").read_text() for day in range(2, chain.days + 1)
    }
    full_builds = {
        day: full_build_reason(text) for day, text in outputs.items() if daily_changes(text) is None
    }
    assert full_builds == chain.full_builds
