"""`commerce-marts build`: a new file beside the published one, tested, checked, swapped in."""

import json
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import duckdb
from rich.console import Console

from commerce_marts.check.check import refuse_bad_files
from commerce_marts.check.raw_files import sql_text
from commerce_marts.check.rules import rules_for, table_of_text
from commerce_marts.dbt import (
    BUILD_VARS,
    Finding,
    Outcome,
    dbt_environment,
    run_dbt,
)
from commerce_marts.deliveries import (
    NoLoadTimeError,
    file_deliveries,
    landed_deliveries,
    with_layouts,
)
from commerce_marts.errors import (
    RunnerError,
    full_disk,
    is_full_disk,
    is_out_of_memory,
    no_writing,
    shown_path,
    untouched,
)
from commerce_marts.ledger import (
    CHANGED,
    NEW,
    SAME,
    Ledger,
    inputs_of,
    read_ledger,
    why_full,
    why_full_by_layout,
    write_ledger,
)
from commerce_marts.lock import only_one
from commerce_marts.packages import install_packages
from commerce_marts.request import BuildRequest
from commerce_marts.show import progress_display
from commerce_marts.versions import BUILD_ID, published_build, swap_in, tidy
from commerce_marts.warehouse import (
    DomainBuild,
    builds_table,
    domain_builds,
    left_out_lines,
    rejected_look_up_rows,
    too_many_rejected_rows,
)

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FAILURES_SHOWN = 20
PARSE = "partial_parse.msgpack"
RUN_RESULTS = "run_results.json"


@dataclass(frozen=True)
class Build:
    """One build under way: its id, that of the published one, and the folder where it happens."""

    request: BuildRequest
    build_id: str
    started: datetime
    replaces: str | None = None

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
    def spill_folder(self) -> Path:
        """Where DuckDB puts what its memory does not hold; profiles.yml tells dbt the same."""
        return self.folder / f"{self.file.name}.spill"

    @property
    def parse(self) -> Path:
        """Where dbt reads and writes what it parsed, to parse only what has changed since."""
        return self.folder / "target" / PARSE

    @property
    def kept_parse(self) -> Path:
        """The same from the project's last build."""
        return self.request.project.root / "target" / "publish" / PARSE

    @property
    def run_results(self) -> Path:
        """What dbt says of each node: how it ended and how long it took."""
        return self.folder / "target" / RUN_RESULTS

    @property
    def kept_run_results(self) -> Path:
        """The same of the project's last build."""
        return self.kept_parse.with_name(RUN_RESULTS)

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
    target = request.warehouse
    with only_one(target, "build") as lock, _ended_by_signals():
        with published_build(target) as published:
            pass
        _remove_leftovers(target)
        tidy(target, published, request.keep)
        build = Build(request, _new_build_id(), datetime.now(UTC), published)
        try:
            _make_folder(build)
            outcome = _run(build, lock, console)
            builds = _checked(build)
            _publish(build)
        except KeyboardInterrupt as error:
            raise RunnerError(f"The build was stopped. {untouched(target)}") from error
        finally:
            shutil.rmtree(build.folder, ignore_errors=True)
    _show_warnings(outcome.warnings, left_out_lines(request.warehouse, request.domains), console)
    console.print(builds_table(builds))
    console.print(
        f"\nPublished {shown_path(request.warehouse)} in {time.monotonic() - began:.0f} s",
        highlight=False,
        soft_wrap=True,
    )


def dbt_arguments(build: Build, is_incremental: bool) -> list[str | Path]:
    """The dbt command line of a build, after the name of the program."""
    request, root = build.request, build.request.project.root
    lasting_vars = {
        name: value for name, value in _dbt_vars(build).items() if name not in BUILD_VARS
    }
    arguments: list[str | Path] = [
        *("build", "--target", "publish", "--project-dir", root, "--profiles-dir", root),
        *("--target-path", build.folder / "target", "--log-path", build.folder / "logs"),
        *("--vars", json.dumps(lasting_vars)),
    ]
    for domain in request.project.domains:
        if domain not in request.domains:
            arguments += ["--exclude", f"tag:{domain}"]
        elif request.raw_from != "seeds":
            arguments += ["--exclude", f"path:seeds/{domain}"]
    if is_incremental:
        # They are about the code, which passed them in the full build: any change of it makes one.
        arguments += ["--exclude", "resource_type:unit_test"]
    elif request.raw_from != "seeds":
        # Fixed inputs fit one branch of raw(): they stand in for the seeds.
        arguments += ["--exclude", "resource_type:unit_test,path:models/staging"]
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


