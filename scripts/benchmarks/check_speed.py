"""How long `check` takes for a CSV, beside DuckDB reading it twice.

    commerce-marts generate --domains restaurant --scale 30 --tidy --out /tmp/raw
    .venv/bin/python scripts/benchmarks/check_speed.py /tmp/raw restaurant order_items

Reading is DuckDB's own `create table as` of the whole file, every value as text, as raw data come
in; beside it stands a scan that only counts. Runs alternate, and the medians are compared.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from commerce_marts.check.command import raw_file_problems, vars_of_check
from commerce_marts.project import project_at

RUNS = 5


def main() -> None:
    """Prints the medians and their ratio."""
    raw_dir, domain, table = Path(sys.argv[1]).resolve(), sys.argv[2], sys.argv[3]
    project = project_at(Path(__file__).resolve().parents[2])
    path = str(raw_dir / domain / f"{table}.csv")
    dbt_vars = vars_of_check(raw_dir, {})
    texts = "read_csv(?, all_varchar = true, header = true)"

    def read() -> None:
        with duckdb.connect() as connection:
            connection.execute(f"create table lines as from {texts}", [path])

    def scan() -> None:
        with duckdb.connect() as connection:
            connection.execute(f"select count(columns(*)) from {texts}", [path]).fetchall()

    def check() -> None:
        raw_file_problems(project, (domain,), dbt_vars, {(domain, table): [f"{table}.csv"]})

    # dbt renders the rules once after a change of the project, which is not what is measured.
    check()
    seconds: dict[Callable[[], None], list[float]] = {read: [], scan: [], check: []}
    for _ in range(RUNS):
        for run, took in seconds.items():
            began = time.perf_counter()
            run()
            took.append(time.perf_counter() - began)
    medians = {run: statistics.median(took) for run, took in seconds.items()}
    with duckdb.connect() as connection:
        rows = connection.execute(f"select count(*) from {texts}", [path]).fetchone()[0]
    print(f"{rows:,} lines: read {medians[read]:.2f} s, scanned {medians[scan]:.2f} s, ", end="")
    print(f"checked {medians[check]:.2f} s")
    print(f"check / reading twice: {medians[check] / (2 * medians[read]):.2f}")


if __name__ == "__main__":
    main()
