"""`commerce-marts build`: a new file beside the published one, tested, checked, swapped in."""

import json
import secrets
import shutil
import signal
import textwrap
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.console import Console
from rich.table import Table

from commerce_marts import errors
from commerce_marts.dbt import BUILD_VARS, dbt_environment, run_dbt
from commerce_marts.dbt_program import RUN_RESULTS
from commerce_marts.forget.forgotten import list_path, read_list
from commerce_marts.forget.rewrite import rewrite
from commerce_marts.packages import install_packages
from commerce_marts.plan.ledger import keep_warnings, write_ledger
from commerce_marts.plan.plan import Plan, dbt_vars_of, plan_of
from commerce_marts.plan.request import BuildRequest
from commerce_marts.publish.answers import write_answers
from commerce_marts.publish.compact import compact
from commerce_marts.publish.findings import without_rows
from commerce_marts.publish.lock import only_one
from commerce_marts.publish.report import (
    dbt_failure,
    left_out_lines,
    nodes_that_ran,
    summary_lines,
)
from commerce_marts.publish.show import progress_display
from commerce_marts.publish.versions import (
    BUILD_ID,
    kept_versions,
    published_build,
    swap_in,
    tidy,
)
from commerce_marts.publish.warehouse import domains_table
from commerce_marts.watch import history
from commerce_marts.watch.alerts import (
    Topic,
    failure_topic,
    killed_topic,
    revenue_alerts_of,
    send_alerts,
    topics_of_publication,
)
from commerce_marts.watch.history import BuildRecord, DomainRecord

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# What dbt has parsed, for the next build.
PARSE = "partial_parse.msgpack"


@dataclass(frozen=True)
class Build:
    """One build under way: its id, its start (UTC), its vars without `incremental`."""

    request: BuildRequest
    build_id: str
    started_at: datetime
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
    def record(self) -> BuildRecord:
        """What the history says of it if nothing more becomes known."""
        return BuildRecord(
            self.build_id,
            self.started_at,
            raw_from=self.request.raw_from,
            git_commit=self.dbt_vars["git_commit"],
            domains={domain: DomainRecord() for domain in self.request.domains},
        )

    @property
    def duckdb_config(self) -> dict[str, str]:
        """What the runner's own connections are limited to, as in profiles.yml."""
        spill = str(self.folder / f"{self.file.name}.spill")
        return {"memory_limit": self.request.memory_limit, "temp_directory": spill}


@dataclass(frozen=True)
class Done:
    """What a build that published prints."""

    warnings: list[str]
    summary: list[str]
    table: Table


def build_and_publish(request: BuildRequest) -> None:
    """Builds, tests, checks and swaps in the warehouse; prints what it does and what came out.

    Raises RunnerError where it does not publish; then the published file is what it was. However
    it ends, it is in the history, and people are told of what went wrong.
    """
    began = time.monotonic()
    topics: list[Topic] = []
    try:
        if message := install_packages(request.project):
            click.echo(message)
        with only_one(request.warehouse, "build") as lock, _ended_by_signals():
            build_id, now = _new_build_id(), datetime.now(UTC)
            build = Build(request, build_id, now, dbt_vars_of(request, build_id, now))
            with _recorded(build, topics):
                done = _run(build, lock, topics)
    finally:
        send_alerts(request.warehouse, topics)
    if done.warnings:
        click.echo(f"{len(done.warnings)} warning{'s' * (len(done.warnings) != 1)}:")
        click.echo("".join(f"{textwrap.indent(text, '  ')}\n" for text in done.warnings))
    if done.summary:
        click.echo("\n".join(done.summary) + "\n")
    Console().print(done.table)
    for file in (request.warehouse, request.answers):
        if file is not None and request.answers is not None:
            click.echo(f"{errors.shown_path(file)}: {file.stat().st_size / 1e6:,.1f} MB")
    seconds = time.monotonic() - began
    click.echo(f"\nPublished {errors.shown_path(request.warehouse)} in {seconds:.0f} s")


def _run(build: Build, lock: int, topics: list[Topic]) -> Done:
    """The steps of a build; adds to `topics` what there is to tell."""
    request, target = build.request, build.request.warehouse
    with published_build(target) as replaced:
        pass
    if request.answers is not None:
        # Nothing else is replaced by it.
        with published_build(request.answers):
            pass
    topics += [killed_topic(target, record) for record in remove_leftovers(target, replaced)]
    tidy(target, replaced, request.keep)
    build.folder.mkdir()
    history.note(build.folder, build.record)
    plan = _planned(build, replaced is not None)
    record = history.note(build.folder, _with_plan(build.record, plan))
    warnings = _run_dbt(build, plan, lock)
    _forget_in_seeds(build)
    if plan.is_daily:
        before = target.stat().st_size
        compact(build.file, before, build.folder / "compact" / build.file.name, build.duckdb_config)
    record = _with_history(build, record)
    done = Done(warnings, summary_lines(build.file), _checked(build))
    revenue_alerts = revenue_alerts_of(build.file)
    _write_answers(build)
    _publish(build)
    history.append_or_tell(target, record)
    _publish_answers(build)
    tidy(target, build.build_id, request.keep)
    with suppress(OSError):
        failed_build_log(target).unlink()
    topics += topics_of_publication(target, revenue_alerts)
    return done


