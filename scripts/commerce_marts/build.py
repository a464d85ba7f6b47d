"""`commerce-marts build`: a new file beside the published one, tested, checked, swapped in."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import duckdb
from filelock import FileLock, Timeout
from rich.console import Console

from commerce_marts.check import refuse_bad_files
from commerce_marts.dbt import Finding, Outcome, run_dbt
from commerce_marts.errors import RunnerError
from commerce_marts.packages import install_packages
from commerce_marts.request import BuildRequest
from commerce_marts.show import progress_display
from commerce_marts.warehouse import (
    DomainBuild,
    builds_table,
    domain_builds,
    set_aside_lines,
    shown_path,
    too_many_unusable_rows,
    unusable_look_up_rows,
)

BUILD_ID_PATTERN = "[0-9]" * 8 + "T" + "[0-9]" * 6 + "Z-" + "[0-9a-f]" * 6
HOLDER_FILE = "holder.json"
FULL_DISK = ("No space left on device", "File too large", "Disk quota exceeded")
FAILURES_SHOWN = 20


@dataclass(frozen=True)
class Build:
    """One build under way: its id, and the folder beside the target where it happens."""

    request: BuildRequest
    build_id: str
    started: datetime

    @property
    def folder(self) -> Path:
        """Where everything of this build is, on the target's disk, so that a rename is atomic."""
        target = self.request.warehouse
        return target.parent / f".building-{target.name}-{self.build_id}"

    @property
    def file(self) -> Path:
        """The new warehouse. Of the target's name, because views in it name the database."""
        return self.folder / self.request.warehouse.name

    @property
    def kept_log(self) -> Path:
        """dbt's log of the last build that failed."""
        return self.request.warehouse.with_suffix(".failed-build.log")


def build_and_publish(request: BuildRequest, console: Console) -> None:
    """Builds, tests, checks and swaps in the warehouse; prints what it does and what came out.

    Raises RunnerError where it does not publish; then the published file is what it was.
    """
    began = time.monotonic()
    said = install_packages(request.project)
    if said:
        console.print(said, highlight=False, soft_wrap=True)
    with _only_build(request.warehouse), _ended_by_signals():
        _remove_leftovers(request.warehouse)
        build = Build(request, _new_build_id(), datetime.now(UTC))
        try:
            _make_folder(build)
            outcome = _run(build, console)
            builds = _checked(build)
            _publish(build)
            build.kept_log.unlink(missing_ok=True)
        except KeyboardInterrupt as error:
            raise RunnerError(f"The build was stopped. {_untouched(request.warehouse)}") from error
        finally:
            shutil.rmtree(build.folder, ignore_errors=True)
    _show_warnings(outcome.warnings, set_aside_lines(request.warehouse, request.domains), console)
    console.print(builds_table(builds))
    console.print(
        f"\nPublished {shown_path(request.warehouse)} in {time.monotonic() - began:.0f} s",
        highlight=False,
        soft_wrap=True,
    )


def dbt_arguments(build: Build) -> list[str | Path]:
    """The dbt command line of a build, after the name of the program."""
    request, root = build.request, build.request.project.root
    arguments: list[str | Path] = [
        *("build", "--target", "publish", "--project-dir", root, "--profiles-dir", root),
        *("--target-path", build.folder / "target", "--log-path", build.folder / "logs"),
        *("--vars", json.dumps(_dbt_vars(build))),
    ]
    for domain in request.project.domains:
        if domain not in request.domains:
            arguments += ["--exclude", f"tag:{domain}"]
        elif request.raw_from != "seeds":
            arguments += ["--exclude", f"path:seeds/{domain}"]
    if request.raw_from != "seeds":
        # Fixed inputs fit one branch of raw(): they stand in for the seeds.
        arguments += ["--exclude", "resource_type:unit_test,path:models/staging"]
    if request.full_refresh:
        arguments += ["--full-refresh"]
    if request.threads is not None:
        arguments += ["--threads", str(request.threads)]
    return arguments


