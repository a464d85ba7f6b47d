"""Errors for users: what is wrong and what to do next, without a stack trace."""

from pathlib import Path

import click

FULL_DISK = ("No space left on device", "File too large", "Disk quota exceeded")


class RunnerError(click.ClickException):
    """Something went wrong outside this program. Exit code 1."""


class OptionError(RunnerError):
    """An option has an invalid value. Exit code 2."""

    exit_code = 2


class StoppedError(RunnerError):
    """A build was stopped by Ctrl-C or by a service manager."""


class FullDiskError(RunnerError):
    """There is no room for a new warehouse."""


def shown_path(path: Path) -> str:
    """The path as people would type it: relative if it is below the working directory."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def untouched(target: Path) -> str:
    """The sentence that the published file is unchanged."""
    unchanged = f": {shown_path(target)} is unchanged" if target.exists() else ""
    return f"Nothing was published{unchanged}."


def is_full_disk(message: str) -> bool:
    """Whether a message of dbt, DuckDB or the system says that the disk is full."""
    return any(words in message for words in FULL_DISK)


def failure(target: Path, message: str) -> RunnerError:
    """The error of a build that does not publish. A full disk has a message of its own."""
    if is_full_disk(message):
        return FullDiskError(
            f"No space is left for the new warehouse in {target.parent}. A build needs space for a "
            f"second file beside the published one. Free some space, keep fewer versions with "
            f"--keep, or choose another disk with --warehouse.\n{untouched(target)}"
        )
    return RunnerError(f"{message}\n{untouched(target)}")


def too_little_memory(target: Path, memory_limit: str, where: str) -> RunnerError:
    """The error of a build whose --memory-limit is too small for `where`."""
    return RunnerError(
        f"With --memory-limit {memory_limit} DuckDB has too little memory for {where}. Raise the "
        f"limit, or lower --threads.\n{untouched(target)}"
    )


def no_writing(target: Path, error: OSError) -> RunnerError:
    """The error of a target whose folder or files cannot be written."""
    return failure(
        target,
        f"Cannot write into {target.parent}: {error.strerror}. Make the folder writable, or choose "
        f"another file with --warehouse.",
    )
