"""One build, measured: a process of its own that does what `commerce-marts build` does.

Without tests it is no build that the command would do, because it publishes what nobody tested.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from commerce_marts.bench.history import DOMAIN, History
from commerce_marts.bench.memory import run_measured
from commerce_marts.build import build_and_publish
from commerce_marts.errors import RunnerError
from commerce_marts.project import Project, project_at
from commerce_marts.request import BuildRequest

# In this order: all but the last day from nothing, that day, nothing new.
KINDS = ("full", "daily", "empty")


@dataclass(frozen=True)
class Setting:
    """What all builds and floors of a bench have in common. `memory_limit` is DuckDB's."""

    project: Project
    memory_limit: str


@dataclass(frozen=True)
class MeasuredBuild:
    """Seconds from outside, and what `build --timings` says of the inside."""

    history: str
    with_tests: bool
    kind: str
    run: int
    seconds: float
    peak_memory_bytes: int
    warehouse_bytes: int
    phases: Mapping[str, float]
    nodes: list[Mapping[str, object]]


def measured_builds(
    setting: Setting, history: History, with_tests: bool, run: int
) -> list[MeasuredBuild]:
    """A build of each of KINDS, one on top of the other, in the history's folder."""
    history.hold_back_last_day()
    builds = [measured_build(setting, history, with_tests, "full", run)]
    history.deliver_last_day()
    builds += [measured_build(setting, history, with_tests, kind, run) for kind in KINDS[1:]]
    return builds


def request_of(setting: Setting, history: History, with_tests: bool, is_full: bool) -> BuildRequest:
    """The build's request, its warehouse and timings in the history's folder."""
    folder = history.folder / ("with_tests" if with_tests else "without_tests")
    return BuildRequest(
        project=setting.project,
        warehouse=folder / "commerce.duckdb",
        domains=(DOMAIN,),
        raw_from="files",
        raw_dir=history.raw_dir,
        raw_database=None,
        as_of_date=None,
        # The generator plants a few bad rows, which are a large share of a tiny history.
        user_vars={"max_quarantined_share": 1},
        full_refresh=is_full,
        threads=None,
        keep=0,
        memory_limit=setting.memory_limit,
        timings_file=folder / "timings.json",
        with_tests=with_tests,
    )


def measured_build(
    setting: Setting, history: History, with_tests: bool, kind: str, run: int
) -> MeasuredBuild:
    """One build on top of what is in the history's folder; a full one builds everything anew."""
    request = request_of(setting, history, with_tests, kind == "full")
    request.warehouse.parent.mkdir(exist_ok=True)
    said = {
        "root": str(setting.project.root),
        "memory_limit": setting.memory_limit,
        "folder": str(history.folder),
        "with_tests": with_tests,
        "is_full": kind == "full",
    }
    log = request.warehouse.with_name("output.txt")
    usage = run_measured([sys.executable, "-m", __name__, json.dumps(said)], log)
    assert request.timings_file is not None
    timings = json.loads(request.timings_file.read_text())
    return MeasuredBuild(
        history.name,
        with_tests,
        kind,
        run,
        usage.seconds,
        usage.peak_memory_bytes,
        request.warehouse.stat().st_size,
        timings["phases"],
        timings["nodes"],
    )


def main(said: Mapping[str, str | bool]) -> None:
    """The process that is measured."""
    setting = Setting(project_at(Path(str(said["root"]))), str(said["memory_limit"]))
    history = History("", 0, Path(str(said["folder"])))
    request = request_of(setting, history, bool(said["with_tests"]), bool(said["is_full"]))
    try:
        build_and_publish(request, Console())
    except RunnerError as error:
        sys.exit(error.message)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