def _dbt_vars(build: Build) -> Mapping[str, Any]:
    request = build.request
    # The latest calendar date anywhere on earth: no shop can have sold on a later one.
    latest_date = (build.started + timedelta(hours=14)).date()
    dbt_vars: dict[str, Any] = {
        "latest_plausible_date": latest_date.isoformat(),
        **request.user_vars,
        "domains": request.domains,
        "raw_from": request.raw_from,
        "raw_dir": str(request.raw_dir or ""),
        "raw_database": str(request.raw_database or ""),
        "build_id": build.build_id,
        "built_at": build.started.strftime("%Y-%m-%d %H:%M:%S"),
        "git_commit": _git_commit(request.project.root),
    }
    if request.as_of_date is not None:
        dbt_vars["as_of_date"] = request.as_of_date
    return dbt_vars


def _run(build: Build, console: Console) -> Outcome:
    request = build.request
    console.print(
        f"Building {', '.join(request.domains)} from {_origin(request)} (build {build.build_id})",
        highlight=False,
        soft_wrap=True,
    )
    if request.raw_from == "files":
        refuse_bad_files(
            request.project, request.domains, _dbt_vars(build), _untouched(request.warehouse)
        )
    errors = build.folder / "dbt_stderr.txt"
    with progress_display(console) as show:
        outcome = run_dbt(dbt_arguments(build), request.project.root, build.file, errors, show)
    if outcome.exit_code != 0:
        raise RunnerError(_failure_message(build, outcome, errors.read_text(errors="replace")))
    return outcome


def _checked(build: Build) -> tuple[DomainBuild, ...]:
    """What core.build_info of the new file says, after everything is in the file itself.

    Raises RunnerError where it is not this build's.
    """
    try:
        with duckdb.connect(str(build.file)) as connection:
            connection.execute("checkpoint")
        builds = domain_builds(build.file)
    except (duckdb.Error, OSError) as error:
        raise RunnerError(_with_context(build, f"The new file does not open: {error}")) from error
    if build.file.with_name(f"{build.file.name}.wal").exists():
        raise RunnerError(_with_context(build, "The new file did not close cleanly."))
    found_ids = {row.build_id for row in builds}
    if found_ids != {build.build_id}:
        found = ", ".join(sorted(map(str, found_ids))) or "no build at all"
        raise RunnerError(
            _with_context(build, f"core.build_info names {found}, not build {build.build_id}.")
        )
    missing = [name for name in build.request.domains if name not in {row.domain for row in builds}]
    if missing:
        raise RunnerError(_with_context(build, f"core.build_info lacks {', '.join(missing)}."))
    return builds


def _publish(build: Build) -> None:
    target = build.request.warehouse
    try:
        _flush(build.file)
        # Left by a reader that had the old file open for writing, DuckDB up to 1.5 would take it
        # for the new file's.
        target.with_name(f"{target.name}.wal").unlink(missing_ok=True)
        build.file.replace(target)
        _flush(target.parent)
    except OSError as error:
        raise RunnerError(
            _with_context(build, f"The new file cannot be put in its place: {error.strerror}.")
        ) from error


