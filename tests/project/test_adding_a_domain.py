"""A fifth domain needs only the few lines in docs/adding_a_domain.md, and nothing else changes."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "adding_a_domain.md").read_text()
DOMAIN = "market_stall"
MOST_FILES, MOST_LINES = 12, 300
COPIED = ("dbt_project.yml", "selectors.yml", "profiles.yml", "packages.yml", "pyproject.toml")
COPIED += ("docs/raw_contract.md", "dbt_packages", "macros", "models", "seeds", "analyses", "tests")
COPIED += ("scripts/sqlfluff_library",)
# These tests must also pass with one more domain.
TESTS_OF_ALL_DOMAINS = (
    *("test_walls.py", "test_raw_contract.py", "test_macros.py", "test_descriptions.py"),
    "test_dbt_habits.py::test_every_area_and_every_domain_has_a_selector",
    "test_dbt_habits.py::test_every_test_that_may_warn_says_what_its_rows_mean",
)
# The first tests dbt itself, the second needs a build of all seeds.
NOT_REPEATED = (
    "test_walls.py::test_dbt_refuses_a_mart_that_reads_a_domains_staging",
    "test_descriptions.py::test_descriptions_reach_the_warehouse_as_comments",
)
# They differ between builds, or contain the row's file.
NOT_COMPARED = ("build_id", "built_at", "git_commit", "source_file")


def blocks_of_page() -> list[tuple[str, str, str]]:
    """The page's instructions in order: (`Add to`, `at the end of` or `Write`; path; text)."""
    block = r"(Add to|at the end of|Write) `([^`]+)`:\n\n```\w+\n(.*?)```\n"
    return re.findall(block, PAGE, re.DOTALL)


def merged(settings, more):
    """The settings with more added: mappings are merged, lists are joined."""
    if isinstance(settings, dict):
        both = {name: merged(settings[name], more[name]) for name in settings.keys() & more.keys()}
        return {**settings, **more, **both}
    return settings + more


def add_domain(project: Path) -> None:
    """Follows the page's instructions in a copy of the project."""
    for how, path, text in blocks_of_page():
        file = project / path
        if how == "Write":
            assert not file.exists(), path
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        elif how == "at the end of":
            file.write_text(file.read_text() + text)
        else:
            settings = merged(yaml.safe_load(file.read_text()), yaml.safe_load(text))
            file.write_text(yaml.safe_dump(settings, sort_keys=False))
    selectors = project / "selectors.yml"
    text = selectors.read_text()
    assert text.count("exclude: [") == 1
    selectors.write_text(text.replace("exclude: [", f'exclude: ["tag:{DOMAIN}", '))


@pytest.fixture(scope="session")
def project(made_once):
    """A copy of the project with the page's domain."""

    def make(folder):
        for name in COPIED:
            source, target = ROOT / name, folder / name
            target.parent.mkdir(exist_ok=True, parents=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        add_domain(folder)
        return ""

    return made_once("project_with_a_fifth_domain", make)


@pytest.fixture(scope="session")
def with_another_domain(project, published):
    """A warehouse of the domain and sales, from their seeds."""
    return published(
        "fifth_domain_and_sales", "--project-dir", project, "--domains", f"sales,{DOMAIN}"
    )


@pytest.fixture(scope="session")
def smallest_then_daily(project, made_once, run_cli):
    """A folder with smallest.duckdb (only one order) and commerce.duckdb (a daily build after it).

    The rows are those of the seeds, delivered as files on two days.
    """

    def make(folder):
        seeds = project / "seeds" / DOMAIN
        raw = folder / "raw" / DOMAIN
        (raw / "sales").mkdir(parents=True)
        shutil.copy(seeds / f"{DOMAIN}__products.csv", raw / "products.csv")
        header, *lines = (seeds / f"{DOMAIN}__sales.csv").read_text().splitlines()
        warehouse = folder / "commerce.duckdb"
        for day, delivered in (("day_1", lines[:3]), ("day_2", lines[3:])):
            (raw / "sales" / f"{day}.csv").write_text("\n".join([header, *delivered]) + "\n")
            built = run_cli(
                *("build", "--project-dir", project, "--domains", DOMAIN, "--keep", 0),
                *("--raw-from", "files", "--raw-dir", folder / "raw", "--warehouse", warehouse),
            )
            (folder / f"{day}.txt").write_text(built.stdout + built.stderr)
            if built.returncode != 0:
                return built.stdout + built.stderr
            if day == "day_1":
                shutil.copy(warehouse, folder / "smallest.duckdb")
        return ""

    return made_once("fifth_domain_day_by_day", make)


def test_the_domain_is_small_and_the_page_says_how_small():
    blocks = blocks_of_page()
    files = {path for _, path, _ in blocks}
    # One more for the line of selectors.yml that gets another tag.
    lines = sum(len(text.splitlines()) for _, _, text in blocks) + 1
    assert len(files) <= MOST_FILES
    assert lines <= MOST_LINES
    assert f"{len(files)} files and {lines} lines" in PAGE


def test_what_is_tested_of_all_domains_holds_for_the_copy(project):
    tests = [f"tests/project/{name}" for name in TESTS_OF_ALL_DOMAINS]
    not_repeated = [f"--deselect=tests/project/{name}" for name in NOT_REPEATED]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *tests, *not_repeated, "-p", "no:cacheprovider"],
        cwd=project,
        # Options for the tests around it are not for these.
        env={name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(NOT_REPEATED)} deselected" in done.stdout