def _run(build: Build, lock: int, console: Console) -> Outcome:
    request = build.request
    console.print(
        f"Building {', '.join(request.domains)} from {_origin(request)} (build {build.build_id})",
        highlight=False,
        soft_wrap=True,
    )
    has_deliveries = request.raw_from != "seeds" and any(request.project.raw_contract.values())
    is_incremental = has_deliveries and _take_deliveries(build, console)
    dbt_vars = {**_dbt_vars(build), "incremental": is_incremental}
    environment = dbt_environment(
        # Relative to the folder where dbt runs: for another path it parses everything anew.
        Path(build.file.name),
        request.memory_limit,
        {name: dbt_vars[name] for name in BUILD_VARS if name in dbt_vars},
    )
    errors = build.folder / "dbt_stderr.txt"
    _copy_if_possible(build.kept_parse, build.parse)
    with progress_display(console) as show:
        arguments = dbt_arguments(build, is_incremental)
        outcome = run_dbt(arguments, build.folder, environment, errors, lock, show)
    _copy_if_possible(build.run_results, build.kept_run_results)
    if outcome.exit_code != 0:
        raise _dbt_failure(build, outcome, errors.read_text(errors="replace"))
    _copy_if_possible(build.parse, build.kept_parse)
    return outcome


def _take_deliveries(build: Build, console: Console) -> bool:
    """Looks what is new since the published build, and writes the ledger into the new warehouse.

    Returns whether that is a copy of the published one, for dbt to bring up to date. Raises
    RunnerError where a new file is not what the contract says.
    """
    target = build.request.warehouse
    before = read_ledger(target) if build.replaces else None
    with duckdb.connect(config=_duckdb_config(build)) as connection:
        try:
            ledger, reason = _new_ledger(build, before, connection)
        except NoLoadTimeError as missing:
            ledger, reason = None, f"{missing}, which would tell what is new"
        except duckdb.OutOfMemoryException as error:
            raise _too_little_memory(build, "the check of the raw files") from error
        except duckdb.Error as error:
            raise _failure(build, f"The raw data cannot be read: {error}") from error
        except OSError as error:
            raise _failure(build, f"{error.filename} cannot be read: {error.strerror}.") from error
    is_incremental = before is not None and reason is None
    if build.replaces and before is None and not reason:
        reason = "the published warehouse has no ledger of files or loads"
    if before or reason:
        said = f"Full refresh: {reason}" if reason else str(ledger)
        console.print(said, highlight=False, soft_wrap=True, markup=False)
    try:
        if is_incremental:
            shutil.copyfile(target, build.file)
        if ledger:
            write_ledger(ledger, build.file)
    except (OSError, duckdb.Error) as error:
        raise _failure(build, f"The new file cannot be written: {error}.") from error
    return is_incremental


def _new_ledger(
    build: Build, before: Ledger | None, connection: duckdb.DuckDBPyConnection
) -> tuple[Ledger, str | None]:
    """What there is now, and why a build of it may not start from the published warehouse."""
    request = build.request
    dbt_vars = _dbt_vars(build)
    contracts = request.project.raw_contract
    known = before.there if before else {}
    if request.raw_from == "files":
        deliveries = file_deliveries(Path(request.raw_dir), contracts, request.domains, known)
    else:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {sql_text(str(request.raw_database))} as landed (read_only)")
        domain = request.domains[0]
        any_table = table_of_text(request.project, domain, next(iter(contracts[domain])))
        [rules] = rules_for(request.project, {**request.project.variables, **dbt_vars}, [any_table])
        deliveries = landed_deliveries(
            connection, contracts, request.domains, rules.load_name, known
        )
    ledger = Ledger(deliveries, inputs_of(request.project, dbt_vars))
    reason = "it was asked for" if request.full_refresh else before and why_full(before, ledger)
    if request.raw_from == "files":
        # Those that have not changed were checked when they were taken, by the same rules.
        is_known = before and not reason
        names = ledger.names(NEW, CHANGED) if is_known else None
        ending = untouched(request.warehouse)
        config = _duckdb_config(build)
        refuse_bad_files(request.project, request.domains, dbt_vars, ending, names, config)
        ledger = with_layouts(
            Path(request.raw_dir), ledger, (NEW, CHANGED) if is_known else (NEW, CHANGED, SAME)
        )
    return ledger, reason or (before and why_full_by_layout(before, ledger))


def _duckdb_config(build: Build) -> dict[str, str]:
    return {
        "memory_limit": build.request.memory_limit,
        "temp_directory": str(build.spill_folder),
    }


def _checked(build: Build) -> tuple[DomainBuild, ...]:
    """What core.build_info of the new file says, after everything is in the file itself.

    Raises RunnerError where it is not this build's.
    """
    try:
        with duckdb.connect(str(build.file)) as connection:
            connection.execute("checkpoint")
        builds = domain_builds(build.file)
    except (duckdb.Error, OSError) as error:
        raise _failure(build, f"The new file does not open: {error}") from error
    if build.file.with_name(f"{build.file.name}.wal").exists():
        raise _failure(build, "The new file did not close cleanly.")
    found_ids = {row.build_id for row in builds}
    if found_ids != {build.build_id}:
        found = ", ".join(sorted(map(str, found_ids))) or "no build at all"
        raise _failure(build, f"core.build_info names {found}, not build {build.build_id}.")
    missing = [name for name in build.request.domains if name not in {row.domain for row in builds}]
    if missing:
        raise _failure(build, f"core.build_info lacks {', '.join(missing)}.")
    return builds


