"""Whether Spark accepts each compiled model and data test, against tables without rows.

Nothing is built, so all faults of types and syntax show at once.
"""

import re
from graphlib import TopologicalSorter
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

LEFT_OUT = ("left_out_reason", "source_file", "delivery", "raw_row")
# What a daily build writes before its first model.
TOUCHED = {
    "ids": ("domain", "part_of", "id"),
    "changed_tables": ("node",),
    "whole_domains": ("domain",),
}
SCHEMA = "commerce_marts"


def analysed(spark: SparkSession, manifest: dict[str, Any]) -> tuple[int, list[str]]:
    """How many models and tests were read, and what Spark says of those that it refuses.

    The manifest is that of `dbt compile --target spark`.
    """
    nodes = manifest["nodes"]
    for name, columns in TOUCHED.items():
        make_empty(spark, f"{SCHEMA}_touched", name, dict.fromkeys(columns, "string"))
    order = TopologicalSorter(
        {
            name: [parent for parent in node["depends_on"].get("nodes", []) if parent in nodes]
            for name, node in nodes.items()
        }
    ).static_order()
    count, faults = 0, []
    for name in order:
        node = nodes[name]
        contract = {column["name"]: column["data_type"] for column in node["columns"].values()}
        if node["resource_type"] == "seed":
            types = dict.fromkeys(node["config"]["column_types"], "string")
            make_empty(spark, node["schema"], node["alias"], types)
        if node["resource_type"] not in ("model", "test") or not node.get("compiled_code"):
            continue
        count += 1
        types = contract if node["config"].get("contract", {}).get("enforced") else {}
        if node["config"].get("reads_itself"):
            make_empty(spark, node["schema"], node["alias"], types)
        try:
            schema = spark.sql(with_empty_relations(node["compiled_code"])).schema
            found = {field.name: field.dataType.simpleString() for field in schema.fields}
            if types and list(found) != list(types):
                faults.append(f"{name} has other columns than its contract: {list(found)}")
        except (PySparkException, Py4JJavaError) as error:
            faults.append(f"{name}: {str(error).split('JVM stacktrace')[0].strip()[:500]}")
            found = types
        if node["resource_type"] == "model":
            make_model_empty(spark, node, types or found)
    return count, faults


def with_empty_relations(sql: str) -> str:
    """The SQL with temporary views in place of relations: these cost no look-up in a catalog."""
    return re.sub(rf"\b({SCHEMA}_\w+)\.(\w+)", r"\1__\2", sql)


def make_model_empty(spark: SparkSession, node: dict[str, Any], types: dict[str, str]) -> None:
    """Also what a daily build makes beside the model: its touched rows, and those of before."""
    schema, alias = node["schema"], node["alias"]
    if node["config"]["materialized"] == "staged":
        left_out = [*LEFT_OUT, *(name for name in types if name.endswith("_id"))]
        types = {name: kind for name, kind in types.items() if name != "raw_row"}
        make_empty(
            spark, f"{SCHEMA}_left_out", f"{schema}__{alias}", dict.fromkeys(left_out, "string")
        )
        make_empty(
            spark,
            f"{SCHEMA}_touched",
            f"{SCHEMA}_left_out__{schema}__{alias}",
            dict.fromkeys(left_out, "string"),
        )
    make_empty(spark, schema, alias, types)
    make_empty(spark, f"{SCHEMA}_touched", f"{alias}__before", types)
    make_empty(spark, f"{SCHEMA}_touched", f"{schema}__{alias}", types)


def make_empty(spark: SparkSession, schema: str, name: str, types: dict[str, str]) -> None:
    columns = ", ".join(f"cast(null as {kind}) as `{column}`" for column, kind in types.items())
    if columns:
        view = f"create or replace temporary view {schema}__{name}"
        spark.sql(f"{view} as select {columns} where false")
