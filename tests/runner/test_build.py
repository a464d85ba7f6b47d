"""What a build publishes, and what it leaves unchanged."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from commerce_marts.watch import history

SMALL_PROJECT = Path(__file__).with_name("small_project")


def folder_content(warehouse: Path) -> list[str]:
    return sorted(path.name for path in warehouse.parent.iterdir())


def test_a_build_publishes_one_file_and_leaves_only_its_lock_and_its_history_beside_it(
    small_warehouse,
):
    assert folder_content(small_warehouse) == [
        ".commerce.duckdb.lock",
        "commerce.duckdb",
        "commerce.duckdb.history.jsonl",
        "output.txt",
    ]


def test_the_output_ends_with_a_table_of_the_domains_and_the_path(small_warehouse):
    lines = small_warehouse.with_name("output.txt").read_text().splitlines()
    assert lines[0].startswith("Building apples, pears from the committed seeds (build ")
    assert [line.split() for line in lines[-5:-2]] == [
        ["domain", "orders", "rows", "rejected", "revenue", "data", "as", "of"],
        ["apples", "2", "2", "0", "14.50", "2024-01-31"],
        ["pears", "1", "1", "0", "7.00", "2024-01-31"],
    ]
    assert lines[-1].startswith(f"Published {small_warehouse} in ")


def test_build_info_names_the_build_and_its_commit(small_warehouse, query):
    build_id, built_at, commit = query(
        small_warehouse, "select distinct build_id, built_at, git_commit from core.build_info"
    )[0]
    assert built_at.strftime("%Y%m%dT%H%M%SZ") == build_id[:16]
    assert commit == "unknown" or len(commit.removesuffix("-dirty")) == 40


def test_chosen_domains_are_built_alone(warehouse, build, query):
    built = build(warehouse, "--domains", "pears")
    assert built.returncode == 0, built.stderr
    assert query(warehouse, "select domain from core.build_info") == [("pears",)]
    schemas = {row[0] for row in query(warehouse, "select schema_name from duckdb_tables()")}
    assert schemas == {"core", "pears", "raw_pears"}


def test_a_build_from_files_omits_seeds_and_staging_unit_tests_and_lists_warnings(
    tmp_path, build, query
):
    for domain in ("apples", "pears"):
        (tmp_path / "raw" / domain).mkdir(parents=True)
    warehouse = tmp_path / "commerce.duckdb"
    built = build(
        warehouse, "--raw-from", "files", "--raw-dir", tmp_path / "raw", trouble="warning"
    )
    assert built.returncode == 0, built.stderr
    # 2 staging, 5 other models, 4 tests; neither the 2 seeds nor the unit test.
    assert "11 of 11 nodes done" in built.stdout
    warning = (
        "1 warning:\n  test stg_apples__orders_cost_little: 1 row of apples. Each is a row of "
    )
    warning += "apples.stg_apples__orders with another amount than expected: "
    assert warning in built.stdout
    assert "\n    order_id=" in built.stdout
    schemas = {row[0] for row in query(warehouse, "select schema_name from duckdb_tables()")}
    assert schemas == {"apples", "pears", "core", "quarantine"}


def test_dbt_gets_the_options_as_vars_and_a_first_build_that_fails_leaves_nothing(tmp_path, build):
    built = build(
        tmp_path / "commerce.duckdb",
        *("--domains", "pears", "--as-of-date", "pears=2024-02-29", "--threads", "1"),
        trouble="show_vars",
    )
    project_vars, build_vars = json.loads(built.stderr.split("vars: ")[1].splitlines()[0])
    assert project_vars["domains"] == ["pears"]
    assert project_vars["raw_from"] == "seeds"
    assert build_vars["as_of_date"] == {"pears": "2024-02-29"}
    assert build_vars["latest_plausible_date"] >= time.strftime("%Y-%m-%d", time.gmtime())
    assert not project_vars.keys() & build_vars.keys()
    assert "\nNothing was published.\n" in built.stderr
    assert not (tmp_path / "commerce.duckdb").exists()


def test_dbt_parses_only_what_has_changed_since_the_last_build(tmp_path, run_cli):
    project = tmp_path / "project"
    shutil.copytree(SMALL_PROJECT, project, ignore=shutil.ignore_patterns("target"))
    command = ("build", "--project-dir", project, "--warehouse", tmp_path / "commerce.duckdb")
    parse = project / "target" / "publish" / "partial_parse.msgpack"
    # A damaged file must not stop a build.
    parse.parent.mkdir(parents=True)
    parse.write_text("nonsense")
    assert run_cli(*command).returncode == 0
    assert parse.read_bytes() != b"nonsense"
    kept = sorted(path.name for path in parse.parent.iterdir())
    assert kept == [parse.name, "run_results.json"]

    # This amount fails a test, because dbt's log is kept only after a failed build.
    (project / "seeds/apples/apples__orders.csv").write_text("order_id,amount\n1,2000000\n")
    assert run_cli(*command, "--as-of-date", "2024-02-29").returncode == 1
    log = (tmp_path / "commerce.failed-build.log").read_text()
    assert "Partial parsing enabled: 0 files deleted, 0 files added, 1 files changed" in log


@pytest.mark.parametrize(
    ("arguments", "limit"),
    [
        (["--memory-limit", "4GB"], "3.7 GiB"),
        (["--memory-limit", "0.5 gib"], "512.0 MiB"),
        ([], duckdb.connect().execute("select current_setting('memory_limit')").fetchone()[0]),
    ],
)
def test_duckdb_gets_the_memory_limit_and_spills_inside_the_builds_folder(
    arguments, limit, warehouse, build
):
    built = build(
        warehouse,
        *arguments,
        trouble="show_memory",
        # A variable of the shell is ignored.
        env={"COMMERCE_MARTS_MEMORY_LIMIT": "1GB"},
    )
    settings = re.search(r"memory: (.*), spills to (.*)", built.stderr)
    assert settings, built.stderr
    assert settings[1] == limit
    # Relative to dbt's working directory, the build's folder.
    assert settings[2] == "commerce.duckdb.spill"


def test_a_build_with_too_little_memory_names_the_node_and_what_to_do(warehouse, build):
    built = build(warehouse, "--memory-limit", "100KB")
    assert built.returncode == 1
    assert re.match(
        r"Error: With --memory-limit 100KB DuckDB has too little memory for .*\. "
        r"Raise the limit, or lower --threads\.\n"
        rf"Nothing was published: {warehouse} is unchanged\.\n",
        built.stderr,
    ), built.stderr


def test_run_results_are_kept_also_where_the_build_failed(tmp_path, run_cli):
    project = tmp_path / "project"
    shutil.copytree(SMALL_PROJECT, project, ignore=shutil.ignore_patterns("target"))
    where = ("--project-dir", project, "--warehouse", tmp_path / "commerce.duckdb")
    assert run_cli("build", *where, "--vars", "{trouble: model}").returncode == 1
    results = json.loads((project / "target/publish/run_results.json").read_text())["results"]
    found = {node["unique_id"].split(".")[2]: node["status"] for node in results}
    assert found["fct_orders"] == "error"
    assert found["apples__orders"] == "success"


def test_a_reader_keeps_the_old_warehouse_and_the_next_one_sees_the_new(
    warehouse, tmp_path, build, query
):
    sql = "select distinct build_id from core.build_info"
    link = tmp_path / "commerce.duckdb"
    link.symlink_to(warehouse)
    with duckdb.connect(str(warehouse), read_only=True) as reader:
        before = reader.execute(sql).fetchone()
        # Where the target is a link, its file is replaced, not the link.
        assert build(link).returncode == 0
        assert reader.execute(sql).fetchone() == before
    assert query(warehouse, sql) != [before]
    assert link.is_symlink()


def test_a_build_removes_what_killed_builds_left_and_nothing_of_another_target(warehouse, build):
    killed = warehouse.parent / ".building-commerce.duckdb-20240101T000000Z-0a1b2c"
    other = warehouse.parent / ".building-other.duckdb-20240101T000000Z-0a1b2c"
    for folder in (killed, other):
        folder.mkdir()
        (folder / "commerce.duckdb").write_bytes(b"half")
    # DuckDB would apply a leftover .wal to the new file.
    warehouse.with_name("commerce.duckdb.wal").write_bytes(b"left over")
    warehouse.with_name("commerce.failed-build.log").write_text("of the build before")
    assert build(warehouse).returncode == 0
    assert folder_content(warehouse) == [
        other.name,
        ".commerce.duckdb.lock",
        "commerce.duckdb",
        "commerce.duckdb.history.jsonl",
        "commerce.duckdb.kept",
    ]


def started_build(warehouse: Path) -> tuple[subprocess.Popen, Path]:
    """A running build and its folder, in which dbt has created the new file."""
    process = subprocess.Popen(
        [
            *(Path(sys.executable).with_name("commerce-marts"), "build"),
            *("--project-dir", SMALL_PROJECT, "--warehouse", warehouse),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Tests in a shell's background ignore Ctrl-C, and child processes inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for folder in warehouse.parent.glob(".building-*"):
            if (folder / warehouse.name).exists():
                return process, folder
        time.sleep(0.02)
    raise AssertionError(process.communicate())


def test_a_second_build_names_the_running_build_and_stops(warehouse, build):
    process, _ = started_build(warehouse)
    second = build(warehouse)
    process.communicate()
    assert process.returncode == 0
    assert second.returncode == 1
    assert f"is running (process {process.pid}, since 20" in second.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_build_cleans_up_and_says_so(warehouse, number):
    before = warehouse.read_bytes()
    process, folder = started_build(warehouse)
    process.send_signal(number)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 1
    assert stderr == (
        f"Error: The build was stopped. Nothing was published: {warehouse} is unchanged.\n"
    )
    assert not folder.exists()
    assert warehouse.read_bytes() == before
    [record], _ = history.read(warehouse)
    assert (record.status, record.failure_reason) == ("stopped", "The build was stopped.")
    assert record.duration.total_seconds() > 0


def test_dbt_sends_no_usage_data_and_ignores_dbt_variables_of_the_shell(monkeypatch):
    from commerce_marts.dbt import dbt_environment

    monkeypatch.setenv("DBT_TARGET_PATH", "elsewhere")
    monkeypatch.setenv("DBT_PACKAGE_HUB_URL", "http://localhost:1")
    environment = dbt_environment(Path("new.duckdb"))
    assert environment["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "false"
    assert environment["DO_NOT_TRACK"] == "1"
    assert environment["COMMERCE_MARTS_BUILD_FILE"] == "new.duckdb"
    assert "DBT_TARGET_PATH" not in environment
    assert environment["DBT_PACKAGE_HUB_URL"] == os.environ["DBT_PACKAGE_HUB_URL"]