def _flush(path: Path) -> None:
    """Has the file or folder written to the disk itself: a rename must not outlive its content."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(build: Build) -> None:
    holder = {"pid": os.getpid(), "since": build.started.strftime("%Y-%m-%d %H:%M:%S UTC")}
    try:
        build.folder.mkdir()
        (build.folder / HOLDER_FILE).write_text(json.dumps(holder))
    except OSError as error:
        raise _no_writing(build.request.warehouse, error) from error


def _remove_leftovers(target: Path) -> None:
    """Removes folders of builds that died. Only for the holder of the lock: no build is alive."""
    for folder in _building_folders(target):
        shutil.rmtree(folder)


def _building_folders(target: Path) -> list[Path]:
    return sorted(target.parent.glob(f".building-{target.name}-{BUILD_ID_PATTERN}"))


@contextmanager
def _only_build(target: Path) -> Iterator[None]:
    lock = FileLock(target.with_name(f".{target.name}.lock"), blocking=False)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise RunnerError(
            f"Another build of {shown_path(target)} is under way{_holder(target)}. Wait for it, "
            f"or stop it, and run this again."
        ) from error
    except OSError as error:
        raise _no_writing(target, error) from error
    try:
        yield
    finally:
        lock.release()


def _holder(target: Path) -> str:
    for folder in reversed(_building_folders(target)):
        try:
            holder = json.loads((folder / HOLDER_FILE).read_text())
        except (OSError, ValueError):
            continue
        return f" (process {holder['pid']}, since {holder['since']})"
    return ""


def _no_writing(target: Path, error: OSError) -> RunnerError:
    if error.strerror in FULL_DISK:
        return RunnerError(_full_disk_message(target))
    return RunnerError(
        f"Cannot write into {target.parent}: {error.strerror}. Make the folder writable, or "
        f"choose another file with --warehouse."
    )


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """A polite kill, as a service manager sends it, ends a build as Ctrl-C does: cleaned up."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _failure_message(build: Build, outcome: Outcome, stderr: str) -> str:
    everything = "\n".join([stderr, *(finding.message for finding in outcome.failures)])
    if any(words in everything for words in FULL_DISK):
        return _full_disk_message(build.request.warehouse)
    rows = unusable_look_up_rows(build.file, build.request.domains) if build.file.exists() else []
    shares = too_many_unusable_rows(build.file, build.folder / "target" / "run_results.json")
    findings = [_failure_line(finding) for finding in outcome.failures[:FAILURES_SHOWN]]
    unseen = len(outcome.failures) - len(findings)
    parts = [
        "\n".join(findings),
        f"... and {unseen} more." if unseen else "",
        "Rows of look-up tables that cannot be used (mend them and build again):\n  "
        + "\n  ".join(rows)
        if rows
        else "",
        "Too many rows cannot be used (mend the delivery and build again, or allow more with "
        "--vars '{max_quarantined_share: 0.1}'):\n  " + "\n  ".join(shares)
        if shares
        else "",
        "" if findings else (stderr.strip() or f"dbt ended with exit code {outcome.exit_code}."),
    ]
    return _with_context(build, "\n".join(part for part in parts if part))


def _full_disk_message(target: Path) -> str:
    return (
        f"No space is left for the new warehouse in {target.parent}. A build needs room for a "
        f"second file beside the published one: free some, or choose another disk with "
        f"--warehouse.\n{_untouched(target)}"
    )


def _failure_line(finding: Finding) -> str:
    if finding.rows:
        return f"{finding.node} failed: {finding.rows:,} row{'s' * (finding.rows != 1)}"
    separator = "\n  " if "\n" in finding.message else " "
    message = finding.message.replace("\n", "\n  ")
    return f"{finding.node} failed:{separator}{message}" if finding.node else finding.message


def _with_context(build: Build, message: str) -> str:
    """The message, where dbt's log is now, and that what was published is as it was."""
    log = build.folder / "logs" / "dbt.log"
    kept = ""
    if log.is_file():
        log.replace(build.kept_log)
        kept = f"\ndbt's log: {shown_path(build.kept_log)}."
    return f"{message}\n{_untouched(build.request.warehouse)}{kept}"


def _untouched(target: Path) -> str:
    if target.exists():
        return f"Nothing was published: {shown_path(target)} is what it was."
    return "Nothing was published."


def _show_warnings(warnings: Sequence[Finding], set_aside: Sequence[str], console: Console) -> None:
    # The rows that dbt counts in quarantine are told by reason instead.
    others = [finding for finding in warnings if not finding.node.endswith("_rows_are_none")]
    count = len(others) + len(set_aside)
    if not count:
        return
    console.print(f"{count} warning{'s' * (count != 1)}:", highlight=False)
    for line in set_aside:
        console.print(f"  {line}", highlight=False, soft_wrap=True, markup=False)
    for finding in others:
        found = f"{finding.rows:,} row{'s' * (finding.rows != 1)}" if finding.rows else ""
        text = f"{finding.node}: {found or finding.message}" if finding.node else finding.message
        console.print(f"  {text}", highlight=False, soft_wrap=True, markup=False)
    console.print()


def _origin(request: BuildRequest) -> str:
    if request.raw_from == "files":
        return f"the files in {request.raw_dir}"
    if request.raw_from == "tables":
        return f"the tables in {request.raw_database}"
    return "the committed seeds"


def _new_build_id() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def _git_commit(root: Path) -> str:
    """The commit that is built, with `-dirty` where files were changed since; else `unknown`."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return "unknown"
    return done.stdout.strip() or "unknown"
