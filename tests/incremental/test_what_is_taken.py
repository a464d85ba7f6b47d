"""What a daily build takes, when a build is a full build, and the ledger."""

import hashlib
import json
import shutil
from dataclasses import dataclass, replace

import pytest
import restaurant_story
import sales_story
import yaml
from build_output import (
    ASKED_FOR,
    NOTHING,
    OTHER_COLUMNS,
    Changes,
    daily_changes,
    full_build_reason,
    has_changed,
)
from feed import add, change, deliver, deliver_again, remove, touch
from same_rows import differences

from commerce_marts.plan.ledger import read_ledger, why_full

SALES = ("--domains", "sales")
# A large share of rejected rows must not fail these builds.
VARS = {"max_quarantined_share": 1, "max_vanished_share": 1}
# Other plausible dates, which cut off both ends of the feed, and another as-of date.
OTHER_DATES = {"earliest_plausible_date": "2023-01-02", "latest_plausible_date": "2023-01-03"}
AS_OF_DATE = ("--as-of-date", "2023-01-02")


def vars_with(more):
    return ("--vars", json.dumps(VARS | more))


@dataclass(frozen=True)
class Build:
    """The output of a build, its warehouse and its files."""

    output: str
    warehouse: object
    raw_dir: object

    @property
    def changes(self):
        return daily_changes(self.output)

    @property
    def reason(self):
        return full_build_reason(self.output)


@pytest.fixture(scope="session")
def builds(made_once, feed_of, light_project, run_cli):
    """The builds of one warehouse by name; each starts from the one before."""

    def make(folder):
        light = light_project("sales", "restaurant", areas=("clv",))
        project = shutil.copytree(light, folder / "project")
        sales = feed_of(folder, "sales")
        raw_dir = folder / "raw"

        def built(name, *arguments, raw_dir=raw_dir, more_vars=None):
            run = run_cli(
                *("build", "--project-dir", project, "--raw-from", "files", "--raw-dir", raw_dir),
                *("--warehouse", folder / "warehouse" / "commerce.duckdb", "--keep", "0"),
                *(*vars_with(more_vars or {}), *arguments),
            )
            assert run.returncode == 0, f"{name}: {run.stdout}{run.stderr}"
            (folder / name).mkdir()
            (folder / name / "output.txt").write_text(run.stdout)
            shutil.copy(folder / "warehouse" / "commerce.duckdb", folder / name)
            shutil.copytree(raw_dir, folder / name / "raw")

        for day in range(1, 6):
            sales.day = day
            for number in range(10):
                order = f"{day}-{number}"
                add("sales", sales_story.line(order, day, total_price=f"{day}.00"))(sales)
        sales.write("products.csv", [{"product_id": "P001", "category": "Kitchen"}])
        sales.write("customers.csv", [{"customer_id": "C0001", "first_name": "Ada"}])
        built("first", *SALES)

        touch("sales", 2)(sales)
        built("nothing new", *SALES)
        built("other dates", *SALES, *AS_OF_DATE, more_vars=OTHER_DATES)

        sales.day = 6
        add("sales", sales_story.line("new", 6))(sales)
        deliver_again("sales", 1, without={"order_id": "1-3"})(sales)
        change("products.csv", {"product_id": "P001"}, category="Garden")(sales)
        remove("sales", 3)(sales)
        built("new, changed and gone", *SALES)
        built("asked for", *SALES, "--full-refresh")

        other_var = {"clv_high_share": 0.4}
        built("another var", *SALES, more_vars=other_var)
        with (project / "models/marts/clv/customer_clv.sql").open("a") as file:
            file.write("\n-- Changed.\n")
        built("another model", *SALES, more_vars=other_var)
        settings = yaml.safe_load((project / "dbt_project.yml").read_text())
        # The type of a column changes.
        columns = settings["vars"]["raw_contract"]["sales"]["customers"]["columns"]
        assert columns["postal_code"] == "string"
        columns["postal_code"] = "integer"
        (project / "dbt_project.yml").write_text(yaml.safe_dump(settings, sort_keys=False))
        built("another contract", *SALES, more_vars=other_var)

        sales.day = 7
        more = sales_story.line("more columns", 7) | {"note": "?"}
        add("sales", more, more_columns=("note",))(sales)
        built("another column", *SALES, more_vars=other_var)

        elsewhere = shutil.copytree(raw_dir, folder / "elsewhere")
        built("another folder", *SALES, more_vars=other_var, raw_dir=elsewhere)
        restaurant = feed_of(folder / "for_elsewhere", "restaurant")
        restaurant.day = 1
        add("order_items", restaurant_story.line("soup", 1))(restaurant)
        deliver("date_dim.csv", {"date_key": "2023-01-01"})(restaurant)
        shutil.copytree(restaurant.folder, elsewhere / "restaurant")
        built("more domains", more_vars=other_var, raw_dir=elsewhere)
        return ""

    folder = made_once("builds_of_a_warehouse", make)

    def build(name):
        return Build(
            (folder / name / "output.txt").read_text(),
            folder / name / "commerce.duckdb",
            folder / name / "raw",
        )

    return build


