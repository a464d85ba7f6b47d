"""Kill -9 while a person is forgotten: every file stays whole, and the next run completes it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

TESTS = Path(__file__).resolve().parents[1]
PROGRAM = Path(__file__).with_name("killed_forget.py")
KEPT = "commerce.duckdb.kept/20200101T000000Z-000000/commerce.duckdb"
NEVER = -1


@pytest.fixture(scope="module")
def small_file(tmp_path_factory):
    """A published file with few tables, so that it is soon written."""
    path = tmp_path_factory.mktemp("small") / "commerce.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema core; create schema greenery; create schema raw_greenery;
            create table core.build_info as
                select 'greenery' as domain, '20240101T000000Z-000000' as build_id;
            comment on table core.build_info is 'one row per domain';
            create table raw_greenery.users as
                select 'U' || n as user_id, 'u' || n || '@example.com' as email from range(9) t(n);
            create table greenery.stg_users as from raw_greenery.users;
            create table core.fct_orders as
                select
                    'greenery' as domain, 'U' || n % 9 as customer_id, n::decimal(9, 2) as revenue
                from range(900) t(n);
            """
        )
    return path


@pytest.fixture
def forgetting(small_file, tmp_path):
    """forgetting(step): (exit code, folder, steps) of a run that is killed before that step."""

    def run(step, folder):
        steps = folder / "steps"
        done = subprocess.run(
            [
                *(sys.executable, PROGRAM, str(step), steps, "forget", "--customer", "greenery=U3"),
                *("--warehouse", folder / "commerce.duckdb", "--landed", folder / "landed.duckdb"),
            ],
            env={**os.environ, "PYTHONPATH": str(TESTS)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, -9), done.stderr
        return done.returncode, steps.read_text().splitlines() if steps.exists() else []

    def make(name):
        folder = tmp_path / name
        (folder / KEPT).parent.mkdir(parents=True)
        for file in ("commerce.duckdb", "landed.duckdb", KEPT):
            shutil.copyfile(small_file, folder / file)
        (folder / "commerce.failed-build.log").write_text("u3@example.com")
        return folder

    return make, run


def total(file, query):
    return query(file, "select count(*), sum(revenue) from core.fct_orders")


def test_a_killed_run_is_completed_by_the_next(forgetting, query, tables_holding):
    make, run = forgetting
    whole = make("whole")
    code, steps = run(NEVER, whole)
    assert code == 0
    orders = total(whole / "commerce.duckdb", query)
    killed = 0
    for step in range(0, len(steps), 3):
        folder = make(f"killed_before_{step}")
        code, _ = run(step, folder)
        killed += code == -9
        files = [folder / name for name in ("commerce.duckdb", "landed.duckdb", KEPT)]
        assert [total(file, query) for file in files] == [orders] * 3
        code, _ = run(NEVER, folder)
        assert code == 0
        assert [total(file, query) for file in files] == [orders] * 3
        for file in files:
            assert tables_holding(file, ["u3@example.com", "U3"]) == set(), (step, file)
        left = sorted(path.name for path in folder.iterdir())
        assert left == sorted(path.name for path in whole.iterdir()), step
        shutil.rmtree(folder)
    assert killed > 5


def test_a_file_that_cannot_be_written_is_named_and_written_next_time(
    forgetting, run_cli, tables_holding
):
    make, _ = forgetting
    folder = make("blocked")
    block = folder / ".forgetting-landed.duckdb"
    block.write_text("a file where a folder must be")
    options = ("--warehouse", folder / "commerce.duckdb", "--landed", folder / "landed.duckdb")
    first = run_cli("forget", "--customer", "greenery=U3", *options)
    assert first.returncode == 1
    assert f"Cannot write into {folder}: File exists" in first.stderr
    assert tables_holding(folder / "commerce.duckdb", ["U3"]) == set()
    block.unlink()
    again = run_cli("forget", *options)
    assert again.returncode == 0, again.stderr
    assert tables_holding(folder / "landed.duckdb", ["U3"]) == set()
