"""`commerce-marts bench`: make data, measure, tell."""

import os
import platform
import signal
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import click
import duckdb
from rich.console import Console

from commerce_marts.bench.builds import MeasuredBuild, Setting, measured_builds
from commerce_marts.bench.figures import LARGE, SMALL, figures
from commerce_marts.bench.floor import MeasuredFloor, measured_floor, prepared_floor
from commerce_marts.bench.history import make_history
from commerce_marts.bench.report import results, show_results, write_plot, write_results
from commerce_marts.errors import shown_path
from commerce_marts.packages import install_packages
from commerce_marts.project import project_at
from commerce_marts.request import memory_limit_checked

# The smaller history is the last tenth of the days: of the same shop, with the same last day.
SMALLER = 10


@click.command()
@click.option(
    "--scale",
    type=click.FloatRange(1, 10_000),
    default=300,
    show_default=True,
    help="How many times the rows of scale 1. 300: 10 million order lines.",
)
@click.option(
    "--days",
    type=click.IntRange(2 * SMALLER, 10_000),
    default=1096,
    show_default=True,
    help="Days of history, a file a day; the smaller history has a tenth, and a tenth of the rows.",
)
@click.option("--runs", type=click.IntRange(1), default=3, show_default=True, help="Of each build.")
@click.option("--memory-limit", metavar="SIZE", default="80%", show_default=True, help="DuckDB's.")
@click.option("--top", type=click.IntRange(1), default=15, show_default=True, help="Models shown.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("bench"),
    show_default=True,
    help="Where results.json and plot.png go; data and warehouses are there while it runs.",
)
@click.option(
    "--project-dir",
    type=click.Path(path_type=Path),
    help="The dbt project. Default: the one around the working folder.",
)
def bench(
    scale: float,
    days: int,
    runs: int,
    memory_limit: str,
    top: int,
    out: Path,
    project_dir: Path | None,
) -> None:
    """Measure builds of a made-up restaurant's history: time, memory, size, and where time goes.

    In each run, for a history and for its last tenth: the floor (the models' SQL in DuckDB alone),
    then builds without and with tests: all but the last day, the last day, nothing new. Nothing
    else should run meanwhile.
    """
    # Ended politely, it ends the build under way and removes its gigabytes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    console = Console()
    setting = Setting(project_at(project_dir), memory_limit_checked(memory_limit))
    install_packages(setting.project)
    builds: list[MeasuredBuild] = []
    floors: list[MeasuredFloor] = []
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix="data-") as folder:
        console.print("Making the data", highlight=False)
        histories = [
            make_history(name, scale, length, Path(folder).resolve() / name)
            for name, length in ((LARGE, days), (SMALL, days // SMALLER))
        ]
        about = {
            "order_lines": {history.name: history.order_lines_count for history in histories},
            "files": {history.name: history.files_count for history in histories},
        }
        prepared = [prepared_floor(setting, history) for history in histories]
        for run in range(1, runs + 1):
            for history, floor in zip(histories, prepared, strict=True):
                console.print(f"Run {run} of {runs}: {history.name} history", highlight=False)
                history.hold_back_last_day()
                floors.append(measured_floor(floor, run))
                for with_tests in (False, True):
                    builds += measured_builds(setting, history, with_tests, run)
    facts = {"scale": scale, "days": days, "runs": runs, "memory_limit": memory_limit, **about}
    file, plot = out / "results.json", out / "plot.png"
    write_results(results({**facts, **_machine()}, builds, floors), file)
    console.print()
    for name in about["order_lines"]:
        lines, files = about["order_lines"][name], about["files"][name]
        console.print(f"{name}: {lines:,} order lines in {files:,} files", highlight=False)
    console.print()
    show_results(builds, floors, top, console)
    has_plot = write_plot(figures(builds, floors), plot)
    console.print(
        f"Written: {shown_path(file)}"
        + (f", {shown_path(plot)}" if has_plot else ". For a plot: pip install matplotlib"),
        highlight=False,
        soft_wrap=True,
    )


def _machine() -> dict[str, str | int | None]:
    return {
        "system": platform.platform(),
        "cpus": os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "dbt": version("dbt-core"),
    }