def test_the_first_build_is_full_and_gives_no_reason(builds):
    assert (builds("first").changes, builds("first").reason) == (None, None)


def test_without_a_new_file_only_the_build_id_changes(builds, query):
    first, again = builds("first"), builds("nothing new")
    assert again.changes == NOTHING
    assert differences(first.warehouse, again.warehouse) == []
    builds = {
        query(build.warehouse, "select build_id from core.build_info")[0][0]
        for build in (first, again)
    }
    assert len(builds) == 2


def test_another_as_of_date_and_other_plausible_dates_need_no_full_build(builds, query):
    build = builds("other dates")
    assert build.changes == NOTHING
    assert query(
        build.warehouse, "select order_date::varchar from core.fct_orders group by all order by 1"
    ) == [("2023-01-02",), ("2023-01-03",)]
    assert query(build.warehouse, "select as_of_date::varchar from core.dim_domains") == [
        ("2023-01-02",)
    ]


def test_with_other_dates_the_rows_equal_those_of_a_full_build(
    builds, light_project, run_cli, tmp_path
):
    build = builds("other dates")
    full = tmp_path / "commerce.duckdb"
    project = light_project("sales", "restaurant", areas=("clv",))
    built = run_cli(
        *("build", "--project-dir", project, "--warehouse", full),
        *("--raw-from", "files", "--raw-dir", build.raw_dir, *SALES),
        *(*AS_OF_DATE, *vars_with(OTHER_DATES)),
    )
    assert built.returncode == 0, built.stderr
    assert differences(build.warehouse, full) == []


def test_new_changed_and_gone_files_are_taken(builds):
    build = builds("new, changed and gone")
    assert build.changes == Changes(new=1, changed=2, gone=1)


def test_a_requested_full_build_changes_no_row(builds):
    build = builds("asked for")
    assert (build.changes, build.reason) == (None, ASKED_FOR)
    assert differences(builds("new, changed and gone").warehouse, build.warehouse) == []


def test_the_history_says_what_each_build_took_also_after_a_full_refresh(builds, query):
    sql = """
        select is_daily, deliveries_taken_count, full_build_reason
        from core.build_history
        order by build_id
    """
    # Five days of sales and two look-up tables; later one day less and one more.
    assert query(builds("asked for").warehouse, sql) == [
        (False, 7, "nothing was published before"),
        (True, 0, None),
        (True, 0, None),
        (True, 3, None),
        (False, 7, "--full-refresh was given"),
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("another var", has_changed("the var clv_high_share")),
        ("another model", has_changed("models/marts/clv/customer_clv.sql")),
        ("another contract", has_changed("the var raw_contract")),
        ("another column", OTHER_COLUMNS.format("sales.sales")),
        ("another folder", has_changed("the var raw_dir")),
        ("more domains", has_changed("the var domains")),
    ],
)
def test_every_other_change_needs_a_full_build(name, expected, builds):
    assert (builds(name).changes, builds(name).reason) == (None, expected)


@pytest.mark.parametrize("library", ["dbt-core", "dbt-duckdb", "duckdb"])
def test_another_version_of_a_library_needs_a_full_build(library, builds):
    now = read_ledger(builds("nothing new").warehouse)
    name = f"the version of {library}"
    before = replace(now, inputs={**now.inputs, name: "0.1"})
    assert why_full(now, now) is None
    assert why_full(before, now) == has_changed(name)


@pytest.mark.parametrize(
    "name",
    ["first", "nothing new", "other dates", "new, changed and gone", "asked for"],
)
def test_the_ledger_lists_every_file_with_its_size_and_hash(name, builds, query):
    build = builds(name)
    deliveries = query(
        build.warehouse,
        "select domain || '/' || name, table_name, size, content_hash, modified_ns"
        " from ledger.deliveries where change not in ('gone', 'vanished') order by all",
    )
    assert deliveries == sorted(
        (
            path.relative_to(build.raw_dir).as_posix(),
            path.relative_to(build.raw_dir).parts[1].removesuffix(".csv"),
            path.stat().st_size,
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in build.raw_dir.rglob("*.csv")
    )


def test_the_ledger_marks_what_changed(builds, query):
    changes = "select change, name from ledger.deliveries where change <> 'same' order by all"
    assert query(builds("new, changed and gone").warehouse, changes) == [
        ("changed", "products.csv"),
        ("changed", "sales/2023-01-01.csv"),
        ("gone", "sales/2023-01-03.csv"),
        ("new", "sales/2023-01-06.csv"),
    ]
    assert query(builds("nothing new").warehouse, changes) == []
