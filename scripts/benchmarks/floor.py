"""The floor of a build: how long DuckDB alone takes for the SQL of its models.

dbt's run_results.json of a full build gives the SQL, in an order that works. It is run on the same
raw files: `create table as` or `create view as`, and for a staging model the statements of
its materialization. No dbt, tests, contracts, comments, or checks. `build_speed.py` calls this.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[2]
# The schema of the rows that staging models leave out.
LEFT_OUT = "left_out"
Steps = Sequence[tuple[str, Sequence[str]]]


def prepare_floor(
    folder: Path, built: Path, results: Sequence[Mapping[str, Any]], dbt_vars: Mapping[str, Any]
) -> None:
    """Makes folder/commerce.duckdb with what models read from outside, and folder/steps.json.

    `built` is the warehouse of the full build, `results` are dbt's results of it.
    """
    folder.mkdir()
    file = folder / built.name
    dbt = [Path(sys.executable).with_name("dbt"), "run-operation", "open_raw"]
    dbt += ["--target", "publish", "--vars", json.dumps(dbt_vars)]
    dbt += ["--target-path", folder / "target", "--log-path", folder / "logs"]
    environment = {**os.environ, "COMMERCE_MARTS_BUILD_FILE": str(file)}
    subprocess.run(dbt, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"attach '{built}' as built (read_only)")
        views, columns = built_views(connection), built_columns(connection)
        # A full build makes nothing of the models that are `touched`.
        models = [
            node
            for node in results
            if node["unique_id"].startswith("model.")
            and not is_python(node)
            and ".".join(relation_parts(node["relation_name"])[1:]) in columns
        ]
        steps = [(name_of(node), list(statements(node, views, columns))) for node in models]
        made = {".".join(relation_parts(node["relation_name"])[1:]) for node in models}
        for relation in columns.keys() - made:
            schema = relation.split(".")[0]
            # What is left are the seeds, and what Python models made.
            if schema not in (LEFT_OUT, "ledger"):
                connection.execute(f"create schema if not exists {schema}")
                connection.execute(f"create table {relation} as from built.{relation}")
    (folder / "steps.json").write_text(json.dumps(steps))


def built_views(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The views of the attached warehouse, as `schema.name`."""
    rows = connection.execute(
        "select schema_name || '.' || view_name from duckdb_views() where database_name = 'built'"
    ).fetchall()
    return {name for (name,) in rows}


def built_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The columns of its relations, as they stand in a select."""
    rows = connection.execute(
        "select schema_name || '.' || table_name, list(column_name order by column_index)"
        " from duckdb_columns() where database_name = 'built' group by 1"
    ).fetchall()
    return {name: ", ".join(f'"{column}"' for column in columns) for name, columns in rows}


def statements(
    node: Mapping[str, Any], views: set[str], columns: Mapping[str, str]
) -> Iterator[str]:
    """What makes the model's relation as the build made it."""
    _, schema, table = relation_parts(node["relation_name"])
    sql, relation, left_out = (
        node["compiled_code"],
        f"{schema}.{table}",
        f"{LEFT_OUT}.{schema}__{table}",
    )
    yield f"create schema if not exists {schema}"
    if left_out not in columns:
        yield f"create {'view' if relation in views else 'table'} {relation} as {sql}"
        return
    yield (
        f"create table {relation} as select * replace (case when left_out_reason is not null "
        f"then cast(to_json(raw_row) as varchar) end as raw_row) from ({sql})"
    )
    yield (
        f"create table {left_out} as select {columns[left_out]} from {relation} "
        "where left_out_reason is not null"
    )
    yield f"delete from {relation} where left_out_reason is not null"
    for column in ("left_out_reason", "raw_row"):
        yield f"alter table {relation} drop column {column}"


def is_python(node: Mapping[str, Any]) -> bool:
    """Whether a model of dbt's results is Python; then the floor takes its rows as they are."""
    return "def model(dbt" in node["compiled_code"]


def relation_parts(relation_name: str) -> list[str]:
    """Database, schema and name of `"commerce"."core"."fct_orders"`; Spark has no database."""
    return relation_name.replace('"', "").split(".")


def name_of(node: Mapping[str, Any]) -> str:
    """The name of a node of dbt's results."""
    return node["unique_id"].split(".")[2]


def main(folder: Path, memory_limit: str) -> None:
    """Runs the steps, and writes the seconds of each model to folder/seconds.json."""
    steps: Steps = json.loads((folder / "steps.json").read_text())
    seconds: dict[str, float] = {}
    # As in profiles.yml.
    config = {
        "storage_compatibility_version": "v1.0.0",
        "memory_limit": memory_limit,
        "temp_directory": str(folder / "spill"),
    }
    with duckdb.connect(str(folder / "commerce.duckdb"), config=config) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for model, sql in steps:
            began = time.perf_counter()
            for statement in sql:
                connection.execute(statement)
            seconds[model] = time.perf_counter() - began
    (folder / "seconds.json").write_text(json.dumps(seconds))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
