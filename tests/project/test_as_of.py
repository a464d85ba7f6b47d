"""Marts as of an earlier day ignore later data; none depends on the order of rows or of nulls."""

from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
AREAS = ("rfm", "clv", "churn", "trends", "loyalty", "locations", "discounts")
AREAS += ("retention", "basket", "forecast")


@pytest.fixture(scope="session")
def as_of(seeds_warehouse, query):
    """{domain: a day within its data, before its last order}."""
    days = query(
        seeds_warehouse,
        "select domain, cast(quantile_disc(order_date, 0.9) as varchar) from core.fct_orders"
        " where counts_as_sale group by domain",
    )
    return dict(days)


@pytest.fixture(scope="session")
def marts_of(made_once, models_built, contract):
    """marts_of(name, select, **vars): builds all models; `select` gives a raw table's rows.

    `settings` are DuckDB's, in the words of profiles.yml.
    """

    def warehouse(name, select, settings="", **variables):
        def make(folder):
            profiles = (ROOT / "profiles.yml").read_text()
            assert "{TimeZone: UTC}" in profiles
            (folder / "profiles.yml").write_text(
                profiles.replace("{TimeZone: UTC}", f"{{TimeZone: UTC, {settings}}}")
            )
            for domain, tables in contract.items():
                (folder / "raw" / domain).mkdir(parents=True)
                for table in tables:
                    seed = ROOT / f"seeds/{domain}/{domain}__{table}.csv"
                    file = folder / "raw" / domain / f"{table}.csv"
                    rows = f"from read_csv('{seed}', all_varchar = true)"
                    duckdb.sql(f"copy ({select(domain, table, rows)}) to '{file}'")
            raw = {"raw_from": "files", "raw_dir": f"{folder}/raw"}
            raw_seeds = [f"path:seeds/{domain}" for domain in contract]
            return models_built(
                folder, raw | variables, "--profiles-dir", folder, "--exclude", *raw_seeds
            )

        return made_once(name, make) / "commerce.duckdb"

    return warehouse


def assert_same_marts(one, other):
    """Asserts that the areas' tables have the same rows; floating point is compared to 9 digits."""
    compared = 0
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        relations = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where database_name = 'one' and schema_name in (select unnest(?)) order by all",
            [list(AREAS)],
        ).fetchall()
        for (relation,) in relations:
            columns = connection.execute(f"describe one.{relation}").fetchall()
            exact = ", ".join(
                f'round("{column}", 9) as "{column}"' if type_ == "DOUBLE" else f'"{column}"'
                for column, type_, *_ in columns
            )
            rows = {name: f"select {exact} from {name}.{relation}" for name in ("one", "other")}
            for left, right in (("one", "other"), ("other", "one")):
                differing = connection.execute(f"{rows[left]} except all {rows[right]}").fetchall()
                assert not differing, f"{relation}: {len(differing)} rows, {differing[0]}"
            compared += connection.execute(f"select count(*) from ({rows['one']})").fetchone()[0]
    assert compared > 1000


@pytest.fixture(scope="session")
def all_data_as_of(marts_of, as_of):
    """A warehouse with all data, as of an earlier day."""
    return marts_of("as_of_earlier", lambda _domain, _table, rows: rows, as_of_date=as_of)


@pytest.fixture(scope="session")
def data_until_then(marts_of, seeds_warehouse, contract, as_of):
    """A warehouse with only the orders and events up to that day."""

    def select(domain, table, rows):
        order_id = contract[domain][table].get("part_of", {}).get("order")
        if (domain, table) == ("greenery", "events"):
            return f"{rows} where created_at < '{as_of[domain]}T24'"
        if order_id is None:
            return rows
        with duckdb.connect(str(seeds_warehouse), read_only=True) as connection:
            later = connection.execute(
                "select order_id from core.fct_orders where domain = ? and order_date > ?",
                [domain, as_of[domain]],
            ).fetchall()
        names = ", ".join(f"'{name}'" for (name,) in later)
        return f"{rows} where {order_id} is null or {order_id} not in ({names})"

    return marts_of("as_of_data_until_then", select, as_of_date=as_of)


def test_an_earlier_as_of_date_ignores_later_data(all_data_as_of, data_until_then):
    assert_same_marts(all_data_as_of, data_until_then)


def test_rfm_hours_of_the_past_do_not_change_when_later_orders_come(
    seeds_warehouse, data_until_then, query
):
    hours = "select {}(date_hour)::varchar from rfm.fct_hourly_rfm_segments"
    first_hour, last_hour = (
        query(warehouse, hours.format(end))[0][0]
        for warehouse, end in ((seeds_warehouse, "min"), (data_until_then, "max"))
    )
    rows = (
        "select * from rfm.fct_hourly_rfm_segments"
        f" where date_hour between '{first_hour}' and '{last_hour}' order by all"
    )
    assert len(query(seeds_warehouse, rows)) > 1000
    assert query(seeds_warehouse, rows) == query(data_until_then, rows)


def test_no_mart_depends_on_the_order_of_rows_or_on_where_nulls_come(seeds_warehouse, marts_of):
    shuffled = marts_of(
        "as_of_shuffled",
        lambda _domain, _table, rows: f"{rows} as r order by hash(r, 7)",
        # As on Spark, where nulls come first in an ascending order.
        settings="default_null_order: nulls_first_on_asc_last_on_desc",
    )
    assert_same_marts(seeds_warehouse, shuffled)
