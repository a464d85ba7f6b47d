"""Runs of `commerce-marts ingest` in processes of their own, killed before any step.

Its libraries write from threads, so the steps of two runs are not quite the same.
"""

import multiprocessing
import sys

from databases import Database
from killed_steps import record_steps

CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "fcntl.flock")
# New processes start in milliseconds: they fork from one that has imported everything.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    [
        *("databases", "commerce_marts.ingest.run", "dlt", "dlt.sources.sql_database"),
        *("dlt.destinations.impl.duckdb.duck", "psycopg", "pyarrow.parquet", "pyarrow.compute"),
        "sqlalchemy.dialects.postgresql.psycopg",
    ]
)


def exit_code_of(
    database: Database, killed_before: int | None = None, *options: object, only: str = ""
) -> int:
    """The exit code of a run; -9 if it was killed before that step, of those that end with `only`.

    The files `output` and `steps` beside the landed one have what it told and did.
    """
    process = PROCESSES.Process(target=_run, args=(database, killed_before, options, only))
    process.start()
    process.join()
    return process.exitcode


def _run(database: Database, killed_before: int | None, options: tuple, only: str) -> None:
    steps = record_steps(CHANGES, killed_before, lambda step: step.endswith(only))
    done = database.ingest(*options)
    names = "\n".join(steps)
    (database.landed.parent / "output").write_text(done.output)
    (database.landed.parent / "steps").write_text(names)
    sys.exit(done.exit_code)


def steps_of(database: Database) -> list[str]:
    """The steps of the last run that ended, in order."""
    return (database.landed.parent / "steps").read_text().splitlines()
