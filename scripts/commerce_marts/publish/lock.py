"""A lock that allows one build of a warehouse at a time."""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from commerce_marts.errors import RunnerError, no_writing, shown_path

# When a build is killed, its dbt ends too, but a moment later.
GRACE_SECONDS = 5


@contextmanager
def only_one(target: Path, work: str) -> Iterator[int]:
    """Holds the lock of the target, and yields its descriptor.

    The system frees the lock when the last process with the descriptor ends: a child that inherits
    it also holds the lock, even after its parent ends. Raises RunnerError with the holder's name
    if the lock is taken.
    """
    holder = {"work": work, "pid": os.getpid(), "since": f"{datetime.now(UTC):%F %T} UTC"}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        path = target.with_name(f".{target.name}.lock")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    except OSError as error:
        raise no_writing(target, error) from error
    try:
        _take(descriptor, target)
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        except OSError as error:
            raise no_writing(target, error) from error
        yield descriptor
    finally:
        os.close(descriptor)


def _take(descriptor: int, target: Path) -> None:
    deadline = time.monotonic() + GRACE_SECONDS
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = _holder(descriptor)
            if holder is None or _is_running(holder["pid"]) or time.monotonic() > deadline:
                raise RunnerError(_taken_message(target, holder)) from error
        time.sleep(0.05)


def _holder(descriptor: int) -> Mapping[str, Any] | None:
    """What the holder wrote; None if it took the lock a moment ago and has not written yet."""
    try:
        return json.loads(os.pread(descriptor, 1000, 0))
    except ValueError:
        return None


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        # Another user's process may not be signalled, but it runs.
        return isinstance(error, PermissionError)
    return True


def _taken_message(target: Path, holder: Mapping[str, Any] | None) -> str:
    work, process = "build", ""
    if holder:
        work = holder["work"]
        process = f" (process {holder['pid']}, since {holder['since']})"
        if not _is_running(holder["pid"]):
            return (
                f"A {work} of {shown_path(target)}{process} has ended, but its dbt still runs; or "
                f"it runs elsewhere, such as in a container. Wait for it, then run this again."
            )
    return (
        f"A {work} of {shown_path(target)} is running{process}. Wait for it, or stop it, then run "
        f"this again."
    )
