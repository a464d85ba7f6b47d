"""A reader like a BI tool: reads the published file again and again, and notes what it saw.

    python reader.py WAREHOUSE NOTES (each | once)

It connects for `each` reading, or `once` for all, with any version of DuckDB, until the file
NOTES.end exists. Each line of NOTES is the build that a reading saw, or what went wrong.
"""

import sys
import time
from pathlib import Path

import duckdb

# Every prepared version has different amounts, so a mixture of two gives more than one total.
READING = """
    select string_agg(distinct build_id, ' and '), count(distinct total_amount)
    from (select distinct build_id from core.build_info)
    cross join (
        select sum(revenue) as total_amount from core.build_info
        union all
        select sum(amount) from core.fct_orders
        union all
        select sum(amount) from (
            select amount from apples.stg_apples__orders
            union all
            select amount from pears.stg_pears__orders
        )
    )
"""


def main(warehouse: str, notes: Path, connects: str) -> None:
    """Reads until NOTES.end exists."""
    connection = duckdb.connect(warehouse, read_only=True) if connects == "once" else None
    with notes.open("a") as lines:
        while not Path(f"{notes}.end").exists():
            lines.write(f"{reading(warehouse, connection)}\n")
            lines.flush()
            # Leaves processor time to the publications.
            time.sleep(0.005)


def reading(warehouse: str, connection: duckdb.DuckDBPyConnection | None) -> str:
    """The build that all tables agree on; otherwise what is wrong."""
    try:
        if connection is not None:
            build_id, totals = connection.execute(READING).fetchone()
        else:
            with duckdb.connect(warehouse, read_only=True) as fresh:
                build_id, totals = fresh.execute(READING).fetchone()
    except duckdb.Error as error:
        return f"failed: {error}".replace("\n", " ")
    return build_id if totals == 1 else f"mixed: {build_id} with {totals} totals"


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
