"""A lock that allows one build of a warehouse at a time."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from commerce_marts.errors import RunnerError, no_writing, shown_path

# When a build is killed, its dbt ends too, but a moment later.
GRACE_SECONDS = 5


@dataclass(frozen=True)
class Holder:
    """The process that holds the lock, what it does, and since when."""

    work: str
    pid: int
    since: str

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


@contextmanager
def only_one(target: Path, work: str) -> Iterator[int]:
    """Holds the lock of the target, and yields its descriptor.

    The system frees the lock when the last process with the descriptor ends: a child that inherits
    it also holds the lock, even after its parent ends. Raises RunnerError with the holder's name
    if the lock is taken.
    """
    path = target.with_name(f".{target.name}.lock")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    except OSError as error:
        raise no_writing(target, error) from error
    try:
        _take(descriptor, target)
        try:
            _write_holder(descriptor, work)
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
            if holder is None or holder.is_alive or time.monotonic() > deadline:
                raise RunnerError(_taken_message(target, holder)) from error
        time.sleep(0.05)


def _write_holder(descriptor: int, work: str) -> None:
    holder = Holder(work, os.getpid(), f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(asdict(holder)).encode(), 0)


def _holder(descriptor: int) -> Holder | None:
    try:
        return Holder(**json.loads(os.pread(descriptor, 1000, 0)))
    except (ValueError, TypeError):
        # The lock was taken a moment ago, and its holder is not written yet.
        return None


def _taken_message(target: Path, holder: Holder | None) -> str:
    if holder is None:
        return (
            f"A build of {shown_path(target)} is under way. Wait for it, or stop it, and run "
            f"this again."
        )
    if holder.is_alive:
        return (
            f"A {holder.work} of {shown_path(target)} is under way (process {holder.pid}, since "
            f"{holder.since}). Wait for it, or stop it, and run this again."
        )
    return (
        f"The {holder.work} of {shown_path(target)} that process {holder.pid} began at "
        f"{holder.since} has ended, but its dbt still runs; or it runs elsewhere, such as in a "
        f"container. Wait for it to end, and run this again."
    )
