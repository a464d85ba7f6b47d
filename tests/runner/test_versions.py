"""Earlier versions: which ones are kept and rolled back to, and which files are not replaced."""

import fcntl
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from trials import (
    SMALL_PROJECT,
    build_id_of,
    checked_build_id,
    exit_code_of,
    folder_content,
    kept_build_ids,
    publish_prepared,
    without_rights_of_root,
)

import commerce_marts.publish.lock
from commerce_marts.errors import RunnerError
from commerce_marts.publish.lock import only_one

UNKEPT = [".commerce.duckdb.lock", "commerce.duckdb", "commerce.duckdb.history.jsonl"]


@pytest.fixture
def target(prepared, tmp_path) -> Path:
    """Where version 0 is published; nothing is kept yet."""
    path = tmp_path / "warehouse" / "commerce.duckdb"
    assert exit_code_of(publish_prepared, prepared[0], path) == 0
    return path


@pytest.fixture
def rollback(run_cli):
    def run(target: Path, *arguments: str) -> subprocess.CompletedProcess:
        return run_cli(
            "rollback", "--project-dir", SMALL_PROJECT, "--warehouse", target, *arguments
        )

    return run


def publish(prepared: list[Path], target: Path, *numbers: int, keep: int = 3) -> None:
    for number in numbers:
        assert exit_code_of(publish_prepared, prepared[number], target, keep) == 0


def number_of(target: Path) -> int:
    return int(checked_build_id(target)[-6:], 16)


def kept_numbers(target: Path) -> list[int]:
    return [int(build_id[-6:], 16) for build_id in kept_build_ids(target)]


def test_the_last_versions_are_kept_without_a_copy(prepared, target):
    inode = target.stat().st_ino
    publish(prepared, target, 1)
    kept = target.with_name("commerce.duckdb.kept") / build_id_of(prepared[0]) / target.name
    assert kept.stat().st_ino == inode
    publish(prepared, target, 2, 3, 4)
    assert kept_numbers(target) == [3, 2, 1]


def test_keep_sets_how_many_and_zero_leaves_no_folder(prepared, target):
    publish(prepared, target, 1, 2, 3)
    publish(prepared, target, 4, keep=1)
    assert kept_numbers(target) == [3]
    publish(prepared, target, 5, keep=0)
    assert folder_content(target) == UNKEPT


def test_a_rollback_says_what_it_brought_back_and_how_to_undo_it(prepared, target, rollback):
    publish(prepared, target, 1)
    old, new = (build_id_of(file) for file in prepared[:2])
    done = rollback(target)
    assert done.returncode == 0
    assert done.stdout == (
        f"Published {target}: build {old} again.\n"
        f"Build {new} is kept: `commerce-marts rollback --to {new}` undoes this.\n"
    )
    assert (number_of(target), kept_numbers(target)) == (0, [1])
    assert rollback(target, "--to", new).returncode == 0
    assert (number_of(target), kept_numbers(target)) == (1, [0])


def test_repeated_rollbacks_go_further_back_and_skip_withdrawn_versions(prepared, target, rollback):
    publish(prepared, target, 1, 2, 3)
    assert rollback(target).returncode == rollback(target).returncode == 0
    assert (number_of(target), kept_numbers(target)) == (1, [3, 2, 0])
    # The next build starts from version 1 and removes a withdrawn version first.
    publish(prepared, target, 4)
    assert kept_numbers(target) == [3, 1, 0]
    assert rollback(target).returncode == 0
    assert number_of(target) == 1


def test_a_rollback_that_has_nothing_to_bring_back_says_so(prepared, target, rollback):
    refused = rollback(target)
    assert (refused.returncode, refused.stderr) == (
        1,
        f"Error: No earlier version of {target} is kept.\n",
    )
    publish(prepared, target, 1)
    old, new = (build_id_of(file) for file in prepared[:2])
    refused = rollback(target, "--to", "../../etc")
    assert (refused.returncode, refused.stderr) == (
        2,
        f"Error: --to: no build '../../etc' is kept. Choose one of: {old}.\n",
    )
    assert rollback(target, "--to", new).stderr == (
        f"Error: --to: build {new} is already published.\n"
    )
    assert rollback(target).returncode == 0
    assert rollback(target).stderr == (
        f"Error: Every kept version was withdrawn by a rollback. Choose one of them "
        f"with --to: {new}.\n"
    )
    assert number_of(target) == 0


def test_a_rollback_restores_a_deleted_file(prepared, target, rollback, run_cli):
    publish(prepared, target, 1)
    target.unlink()
    shown = run_cli("status", "--warehouse", target)
    assert "bring a kept version back with `commerce-marts rollback`" in shown.stderr
    assert rollback(target).returncode == 0
    assert number_of(target) == 0


def test_a_kept_version_that_is_damaged_is_not_brought_back(prepared, target, rollback):
    publish(prepared, target, 1)
    kept = target.with_name("commerce.duckdb.kept") / build_id_of(prepared[0]) / target.name
    content = kept.read_bytes()
    kept.unlink()
    kept.write_bytes(content[:5000])
    refused = rollback(target)
    assert refused.returncode == 1
    assert f"{kept} cannot be read: IO Error: " in refused.stderr
    assert number_of(target) == 1


