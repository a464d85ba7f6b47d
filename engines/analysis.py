"""Analyses every compiled model and data test on Spark, against tables without rows.

python analysis.py TARGET_PATH reads manifest.json of `dbt compile --target spark` there, and prints one line
for each model or test that Spark refuses. Nothing is built, so all faults of types and syntax show at once.
"""

import json
import sys
import time
from graphlib import TopologicalSorter
from pathlib import Path

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.types import StringType, StructField, StructType


def empty_table(spark, name, schema):
    spark.sql(f"create schema if not exists {name.rpartition('.')[0]}")
    spark.sql(f"drop table if exists {name}")
    columns = ", ".join(
        f"`{field.name}` {field.dataType.simpleString()}" for field in schema.fields
    )
    spark.sql(f"create table {name} ({columns}) using parquet")


def faults(spark, manifest, domains):
    """(unique_id, message) of each node that Spark refuses."""
    nodes = manifest["nodes"]
    order = TopologicalSorter(
        {name: [up for up in node["depends_on"].get("nodes", []) if up in nodes] for name, node in nodes.items()}
    ).static_order()
    for name in order:
        node = nodes[name]
        kind = node["resource_type"]
        if kind == "seed":
            columns = node["config"]["column_types"]
            schema = StructType([StructField(column, StringType()) for column in columns])
            empty_table(spark, node["relation_name"], schema)
        elif kind in ("model", "test") and node.get("compiled_code") and node["language"] == "sql":
            if kind == "model" and node["config"]["contract"]["enforced"]:
                spark.sql(f"create schema if not exists {node['schema']}")
                spark.sql(f"drop table if exists {node['relation_name']}")
                columns = ", ".join(f"`{c['name']}` {c['data_type']}" for c in node["columns"].values())
                spark.sql(f"create table {node['relation_name']} ({columns}) using parquet")
            try:
                schema = spark.sql(node["compiled_code"]).schema
            except (PySparkException, Py4JJavaError) as error:
                yield name, str(error).split("JVM stacktrace")[0].strip()
                continue
            if kind == "model":
                kept = [field for field in schema.fields if node["config"]["materialized"] != "staged" or field.name != "raw_row"]
                types = {c["name"]: c["data_type"] for c in node["columns"].values()}
                if node["config"]["contract"]["enforced"]:
                    if [f.name for f in kept] != list(types):
                        yield name, f"other columns than its contract: {[f.name for f in kept]}"
                    for field in kept:
                        found, given = field.dataType.simpleString(), types.get(field.name, "")
                        if found != given.replace(" ", ""):
                            print("type", name, field.name, found, given)
                else:
                    empty_table(spark, node["relation_name"], StructType(kept))
                if node["config"]["materialized"] == "staged":
                    left_out = ["left_out_reason", "source_file", "delivery", "raw_row"]
                    left_out += [f.name for f in kept if f.name.endswith("_id")]
                    schema_name, _, alias = node["relation_name"].partition(".")
                    prefix = schema_name.removesuffix(node["config"]["schema"])
                    empty_table(
                        spark,
                        f"{prefix}left_out.{schema_name}__{alias}",
                        StructType([StructField(column, StringType()) for column in left_out]),
                    )


if __name__ == "__main__":
    folder = Path(sys.argv[2])
    builder = SparkSession.builder.enableHiveSupport()
    for key, value in {
        "spark.master": "local[2]", "spark.sql.session.timeZone": "UTC", "spark.ui.enabled": "false",
        "spark.sql.warehouse.dir": str(folder), "spark.log.level": "ERROR",
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={folder}/metastore;create=true",
    }.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    started = time.time()
    manifest = json.loads((Path(sys.argv[1]) / "manifest.json").read_text())
    count = 0
    for name, message in faults(spark, manifest, None):
        count += 1
        print("FAULT", name, message[:700].replace("\n", "\n    "))
    print(count, "faults", round(time.time() - started), "s")
