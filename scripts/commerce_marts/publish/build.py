"""`commerce-marts build`: a new file beside the published one, tested, checked, swapped in."""

import json
import secrets
import shutil
import signal
import textwrap
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.console import Console
from rich.table import Table

from commerce_marts import errors
from commerce_marts.dbt import BUILD_VARS, dbt_environment, run_dbt
from commerce_marts.packages import install_packages
from commerce_marts.plan.ledger import write_ledger
from commerce_marts.plan.plan import Plan, dbt_vars_of, plan_of
from commerce_marts.plan.request import BuildRequest
from commerce_marts.publish.answers import write_answers
from commerce_marts.publish.lock import only_one
from commerce_marts.publish.report import (
    RUN_RESULTS,
    build_warnings,
    dbt_failure,
    summary_lines,
)
from commerce_marts.publish.show import progress_display
from commerce_marts.publish.versions import BUILD_ID, published_build, swap_in, tidy
from commerce_marts.publish.warehouse import domains_table

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# What dbt has parsed, for the next build.
PARSE = "partial_parse.msgpack"


@dataclass(frozen=True)
class Build:
    """One build under way: its id, that of the published one, its vars without `incremental`."""

    request: BuildRequest
    build_id: str
    replaces: str | None
    dbt_vars: Mapping[str, Any]

    @property
    def folder(self) -> Path:
        """Where everything of this build is, on the target's disk, so that a rename is atomic."""
        return self.request.warehouse.parent / f"{_prefix(self.request.warehouse)}{self.build_id}"

    @property
    def file(self) -> Path:
        """The new warehouse. Of the target's name, because views in it name the database."""
        return self.folder / self.request.warehouse.name

    @property
    def new_answers(self) -> Path | None:
        """The new file of answers, in the folder of the one that it will replace."""
        answers = self.request.answers
        return answers and answers.with_name(f".{answers.name}.{self.build_id}")

    @property
    def duckdb_config(self) -> dict[str, str]:
        """What the runner's own connections are limited to, as in profiles.yml."""
        spill = str(self.folder / f"{self.file.name}.spill")
        return {"memory_limit": self.request.memory_limit, "temp_directory": spill}


def build_and_publish(request: BuildRequest) -> None:
    """Builds, tests, checks and swaps in the warehouse; prints what it does and what came out.

    Raises RunnerError where it does not publish; then the published file is what it was.
    """
    began = time.monotonic()
    if message := install_packages(request.project):
        click.echo(message)
    target = request.warehouse
    with only_one(target, "build") as lock, _ended_by_signals():
        with published_build(target) as published:
            pass
        if request.answers is not None:
            # Nothing else is replaced by it.
            with published_build(request.answers):
                pass
        build_id, now = _new_build_id(), datetime.now(UTC)
        build = Build(request, build_id, published, dbt_vars_of(request, build_id, now))
        try:
            _remove_leftovers(target)
            tidy(target, published, request.keep)
            build.folder.mkdir()
            plan = _planned(build)
            warnings = _run_dbt(build, plan, lock)
            table, summary = _checked(build), summary_lines(build.file)
            _write_answers(build)
            _publish(build)
        except KeyboardInterrupt as error:
            message = f"The build was stopped. {errors.untouched(target)}"
            raise errors.RunnerError(message) from error
        except (errors.RunnerError, OSError, duckdb.Error) as error:
            raise _explained(build, error) from error
        finally:
            shutil.rmtree(build.folder, ignore_errors=True)
            if build.new_answers is not None:
                build.new_answers.unlink(missing_ok=True)
    if warnings:
        click.echo(f"{len(warnings)} warning{'s' * (len(warnings) != 1)}:")
        click.echo("".join(f"{textwrap.indent(text, '  ')}\n" for text in warnings))
    if summary:
        click.echo("\n".join(summary) + "\n")
    Console().print(table)
    for file in (target, request.answers):
        if file is not None and request.answers is not None:
            click.echo(f"{errors.shown_path(file)}: {file.stat().st_size / 1e6:,.1f} MB")
    click.echo(f"\nPublished {errors.shown_path(target)} in {time.monotonic() - began:.0f} s")


def dbt_arguments(build: Build, is_daily: bool) -> list[str | Path]:
    """The dbt command line of a build, after the name of the program."""
    request, root = build.request, build.request.project.root
    lasting_vars = {name: value for name, value in build.dbt_vars.items() if name not in BUILD_VARS}
    others = [domain for domain in request.project.domains if domain not in request.domains]
    excluded = [f"tag:{domain}" for domain in others]
    if request.raw_from != "seeds":
        excluded += [f"path:seeds/{domain}" for domain in request.domains]
    if is_daily:
        # They are about the code, which passed them in the full build: any change of it makes one.
        excluded.append("resource_type:unit_test")
    elif request.raw_from != "seeds":
        # Fixed inputs fit one branch of raw(): they stand in for the seeds.
        excluded.append("resource_type:unit_test,path:models/staging")
    return [
        *("build", "--target", "publish", "--project-dir", root, "--profiles-dir", root),
        *("--target-path", build.folder / "target", "--log-path", build.folder / "logs"),
        *("--vars", json.dumps(lasting_vars)),
        *(("--exclude", *excluded) if excluded else ()),
        *(("--threads", str(request.threads)) if request.threads else ()),
    ]


