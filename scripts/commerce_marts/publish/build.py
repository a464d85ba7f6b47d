"""`commerce-marts build`: a new file beside the published one, tested, checked, swapped in."""

import json
import secrets
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import FrameType
from typing import Any

import duckdb
from rich.console import Console

from commerce_marts.dbt import BUILD_VARS, Outcome, dbt_environment, run_dbt
from commerce_marts.errors import FullDiskError, RunnerError, no_writing, shown_path, untouched
from commerce_marts.packages import install_packages
from commerce_marts.plan.ledger import write_ledger
from commerce_marts.plan.plan import Plan, dbt_vars_of, plan_of
from commerce_marts.plan.request import BuildRequest
from commerce_marts.publish.lock import only_one
from commerce_marts.publish.report import dbt_failure, failure, show_warnings
from commerce_marts.publish.show import progress_display
from commerce_marts.publish.versions import BUILD_ID, published_build, swap_in, tidy
from commerce_marts.publish.warehouse import DomainBuild, builds_table, domain_builds

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# What dbt writes and the next build, or a person, may want: what it parsed, how each node ended.
PARSE, RUN_RESULTS = "partial_parse.msgpack", "run_results.json"


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
    def dbt_target(self) -> Path:
        """Where dbt writes what it parsed, compiled and ran."""
        return self.folder / "target"

    @property
    def kept_target(self) -> Path:
        """Where some of that is kept until the project's next build."""
        return self.request.project.root / "target" / "publish"

    @property
    def kept_log(self) -> Path:
        """dbt's log of the last build that failed."""
        return self.request.warehouse.with_suffix(".failed-build.log")

    @cached_property
    def dbt_vars(self) -> Mapping[str, Any]:
        """The vars of this build, all but `incremental`."""
        return dbt_vars_of(self.request, self.build_id, self.started)


def build_and_publish(request: BuildRequest, console: Console) -> None:
    """Builds, tests, checks and swaps in the warehouse; prints what it does and what came out.

    Raises RunnerError where it does not publish; then the published file is what it was.
    """
    began = time.monotonic()
    message = install_packages(request.project)
    if message:
        console.print(message, highlight=False, soft_wrap=True)
    target = request.warehouse
    with only_one(target, "build") as lock, _ended_by_signals():
        with published_build(target) as published:
            pass
        _remove_leftovers(target)
        tidy(target, published, request.keep)
        build = Build(request, _new_build_id(), datetime.now(UTC), published)
        try:
            _make_folder(build)
            plan = _planned(build, console)
            outcome = _run_dbt(build, plan, lock, console)
            builds = _checked(build)
            _publish(build)
        except KeyboardInterrupt as error:
            raise RunnerError(f"The build was stopped. {untouched(target)}") from error
        finally:
            shutil.rmtree(build.folder, ignore_errors=True)
    show_warnings(outcome.warnings, request, console)
    console.print(builds_table(builds))
    console.print(
        f"\nPublished {shown_path(target)} in {time.monotonic() - began:.0f} s",
        highlight=False,
        soft_wrap=True,
    )


def dbt_arguments(build: Build, is_daily: bool) -> list[str | Path]:
    """The dbt command line of a build, after the name of the program."""
    request, root = build.request, build.request.project.root
    lasting_vars = {name: value for name, value in build.dbt_vars.items() if name not in BUILD_VARS}
    arguments: list[str | Path] = [
        *("build", "--target", "publish", "--project-dir", root, "--profiles-dir", root),
        *("--target-path", build.dbt_target, "--log-path", build.folder / "logs"),
        *("--vars", json.dumps(lasting_vars)),
    ]
    for domain in request.project.domains:
        if domain not in request.domains:
            arguments += ["--exclude", f"tag:{domain}"]
        elif request.raw_from != "seeds":
            arguments += ["--exclude", f"path:seeds/{domain}"]
    if is_daily:
        # They are about the code, which passed them in the full build: any change of it makes one.
        arguments += ["--exclude", "resource_type:unit_test"]
    elif request.raw_from != "seeds":
        # Fixed inputs fit one branch of raw(): they stand in for the seeds.
        arguments += ["--exclude", "resource_type:unit_test,path:models/staging"]
    if request.threads is not None:
        arguments += ["--threads", str(request.threads)]
    return arguments


