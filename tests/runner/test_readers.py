"""Readers of the published file during publications: each sees one whole build."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from trials import (
    build_id_of,
    checked_build_id,
    exit_code_of,
    kept_build_ids,
    publish_prepared,
    roll_back,
    started,
    without_rights_of_root,
)

OLD_CLIENT = Path(sys.executable).parents[1] / "duckdb-1.1.3"
READER = Path(__file__).with_name("reader.py")


class Reader:
    """A process that reads in a loop, and what it has seen so far."""

    def __init__(self, target: Path, notes: Path, connects: str, client: Path | None):
        self.notes = notes
        notes.touch()
        path = {"PYTHONPATH": str(client)} if client else {}
        self.process = subprocess.Popen(
            [sys.executable, READER, target, notes, connects], env={**os.environ, **path}
        )

    def seen(self) -> list[str]:
        return self.notes.read_text().splitlines()

    def waits_to_see(self, build_id: str) -> None:
        deadline = time.monotonic() + 60
        while build_id not in self.seen()[-1:]:
            assert self.process.poll() is None, self.seen()[-3:]
            assert time.monotonic() < deadline, self.seen()[-3:]
            time.sleep(0.005)

    def ends(self) -> None:
        Path(f"{self.notes}.end").touch()
        assert self.process.wait() == 0


def test_readers_see_one_whole_build_while_ten_are_published_in_a_row(prepared, tmp_path):
    assert OLD_CLIENT.is_dir(), "DuckDB 1.1.3 is not installed: `make test` installs it"
    target = tmp_path / "warehouse" / "commerce.duckdb"
    assert exit_code_of(publish_prepared, prepared[0], target) == 0
    first, *others = (build_id_of(file) for file in prepared[:11])
    reconnecting = [
        Reader(target, tmp_path / "new_1", "each", None),
        Reader(target, tmp_path / "new_2", "each", None),
        Reader(target, tmp_path / "old", "each", OLD_CLIENT),
    ]
    connected = [
        Reader(target, tmp_path / "connected_new", "once", None),
        Reader(target, tmp_path / "connected_old", "once", OLD_CLIENT),
    ]
    for reader in (*reconnecting, *connected):
        reader.waits_to_see(first)
    for file, build_id in zip(prepared[1:11], others, strict=True):
        assert exit_code_of(publish_prepared, file, target) == 0
        for reader in reconnecting:
            reader.waits_to_see(build_id)
    for build_id in (others[8], others[7]):
        assert exit_code_of(roll_back, target) == 0
        for reader in reconnecting:
            reader.waits_to_see(build_id)
    for reader in (*reconnecting, *connected):
        reader.ends()
    for reader in reconnecting:
        changes = [one for one, next_one in pairwise(reader.seen()) if one != next_one]
        assert changes == [first, *others, others[8]]
    for reader in connected:
        assert set(reader.seen()) == {first}
    print("readings:", [len(reader.seen()) for reader in (*reconnecting, *connected)])


@contextmanager
def open_for_writing(target: Path) -> Iterator[int]:
    """The process id of a client that has the file open for writing, DuckDB's default."""
    # The published file is read-only; its owner can change that.
    target.chmod(0o644)
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, target], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"open\n"
    yield process.pid
    process.communicate(b"\n")


def test_a_client_with_write_access_stops_a_build_before_dbt_starts(prepared, tmp_path, build):
    target = tmp_path / "commerce.duckdb"
    assert exit_code_of(publish_prepared, prepared[0], target) == 0
    before = target.read_bytes()
    with open_for_writing(target) as pid:
        built = build(target)
    assert built.returncode == 1
    assert built.stdout == ""
    assert built.stderr.startswith(f"Error: {target} is open for writing in ")
    assert f"(PID {pid}), which locks every reader out. End that process, or " in built.stderr
    assert target.read_bytes() == before


def test_a_client_with_write_access_stops_a_publication(prepared, tmp_path):
    target, goes_on = tmp_path / "warehouse" / "commerce.duckdb", tmp_path / "goes_on"
    assert exit_code_of(publish_prepared, prepared[0], target) == 0
    process = started(publish_prepared, prepared[1], target, waits_for=goes_on)
    while not list(target.parent.glob(".building-*/commerce.duckdb")):
        assert process.is_alive()
        time.sleep(0.01)
    with open_for_writing(target):
        goes_on.touch()
        process.join()
    assert process.exitcode == 1
    assert checked_build_id(target) == build_id_of(prepared[0])
    assert kept_build_ids(target) == []
    assert exit_code_of(publish_prepared, prepared[1], target) == 0
    assert checked_build_id(target) == build_id_of(prepared[1])


def test_the_log_of_a_killed_client_is_not_applied_to_the_new_file(prepared, tmp_path):
    target = tmp_path / "commerce.duckdb"
    assert exit_code_of(publish_prepared, prepared[0], target) == 0
    target.chmod(0o644)
    code = """
import os, sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("insert into core.fct_orders select * from core.fct_orders")
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", code, target], check=True)
    assert target.with_name("commerce.duckdb.wal").exists()
    assert exit_code_of(publish_prepared, prepared[1], target) == 0
    assert checked_build_id(target) == build_id_of(prepared[1])
    assert not target.with_name("commerce.duckdb.wal").exists()
    # The kept version does not have the client's rows.
    assert kept_build_ids(target) == [build_id_of(prepared[0])]


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o444), (0o027, 0o440), (0o000, 0o444)])
def test_nobody_may_write_the_published_file_and_the_umask_decides_who_reads(
    umask, mode, prepared, tmp_path
):
    target = tmp_path / "commerce.duckdb"
    for file in prepared[:2]:
        assert exit_code_of(publish_prepared, file, target, umask=umask) == 0
    assert target.stat().st_mode & 0o777 == mode
    kept = target.with_name("commerce.duckdb.kept") / build_id_of(prepared[0]) / target.name
    assert kept.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("client", [None, OLD_CLIENT], ids=["new DuckDB", "old DuckDB"])
def test_a_client_may_read_but_not_write(client, prepared, tmp_path):
    target = tmp_path / "commerce.duckdb"
    assert exit_code_of(publish_prepared, prepared[0], target) == 0
    path = os.pathsep.join(map(str, filter(None, [client, READER.parent])))
    for read_only in ("True", "False"):
        code = f"import duckdb; duckdb.connect({str(target)!r}, read_only={read_only})"
        done = subprocess.run(
            without_rights_of_root(sys.executable, "-c", code),
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
        )
        if read_only == "True":
            assert done.returncode == 0, done.stderr
        else:
            assert f'Cannot open file "{target}": Permission denied' in done.stderr
