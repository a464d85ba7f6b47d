"""`commerce-marts status`: whether what is published is too old, and everything for monitoring."""

import json
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest
from trials import build_id_of, exit_code_of, publish_prepared

from commerce_marts.errors import OptionError
from commerce_marts.watch.freshness import Limits, data_age, in_words, limits_read, stale

NOW = datetime(2024, 1, 5, 7, 30, tzinfo=UTC)
BUILT = datetime(2024, 1, 4, 5, 15, tzinfo=UTC)
DAYS = {"sales": date(2024, 1, 4), "greenery": date(2024, 1, 1), "restaurant": None}
HINT = "Look whether its deliveries arrive."


def test_a_build_is_stale_if_it_is_older_than_allowed():
    assert stale(limits_read("27h", None), BUILT, DAYS, NOW) == {}
    assert stale(limits_read("26h", None), BUILT, DAYS, NOW) == {
        "built 2024-01-04 05:15:00": "The published build is 26.2 hours old (of 2024-01-04 05:15 "
        "UTC); --max-age allows 26 hours. Look whether the scheduler started a build since, and "
        "why it did not publish."
    }


def test_data_are_stale_if_their_last_day_ended_earlier_than_allowed():
    assert stale(limits_read(None, "8h"), BUILT, DAYS, NOW) == {
        "data greenery 2024-01-01": "greenery: the data end with 2024-01-01, 3.3 days ago; "
        f"--max-data-age allows 8 hours. {HINT}",
        "data restaurant None": "restaurant: there is no day of data; --max-data-age allows 8 "
        f"hours. {HINT}",
    }
    assert stale(limits_read(None, "sales=7h, greenery=4d"), BUILT, DAYS, NOW) == {
        "data sales 2024-01-04": "sales: the data end with 2024-01-04, 7.5 hours ago; "
        f"--max-data-age allows 7 hours. {HINT}"
    }


def test_data_of_today_and_a_clock_that_is_behind_have_no_age():
    assert data_age(date(2024, 1, 5), NOW) == data_age(date(2024, 1, 9), NOW) == timedelta()
    assert stale(limits_read("0m", None), NOW + timedelta(hours=1), {}, NOW) == {}


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0.25, "15 minutes"),
        (1 / 60, "1 minute"),
        (26, "26 hours"),
        (49, "2 days"),
        (60, "2.5 days"),
    ],
)
def test_ages_are_told_in_a_unit_that_fits(hours, words):
    assert in_words(timedelta(hours=hours)) == words


def test_ages_are_read():
    day = timedelta(days=1)
    assert limits_read("90m", "3d") == Limits(timedelta(minutes=90), 3 * day)
    assert limits_read(None, "a=1d,b=48h") == Limits(None, None, {"a": day, "b": 2 * day})


@pytest.mark.parametrize("text", ["26", "h", "-1h", "1.5h", "26 hours", "", "9999999d"])
def test_text_that_is_no_age_is_refused(text):
    message = f"'{text}' is not an age. Write it as 90m, 26h or 3d."
    with pytest.raises(OptionError) as refused:
        limits_read(text, None)
    assert refused.value.message == f"--max-age: {message}"
    with pytest.raises(OptionError) as refused:
        limits_read(None, f"sales={text}")
    assert refused.value.message == f"--max-data-age: {message}"


def test_a_domain_that_is_not_published_is_refused():
    with pytest.raises(OptionError) as refused:
        stale(limits_read(None, "plums=3d"), BUILT, DAYS, NOW)
    assert refused.value.message == (
        "--max-data-age: 'plums' is not published. Choose from sales, greenery, restaurant."
    )


def test_status_exits_with_1_where_something_is_too_old(prepared, tmp_path, run_cli):
    now = datetime.now(UTC)
    recent, target = tmp_path / "recent.duckdb", tmp_path / "commerce.duckdb"
    recent.write_bytes(prepared[0].read_bytes())
    with duckdb.connect(str(recent)) as connection:
        connection.execute(
            "update core.build_info set built_at = ?",
            [(now - timedelta(hours=3)).replace(tzinfo=None)],
        )
        connection.execute("update core.build_info set as_of_date = ?", [now.date()])
    assert exit_code_of(publish_prepared, recent, target) == 0
    status = ("status", "--warehouse", target)
    fresh = run_cli(*status, "--max-age", "4h", "--max-data-age", "1d")
    assert (fresh.returncode, fresh.stderr) == (0, "")
    old = run_cli(*status, "--max-age", "2h")
    assert old.returncode == 1
    assert old.stderr.startswith("Error: The published build is 3 hours old (of 20")
    # What is published is shown all the same.
    assert "last build published after " in old.stdout
    as_json = run_cli(*status, "--max-age", "2h", "--json")
    assert as_json.returncode == 1
    assert json.loads(as_json.stdout)["problems"] == [old.stderr.removeprefix("Error: ").strip()]


def test_status_shows_a_failed_build_beside_the_published_one(prepared, tmp_path, run_cli):
    target, broken = tmp_path / "commerce.duckdb", tmp_path / "broken.duckdb"
    assert exit_code_of(publish_prepared, prepared[0], target) == 0
    broken.write_bytes(prepared[1].read_bytes())
    with duckdb.connect(str(broken)) as connection:
        connection.execute("alter table core.build_info rename column orders_count to orders")
    assert exit_code_of(publish_prepared, broken, target) == 1
    shown = run_cli("status", "--warehouse", target)
    assert shown.returncode == 0
    [line] = [line for line in shown.stdout.splitlines() if line.startswith("last build")]
    assert line.startswith("last build failed after ")
    assert ": The new file cannot be completed: Binder Error" in line
    facts = json.loads(run_cli("status", "--warehouse", target, "--json").stdout)
    assert facts["published"]["build_id"] == build_id_of(prepared[0])
    assert facts["published"]["size_bytes"] == target.stat().st_size
    assert facts["published"]["age_seconds"] > 0
    assert facts["domains"][1]["domain"] == "pears"
    assert facts["domains"][1]["revenue"] == "7.000000"
    assert facts["domains"][1]["data_age_seconds"] > 0
    assert facts["last_build"]["build_id"] == build_id_of(prepared[1])
    assert facts["last_build"]["status"] == "failed"
    assert facts["problems"] == facts["kept"] == facts["history_problems"] == []


def test_where_nothing_is_published_json_says_so(tmp_path, run_cli):
    shown = run_cli("status", "--warehouse", tmp_path / "commerce.duckdb", "--json")
    facts = json.loads(shown.stdout)
    assert shown.returncode == 1
    assert facts["published"] is None
    assert [problem[:21] for problem in facts["problems"]] == ["Nothing is published "]