def _planned(build: Build, console: Console) -> Plan:
    """What the build takes; the new file is the copy that a daily build starts from."""
    request = build.request
    console.print(
        f"Building {', '.join(request.domains)} from {_origin(request)} (build {build.build_id})",
        highlight=False,
        soft_wrap=True,
    )
    config = {
        "memory_limit": request.memory_limit,
        # As in profiles.yml.
        "temp_directory": str(build.folder / f"{build.file.name}.spill"),
    }
    plan = plan_of(request, build.dbt_vars, build.replaces is not None, config)
    if plan.message:
        console.print(plan.message, highlight=False, soft_wrap=True, markup=False)
    try:
        if plan.is_daily:
            shutil.copyfile(request.warehouse, build.file)
        if plan.ledger:
            write_ledger(plan.ledger, build.file)
    except (OSError, duckdb.Error) as error:
        raise failure(request.warehouse, f"The new file cannot be written: {error}.") from error
    return plan


def _run_dbt(build: Build, plan: Plan, lock: int, console: Console) -> Outcome:
    dbt_vars = {**build.dbt_vars, "incremental": plan.is_daily}
    environment = dbt_environment(
        # Relative to the folder where dbt runs: for another path it parses everything again.
        Path(build.file.name),
        build.request.memory_limit,
        {name: dbt_vars[name] for name in BUILD_VARS if name in dbt_vars},
    )
    errors = build.folder / "dbt_stderr.txt"
    _copy_if_possible(build.kept_target / PARSE, build.dbt_target / PARSE)
    with progress_display(console) as show:
        arguments = dbt_arguments(build, plan.is_daily)
        outcome = run_dbt(arguments, build.folder, environment, errors, lock, show)
    run_results = build.dbt_target / RUN_RESULTS
    _copy_if_possible(run_results, build.kept_target / RUN_RESULTS)
    if outcome.exit_code != 0:
        stderr = errors.read_text(errors="replace")
        raise _with_log(build, dbt_failure(build.request, outcome, stderr, build.file, run_results))
    _copy_if_possible(build.dbt_target / PARSE, build.kept_target / PARSE)
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
        raise _failure(build, f"The new file does not open: {error}") from error
    if build.file.with_name(f"{build.file.name}.wal").exists():
        raise _failure(build, "The new file did not close cleanly.")
    found_ids = {row.build_id for row in builds}
    if found_ids != {build.build_id}:
        found = ", ".join(sorted(map(str, found_ids))) or "no build at all"
        raise _failure(build, f"core.build_info names {found}, not build {build.build_id}.")
    missing = set(build.request.domains) - {row.domain for row in builds}
    if missing:
        raise _failure(build, f"core.build_info lacks {', '.join(sorted(missing))}.")
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


def _failure(build: Build, message: str) -> RunnerError:
    return _with_log(build, failure(build.request.warehouse, message))


def _with_log(build: Build, error: RunnerError) -> RunnerError:
    """The error, and where dbt's log is now: it outlives the folder of the build."""
    if isinstance(error, FullDiskError):
        return error
    try:
        (build.folder / "logs" / "dbt.log").replace(build.kept_log)
    except OSError:
        return error
    return RunnerError(f"{error.message}\ndbt's log: {shown_path(build.kept_log)}.")


def _origin(request: BuildRequest) -> str:
    if request.raw_from == "files":
        return f"the files in {request.raw_dir}"
    if request.raw_from == "tables":
        return f"the tables in {request.raw_database}"
    return "the committed seeds"


def _new_build_id() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
