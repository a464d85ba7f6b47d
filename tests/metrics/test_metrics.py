"""`mf query` on the metrics of models/metrics gives the numbers of the marts."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TO_THE_DIGIT = 1e-6


@pytest.fixture(scope="module")
def metrics(seeds_warehouse, manifest, shared_folder, tmp_path_factory):
    """metrics(metrics, group_by): {values of group_by: values of the metrics}."""
    folder = tmp_path_factory.mktemp("metrics")
    # mf looks for what dbt has parsed below the folder where it runs.
    (folder / "target").mkdir()
    shutil.copy(shared_folder / "manifest" / "semantic_manifest.json", folder / "target")
    shutil.copy(ROOT / "dbt_project.yml", folder)
    output = {
        "type": "duckdb",
        "path": str(seeds_warehouse),
        "config_options": {"access_mode": "read_only"},
        "schema": "main",
    }
    profile = {"commerce_marts": {"target": "published", "outputs": {"published": output}}}
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile))

    def query(names, group_by):
        out = folder / "out.csv"
        run = subprocess.run(
            [
                *(Path(sys.executable).with_name("mf"), "query", "--csv", out),
                *("--metrics", ",".join(names), "--group-by", ",".join(group_by)),
            ],
            cwd=folder,
            env={**os.environ, "DBT_PROFILES_DIR": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
        with out.open(newline="") as file:
            rows = list(csv.DictReader(file))
        return {
            tuple(
                row[name][:10] if name.startswith("metric_time") else row[name] for name in group_by
            ): tuple(float(row[name]) if row[name] else None for name in names)
            for row in rows
        }

    return query


def assert_same(found, rows, keys):
    expected = {
        tuple(map(str, row[:keys])): tuple(
            None if value is None else pytest.approx(float(value), rel=TO_THE_DIGIT)
            for value in row[keys:]
        )
        for row in rows
    }
    assert len(expected) > 1
    # MetricFlow also gives months without anything.
    assert {key: found.get(key) for key in expected} == expected


def test_net_sales_by_month_are_those_of_the_bridge(metrics, seeds_warehouse, query):
    names = ["revenue", "returned_amount", "net_sales", "orders"]
    assert_same(
        metrics(names, ["metric_time__month", "shop"]),
        query(
            seeds_warehouse,
            "select month_start_date, domain, sum(revenue), coalesce(sum(returned_amount), 0),"
            " sum(net_sales), sum(orders_count) from retention.net_sales_bridge_monthly"
            " where net_sales is not null group by all",
        ),
        keys=2,
    )


def test_conversion_by_day_is_that_of_the_kpis(metrics, seeds_warehouse, query):
    assert_same(
        metrics(["sessions", "conversion_rate"], ["metric_time__day"]),
        query(
            seeds_warehouse,
            "select date_day, sessions_count, conversion_rate"
            " from sales_reporting.greenery_kpis_daily where sessions_count > 0",
        ),
        keys=1,
    )


def test_repeat_rate_units_and_order_values_by_shop(metrics, seeds_warehouse, query):
    assert_same(
        metrics(["repeat_rate", "average_order_value", "units", "buyers"], ["shop"]),
        query(
            seeds_warehouse,
            "select domain, any_value(repeat_rate), sum(net_amount) / count(*), sum(units),"
            " count(distinct customer_id) from core.fct_orders_as_of inner join (select domain,"
            " avg(case when orders_count > 1 then 1 else 0 end) as repeat_rate"
            " from clv.customer_clv group by domain) using (domain) group by domain",
        ),
        keys=1,
    )


def test_revenue_by_segment_and_by_category(metrics, seeds_warehouse, query):
    assert_same(
        metrics(["revenue"], ["shop", "customer__rfm_segment"]),
        query(
            seeds_warehouse,
            "select orders.domain, rfm_segment, sum(net_amount)"
            " from core.fct_orders_as_of as orders inner join rfm.customer_rfm_segments as segments"
            " on orders.domain = segments.domain and orders.customer_id = segments.customer_id"
            " group by all",
        ),
        keys=2,
    )
    assert_same(
        metrics(["category_revenue", "category_units"], ["shop", "order_line__category"]),
        query(
            seeds_warehouse,
            "select domain, category, sum(revenue), sum(units)"
            " from sales_reporting.product_performance group by all",
        ),
        keys=2,
    )


@pytest.mark.parametrize("grain", ["week", "quarter", "year"])
def test_orders_of_locations_by_every_grain_are_those_of_core(
    grain, metrics, seeds_warehouse, query
):
    assert_same(
        metrics(["revenue", "orders"], [f"metric_time__{grain}", "location__location_name"]),
        query(
            seeds_warehouse,
            f"select date_trunc('{grain}', order_date)::date as start, location_name,"
            " sum(net_amount), count(*) from core.fct_orders_as_of as orders"
            " inner join core.dim_locations as locations on orders.domain = locations.domain"
            " and orders.location_id = locations.location_id group by all",
        ),
        keys=2,
    )