@contextmanager
def refusals_told(target: Path, domains: Iterable[str], raw_from: str) -> Iterator[None]:
    """A build that cannot start, such as for a folder that is missing, is told like one that fails.

    Not one with a wrong option: somebody is typing it.
    """
    started_at = datetime.now(UTC)
    try:
        yield
    except errors.OptionError:
        raise
    except errors.RunnerError as error:
        of_domains = {domain: DomainRecord() for domain in domains}
        record = BuildRecord(_new_build_id(), started_at, raw_from=raw_from, domains=of_domains)
        record = history.ended(record, history.FAILED, _reason(error))
        if history.history_file(target).exists():
            history.append_or_tell(target, record)
        send_alerts(target, [failure_topic(target, record)])
        raise


@contextmanager
def _recorded(build: Build, topics: list[Topic]) -> Iterator[None]:
    """A build that ends without publishing is in the history and in `topics`.

    Removes what is left of any build. Raises RunnerError with the reason.
    """
    target = build.request.warehouse
    try:
        yield
    except BaseException as error:
        explained = _explained(build, error)
        status = history.STOPPED if isinstance(explained, errors.StoppedError) else history.FAILED
        known = history.noted(build.folder) or build.record
        record = history.ended(known, status, _reason(explained))
        _make_room(build)
        # Beside a file that was never ours nothing is written.
        if build.folder.exists() or history.history_file(target).exists():
            history.append_or_tell(target, record)
        topics.append(failure_topic(target, record))
        if explained is error:
            raise
        raise explained from error
    finally:
        shutil.rmtree(build.folder, ignore_errors=True)
        if build.new_answers is not None:
            build.new_answers.unlink(missing_ok=True)


def dbt_arguments(build: Build, plan: Plan) -> list[str | Path]:
    """The dbt command line of a build, after the name of the program."""
    request, root = build.request, build.request.project.root
    lasting_vars = {name: value for name, value in build.dbt_vars.items() if name not in BUILD_VARS}
    others = [domain for domain in request.project.domains if domain not in request.domains]
    excluded = [f"tag:{domain}" for domain in others]
    if request.raw_from != "seeds":
        excluded += [f"path:seeds/{domain}" for domain in request.domains]
    selected: list[str] = []
    if plan.unchanged:
        # With all that comes out of them; and the row of the build, also where nothing has changed.
        selected = [f"tag:{name}+" for name in request.domains if name not in plan.unchanged]
        selected.append("build_info")
    if plan.is_daily:
        # They are about the code, which passed them in the full build: any change of it makes one.
        excluded.append("resource_type:unit_test")
    elif request.raw_from != "seeds":
        # Fixed inputs fit one branch of raw(): they stand in for the seeds.
        excluded.append("resource_type:unit_test,path:models/staging")
    return [
        *("build", "--target", "publish", "--project-dir", root, "--profiles-dir", root),
        *("--target-path", build.folder / "target", "--log-path", build.folder / "logs"),
        *("--vars", json.dumps(lasting_vars)),
        *(("--select", *selected) if selected else ()),
        *(("--exclude", *excluded) if excluded else ()),
        *(("--threads", str(request.threads)) if request.threads else ()),
    ]


def _planned(build: Build, is_published: bool) -> Plan:
    """What the build takes; the new file is the copy that a daily build starts from."""
    request = build.request
    origin = {
        "files": f"the files in {request.raw_dir}",
        "tables": f"the tables in {request.raw_database}",
        "seeds": "the committed seeds",
    }[request.raw_from]
    click.echo(f"Building {', '.join(request.domains)} from {origin} (build {build.build_id})")
    plan = plan_of(request, build.dbt_vars, is_published, build.duckdb_config)
    if plan.message:
        click.echo(plan.message)
    if plan.is_daily:
        shutil.copyfile(request.warehouse, build.file)
    if plan.ledger:
        write_ledger(plan.ledger, build.file)
    return plan


def _with_plan(record: BuildRecord, plan: Plan) -> BuildRecord:
    """The record with what the build takes."""
    taken = plan.taken_by_domain
    domains = {
        name: replace(of, deliveries_taken_count=taken.get(name))
        for name, of in record.domains.items()
    }
    reason = plan.full_reason or None
    return replace(record, is_daily=plan.is_daily, full_build_reason=reason, domains=domains)


def _with_history(build: Build, record: BuildRecord) -> BuildRecord:
    """Fills core.build_history of the new file; returns the build's own record, the last in it."""
    before, problems = history.read(build.request.warehouse)
    for problem in problems:
        click.echo(problem, err=True)
    with duckdb.connect(str(build.file), config=dict(build.duckdb_config)) as connection:
        totals = history.with_totals(record, connection)
        own = history.note(build.folder, history.ended(totals, history.PUBLISHED))
        history.write_table([*before, own], connection)
    return own


