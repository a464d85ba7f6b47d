"""Kill -9 at any moment: the published file stays whole, and the next build cleans up."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from trials import (
    SMALL_PROJECT,
    build_id_of,
    checked_build_id,
    exit_code_of,
    folder_content,
    kept_build_ids,
    publish_prepared,
    roll_back,
)

from commerce_marts.watch import history

# The steps of a publication, in order. A test kills it before each.
STEPS = """
os.mkdir .
open .file.lock
fcntl.flock
os.remove file
os.rmdir .building
os.remove file.kept/a1b2c/file
os.remove file.part
os.rmdir file.kept/a1b2c
os.rmdir file.kept
os.mkdir .building
open .building/record.json.part
os.rename .building/record.json.part .building/record.json
open .building/record.json.part
os.rename .building/record.json.part .building/record.json
open .building/file
open .building/record.json.part
os.rename .building/record.json.part .building/record.json
os.chmod .building/file
os.mkdir file.kept/3
os.link file file.kept/3/file
os.remove file.wal
os.rename .building/file file
open file.history.jsonl
os.remove file.kept/0/file
os.rmdir file.kept/0
os.rmdir file.kept
os.remove commerce.failed-build.log
os.remove record.json
os.rmdir .building
""".strip().split("\n")
SWAP = STEPS.index("os.rename .building/file file")
NOTED = STEPS.index("os.rename .building/record.json.part .building/record.json")

# The steps of a rollback from version 4 to version 3.
ROLLBACK_STEPS = """
os.mkdir .
open .file.lock
fcntl.flock
os.mkdir file.kept/4
os.link file file.kept/4/file
os.utime file.kept/4/withdrawn
open file.kept/4/withdrawn
os.remove file.kept/3/withdrawn
os.remove file.kept/2/withdrawn
os.remove file.kept/1/withdrawn
os.rename file.kept/3/file file
os.remove file.kept/3/file
os.rmdir file.kept/3
os.rmdir file.kept
""".strip().split("\n")
SWAP_BACK = ROLLBACK_STEPS.index("os.rename file.kept/3/file file")

# Where dbt is held up, and which process is killed there.
MOMENTS_IN_DBT = [
    ("the start", "runner"),
    ("the start", "dbt"),
    ("apples__orders", "both"),
    ("stg_apples__orders", "runner"),
    ("stg_pears__orders", "dbt"),
    ("fct_orders", "both"),
    ("build_info", "runner"),
    ("orders_cost_less_than_a_million", "runner"),
    ("orders_cost_less_than_a_million", "dbt"),
    ("on-run-end", "both"),
]
AFTER = [".commerce.duckdb.lock", "commerce.duckdb", "commerce.duckdb.history.jsonl"]
AFTER += ["commerce.duckdb.kept"]


@pytest.fixture(scope="session")
def untidy_folder(made_once, prepared) -> Path:
    """Version 3 published, 0 to 2 kept, and files left by killed builds and writing clients."""

    def make(folder: Path) -> str:
        path = folder / "commerce.duckdb"
        for file in prepared[:4]:
            if exit_code_of(publish_prepared, file, path) != 0:
                return f"{file} was not published"
        killed = folder / ".building-commerce.duckdb-20240101T000000Z-0a1b2c"
        half_kept = folder / "commerce.duckdb.kept" / "20230101T000000Z-0a1b2c"
        for half in (killed / "commerce.duckdb", half_kept / "commerce.duckdb.part"):
            half.parent.mkdir()
            half.write_bytes(b"half")
        (folder / "commerce.duckdb.wal").write_bytes(b"left over")
        return ""

    return made_once("untidy", make)


@pytest.fixture
def target(untidy_folder, tmp_path) -> Path:
    """The published file in a copy of that folder."""
    return shutil.copytree(untidy_folder, tmp_path / "warehouse") / "commerce.duckdb"


def ids(prepared: list[Path], *numbers: int) -> list[str]:
    return [build_id_of(prepared[number]) for number in numbers]


def test_the_steps_of_a_publication_are_known(prepared, target, tmp_path):
    """Add a new step to the lists above, so that it is tested too."""
    record = tmp_path / "steps.txt"
    assert exit_code_of(publish_prepared, prepared[4], target, steps_file=record) == 0
    assert record.read_text().splitlines() == STEPS
    record.unlink()
    assert exit_code_of(roll_back, target, steps_file=record) == 0
    assert record.read_text().splitlines() == ROLLBACK_STEPS


@pytest.mark.parametrize("number", range(len(STEPS)), ids=lambda number: STEPS[number])
def test_a_publication_that_is_killed_leaves_a_whole_file(number, prepared, target, query):
    killed = exit_code_of(publish_prepared, prepared[4], target, killed_before=number)
    assert killed == -signal.SIGKILL
    is_new = number > SWAP
    assert [checked_build_id(target)] == ids(prepared, 4 if is_new else 3)

    assert exit_code_of(publish_prepared, prepared[5], target) == 0
    assert [checked_build_id(target)] == ids(prepared, 5)
    assert kept_build_ids(target) == (ids(prepared, 4, 3, 2) if is_new else ids(prepared, 3, 2, 1))
    assert folder_content(target) == AFTER
    # What the killed build had noted is in the history and in the new file, once.
    of_killed = "published" if is_new else "killed"
    is_known = number > NOTED
    expected = dict.fromkeys(ids(prepared, 0, 1, 2, 3), "published")
    expected |= dict.fromkeys(ids(prepared, 4)[: int(is_known)], of_killed)
    expected |= dict.fromkeys(ids(prepared, 5), "published")
    records, problems = history.read(target)
    assert [(one.build_id, one.status) for one in records] == list(expected.items())
    assert problems == []
    sql = "select build_id, any_value(status) from core.build_history group by all order by all"
    assert query(target, sql) == list(expected.items())


@pytest.mark.parametrize(
    "number", range(len(ROLLBACK_STEPS)), ids=lambda number: ROLLBACK_STEPS[number]
)
def test_a_rollback_that_is_killed_leaves_a_whole_file(number, prepared, target):
    assert exit_code_of(publish_prepared, prepared[4], target) == 0
    assert exit_code_of(roll_back, target, killed_before=number) == -signal.SIGKILL
    is_back = number > SWAP_BACK
    assert [checked_build_id(target)] == ids(prepared, 3 if is_back else 4)

    assert exit_code_of(publish_prepared, prepared[5], target) == 0
    assert [checked_build_id(target)] == ids(prepared, 5)
    # The version that the rollback withdrew is removed first.
    assert kept_build_ids(target) == (ids(prepared, 3, 2, 1) if is_back else ids(prepared, 4, 3, 2))
    assert folder_content(target) == AFTER


@pytest.mark.long
def test_a_thousand_kills_in_a_row_leave_a_whole_file_each_time(prepared, target):
    """Publications and rollbacks, each killed at a random step of what the one before left."""
    random, killed = Random(1), 0
    all_ids = ids(prepared, *range(len(prepared)))
    while killed < 1000:
        before, new = checked_build_id(target), random.choice(prepared)
        step = random.randrange(len(STEPS))
        if random.random() < 0.5:
            code = exit_code_of(publish_prepared, new, target, killed_before=step)
            allowed = {before, build_id_of(new)}
        else:
            # Where no version is left to go back to, it ends with 1.
            code = exit_code_of(roll_back, target, killed_before=step)
            allowed = {before, *all_ids} if code in (0, -signal.SIGKILL) else {before}
        assert checked_build_id(target) in allowed
        killed += code == -signal.SIGKILL
    assert exit_code_of(publish_prepared, prepared[5], target) == 0
    assert [checked_build_id(target)] == ids(prepared, 5)
    assert set(kept_build_ids(target)) <= set(all_ids)
    assert folder_content(target) == AFTER


@pytest.mark.parametrize(("moment", "who"), MOMENTS_IN_DBT)
def test_a_build_that_is_killed_inside_dbt_publishes_nothing_and_leaves_no_dbt(
    moment, who, prepared, target
):
    before = target.read_bytes()
    runner, dbt = stopped_build(target, moment)
    if who == "both":
        os.killpg(runner.pid, signal.SIGKILL)
    else:
        os.kill(runner.pid if who == "runner" else dbt, signal.SIGKILL)
    _, stderr = runner.communicate()
    assert target.read_bytes() == before
    if who == "dbt":
        assert runner.returncode == 1
        assert stderr.startswith("Error: dbt was killed. The system does this if memory is short: ")
        assert f"Nothing was published: {target} is unchanged." in stderr
        assert not list(target.parent.glob(".building-*"))
    else:
        assert runner.returncode == -signal.SIGKILL

    # Works at once: the lock is free as soon as dbt has ended.
    assert exit_code_of(publish_prepared, prepared[4], target) == 0
    assert not is_running(dbt)
    assert [checked_build_id(target)] == ids(prepared, 4)
    assert kept_build_ids(target) == ids(prepared, 3, 2, 1)
    assert folder_content(target) == AFTER


def test_what_a_killed_build_spilled_is_inside_its_folder_and_removed_by_the_next(prepared, target):
    runner, _ = stopped_build(target, "spilling", "--memory-limit", "60MB")
    deadline = time.monotonic() + 60
    while not (spilled := spilled_bytes(target)) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(runner.pid, signal.SIGKILL)
    runner.communicate()
    assert spilled > 0
    assert spilled_bytes(target) > 0

    assert exit_code_of(publish_prepared, prepared[4], target) == 0
    assert folder_content(target) == AFTER


def spilled_bytes(target: Path) -> int:
    files = target.parent.glob(f".building-*/{target.name}.spill/*")
    return sum(file.stat().st_size for file in files)


def stopped_build(target: Path, moment: str, *arguments: str) -> tuple[subprocess.Popen, int]:
    """A build whose dbt is held up at that moment, and the process id of that dbt."""
    runner = subprocess.Popen(
        [
            *(Path(sys.executable).with_name("commerce-marts"), "build"),
            *("--project-dir", SMALL_PROJECT, "--warehouse", target),
            *("--vars", f"{{stalled: {moment}}}", *arguments),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    children = Path(f"/proc/{runner.pid}/task/{runner.pid}/children")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and runner.poll() is None:
        dbt = [pid for pid in children.read_text().split() if "dbt" in command_of(int(pid))]
        if dbt and (moment == "the start" or "select 'stalled'" in log_of(target)):
            return runner, int(dbt[0])
        time.sleep(0.02)
    raise AssertionError(runner.communicate())


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def is_running(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def log_of(target: Path) -> str:
    return "".join(log.read_text() for log in target.parent.glob(".building-*/logs/dbt.log"))
