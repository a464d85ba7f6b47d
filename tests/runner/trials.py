"""Publications that can be killed before any step, and checks of what they leave.

A step is a change that the runner makes in the folder of the warehouse. Python announces each step
before it happens (audit events), so the runner needs no code of its own for these tests.
"""

import ctypes
import multiprocessing
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import duckdb

from commerce_marts.cli import main
from commerce_marts.publish import build

SMALL_PROJECT = Path(__file__).with_name("small_project")
CHANGES = (
    *("os.mkdir", "os.link", "os.rename", "os.chmod", "os.utime", "os.remove", "os.rmdir"),
    "fcntl.flock",
)
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER = 1, 2, 3
PR_CAPBSET_DROP = 24
# New processes start in milliseconds: they fork from one that has imported everything.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["commerce_marts.publish.build", "commerce_marts.cli", "duckdb"])


class Watch:
    """Records the steps of this process, and kills it before one of them."""

    def __init__(self, folder: Path, killed_before: int | None, steps_file: Path | None):
        self.folder, self.killed_before, self.steps_file = folder, killed_before, steps_file
        self.count = 0
        sys.addaudithook(self.on_event)

    def on_event(self, event: str, arguments: tuple) -> None:
        opens_to_write = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        step = self.step(event, arguments) if event in CHANGES or opens_to_write else None
        if step is None:
            return
        if self.count == self.killed_before:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1
        if self.steps_file is not None:
            with self.steps_file.open("a") as file:
                file.write(f"{step}\n")

    def step(self, event: str, arguments: tuple) -> str | None:
        """The step, such as `os.rename .building/file file`; None if the event is not a step."""
        if event == "fcntl.flock":
            return event
        names = [os.fspath(name) for name in arguments if isinstance(name, (str, os.PathLike))]
        inside = [name for name in names if Path(name).is_relative_to(self.folder)]
        # While a tree is removed, its files are named relative to their folder.
        if not inside and not (event in ("os.remove", "os.rmdir") and arguments[-1] != -1):
            return None
        names = [os.path.relpath(name, self.folder) for name in inside] or names[:1]
        text = f"{event} {' '.join(names)}".replace("commerce.duckdb", "file")
        # Build 20240101T000003Z-000003 is 3.
        return re.sub(r"(\.building)-file-\w+-\w+|\d{8}T\d{6}Z-0*(\w+)", r"\1\2", text)


def publish_prepared(
    prepared: Path,
    target: Path,
    keep: int = 3,
    killed_before: int | None = None,
    steps_file: Path | None = None,
    waits_for: Path | None = None,
    umask: int = 0o022,
    stderr_file: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> None:
    """`commerce-marts build` with a file that dbt built earlier; the rest is real.

    With `waits_for` it waits in place of dbt until that file exists.
    """
    os.environ |= environment or {}

    def make(made: build.Build, _plan: object, _lock: int) -> list[str]:
        shutil.copyfile(prepared, made.file)
        while waits_for is not None and not waits_for.exists():
            time.sleep(0.01)
        return []

    os.umask(umask)
    if stderr_file is not None:
        os.dup2(os.open(stderr_file, os.O_WRONLY | os.O_CREAT), sys.stderr.fileno())
    build._run_dbt = make
    build._new_build_id = lambda: build_id_of(prepared)
    Watch(target.parent, killed_before, steps_file)
    main(
        [
            *("build", "--project-dir", str(SMALL_PROJECT)),
            *("--warehouse", str(target), "--keep", str(keep)),
        ]
    )


def roll_back(
    target: Path, killed_before: int | None = None, steps_file: Path | None = None
) -> None:
    """`commerce-marts rollback`."""
    Watch(target.parent, killed_before, steps_file)
    main(["rollback", "--project-dir", str(SMALL_PROJECT), "--warehouse", str(target)])


def started(function, *arguments, **options):
    """The function, running in a new process."""
    process = PROCESSES.Process(target=function, args=arguments, kwargs=options)
    process.start()
    return process


def exit_code_of(function, *arguments, **options) -> int:
    """The function's exit code in a new process; below 0: the signal that killed it."""
    process = started(function, *arguments, **options)
    process.join()
    return process.exitcode


def checked_build_id(path: Path) -> str:
    """The build id of the file; fails unless all its tables are of that build.

    Each prepared version has different amounts, so a mixture cannot add up.
    """
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            """
            select distinct build_id, total_amount
            from core.build_info
            cross join (
                select sum(revenue) as total_amount from core.build_info
                union
                select sum(amount) from core.fct_orders
                union
                select sum(amount) from (
                    select amount from apples.stg_apples__orders
                    union all select amount from pears.stg_pears__orders
                )
            )
            """
        ).fetchall()
    assert len(rows) == 1, rows
    return rows[0][0]


def build_id_of(path: Path) -> str:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute("select any_value(build_id) from core.build_info").fetchone()[0]


def kept_build_ids(target: Path) -> list[str]:
    """The build ids of the kept versions, newest first; fails if one is not whole."""
    folder = target.with_name(f"{target.name}.kept")
    names = sorted((path.name for path in folder.glob("*")), reverse=True)
    for name in names:
        assert checked_build_id(folder / name / target.name) == name
    return names


def folder_content(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())


def without_rights_of_root(*command) -> list[str]:
    """The command, run so that file permissions apply even to root."""
    return [
        *(sys.executable, "-c", "import sys, trials; trials.drop_rights_and_run(sys.argv[1:])"),
        *map(str, command),
    ]


def drop_rights_and_run(command: list[str]) -> None:
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER):
        # The call fails for other users, who do not need it.
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.execv(command[0], command)
