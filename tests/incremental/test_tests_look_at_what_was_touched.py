"""Data tests read the rebuilt rows in a daily build, and all rows in a full build."""

import json
import re
import shutil

import pytest
import sales_story
import yaml
from feed import add

# Tests that warn about every row that they read.
A_TEST = """
{{ config(severity='warn') }}
select * from {{ touched_rows('fct_orders') }}
"""
A_GENERIC_TEST = """
{% test sees(model) %}{{ config(severity='warn') }} select * from {{ model }}{% endtest %}
"""
TESTED = {
    "fct_orders": "seen_in_core",
    "fct_order_lines": "seen_in_core_lines",
    "int_sales__order_lines": "seen_in_a_view",
    "stg_sales": "seen_in_staging",
    "stg_products": "seen_in_a_look_up",
    "customer_clv": "seen_in_a_mart",
}


def add_tests(project):
    (project / "tests/data/seen_by_a_test.sql").write_text(A_TEST)
    (project / "macros/sees.sql").write_text(A_GENERIC_TEST)
    for path in project.glob("models/**/*.yml"):
        content = yaml.safe_load(path.read_text())
        for entry in content.get("models", []):
            if entry["name"] in TESTED:
                entry["data_tests"] = [{"sees": {"name": TESTED[entry["name"]]}}]
        path.write_text(yaml.safe_dump(content, sort_keys=False))


@pytest.fixture(scope="session")
def builds(made_once, feed_of, light_project, run_cli):
    """The outputs of three builds: the first, one with a late line, one with a new category."""

    def make(folder):
        project = shutil.copytree(light_project("sales", areas=("clv",)), folder / "project")
        add_tests(project)
        sales = feed_of(folder, "sales")
        for day in (1, 2):
            sales.day = day
            for number in range(10):
                line = sales_story.line(f"{day}-{number}", day, customer_id=f"C{number}")
                add("sales", line)(sales)
        sales.write("products.csv", [{"product_id": "P001", "category": "Kitchen"}])
        sales.write("customers.csv", [{"customer_id": "C0001", "first_name": "Ada"}])
        outputs = []
        for day in (3, 4, 5):
            built = run_cli(
                *("build", "--project-dir", project, "--raw-from", "files"),
                *("--raw-dir", folder / "raw", "--domains", "sales"),
                *("--warehouse", folder / "warehouse" / "commerce.duckdb"),
                # A single late line adds to its order.
                *("--vars", json.dumps({"orders_are_delivered_whole": False})),
            )
            if built.returncode:
                return built.stderr
            outputs.append(built.stdout)
            sales.day = day
            if day == 3:
                late = sales_story.line("1-3", 1, customer_id="C3", quantity="4")
                add("sales", late)(sales)
            else:
                category = [{"product_id": "P001", "category": "Garden"}]
                sales.write("products.csv", category)
        (folder / "outputs.json").write_text(json.dumps(outputs))
        return ""

    return json.loads((made_once("what_tests_see", make) / "outputs.json").read_text())


def rows_seen(output):
    """How many rows each test read."""
    warnings = re.findall(r"test (seen\w+): ([\d,]+) row", output)
    return {name: int(count.replace(",", "")) for name, count in warnings}


def test_a_full_build_tests_everything(builds):
    assert rows_seen(builds[0]) == {
        "seen_by_a_test": 20,
        "seen_in_core": 20,
        "seen_in_core_lines": 20,
        "seen_in_a_view": 20,
        "seen_in_staging": 20,
        "seen_in_a_look_up": 1,
        "seen_in_a_mart": 10,
    }


def test_a_daily_build_tests_the_order_of_a_late_line(builds):
    assert rows_seen(builds[1]) == {
        "seen_by_a_test": 1,
        "seen_in_core": 1,
        "seen_in_core_lines": 2,
        "seen_in_a_view": 2,
        "seen_in_staging": 2,
        "seen_in_a_look_up": 1,
        "seen_in_a_mart": 10,
    }


def test_a_changed_category_rebuilds_and_tests_all_order_lines(builds):
    # No order depends on a category: tests of orders see none, and a test without rows is silent.
    assert rows_seen(builds[2]) == {
        "seen_in_core_lines": 21,
        "seen_in_a_view": 21,
        "seen_in_a_look_up": 1,
        "seen_in_a_mart": 10,
    }
