"""How long Spark takes for a million order lines and for one day more, and where the time goes.

    .venv/engines/bin/python engines/load_test.py

It generates the tidy daily Parquet files of a restaurant chain. Spark on this machine, with Delta,
makes a full build of all days but the last, and a daily build of the last, both with data tests.
Seconds are those of the whole command. Tables in Markdown are printed.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from engines import ROOT, Builds

sys.path.insert(0, str(ROOT / "scripts/benchmarks"))

from figures import DAILY, FULL, area_of, model_seconds, seconds_table, summed
from histories import History, make_history


def measured_build(builds: Builds, history: History, kind: str) -> tuple[float, dict]:
    """Seconds of a build by the clock, and dbt's run_results.json."""
    began = time.monotonic()
    builds.dbt(
        "spark", "build", "--exclude-resource-type", "unit_test",
        build_vars={"incremental": kind == DAILY},
        raw_from="files", raw_dir=str(history.raw_dir),
    )  # fmt: skip
    seconds = time.monotonic() - began
    return seconds, json.loads((builds.folder / "target_spark/run_results.json").read_text())


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=300)
    parser.add_argument("--days", type=int, default=109)
    parser.add_argument("--last-day", type=date.fromisoformat, default=date(2024, 12, 20))
    parser.add_argument("--top", type=int, default=15, help="Slowest models that are shown.")
    parser.add_argument("--work-dir", type=Path, help="Where the data are while it runs.")
    given = parser.parse_args()
    os.environ.setdefault("COMMERCE_MARTS_SPARK_SIZE", "large")
    with tempfile.TemporaryDirectory(dir=given.work_dir) as folder:
        history = make_history(Path(folder), given.scale, given.days, given.last_day)
        builds = Builds(Path(folder), ("restaurant",))
        history.take_last_day()
        runs = {FULL: measured_build(builds, history, FULL)}
        history.deliver_last_day()
        runs[DAILY] = measured_build(builds, history, DAILY)
    areas = {kind: summed(results["results"], area_of) for kind, (_, results) in runs.items()}
    for kind, (seconds, _) in runs.items():
        areas[kind] |= {
            "dbt, hooks, Java": seconds - sum(areas[kind].values()),
            "all": seconds,
        }
    models = {kind: model_seconds(results) for kind, (_, results) in runs.items()}
    slowest = sorted(models[FULL], key=lambda name: -models[FULL][name])[: given.top]
    print(f"{history.order_lines:,} order lines on {os.cpu_count()} cores\n")
    print(seconds_table("part", dict.fromkeys([*areas[FULL], *areas[DAILY]]), areas), "\n")
    print(seconds_table("model", slowest, models))


if __name__ == "__main__":
    main()
