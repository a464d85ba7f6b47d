"""Builds of raw files that still hold a person who was forgotten."""

import csv
import json
import shutil
from pathlib import Path

import duckdb
import pytest
from build_output import daily_changes, full_build_reason
from same_rows import differences

from commerce_marts.forget.forgotten import list_path, read_list
from commerce_marts.plan.ledger import read_ledger

ROOT = Path(__file__).resolve().parents[2]
LOOK_UPS = ("users", "addresses", "products", "promos")
OPTIONS = ("--vars", json.dumps({"max_quarantined_share": 1}), "--as-of-date", "2024-06-30")


def _rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _person(tables):
    """A user with two orders to an address that is only theirs."""
    for user in tables["users"]:
        orders = [row for row in tables["orders"] if row["user_id"] == user["user_id"]]
        addresses = {row["address_id"] for row in orders} | {user["address_id"]}
        others = [
            row["address_id"]
            for row in (*tables["orders"], *tables["users"])
            if row["user_id"] != user["user_id"]
        ]
        if len(orders) > 1 and not addresses & set(others):
            return user, orders
    raise AssertionError("no such user")


@pytest.fixture(scope="module")
def story(made_once, build_of, run_cli, light_project):
    """Builds before and after a person is forgotten; the folder has a warehouse by each name."""

    def make(folder):
        tables = {
            path.stem.split("__")[1]: _rows(path)
            for path in (ROOT / "seeds/greenery").glob("greenery__*.csv")
        }
        user, orders = _person(tables)
        address = next(a for a in tables["addresses"] if a["address_id"] == user["address_id"])
        order = orders[0]
        lines = [row for row in tables["order_items"] if row["order_id"] == order["order_id"]]
        # A row that is rejected, one that is a repeat, and columns that the contract does not name.
        tables["orders"].append({**order, "order_id": "unreadable", "order_total": "much"})
        tables["users"].append(user)
        tables["users"] = [{**row, "nickname": row["first_name"][::-1]} for row in tables["users"]]
        tables["orders"] = [{**row, "Note": f"for {row['user_id']}"} for row in tables["orders"]]
        raw = folder / "raw" / "greenery"
        for table, rows in tables.items():
            name = f"{table}.csv" if table in LOOK_UPS else f"{table}/2024-06-30.csv"
            _write(raw / name, rows)
        warehouse = folder / "warehouse" / "commerce.duckdb"
        options = ("--raw-from", "files", "--raw-dir", raw.parent, "--warehouse", warehouse)
        build = build_of("greenery", areas=("rfm",))
        output = {}

        def keep(name):
            (folder / name).mkdir()
            shutil.copyfile(warehouse, folder / name / "commerce.duckdb")

        def built(name):
            run = build(*options, *OPTIONS)
            assert run.returncode == 0, f"{name}: {run.stdout}{run.stderr}"
            output[name] = run.stdout
            keep(name)

        def deliver(day):
            more = {**orders[1], "order_id": f"order of {day}", "Note": "for me"}
            _write(raw / f"orders/{day}.csv", [more])
            _write(raw / f"order_items/{day}.csv", [{**lines[0], "order_id": more["order_id"]}])

        built("first")
        deliver("2024-07-01")
        built("second")
        project = light_project("greenery", areas=("rfm",))
        forgot = run_cli(
            *("forget", "--customer", f"greenery={user['user_id']}", "--warehouse", warehouse),
            *("--raw-dir", raw.parent, "--project-dir", project),
        )
        assert forgot.returncode == 0, forgot.stdout + forgot.stderr
        output["forget"] = forgot.stdout
        keep("forgotten")
        built("full")
        deliver("2024-07-02")
        built("daily")
        with duckdb.connect(str(folder / "forgotten" / "commerce.duckdb"), read_only=True) as file:
            [(build_id,)] = file.execute("select build_id from core.build_info").fetchall()
        to_it = ("--to", build_id, "--warehouse", warehouse, "--project-dir", project)
        back = run_cli("rollback", *to_it)
        assert back.returncode == 0, back.stderr
        keep("rolled back")
        person = {"user": user, "address": address, "tracking": [o["tracking_id"] for o in orders]}
        (folder / "story.json").write_text(json.dumps({"output": output, "person": person}))
        return ""

    folder = made_once("forgotten_person", make)
    return {"folder": folder, **json.loads((folder / "story.json").read_text())}


