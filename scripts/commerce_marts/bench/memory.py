"""The time and memory of a program with everything that it starts."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from commerce_marts.errors import RunnerError

SECONDS_BETWEEN_LOOKS = 0.02
LINES_SHOWN = 20


@dataclass(frozen=True)
class Usage:
    """Wall-clock seconds, and the most memory that the whole tree of processes held at once."""

    seconds: float
    peak_memory_bytes: int


def run_measured(
    command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None
) -> Usage:
    """Runs the command to its end; what it says goes to `log`.

    The peak is the largest sum of the tree's resident memory that was seen every 20 ms (Linux), or
    that of its largest process, which the system knows exactly, where this is more. Raises
    RunnerError with the end of the log where the exit code is not 0.
    """
    with log.open("wb") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        peak, ended = 0, 0
        try:
            while not ended:
                peak = max(peak, _tree_bytes(process.pid))
                time.sleep(SECONDS_BETWEEN_LOOKS)
                ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            seconds = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            if process.returncode is None:
                process.terminate()
                process.wait()
    if process.returncode != 0:
        said = log.read_text(errors="replace").splitlines()[-LINES_SHOWN:]
        raise RunnerError("\n".join(["What was to be measured failed:", *said]))
    # Linux counts in KiB, macOS in bytes.
    largest = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Usage(seconds, max(peak, largest))


def _tree_bytes(root: int) -> int:
    pages, waiting = 0, [root]
    while waiting:
        process = Path(f"/proc/{waiting.pop()}")
        # It may end at any moment; elsewhere than on Linux there is none.
        with suppress(OSError):
            pages += int((process / "statm").read_text().split()[1])
            for thread in (process / "task").iterdir():
                waiting += map(int, (thread / "children").read_text().split())
    return pages * os.sysconf("SC_PAGE_SIZE")