def test_the_domains_models_pass_the_linter(project):
    linter = Path(sys.executable).with_name("sqlfluff")
    models = [path for _, path, _ in blocks_of_page() if path.endswith(".sql")]
    done = subprocess.run(
        [linter, "lint", *models], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_domain_is_in_core_beside_another_one(with_another_domain, query):
    assert query(
        with_another_domain,
        "select domain, min(orders_count), min(revenue) from core.build_info"
        f" where domain = '{DOMAIN}' group by all",
    ) == [(DOMAIN, 2, 14.5)]
    assert query(
        with_another_domain,
        "select order_id, customer_id, line_count, net_amount from core.fct_orders"
        f" where domain = '{DOMAIN}' order by order_id",
    ) == [("O1", "C1", 3, 12), ("O2", None, 1, 2.5)]
    assert query(with_another_domain, "select domain from core.dim_domains order by all") == [
        (DOMAIN,),
        ("sales",),
    ]


def test_customers_and_days_of_the_domain_come_from_its_orders(with_another_domain, query):
    assert query(
        with_another_domain,
        "select customer_id, name, first_order_date::varchar, last_order_date::varchar"
        f" from core.dim_customers where domain = '{DOMAIN}'",
    ) == [("C1", None, "2024-05-04", "2024-05-04")]
    assert query(
        with_another_domain,
        "select currency, first_order_date::varchar, as_of_date::varchar, has_time_of_day,"
        " has_discounts, has_loyalty, has_locations, has_returns"
        f" from core.dim_domains where domain = '{DOMAIN}'",
    ) == [("USD", "2024-05-04", "2024-05-11", False, False, False, False, False)]


def test_the_smallest_shop_of_the_domain_has_nothing_to_compare(smallest_then_daily, query):
    def rows(sql):
        return query(smallest_then_daily / "smallest.duckdb", sql)

    assert rows("select domain, orders_count, order_lines_count from core.build_info") == [
        (DOMAIN, 1, 3)
    ]
    assert rows("select recency_score, rfm_segment from rfm.customer_rfm_segments") == [
        (None, None)
    ]
    assert rows("select clv_tier from clv.customer_clv") == [("Medium",)]
    assert rows(
        "select avg_days_between_orders, overdue_ratio, spend_change_rate"
        " from churn.customer_churn_indicators"
    ) == [(None, None, None)]
    assert rows(
        "select count(*) > 0, count(revenue_change_amount) from trends.sales_trends_monthly"
    ) == [(True, 0)]
    for mart in (
        "loyalty.loyalty_program_impact",
        "discounts.discount_effectiveness",
        "locations.location_performance",
    ):
        assert rows(f"select count(*) from {mart}") == [(0,)], mart


def test_a_daily_build_from_files_equals_a_full_build_from_seeds(
    smallest_then_daily, with_another_domain
):
    output = (smallest_then_daily / "day_2.txt").read_text()
    assert "Taking what has changed in 3 deliveries: 1 new" in output
    compared = 0
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{smallest_then_daily / 'commerce.duckdb'}' as daily (read_only)"
        )
        connection.execute(f"attach '{with_another_domain}' as full_build (read_only)")
        for table, columns in domain_tables(connection, "daily"):
            where = f"where domain = '{DOMAIN}'" if "domain" in columns else ""
            daily, full_build = (
                connection.execute(
                    f"select {', '.join(columns)} from {name}.{table} {where} order by all"
                ).fetchall()
                for name in ("daily", "full_build")
            )
            assert daily == full_build, table
            compared += bool(daily)
    assert compared > 15


def domain_tables(connection, database):
    """(table, columns to compare) of the domain's staging and of tables with a column `domain`."""
    tables = connection.execute(
        "select schema_name || '.' || table_name as name, list(column_name) as columns"
        " from duckdb_columns() semi join duckdb_tables() using (database_name, table_oid)"
        " where database_name = ? and schema_name <> 'ledger' and table_name <> 'build_history'"
        " group by name"
        f" having list_contains(columns, 'domain') or name like '{DOMAIN}.%' order by name",
        [database],
    ).fetchall()
    return [
        (table, [column for column in columns if column not in NOT_COMPARED])
        for table, columns in tables
    ]
