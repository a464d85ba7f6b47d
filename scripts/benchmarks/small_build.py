"""What a small daily build saves by what dbt parsed before, and by what dbt_program.py leaves out.

    commerce-marts generate --domains restaurant --scale 1 --daily-files --tidy --out /tmp/raw
    .venv/bin/python scripts/benchmarks/small_build.py /tmp/raw restaurant

Each build finds nothing new on top of the one before. Runs alternate, and the medians are compared.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner

from commerce_marts import dbt
from commerce_marts.cli import main as commerce_marts
from commerce_marts.publish.build import PARSE

ROOT = Path(__file__).resolve().parents[2]
RUNS = 5
AS_IT_IS = dbt.DBT_OF_BUILD


def main() -> None:
    """Prints the medians and their ratios."""
    raw_dir, domains = sys.argv[1], sys.argv[2]

    def build(folder: str) -> None:
        arguments = ["--raw-from", "files", "--raw-dir", raw_dir, "--domains", domains]
        arguments += ["--warehouse", f"{folder}/commerce.duckdb", "--project-dir", str(ROOT)]
        arguments += ["--keep", "0"]
        result = CliRunner().invoke(commerce_marts, ["build", *arguments])
        if result.exit_code != 0:
            sys.exit(result.output)

    def parsing_everything(folder: str) -> None:
        (ROOT / "target" / "publish" / PARSE).unlink()
        build(folder)

    def plain_dbt(folder: str) -> None:
        dbt.DBT_OF_BUILD = (dbt.DBT,)
        build(folder)
        dbt.DBT_OF_BUILD = AS_IT_IS

    seconds: dict[Callable[[str], None], list[float]] = {
        run: [] for run in (build, parsing_everything, plain_dbt)
    }
    with tempfile.TemporaryDirectory() as folder:
        build(folder)
        for _ in range(RUNS):
            for run, took in seconds.items():
                began = time.perf_counter()
                run(folder)
                took.append(time.perf_counter() - began)
    medians = {run: statistics.median(took) for run, took in seconds.items()}
    print(f"as it is {medians[build]:.1f} s", end="")
    for run in (parsing_everything, plain_dbt):
        ratio = medians[build] / medians[run]
        print(
            f", {run.__name__.replace('_', ' ')} {medians[run]:.1f} s (ratio {ratio:.2f})", end=""
        )
    print()


if __name__ == "__main__":
    main()