def _run_dbt(build: Build, plan: Plan, lock: int) -> list[str]:
    """Fills the new file; returns the warnings. Raises RunnerError if dbt or a test fails."""
    request, folder = build.request, build.folder
    # What dbt has parsed, compiled and run. Some of it is kept until the project's next build.
    ours, kept = folder / "target", request.project.root / "target" / "publish"
    dbt_vars = {**build.dbt_vars, "incremental": plan.is_daily}
    dbt_vars["unchanged_domains"] = plan.unchanged
    environment = dbt_environment(
        # Relative to the folder where dbt runs: for another path it parses everything again.
        Path(build.file.name),
        request.memory_limit,
        {name: dbt_vars[name] for name in BUILD_VARS if name in dbt_vars},
    )
    _copy_if_possible(kept / PARSE, ours / PARSE)
    with progress_display() as show:
        arguments = dbt_arguments(build, plan)
        outcome = run_dbt(arguments, folder, environment, lock, show)
    _copy_if_possible(ours / RUN_RESULTS, kept / RUN_RESULTS)
    if outcome.exit_code != 0:
        raise dbt_failure(request, outcome, build.file, ours)
    _copy_if_possible(ours / PARSE, kept / PARSE)
    warnings = nodes_that_ran(build.file, ours)
    if plan.ledger:
        kept = {node: without_rows(text) for node, text in warnings.items()}
        warnings = keep_warnings(build.file, kept) | warnings
    told = filter(None, warnings.values())
    return [*left_out_lines(request.domains, build.file), *outcome.warnings, *told]


def _forget_in_seeds(build: Build) -> None:
    """Seeds come into the file without raw(), which leaves out who is forgotten."""
    forgotten = read_list(list_path(build.request.warehouse))
    if build.request.raw_from == "seeds" and forgotten.entries:
        new = build.folder / "without_forgotten" / build.file.name
        new.parent.mkdir()
        if rewrite(build.file, new, forgotten, build.request.project).count:
            new.replace(build.file)


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
    target = build.request.warehouse
    try:
        swap_in(build.file, target, build.request.keep)
    except errors.RunnerError as error:
        raise errors.failure(target, error.message) from error


def _publish_answers(build: Build) -> None:
    target, answers = build.request.warehouse, build.request.answers
    if answers is not None and build.new_answers is not None:
        try:
            build.new_answers.replace(answers)
        except OSError as error:
            raise errors.RunnerError(
                f"{errors.shown_path(target)} was published, but {answers} is still the one "
                f"before: {error.strerror}."
            ) from error


def _explained(build: Build, error: BaseException) -> BaseException:
    """The error for users, and where dbt's log is now: it outlives the folder of the build.

    An error that nobody expected is returned as it is.
    """
    target = build.request.warehouse
    if isinstance(error, KeyboardInterrupt):
        return errors.StoppedError(f"The build was stopped. {errors.untouched(target)}")
    if not isinstance(error, (errors.RunnerError, OSError, duckdb.Error)):
        return error
    if isinstance(error, OSError) and error.filename:
        error = errors.no_writing(target, error)
    elif not isinstance(error, errors.RunnerError):
        error = errors.failure(target, f"The new file cannot be completed: {error}.")
    if not isinstance(error, errors.FullDiskError):
        with suppress(OSError):
            (build.folder / "logs" / "dbt.log").replace(failed_build_log(target))
            error.message += f"\ndbt's log: {errors.shown_path(failed_build_log(target))}."
    return error


def _reason(error: BaseException) -> str:
    """The first lines of why a build failed."""
    if isinstance(error, errors.StoppedError):
        return "The build was stopped."
    if isinstance(error, errors.RunnerError):
        return history.first_lines(error.message)
    return f"An error inside commerce-marts ({type(error).__name__}); its output has more."


def _make_room(build: Build) -> None:
    """Removes all but the note from the build's folder: the disk may be full."""
    with suppress(OSError):
        for path in build.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != history.NOTE:
                path.unlink()


def remove_leftovers(target: Path, published: str | None) -> list[BuildRecord]:
    """Removes folders of builds that were killed; returns those that had not published.

    All of them are in the history then. Only for the holder of the lock: no build is alive.
    """
    killed = []
    there = {published, *(version.name for version in kept_versions(target))}
    for folder in sorted(target.parent.glob(f"{_prefix(target)}*")):
        if BUILD_ID.fullmatch(folder.name.removeprefix(_prefix(target))):
            record = history.noted(folder)
            if record is not None:
                if record.build_id not in there:
                    record = replace(record, status=history.KILLED, ended_at=None)
                    killed.append(record)
                history.append_or_tell(target, record)
            shutil.rmtree(folder)
    return killed


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


def failed_build_log(target: Path) -> Path:
    """dbt's log of the last build that failed."""
    return target.with_suffix(".failed-build.log")


def _new_build_id() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
