"""Whether Spark accepts each compiled model and data test, against tables without rows.

Nothing is built, so all faults of types and syntax show at once.
"""

from graphlib import TopologicalSorter
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

LEFT_OUT = ("left_out_reason", "source_file", "delivery", "raw_row")
# The tables are made beside a build of the same folder.
PREFIX = "empty_"


def analysed(spark: SparkSession, manifest: dict[str, Any]) -> tuple[int, list[str]]:
    """How many models and tests were read, and what Spark says of those that it refuses.

    The manifest is that of `dbt compile --target spark`.
    """
    nodes = manifest["nodes"]
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
            make_empty(spark, node, dict.fromkeys(node["config"]["column_types"], "string"))
        if node["resource_type"] not in ("model", "test") or not node.get("compiled_code"):
            continue
        count += 1
        types = contract if node["config"].get("contract", {}).get("enforced") else {}
        try:
            schema = spark.sql(in_empty_schemas(node["compiled_code"])).schema
            found = {field.name: field.dataType.simpleString() for field in schema.fields}
            if types and list(found) != list(types):
                faults.append(f"{name} has other columns than its contract: {list(found)}")
        except (PySparkException, Py4JJavaError) as error:
            faults.append(f"{name}: {str(error).split('JVM stacktrace')[0].strip()[:500]}")
            found = types
        if node["resource_type"] == "model":
            make_model_empty(spark, node, types or found)
    return count, faults


def in_empty_schemas(sql: str) -> str:
    return sql.replace("commerce_marts_", f"{PREFIX}commerce_marts_")


def make_model_empty(spark: SparkSession, node: dict[str, Any], types: dict[str, str]) -> None:
    if node["config"]["materialized"] != "staged":
        make_empty(spark, node, types)
        return
    make_empty(spark, node, {name: kind for name, kind in types.items() if name != "raw_row"})
    left_out = [*LEFT_OUT, *(name for name in types if name.endswith("_id"))]
    schema = node["schema"].removesuffix(node["config"]["schema"]) + "left_out"
    there = {"schema": schema, "alias": f"{node['schema']}__{node['alias']}"}
    make_empty(spark, there, dict.fromkeys(left_out, "string"), alias_has_schema=True)


def make_empty(
    spark: SparkSession, node: dict[str, Any], types: dict[str, str], alias_has_schema: bool = False
) -> None:
    schema = PREFIX + node["schema"]
    table = f"{schema}.{PREFIX if alias_has_schema else ''}{node['alias']}"
    columns = ", ".join(f"`{name}` {kind}" for name, kind in types.items())
    spark.sql(f"create schema if not exists {schema}")
    spark.sql(f"drop table if exists {table}")
    if columns:
        spark.sql(f"create table {table} ({columns}) using parquet")
