"""What a build takes on top of what is published, when it takes everything anew, and its ledger."""

import hashlib
import json
import shutil
from dataclasses import dataclass, replace

import pytest
import restaurant_story
import sales_story
from feed import add, change, deliver, deliver_again, remove, touch
from said import ASKED_FOR, NOTHING, OTHER_COLUMNS, Taken, has_changed, reason, taken
from same_rows import differences

from commerce_marts.ledger import read_ledger, why_full

SALES = ("--domains", "sales")
# A quarantined share of more than 0.02 is no failure here.
VARS = {"max_quarantined_share": 1}
# Another "now", and other days that are plausible: both ends of the feed are cut off.
MOMENT = {"earliest_plausible_date": "2023-01-02", "latest_plausible_date": "2023-01-03"}
AS_OF_DATE = ("--as-of-date", "2023-01-02")


def vars_with(more):
    return ("--vars", json.dumps(VARS | more))


@dataclass(frozen=True)
class Moment:
    """What a build printed, and the warehouse and the files as they were then."""

    said: str
    warehouse: object
    raw_dir: object

    @property
    def taken(self):
        return taken(self.said)

    @property
    def reason(self):
        return reason(self.said)


@pytest.fixture(scope="session")
def moments(made_once, feed_of, light_project, run_cli):
    """The moments of one warehouse by name; each is built on top of the one before."""

    def make(folder):
        project = shutil.copytree(light_project("sales", "restaurant"), folder / "project")
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
            (folder / name / "said.txt").write_text(run.stdout)
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
        built("another moment", *SALES, *AS_OF_DATE, more_vars=MOMENT)

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
        contract = project / "macros/raw/raw_contract.sql"
        text = contract.read_text()
        # A column that is an id is a number now.
        contract.write_text(text.replace("'postal_code': 'string'", "'postal_code': 'integer'", 1))
        assert contract.read_text() != text
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

    folder = made_once("moments_of_a_warehouse", make)

    def moment(name):
        return Moment(
            (folder / name / "said.txt").read_text(),
            folder / name / "commerce.duckdb",
            folder / name / "raw",
        )

    return moment


def test_the_first_build_takes_everything_without_a_word(moments):
    assert (moments("first").taken, moments("first").reason) == (None, None)


def test_without_a_new_file_nothing_changes_but_the_build(moments, query):
    first, again = moments("first"), moments("nothing new")
    assert again.taken == NOTHING
    assert differences(first.warehouse, again.warehouse) == []
    builds = {
        query(moment.warehouse, "select build_id from core.build_info")[0][0]
        for moment in (first, again)
    }
    assert len(builds) == 2


def test_another_now_and_other_plausible_dates_are_no_reason_to_build_in_full(moments, query):
    moment = moments("another moment")
    assert moment.taken == NOTHING
    assert query(
        moment.warehouse, "select order_date::varchar from core.fct_orders group by all order by 1"
    ) == [("2023-01-02",), ("2023-01-03",)]
    assert query(moment.warehouse, "select as_of_date::varchar from core.dim_domains") == [
        ("2023-01-02",)
    ]


def test_the_rows_of_another_moment_are_those_of_a_full_refresh(
    moments, light_project, run_cli, tmp_path
):
    moment = moments("another moment")
    full = tmp_path / "commerce.duckdb"
    built = run_cli(
        *("build", "--project-dir", light_project("sales", "restaurant"), "--warehouse", full),
        *("--raw-from", "files", "--raw-dir", moment.raw_dir, *SALES),
        *(*AS_OF_DATE, *vars_with(MOMENT)),
    )
    assert built.returncode == 0, built.stderr
    assert differences(moment.warehouse, full) == []


def test_new_changed_and_gone_files_are_taken(moments):
    moment = moments("new, changed and gone")
    assert moment.taken == Taken(new=1, changed=2, gone=1)


def test_a_full_refresh_that_is_asked_for_changes_nothing(moments):
    moment = moments("asked for")
    assert (moment.taken, moment.reason) == (None, ASKED_FOR)
    assert differences(moments("new, changed and gone").warehouse, moment.warehouse) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("another var", has_changed("the var clv_high_share")),
        ("another model", has_changed("models/marts/clv/customer_clv.sql")),
        ("another contract", has_changed("macros/raw/raw_contract.sql")),
        ("another column", OTHER_COLUMNS.format("sales.sales")),
        ("another folder", has_changed("the var raw_dir")),
        ("more domains", has_changed("the var domains")),
    ],
)
def test_whatever_else_changes_is_a_reason_to_build_in_full(name, expected, moments):
    assert (moments(name).taken, moments(name).reason) == (None, expected)


@pytest.mark.parametrize("library", ["dbt-core", "dbt-duckdb", "duckdb"])
def test_another_version_of_a_library_is_a_reason_too(library, moments):
    now = read_ledger(moments("nothing new").warehouse)
    name = f"the version of {library}"
    before = replace(now, inputs={**now.inputs, name: "0.1"})
    assert why_full(now, now) is None
    assert why_full(before, now) == has_changed(name)


@pytest.mark.parametrize(
    "name",
    ["first", "nothing new", "another moment", "new, changed and gone", "asked for"],
)
def test_the_ledger_lists_every_file_with_its_size_and_hash(name, moments, query):
    moment = moments(name)
    found = query(
        moment.warehouse,
        "select domain || '/' || name, table_name, size, content_hash, modified_ns"
        " from ledger.deliveries where change <> 'gone' order by all",
    )
    assert found == sorted(
        (
            path.relative_to(moment.raw_dir).as_posix(),
            path.relative_to(moment.raw_dir).parts[1].removesuffix(".csv"),
            path.stat().st_size,
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in moment.raw_dir.rglob("*.csv")
    )


def test_the_ledger_says_what_was_new(moments, query):
    changes = "select change, name from ledger.deliveries where change <> 'same' order by all"
    assert query(moments("new, changed and gone").warehouse, changes) == [
        ("changed", "products.csv"),
        ("changed", "sales/2023-01-01.csv"),
        ("gone", "sales/2023-01-03.csv"),
        ("new", "sales/2023-01-06.csv"),
    ]
    assert query(moments("nothing new").warehouse, changes) == []
