"""One build of a warehouse at a time, held for as long as anybody writes."""

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

# A dbt whose build was killed ends with it, but not within the same instant.
SECONDS_FOR_THE_DYING = 5


@dataclass(frozen=True)
class Holder:
    """Who holds the lock: what it does, the process, and since when."""

    work: str
    pid: int
    since: str

    @property
    def is_alive(self) -> bool:
        """Whether the process is there."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


@contextmanager
def only_one(target: Path, work: str) -> Iterator[int]:
    """Holds the lock of the target, and gives its descriptor.

    The system frees the lock when the last process that has the descriptor is gone: a child that
    inherits it holds the lock too, whatever happens to its parent. Raises RunnerError, which names
    the holder, where the lock is taken.
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
            _sign(descriptor, work)
        except OSError as error:
            raise no_writing(target, error) from error
        yield descriptor
    finally:
        os.close(descriptor)


def _take(descriptor: int, target: Path) -> None:
    deadline = time.monotonic() + SECONDS_FOR_THE_DYING
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = _holder(descriptor)
            if holder is None or holder.is_alive or time.monotonic() > deadline:
                raise RunnerError(_taken_message(target, holder)) from error
        time.sleep(0.05)


def _sign(descriptor: int, work: str) -> None:
    holder = Holder(work, os.getpid(), f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(asdict(holder)).encode(), 0)


def _holder(descriptor: int) -> Holder | None:
    try:
        return Holder(**json.loads(os.pread(descriptor, 1000, 0)))
    except (ValueError, TypeError):
        # Taken a moment ago and not signed yet.
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
        f"{holder.since} is gone, but its dbt is still at work, or it runs where its process "
        f"cannot be seen from here. Wait for it to end, and run this again."
    )