def _file(story, name):
    return story["folder"] / name / "commerce.duckdb"


def _needles(story):
    user, address = story["person"]["user"], story["person"]["address"]
    values = [user[name] for name in ("user_id", "email", "phone_number", "address_id")]
    return [*values, address["address"], *filter(None, story["person"]["tracking"])]


def test_no_later_build_and_no_rollback_shows_the_person(story, tables_holding):
    needles = _needles(story)
    held_before = tables_holding(_file(story, "second"), needles)
    assert {"greenery.stg_users", "left_out.greenery__stg_orders", "core.dim_customers"} <= (
        held_before
    )
    for name in ("forgotten", "full", "daily", "rolled back"):
        assert tables_holding(_file(story, name), needles) == set(), name


def test_no_byte_beside_the_warehouse_is_theirs_after_all_builds(story):
    files = [file for file in (story["folder"] / "warehouse").rglob("*") if file.is_file()]
    assert len(files) > 4
    before = _file(story, "second").read_bytes()
    # Some text is compressed.
    assert sum(needle.encode() in before for needle in _needles(story)) > len(_needles(story)) / 2
    for file in files:
        content = file.read_bytes()
        assert [n for n in _needles(story) if n.encode() in content] == [], file


def test_the_rewritten_file_is_what_a_full_build_of_the_raw_files_gives(story):
    assert differences(_file(story, "forgotten"), _file(story, "full")) == []


def test_the_next_build_is_full_and_says_why_and_the_one_after_is_a_daily_one(story):
    reason = full_build_reason(story["output"]["full"])
    assert reason == "the list of forgotten persons is new"
    assert daily_changes(story["output"]["daily"]) is not None
    assert "the list of forgotten persons" in read_ledger(_file(story, "daily")).inputs


def test_a_new_order_of_the_person_has_the_pseudonym(story, query):
    forgotten = read_list(list_path(story["folder"] / "warehouse" / "commerce.duckdb"))
    user = story["person"]["user"]["user_id"]
    sql = "select customer_id from core.fct_orders where order_id = 'order of 2024-07-02'"
    pseudonym = forgotten.entry_of("greenery", "customer", user).pseudonym
    assert query(_file(story, "daily"), sql) == [(pseudonym,)]


def test_totals_are_what_they_were(story, query):
    sql = "select domain, sum(net_amount), count(*), count(distinct customer_id) from {} group by 1"
    for table in ("core.fct_orders", "core.fct_order_lines"):
        totals = [
            query(_file(story, n), sql.format(table)) for n in ("second", "forgotten", "full")
        ]
        assert totals[0] == totals[1] == totals[2]
    by_place = "select location_id, sum(net_amount) from core.fct_orders group by 1 order by 1"
    assert query(_file(story, "second"), by_place) == query(_file(story, "full"), by_place)


def test_raw_files_that_hold_the_person_are_listed_with_their_rows(story):
    user, raw = story["person"]["user"], story["folder"] / "raw" / "greenery"
    ids = (user["user_id"], user["address_id"])
    lines = [line for line in story["output"]["forget"].splitlines() if "Raw file" in line]
    expected = {}
    for path in raw.rglob("*.csv"):
        if "2024-07-02" not in path.name:
            rows = [r for r in _rows(path) if {r.get("user_id"), r.get("address_id")} & set(ids)]
            if rows:
                expected[f"greenery/{path.relative_to(raw)}"] = len(rows)
    assert len(expected) > 3
    assert lines == [
        f"Raw file {name}: {count:,} row{'s' * (count != 1)} of the person; not changed."
        for name, count in sorted(expected.items())
    ]
