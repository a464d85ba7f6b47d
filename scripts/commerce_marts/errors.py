"""Errors for users: what is wrong and what to do next, without a stack trace."""

from contextlib import suppress
from pathlib import Path

import click

FULL_DISK = ("No space left on device", "File too large", "Disk quota exceeded")


class RunnerError(click.ClickException):
    """Something went wrong outside this program. Exit code 1."""

    exit_code = 1


class OptionError(RunnerError):
    """An option has an invalid value. Exit code 2."""

    exit_code = 2


class FullDiskError(RunnerError):
    """There is no room for a new warehouse."""


def shown_path(path: Path) -> str:
    """The path as people would type it."""
    with suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)


def untouched(target: Path) -> str:
    """The sentence that the published file is unchanged."""
    unchanged = f": {shown_path(target)} is unchanged" if target.exists() else ""
    return f"Nothing was published{unchanged}."


def is_full_disk(message: str) -> bool:
    """Whether a message of dbt, DuckDB or the system says that the disk is full."""
    return any(words in message for words in FULL_DISK)


def is_out_of_memory(message: str) -> bool:
    """Whether DuckDB says that its memory limit is too small for what it cannot spill."""
    return "Out of Memory Error" in message


def full_disk(target: Path) -> FullDiskError:
    """The error of a build that does not fit on the disk."""
    return FullDiskError(
        f"No space is left for the new warehouse in {target.parent}. A build needs room for a "
        f"second file beside the published one: free some, keep fewer versions with --keep, or "
        f"choose another disk with --warehouse.\n{untouched(target)}"
    )


def too_little_memory(target: Path, memory_limit: str, where: str) -> RunnerError:
    """That DuckDB's memory limit is too small for some part of a build."""
    return RunnerError(
        f"With --memory-limit {memory_limit} DuckDB has too little memory for {where}. Allow it "
        f"more, or give fewer --threads.\n{untouched(target)}"
    )


def no_writing(target: Path, error: OSError) -> RunnerError:
    """The error of a target whose folder or files cannot be written."""
    if is_full_disk(str(error)):
        return full_disk(target)
    return RunnerError(
        f"Cannot write into {target.parent}: {error.strerror}. Make the folder writable, or "
        f"choose another file with --warehouse."
    )
