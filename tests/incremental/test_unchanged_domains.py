"""A daily build runs nothing of a domain that has not changed, and gives a full build's rows."""

import json
import shutil

import pytest
import restaurant_story
import sales_story
from days import date_of
from feed import add, deliver
from same_rows import differences

UNKNOWN_PRODUCT = "stg_sales_name_known_products: 1 row of sales"
# A date that is too late for the first builds.
TOMORROW = 4


def vars_until(day):
    """Rows until this day are plausible; many left out rows must not fail a build."""
    shares = {"max_quarantined_share": 1, "max_vanished_share": 1}
    return ("--vars", json.dumps({**shares, "latest_plausible_date": str(date_of(day))}))


@pytest.fixture(scope="module")
def builds(tmp_path_factory, feed_of, light_project, run_cli):
    """build(name): {output, models that ran, warehouse, full}; full is of the same files."""
    folder = tmp_path_factory.mktemp("unchanged_domains")
    project = light_project(
        "sales", "restaurant", areas=("clv",), tested=("stg_sales", "build_info")
    )
    found = {}

    def build(name, *options, with_full=False):
        common = ("build", "--project-dir", project, "--raw-from", "files")
        common += ("--raw-dir", folder / "raw", *options)
        run = run_cli(*common, "--warehouse", folder / "commerce.duckdb")
        assert run.returncode == 0, f"{name}: {run.stdout}{run.stderr}"
        results = json.loads((project / "target" / "publish" / "run_results.json").read_text())
        ran = {tuple(one["unique_id"].split(".")[::2][:2]) for one in results["results"]}
        shutil.copy(folder / "commerce.duckdb", folder / f"{name}.duckdb")
        full = folder / f"full_{name}.duckdb"
        if with_full:
            whole = run_cli(*common, "--warehouse", full)
            assert whole.returncode == 0, whole.stderr
        found[name] = {
            "output": run.stdout,
            "models": {node for kind, node in ran if kind == "model"},
            "tests": {node for kind, node in ran if kind == "test"},
            "warehouse": folder / f"{name}.duckdb",
            "full": full,
        }

    sales, restaurant = feed_of(folder, "sales"), feed_of(folder, "restaurant")
    sales.day = restaurant.day = 1
    sales.write("products.csv", [{"product_id": "P001", "category": "Kitchen"}])
    sales.write("customers.csv", [{"customer_id": "C0001", "first_name": "Ada"}])
    deliver("date_dim.csv", {"date_key": "2023-01-01"})(restaurant)
    for number in range(20):
        add("sales", sales_story.line(f"s{number}", 1))(sales)
        add("order_items", restaurant_story.line(f"r{number}", 1))(restaurant)
    add("sales", sales_story.line("unknown", 1, product_id="P999"))(sales)
    add("sales", sales_story.line("tomorrow", TOMORROW))(sales)
    build("first", *vars_until(2))
    build("nothing", *vars_until(2))
    restaurant.day = 2
    add("order_items", restaurant_story.line("r new", 2))(restaurant)
    build("one_domain", *vars_until(2), with_full=True)
    build("a_day_later", *vars_until(TOMORROW), with_full=True)
    return found


def test_where_nothing_has_changed_only_the_row_of_the_build_is_made(builds):
    build = builds["nothing"]
    assert build["models"] == {"build_info"}
    assert differences(builds["first"]["warehouse"], build["warehouse"]) == []


def test_of_a_domain_that_has_not_changed_nothing_runs(builds):
    models = builds["one_domain"]["models"]
    assert {"stg_restaurant__order_items", "fct_orders", "customer_clv"} <= models
    assert not [name for name in models if "sales" in name]
    assert "stg_sales_name_known_products" not in builds["one_domain"]["tests"]
    # A row of sales waits for its day.
    models = builds["a_day_later"]["models"]
    assert {"stg_sales", "int_sales__orders", "fct_orders", "customer_clv"} <= models
    assert not [name for name in models if "restaurant" in name]


def test_a_build_with_unchanged_domains_has_the_rows_of_a_full_build(builds):
    for name in ("one_domain", "a_day_later"):
        assert differences(builds[name]["warehouse"], builds[name]["full"]) == []


def test_a_row_that_a_later_day_makes_plausible_is_taken(builds, query):
    sql = "select count(*) from core.fct_orders where order_id = 'tomorrow'"
    assert query(builds["one_domain"]["warehouse"], sql) == [(0,)]
    assert query(builds["a_day_later"]["warehouse"], sql) == [(1,)]


def test_what_a_test_that_did_not_run_warned_of_is_told_again(builds):
    for name in ("first", "nothing", "one_domain"):
        assert UNKNOWN_PRODUCT in builds[name]["output"], name
    assert "stg_sales_name_known_products" not in builds["nothing"]["tests"]


def test_warnings_that_are_kept_have_no_rows_of_data(builds, query):
    [(warning,)] = query(
        builds["first"]["warehouse"],
        "select warning from ledger.warnings where node like '%name_known_products%'",
    )
    assert UNKNOWN_PRODUCT in warning
    assert "P999" in builds["first"]["output"]
    assert "P999" not in warning
