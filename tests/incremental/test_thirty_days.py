"""Day by day is the same as all at once: thirty days of files, with all that may happen to them."""

import json
from functools import cache
from pathlib import Path

import adventure_works_story
import duckdb
import greenery_story
import pytest
import restaurant_story
import sales_story
from chain import WAREHOUSE, Chain, arguments, faults_of_day, load
from feed import date_of
from said import OTHER_COLUMNS, reason, taken
from same_rows import differences, rows_count

ROOT = Path(__file__).resolve().parents[2]
ORDERS_A_DAY = 3
# More, because a build takes all anew where more than half is new.
ORDERS_ON_THE_FIRST_DAY = 12

DAYS = range(1, 31)

RESTAURANT = Chain(
    domains=("restaurant",),
    days=len(DAYS),
    compared=(11, 16, 20, 25, 30),
    order_id={"restaurant": "order_id"},
    stories={"restaurant": restaurant_story.STORIES},
    # As the runner's own today is.
    latest_plausible_dates={day: str(date_of(day)) for day in DAYS},
    as_of_dates={10: "2023-01-05", 11: "2023-01-05", 12: "2023-01-12"},
    other_columns=dict.fromkeys((23, 24, 26), "restaurant.order_items"),
)
# Three shops, that do not look at each other, in one chain: a build for all takes hardly longer.
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
    other_columns={7: "sales.sales"},
)
# The tables whose rows are told apart by the day of their order, and where that day stands.
ORDERS_TABLE = {
    "sales": ("sales", "order_date"),
    "greenery": ("orders", "created_at"),
    "adventure_works": ("sales_order_header", "order_date"),
    "restaurant": ("order_items", "creation_time_utc"),
}


@pytest.fixture(scope="session")
def days_of(made_once, feed_of, build_of, contract):
    """days_of(chain): the folder of its days, see load()."""

    def folder_of(chain):
        def make(folder):
            feeds = {domain: feed_of(folder, domain) for domain in chain.domains}
            build = build_of(*chain.domains)
            return load(chain, folder, feeds, lambda feed: deliver_seeds(feed, contract), build)

        return made_once(f"days_of_{'_and_'.join(chain.domains)}", make)

    return folder_of


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
                # With what led to the order.
                which = f"session_id in (select session_id from events where {which})"
            elif table == "sales_order_return":
                # The first return of all is a story.
                which = "false"
            feed.write(feed.file(table), rows_of(seeds, f'from "{table}" where {which}'))
        elif feed.day == 1:
            feed.write(f"{table}.csv", rows_of(seeds, f'from "{table}"'))


@cache
def seeds_of(domain, tables):
    """The seeds of a domain in memory, a table each, every value as text."""
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


def name_of(chain):
    return "restaurant" if chain is RESTAURANT else "shops"


def of(chain, *values, id):
    """A test of a chain: they wait for its days, so one worker runs them all."""
    group = pytest.mark.xdist_group(f"days of {name_of(chain)}")
    return pytest.param(chain, *values, id=id, marks=group)


def told_of(chain):
    return [of(chain, story, id=story.title) for story in chain.all_stories]


def compared_of(chain):
    return [of(chain, day, id=f"{name_of(chain)}-day_{day}") for day in chain.compared]


@pytest.mark.parametrize(("chain", "told"), [*told_of(RESTAURANT), *told_of(SHOPS)])
def test_what_happens_to_files_is_seen_each_day(chain, told, days_of):
    assert json.loads((days_of(chain) / "told.json").read_text())[told.title] == []


@pytest.mark.parametrize(("chain", "day"), [*compared_of(RESTAURANT), *compared_of(SHOPS)])
def test_a_day_is_a_full_refresh_of_its_files(chain, day, days_of, build_of, tmp_path):
    loaded = days_of(chain) / "days" / str(day)
    built = build_of(*chain.domains)(*arguments(chain, day, loaded / "raw", tmp_path))
    assert built.returncode == 0, built.stdout + built.stderr
    found = differences(loaded / "warehouse" / WAREHOUSE, tmp_path / WAREHOUSE)
    assert not found, "\n".join(["Day by day (first) is not the full refresh (second):", *found])
    assert rows_count(tmp_path / WAREHOUSE) > 1000


@pytest.mark.parametrize("chain", [of(RESTAURANT, id="restaurant"), of(SHOPS, id="shops")])
def test_only_days_on_which_columns_change_are_built_in_full(chain, days_of):
    said = days_of(chain) / "said"
    in_full = {
        day: reason((said / f"{day}.txt").read_text())
        for day in range(2, chain.days + 1)
        if taken((said / f"{day}.txt").read_text()) is None
    }
    assert in_full == {
        day: OTHER_COLUMNS.format(table) for day, table in chain.other_columns.items()
    }


@pytest.mark.xdist_group("days of restaurant")
def test_a_build_that_took_only_new_files_would_be_found(days_of, build_of, tmp_path):
    loaded = days_of(RESTAURANT)
    built = build_of("restaurant")(
        *arguments(RESTAURANT, RESTAURANT.days, loaded / "first_seen", tmp_path)
    )
    assert built.returncode == 0, built.stdout + built.stderr
    found = differences(loaded / "warehouse" / WAREHOUSE, tmp_path / WAREHOUSE)
    assert {
        "restaurant.stg_order_items",
        "restaurant.stg_order_item_options",
        "restaurant.stg_restaurants",
        "set_aside.restaurant__stg_order_items",
        "quarantine.restaurant_rows",
        "core.fct_orders",
        "clv.customer_clv",
        "trends.sales_trends_daily",
    } <= {text.split(":")[0] for text in found}
    faults = faults_of_day(RESTAURANT, RESTAURANT.days, tmp_path / WAREHOUSE)
    assert sum(bool(told) for told in faults.values()) >= 10