def test_status_lists_what_is_kept_and_what_was_withdrawn(prepared, target, rollback, run_cli):
    publish(prepared, target, 1, 2)
    assert rollback(target).returncode == 0
    lines = run_cli("status", "--warehouse", target).stdout.splitlines()
    where = lines.index(next(line for line in lines if line.startswith("kept build")))
    kept = target.with_name("commerce.duckdb.kept")
    files = [kept / build_id_of(prepared[number]) / target.name for number in (2, 0)]
    sizes = [f"{file.stat().st_size / 1e6:.1f}" for file in files]
    assert [line.split() for line in lines[where + 1 :]] == [
        [build_id_of(prepared[2]), "2024-01-01", "00:00:02", "UTC", sizes[0], "MB", "withdrawn"],
        [build_id_of(prepared[0]), "2024-01-01", "00:00:00", "UTC", sizes[1], "MB"],
    ]


def test_a_file_of_another_user_is_kept_too(prepared, target, rollback):
    """Linux refuses a link to it, so it is copied."""
    publish(prepared, target, 1)
    if os.geteuid() == 0:
        os.chown(target, 12345, -1)
    command = [Path(sys.executable).with_name("commerce-marts"), "rollback"]
    done = subprocess.run(
        without_rights_of_root(*command, "--project-dir", SMALL_PROJECT, "--warehouse", target),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert (number_of(target), kept_numbers(target)) == (0, [1])


def test_a_build_stops_while_a_rollback_runs(target, build):
    with only_one(target, "rollback"):
        refused = build(target)
    assert refused.returncode == 1
    assert refused.stderr.startswith(
        f"Error: A rollback of {target} is running (process {os.getpid()}, since 20"
    )


def test_the_lock_is_held_until_the_child_of_a_killed_build_ends(target, monkeypatch):
    monkeypatch.setattr(commerce_marts.publish.lock, "GRACE_SECONDS", 0)
    path = target.with_name(".commerce.duckdb.lock")
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[lock.fileno()]
        )
        ended = subprocess.run(
            [sys.executable, "-c", "import os; print(os.getpid())"], stdout=subprocess.PIPE
        )
        lock.write(f'{{"work": "build", "pid": {int(ended.stdout)}, "since": "2024-01-01"}}')
    with (
        pytest.raises(RunnerError, match="has ended, but its dbt still runs"),
        only_one(target, "build"),
    ):
        pass
    child.communicate(b"\n")
    with only_one(target, "build"):
        pass


def foreign_tables(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table invoices as select 1 as invoice_id")


def foreign_view(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create view invoices as select 1 as invoice_id")


def own_file_of_an_analyst(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema core")
        connection.execute("create table core.build_info as select 'sales' as domain, '' build_id")


def of_another_version_of_duckdb(path: Path) -> None:
    foreign_tables(path)
    header = bytearray(path.read_bytes()[:4096])
    header[12:20] = struct.pack("<Q", 9000)
    checksum = 5381
    for (word,) in struct.iter_unpack("<Q", header[8:]):
        checksum ^= word * 0xBF58476D1CE4E5B9 % 2**64
    header[:8] = struct.pack("<Q", checksum)
    path.write_bytes(header + path.read_bytes()[4096:])


def cut_short(path: Path) -> None:
    foreign_tables(path)
    path.write_bytes(path.read_bytes()[:5000])


def all_in_the_write_ahead_log(path: Path) -> None:
    code = """
import os, sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("create table invoices as select 1 as invoice_id")
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", code, path], check=True)


# What is at the target, and the message about it.
NOT_OURS = {
    foreign_tables: "was not published by commerce-marts (it has no table core.build_info)",
    foreign_view: "was not published by commerce-marts (it has no table core.build_info)",
    own_file_of_an_analyst: "was not published by commerce-marts (core.build_info does not name "
    "one build)",
    of_another_version_of_duckdb: "cannot be read: "
    "IO Error: Trying to read a database file with storage version number 9000",
    cut_short: "cannot be read: IO Error: Could not read enough bytes",
    all_in_the_write_ahead_log: "was not published by commerce-marts",
}


@pytest.mark.parametrize("make", NOT_OURS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("command", ["build", "rollback"])
def test_a_database_that_is_not_ours_is_not_replaced(command, make, tmp_path, run_cli):
    target = tmp_path / "commerce.duckdb"
    make(target)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    refused = run_cli(command, "--project-dir", SMALL_PROJECT, "--warehouse", target)
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith(f"Error: {target} {NOT_OURS[make]}")
    assert refused.stderr.endswith(
        ". It is left unchanged. Choose another file with --warehouse, or move this one away.\n"
    )
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name in before}
    assert after == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".commerce.duckdb.lock",
        *sorted(before),
    ]


@pytest.mark.parametrize("content", ["no bytes", "no tables"])
def test_an_empty_database_is_replaced_and_not_kept(content, prepared, tmp_path):
    target = tmp_path / "commerce.duckdb"
    target.touch()
    if content == "no tables":
        target.unlink()
        duckdb.connect(str(target)).close()
    publish(prepared, target, 0)
    assert folder_content(target) == UNKEPT
    assert number_of(target) == 0


def test_a_warehouse_of_a_newer_commerce_marts_is_replaced_kept_and_brought_back(
    prepared, tmp_path, rollback
):
    target = tmp_path / "commerce.duckdb"
    shutil.copyfile(prepared[1], target)
    with duckdb.connect(str(target)) as connection:
        connection.execute("alter table core.build_info rename column orders_count to orders")
    publish(prepared, target, 2)
    assert kept_numbers(target) == [1]
    assert rollback(target).returncode == 0
    assert number_of(target) == 1
