"""The history of builds: every build that ended, in a file and in the next warehouse."""

import json
import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from trials import build_id_of, exit_code_of, publish_prepared, roll_back

from commerce_marts.watch import history

BUILDS = (
    "select build_id, any_value(status) from core.build_history group by build_id order by build_id"
)


@pytest.fixture
def target(tmp_path) -> Path:
    return tmp_path / "warehouse" / "commerce.duckdb"


@pytest.fixture
def publish(prepared, target, tmp_path):
    """publish(number, ...): publishes prepared versions; returns what was said on stderr."""

    def run(*numbers: int) -> str:
        stderr = tmp_path / "stderr.txt"
        stderr.unlink(missing_ok=True)
        for number in numbers:
            file = prepared[number]
            assert exit_code_of(publish_prepared, file, target, stderr_file=stderr) == 0
        return stderr.read_text()

    return run


def statuses(target: Path) -> list[tuple[str, str]]:
    records, problems = history.read(target)
    assert problems == []
    return [(record.build_id, record.status) for record in records]


def test_a_failed_build_is_in_the_file_and_in_the_next_warehouse_with_its_reason(
    warehouse, build, prepared, query
):
    assert build(warehouse, trouble="test").returncode == 1
    assert exit_code_of(publish_prepared, prepared[1], warehouse) == 0
    lines = history.history_file(warehouse).read_text().splitlines()
    failed, published = (json.loads(line) for line in lines)
    assert (failed["status"], published["status"]) == ("failed", "published")
    # The rows that the test found are data of the shop.
    assert failed["failure_reason"] == (
        "test orders_cost_less_than_a_million failed: 3 rows. Each is a dear order.\n"
        "Sell cheaper things."
    )
    assert failed["domains"]["apples"]["revenue"] is None
    assert published["domains"]["apples"] == {
        "as_of_date": "2024-01-31",
        "deliveries_taken_count": None,
        "orders_count": 2,
        "order_lines_count": 2,
        "rejected_rows_count": 0,
        "excluded_rows_count": 0,
        "revenue": "29.000000",
    }
    rows = query(
        warehouse,
        "select domain, status, is_daily, full_build_reason, orders_count, revenue,"
        " started_at <= ended_at, duration_seconds >= 0, git_commit != ''"
        " from core.build_history order by build_id desc, domain",
    )
    why = "seeds have no deliveries"
    nothing = (None, None, True, True, True)
    assert rows == [
        ("apples", "failed", False, why, *nothing),
        ("pears", "failed", False, why, *nothing),
        ("apples", "published", False, why, 2, Decimal("29.000000"), True, True, True),
        ("pears", "published", False, why, 1, Decimal("14.000000"), True, True, True),
    ]


def test_a_rollback_shows_the_history_of_its_version_and_the_file_goes_on(
    prepared, target, publish, query
):
    publish(0, 1)
    assert exit_code_of(roll_back, target) == 0
    first, second, third = (build_id_of(prepared[number]) for number in range(3))
    assert query(target, BUILDS) == [(first, "published")]
    assert statuses(target) == [(first, "published"), (second, "published")]
    publish(2)
    everything = [(first, "published"), (second, "published"), (third, "published")]
    assert query(target, BUILDS) == statuses(target) == everything


def test_half_a_line_is_told_and_left_out_and_nothing_is_written_behind_it(
    prepared, target, publish, query
):
    publish(0)
    with history.history_file(target).open("a") as file:
        file.write('{"build_id": "20240101T000')
    told = publish(1)
    assert f"{history.history_file(target)}, line 2: this is not the record of a build" in told
    first, second = (build_id_of(prepared[number]) for number in range(2))
    assert query(target, BUILDS) == [(first, "published"), (second, "published")]
    records, problems = history.read(target)
    assert [record.build_id for record in records] == [first, second]
    assert len(problems) == 1


@pytest.mark.parametrize(
    "line",
    ["", "[]", "17", "null", '{"build_id": "x"}', '{"domains": []}', "\udcff", "[" * 100_000],
)
def test_a_line_that_is_something_else_is_told_and_stops_nothing(line, target):
    target.parent.mkdir()
    history.history_file(target).write_bytes(line.encode(errors="surrogateescape") + b"\n")
    records, problems = history.read(target)
    assert records == []
    assert len(problems) == 1


def test_a_history_that_cannot_be_written_is_told_and_the_build_is_published(
    prepared, target, publish, query
):
    history.history_file(target).mkdir(parents=True)
    told = publish(0)
    assert f"The history {history.history_file(target)} cannot be read: Is a directory." in told
    assert f"Build {build_id_of(prepared[0])} (published) is not in the history: cannot" in told
    assert query(target, BUILDS) == [(build_id_of(prepared[0]), "published")]


def test_the_file_can_be_queried_with_duckdb(publish, target):
    publish(0, 1)
    rows = duckdb.sql(
        "select status, domains.pears.orders_count, domains.pears.revenue::decimal(38, 6)"
        f" from read_json('{history.history_file(target)}')"
    ).fetchall()
    assert rows == [("published", 1, Decimal("7.000000")), ("published", 1, Decimal("14.000000"))]


def test_a_record_is_the_same_after_it_was_written_and_read(tmp_path):
    record = history.BuildRecord(
        "20240105T051500Z-0a1b2c",
        datetime(2024, 1, 5, 5, 15, 0, 123456, UTC),
        datetime(2024, 1, 5, 5, 16, tzinfo=UTC),
        status=history.FAILED,
        raw_from="files",
        failure_reason="a „reason“ with\ntwo lines",
        is_daily=True,
        domains={
            "sales": history.DomainRecord(
                as_of_date=date(2024, 1, 4), revenue=Decimal("12345678901234567890.123456")
            )
        },
    )
    target = tmp_path / "commerce.duckdb"
    history.append(target, record)
    history.append(target, record)
    assert history.read(target) == ([record], [])


def test_builds_without_the_table_of_the_history_are_published_too(prepared, target, tmp_path):
    older = tmp_path / "older.duckdb"
    shutil.copyfile(prepared[0], older)
    with duckdb.connect(str(older)) as connection:
        connection.execute("drop table core.build_history")
    assert exit_code_of(publish_prepared, older, target) == 0


def test_a_build_whose_raw_folder_is_missing_is_a_failed_build(warehouse, build, publish, target):
    missing = ("--raw-from", "files", "--raw-dir", warehouse.parent / "missing")
    assert build(warehouse, *missing).returncode == 1
    # Where no build ever ran, nothing is written.
    assert not history.history_file(warehouse).exists()
    publish(0)
    assert build(target, *missing).returncode == 1
    records, _ = history.read(target)
    assert [record.status for record in records] == ["published", "failed"]
    assert records[1].failure_reason.startswith(f"--raw-dir {missing[3]} does not exist.")
    # A wrong option is somebody who types.
    assert build(target, "--domains", "plums").returncode == 2
    assert len(history.read(target)[0]) == 2


def test_years_of_builds_are_copied_into_a_warehouse(publish, target, query):
    publish(0)
    [record], _ = history.read(target)
    hours = 3 * 8760
    with history.history_file(target).open("w") as file:
        for number in range(hours):
            text = {**record.as_json(), "build_id": f"20210101T000000Z-{number:06x}"}
            file.write(json.dumps(text) + "\n")
    publish(1)
    counts = "select count(*), count(distinct build_id) from core.build_history"
    assert query(target, counts) == [(2 * (hours + 1), hours + 1)]