def _publish(build: Build) -> None:
    # From here on it is too late to stop: whoever is told that nothing was published may rely on
    # it.
    _heed_no_signals()
    target, keep = build.request.warehouse, build.request.keep
    try:
        swap_in(build.file, target, keep)
    except RunnerError as error:
        raise _failure(build, error.message) from error
    except OSError as error:
        raise _failure(build, f"The new file cannot be put in its place: {error}.") from error
    tidy(target, build.build_id, keep)
    with suppress(OSError):
        build.kept_log.unlink()


def _make_folder(build: Build) -> None:
    try:
        build.folder.mkdir()
    except OSError as error:
        raise no_writing(build.request.warehouse, error) from error


def _remove_leftovers(target: Path) -> None:
    """Removes folders of builds that died. Only for the holder of the lock: no build is alive."""
    for folder in target.parent.glob(f".building-{target.name}-*"):
        if BUILD_ID.fullmatch(folder.name.removeprefix(f".building-{target.name}-")):
            try:
                shutil.rmtree(folder)
            except OSError as error:
                raise no_writing(target, error) from error


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """A polite kill, as a service manager sends it, ends a build as Ctrl-C does: cleaned up."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in ENDING_SIGNALS}
    for number, handler in before.items():
        # One that is ignored stays so: that is what `nohup` asks for.
        if handler != signal.SIG_IGN:
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _heed_no_signals() -> None:
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _copy_if_possible(source: Path, target: Path) -> None:
    """Copies a file whole, if it is there. It only saves time, and so no build fails for it."""
    part = target.with_name(f"{target.name}.{secrets.token_hex(3)}")
    with suppress(OSError):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def _dbt_failure(build: Build, outcome: Outcome, stderr: str) -> RunnerError:
    everything = "\n".join([stderr, *(finding.message for finding in outcome.failures)])
    if is_full_disk(everything):
        return full_disk(build.request.warehouse)
    if is_out_of_memory(everything):
        nodes = [found.node for found in outcome.failures if is_out_of_memory(found.message)]
        return _too_little_memory(build, next(filter(None, nodes), "dbt"))
    rows = rejected_look_up_rows(build.file, build.request.domains) if build.file.exists() else []
    shares = too_many_rejected_rows(build.file, build.run_results)
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
        "" if findings else _ending(outcome.exit_code, stderr),
    ]
    return _failure(build, "\n".join(part for part in parts if part))


def _too_little_memory(build: Build, where: str) -> RunnerError:
    return _failure(
        build,
        f"With --memory-limit {build.request.memory_limit} DuckDB has too little memory for "
        f"{where}. Allow it more, or give fewer --threads.",
    )


def _ending(exit_code: int | None, stderr: str) -> str:
    if exit_code == -signal.SIGKILL:
        return (
            "dbt was killed, as the system does where memory is short. If it was not you: give the "
            "build more memory, fewer --threads, or a --memory-limit below what there is."
        )
    return stderr.strip() or f"dbt ended with exit code {exit_code}."


def _failure_line(finding: Finding) -> str:
    if finding.rows:
        return f"{finding.node} failed: {finding.rows:,} row{'s' * (finding.rows != 1)}"
    separator = "\n  " if "\n" in finding.message else " "
    message = finding.message.replace("\n", "\n  ")
    return f"{finding.node} failed:{separator}{message}" if finding.node else finding.message


def _failure(build: Build, message: str) -> RunnerError:
    """The message, where dbt's log is now, and that what was published is as it was."""
    if is_full_disk(message):
        return full_disk(build.request.warehouse)
    kept = ""
    with suppress(OSError):
        (build.folder / "logs" / "dbt.log").replace(build.kept_log)
        kept = f"\ndbt's log: {shown_path(build.kept_log)}."
    return RunnerError(f"{message}\n{untouched(build.request.warehouse)}{kept}")


def _show_warnings(warnings: Sequence[Finding], left_out: Sequence[str], console: Console) -> None:
    # The rows that dbt counts in quarantine are told by reason instead.
    others = [finding for finding in warnings if not finding.node.endswith("_rows_are_none")]
    count = len(others) + len(left_out)
    if not count:
        return
    console.print(f"{count} warning{'s' * (count != 1)}:", highlight=False)
    for line in left_out:
        console.print(f"  {line}", highlight=False, soft_wrap=True, markup=False)
    for finding in others:
        found = f"{finding.rows:,} row{'s' * (finding.rows != 1)}" if finding.rows else ""
        text = f"{finding.node}: {found or finding.message}" if finding.node else finding.message
        text += f". {finding.means}" if finding.means else ""
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
