"""How long builds take, how much memory they need, and where the time goes.

    .venv/bin/python scripts/benchmarks/build_speed.py --scale 300 --runs 3 --memory-limit 4GB

It generates the tidy daily files of a restaurant chain. In each run it measures

- full: `commerce-marts build` of all days but the last, from nothing;
- floor: the SQL of the models of that build, run by DuckDB alone (floor.py);
- daily: a build when the last day's files have come;
- empty: a build when nothing has come.

Builds are measured without and with tests. Seconds are the wall clock of the whole command, memory
is that of all its processes together. Medians are printed, as tables in Markdown. Nothing else
should run on the machine meanwhile.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
import psutil
from figures import DAILY, EMPTY, FLOOR, FULL, Measured, model_seconds, parts_of, tables
from floor import prepare_floor
from histories import COMMERCE_MARTS, History, make_history

ROOT = Path(__file__).resolve().parents[2]
RUN_RESULTS = ROOT / "target" / "publish" / "run_results.json"


def run_measured(command: Sequence[str | Path], log: Path) -> tuple[float, float, int]:
    """When the command began (s since 1970), its seconds, and the peak of its processes in bytes.

    The peak is the largest sum of resident memory that was seen, every 20 ms. Exits with the output
    where the command fails.
    """
    began, peak = time.time(), 0
    with log.open("w") as output:
        process = psutil.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT)
        while process.poll() is None:
            peak = max(peak, resident_bytes(process))
            time.sleep(0.02)
    seconds = time.time() - began
    if process.returncode != 0:
        raise SystemExit(f"{command} failed:\n{log.read_text()}")
    return began, seconds, peak


def resident_bytes(process: psutil.Process) -> int:
    """Resident memory of the process and of all that it started."""
    total = 0
    with suppress(psutil.NoSuchProcess):
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                total += one.memory_info().rss
    return total


def measured_build(
    history: History, kind: str, with_tests: bool, memory_limit: str, warehouse: Path
) -> Measured:
    """A build on top of what is at `warehouse`."""
    program = [COMMERCE_MARTS, "build"]
    if not with_tests:
        program = [sys.executable, str(Path(__file__).with_name("build_without.py"))]
        program.append("test unit_test")
    command = [
        *(*program, "--raw-from", "files", "--raw-dir", history.raw_dir, "--domains", "restaurant"),
        *("--warehouse", warehouse, "--keep", "0", "--memory-limit", memory_limit),
        *("--project-dir", ROOT),
    ]
    began, seconds, peak = run_measured(command, warehouse.with_suffix(".log"))
    run_results = json.loads(RUN_RESULTS.read_text())
    return Measured(
        history.order_lines,
        kind,
        with_tests,
        seconds,
        peak,
        warehouse.stat().st_size,
        parts_of(run_results, began, seconds),
        model_seconds(run_results),
    )


def measured_floor(history: History, memory_limit: str, warehouse: Path) -> Measured:
    """The floor of the full build that was published at `warehouse` just now."""
    folder = warehouse.with_name("floor")
    shutil.rmtree(folder, ignore_errors=True)
    results = json.loads(RUN_RESULTS.read_text())["results"]
    dbt_vars = {"raw_from": "files", "raw_dir": str(history.raw_dir), "domains": ["restaurant"]}
    prepare_floor(folder, warehouse, results, dbt_vars)
    command = [sys.executable, str(Path(__file__).with_name("floor.py")), folder, memory_limit]
    _, seconds, peak = run_measured(command, folder / "output.log")
    models = json.loads((folder / "seconds.json").read_text())
    size = (folder / warehouse.name).stat().st_size
    return Measured(history.order_lines, FLOOR, False, seconds, peak, size, models=models)


def measured_run(history: History, memory_limit: str, only_with_tests: bool) -> list[Measured]:
    """Floor, full, daily and empty, the builds without and with tests."""
    found = []
    for with_tests in (True,) if only_with_tests else (False, True):
        folder = history.folder / "warehouse"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        warehouse = folder / "commerce.duckdb"
        history.take_last_day()
        found.append(measured_build(history, FULL, with_tests, memory_limit, warehouse))
        if not with_tests:
            found.append(measured_floor(history, memory_limit, warehouse))
        history.deliver_last_day()
        for kind in (DAILY, EMPTY):
            found.append(measured_build(history, kind, with_tests, memory_limit, warehouse))
    return found


@click.command(help=(__doc__ or "").split("\n")[0])
@click.option("--scale", default=300.0, show_default=True, help="300: 10 million order lines.")
@click.option(
    "--days",
    default=[1096],
    multiple=True,
    show_default=True,
    help="Of history; again for a second one of the same shop.",
)
@click.option(
    "--last-day",
    default="2024-12-20",
    show_default=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="At a month's end, and a year after one, parameters of predictions are fitted again.",
)
@click.option("--runs", default=3, show_default=True)
@click.option("--memory-limit", default="80%", show_default=True, help="DuckDB's.")
@click.option("--only-with-tests", is_flag=True, help="No builds without tests, and no floor.")
@click.option("--top", default=10, show_default=True, help="Slowest models that are shown.")
@click.option(
    "--work-dir",
    type=click.Path(path_type=Path),
    help="Where the data are while it runs. Default: the temporary folder.",
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path),
    help="Write every single measurement there.",
)
def main(
    scale: float,
    days: tuple[int, ...],
    last_day: datetime,
    runs: int,
    memory_limit: str,
    only_with_tests: bool,
    top: int,
    work_dir: Path | None,
    json_file: Path | None,
) -> None:
    """Measures and prints."""
    measured: list[Measured] = []
    with tempfile.TemporaryDirectory(dir=work_dir) as folder:
        histories = [
            make_history(Path(folder) / str(length), scale, length, last_day.date())
            for length in days
        ]
        for run in range(1, runs + 1):
            for history in histories:
                click.echo(f"Run {run} of {runs}: {history.folder.name} days", err=True)
                measured += measured_run(history, memory_limit, only_with_tests)
    if json_file is not None:
        json_file.write_text(json.dumps([asdict(one) for one in measured], indent=1))
    click.echo(tables(measured, top))


if __name__ == "__main__":
    main()
