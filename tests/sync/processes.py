"""`commerce-marts` in new processes that start in milliseconds.

They fork from one that has imported everything, and can be killed like any other.
"""

import multiprocessing
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commerce_marts.cli import main

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["commerce_marts.cli", "commerce_marts.sync.send", "duckdb"])


@dataclass(frozen=True)
class Finished:
    """The exit code of a command (below 0: the signal that killed it), and what it printed."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Running:
    """A command that runs."""

    process: Any
    folder: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def finished(self) -> Finished:
        """Waits for the end."""
        self.process.join()
        printed = ((self.folder / name).read_text() for name in ("stdout", "stderr"))
        return Finished(self.process.exitcode, *printed)


def started(arguments: list[object], environment: dict[str, str], folder: Path) -> Running:
    """Starts the command, which prints into files of the folder."""
    folder.mkdir(exist_ok=True)
    for name in ("stdout", "stderr"):
        (folder / name).write_text("")
    process = PROCESSES.Process(
        target=_run, args=[[*map(str, arguments)], environment, folder], daemon=True
    )
    process.start()
    return Running(process, folder)


def _run(arguments: list[str], environment: dict[str, str], folder: Path) -> None:
    os.environ.update({"COLUMNS": "200", **environment})
    for name, stream in (("stdout", sys.stdout), ("stderr", sys.stderr)):
        file = os.open(folder / name, os.O_WRONLY | os.O_APPEND)
        os.dup2(file, stream.fileno())
        os.close(file)
    main(arguments)
