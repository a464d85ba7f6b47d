"""Builds the same domains on DuckDB and on Spark, and compares every table and view row for row.

    make spark-compare                        # all domains
    .venv/engines/bin/python engines/compare.py --domains sales --file-format parquet

Decimals, texts, dates and whole numbers have to be equal, doubles to 1e-9 of their size. What
differs is listed with its reason; the exit code is 1 if one has none in known_differences.yml.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml
from engines import DOMAINS, ROOT, SCHEMA, Builds
from pyspark.sql import SparkSession

KNOWN: dict[str, str] = yaml.safe_load(
    (Path(__file__).with_name("known_differences.yml")).read_text()
)
TOLERANCE = 1e-9
FLOATING = ("DOUBLE", "FLOAT")
# A decimal of a landed table is 5.0 in DuckDB's JSON and 5.00 in Spark's: the same number.
JSON_COLUMN = "raw_row"
WITHOUT_ZEROS = r"regexp_replace({column}, '(\.[0-9]+?)0+([,}}])', '\1\2', 'g') as {column}"


@dataclass(frozen=True)
class Difference:
    """What differs in one place, such as 'core.build_info.engine_version', with an example."""

    place: str
    found: str

    @property
    def reason(self) -> str | None:
        """Why it differs, if known_differences.yml says so."""
        return next(
            (why for place, why in KNOWN.items() if f"{self.place}.".startswith(f"{place}.")), None
        )


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def relations(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """(schema, name) of each table and view of the DuckDB build."""
    return connection.sql(
        "select table_schema, table_name from information_schema.tables"
        " where table_schema <> 'main' order by all"
    ).fetchall()


def spark_relations(spark: SparkSession) -> set[tuple[str, str]]:
    """The same of the Spark build, without the prefix of its schemas."""
    return {
        (row.namespace.removeprefix(f"{SCHEMA}_"), row.tableName.removeprefix(f"{SCHEMA}_"))
        for (schema,) in spark.sql("show schemas").collect()
        if schema.startswith(f"{SCHEMA}_")
        for row in spark.sql(f"show tables in {schema}").collect()
        if not row.isTemporary
    }


def spark_name(schema: str, name: str) -> str:
    # left_out names its tables by schema.
    return f"{SCHEMA}_{schema}.{f'{SCHEMA}_{name}' if schema == 'left_out' else name}"


def columns_of(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    rows = connection.sql(f"describe {relation}").fetchall()
    # Arrow hands Spark's timestamps over with a zone, which is UTC.
    return {row[0]: row[1].replace(" WITH TIME ZONE", "") for row in rows}


def differences(
    connection: duckdb.DuckDBPyConnection, spark: SparkSession, schema: str, name: str
) -> Iterator[Difference]:
    """What differs between a relation of DuckDB and the same of Spark."""
    place = f"{schema}.{name}"
    connection.register("on_spark", spark.table(spark_name(schema, name)).toArrow())
    on_duckdb = f"{quoted(schema)}.{quoted(name)}"
    here, there = columns_of(connection, on_duckdb), columns_of(connection, "on_spark")
    if list(here) != list(there):
        yield Difference(place, f"columns: {list(here)} and {list(there)}")
        return
    for column, kind in here.items():
        if kind != there[column]:
            yield Difference(f"{place}.{column}", f"type: {kind} and {there[column]}")
    exact = [column for column, kind in here.items() if kind not in FLOATING]
    floating = [column for column, kind in here.items() if kind in FLOATING]
    known = [column for column in here if Difference(f"{place}.{column}", "").reason]
    order = ", ".join(quoted(column) for column in [*exact, *floating] if column not in known)
    # Rows are numbered by what is exact in them, so that each meets its like.
    numbered = "select *, row_number() over (order by {order}) as _row from {relation}"
    casts = ", ".join(f"cast({quoted(c)} as {here[c]}) as {quoted(c)}" for c in here)
    json = f" replace ({WITHOUT_ZEROS.format(column=JSON_COLUMN)})" if JSON_COLUMN in here else ""
    here_rows = numbered.format(order=order, relation=f"(select *{json} from {on_duckdb})")
    there_rows = numbered.format(
        order=order, relation=f"(select *{json} from (select {casts} from on_spark))"
    )
    pairs = f"({here_rows}) as here full join ({there_rows}) as there using (_row)"
    conditions = {}
    for column in here:
        a, b = f"here.{quoted(column)}", f"there.{quoted(column)}"
        conditions[column] = f"{a} is distinct from {b}"
        if column in floating:
            conditions[column] += (
                f" and coalesce(abs({a} - {b}) > {TOLERANCE} * greatest(abs({a}), abs({b})), true)"
            )
    selected = ", ".join(
        f"count(*) filter ({condition}), first([cast(here.{quoted(column)} as varchar),"
        f" cast(there.{quoted(column)} as varchar)]) filter ({condition})"
        for column, condition in conditions.items()
    )
    sql = f"select count(here._row), count(there._row), {selected} from {pairs}"
    rows = connection.sql(sql).fetchall()[0]
    if rows[0] != rows[1]:
        yield Difference(place, f"rows: {rows[0]} and {rows[1]}")
    for number, column in enumerate(here):
        count, example = rows[2 + 2 * number : 4 + 2 * number]
        if count:
            yield Difference(
                f"{place}.{column}",
                f"{count} of {rows[0]} rows, such as {example[0]} and {example[1]}",
            )


def all_differences(builds: Builds) -> tuple[int, list[Difference]]:
    """How many relations were compared, and what differs."""
    connection, spark = builds.connection(), builds.session()
    here, there = relations(connection), spark_relations(spark)
    found = [
        Difference(f"{schema}.{name}", "is on one engine only")
        for schema, name in sorted(set(here) ^ there)
    ]
    both = [relation for relation in here if relation in there]
    for schema, name in both:
        found.extend(differences(connection, spark, schema, name))
    return len(both), found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--domains", default=",".join(DOMAINS))
    parser.add_argument("--folder", type=Path, default=ROOT / "target/engines")
    parser.add_argument("--file-format", default="delta", choices=["delta", "parquet"])
    parser.add_argument("--no-build", action="store_true", help="Compare what is there.")
    given = parser.parse_args()
    builds = Builds(given.folder.absolute(), tuple(given.domains.split(",")), given.file_format)
    builds.folder.mkdir(parents=True, exist_ok=True)
    if not given.no_build:
        for target in ("publish", "spark"):
            started = time.monotonic()
            builds.dbt(target, "build")
            print(f"{target}: {time.monotonic() - started:.0f} s", flush=True)
    count, found = all_differences(builds)
    for difference in found:
        print(f"{difference.place}: {difference.found}. {difference.reason or 'NO REASON'}")
    unexplained = [difference for difference in found if difference.reason is None]
    print(f"{count} tables and views compared, {len(found)} differences,", end=" ")
    print(f"{len(unexplained)} without a reason.")
    sys.exit(1 if unexplained else 0)


if __name__ == "__main__":
    main()