def _planned(build: Build) -> Plan:
    """What the build takes; the new file is the copy that a daily build starts from."""
    request = build.request
    origin = {
        "files": f"the files in {request.raw_dir}",
        "tables": f"the tables in {request.raw_database}",
        "seeds": "the committed seeds",
    }[request.raw_from]
    click.echo(f"Building {', '.join(request.domains)} from {origin} (build {build.build_id})")
    plan = plan_of(request, build.dbt_vars, build.replaces is not None, build.duckdb_config)
    if plan.message:
        click.echo(plan.message)
    if plan.is_daily:
        shutil.copyfile(request.warehouse, build.file)
    if plan.ledger:
        write_ledger(plan.ledger, build.file)
    return plan


def _run_dbt(build: Build, plan: Plan, lock: int) -> list[str]:
    """Fills the new file; returns the warnings. Raises RunnerError if dbt or a test fails."""
    request, folder = build.request, build.folder
    # What dbt has parsed, compiled and run. Some of it is kept until the project's next build.
    ours, kept = folder / "target", request.project.root / "target" / "publish"
    dbt_vars = {**build.dbt_vars, "incremental": plan.is_daily}
    environment = dbt_environment(
        # Relative to the folder where dbt runs: for another path it parses everything again.
        Path(build.file.name),
        request.memory_limit,
        {name: dbt_vars[name] for name in BUILD_VARS if name in dbt_vars},
    )
    _copy_if_possible(kept / PARSE, ours / PARSE)
    with progress_display() as show:
        arguments = dbt_arguments(build, plan.is_daily)
        outcome = run_dbt(arguments, folder, environment, lock, show)
    _copy_if_possible(ours / RUN_RESULTS, kept / RUN_RESULTS)
    if outcome.exit_code != 0:
        raise dbt_failure(request, outcome, build.file, ours)
    _copy_if_possible(ours / PARSE, kept / PARSE)
    return build_warnings(request, outcome, build.file, ours)


def _checked(build: Build) -> Table:
    """What core.build_info of the new file says, after everything is in the file itself.

    Raises RunnerError where it is not this build's.
    """
    target = build.request.warehouse
    with duckdb.connect(str(build.file)) as connection:
        connection.execute("checkpoint")
    with duckdb.connect(str(build.file), read_only=True) as connection:
        rows = connection.execute("select build_id, domain from core.build_info").fetchall()
    if build.file.with_name(f"{build.file.name}.wal").exists():
        raise errors.failure(target, "The new file did not close cleanly.")
    if {build_id for build_id, _ in rows} != {build.build_id}:
        found = ", ".join(sorted({str(build_id) for build_id, _ in rows})) or "no build at all"
        raise errors.failure(target, f"core.build_info names {found}, not build {build.build_id}.")
    missing = set(build.request.domains) - {domain for _, domain in rows}
    if missing:
        raise errors.failure(target, f"core.build_info lacks {', '.join(sorted(missing))}.")
    return domains_table(build.file)


def _write_answers(build: Build) -> None:
    """Writes the new file of answers beside the one that it will replace, if it is asked for."""
    request = build.request
    if build.new_answers is not None:
        build.new_answers.parent.mkdir(parents=True, exist_ok=True)
        for part in build.new_answers.parent.glob(f".{request.answers.name}.*"):
            # Of a build that was killed.
            part.unlink()
        write_answers(request.project, build.file, build.new_answers, build.duckdb_config)


def _publish(build: Build) -> None:
    # Too late to stop from here on: the message that nothing was published must be true.
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    target, keep = build.request.warehouse, build.request.keep
    try:
        swap_in(build.file, target, keep)
    except errors.RunnerError as error:
        raise errors.failure(target, error.message) from error
    if build.new_answers is not None:
        try:
            build.new_answers.replace(build.request.answers)
        except OSError as error:
            raise errors.RunnerError(
                f"{errors.shown_path(target)} was published, but {build.request.answers} is still "
                f"the one before: {error.strerror}."
            ) from error
    tidy(target, build.build_id, keep)
    with suppress(OSError):
        _kept_log(target).unlink()


def _explained(build: Build, error: Exception) -> errors.RunnerError:
    """The error for users, and where dbt's log is now: it outlives the folder of the build."""
    target = build.request.warehouse
    if isinstance(error, OSError) and error.filename:
        error = errors.no_writing(target, error)
    elif not isinstance(error, errors.RunnerError):
        error = errors.failure(target, f"The new file cannot be completed: {error}.")
    if not isinstance(error, errors.FullDiskError):
        with suppress(OSError):
            (build.folder / "logs" / "dbt.log").replace(_kept_log(target))
            error.message += f"\ndbt's log: {errors.shown_path(_kept_log(target))}."
    return error


def _remove_leftovers(target: Path) -> None:
    """Removes folders of builds that died. Only for the holder of the lock: no build is alive."""
    for folder in target.parent.glob(f"{_prefix(target)}*"):
        if BUILD_ID.fullmatch(folder.name.removeprefix(_prefix(target))):
            shutil.rmtree(folder)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """A polite kill, as a service manager sends it, ends a build as Ctrl-C does: cleaned up."""
    before = {number: signal.getsignal(number) for number in ENDING_SIGNALS}
    for number, handler in before.items():
        # One that is ignored stays so: that is what `nohup` asks for.
        if handler != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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


def _prefix(target: Path) -> str:
    """How the names of the folders of builds begin."""
    return f".building-{target.name}-"


def _kept_log(target: Path) -> Path:
    """dbt's log of the last build that failed."""
    return target.with_suffix(".failed-build.log")


def _new_build_id() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
