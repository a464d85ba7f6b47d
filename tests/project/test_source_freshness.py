"""`dbt source freshness` says when landed tables were loaded last."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]


def test_landed_tables_of_transactions_warn_after_a_day_and_fail_after_two(
    tmp_path, smallest_warehouse
):
    (tmp_path / "warehouse").mkdir()
    shutil.copy(smallest_warehouse, tmp_path / "warehouse" / "commerce.duckdb")
    landed = tmp_path / "landed.duckdb"
    with duckdb.connect(str(landed)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for table, hours, type_ in (
            ("raw_sales.sales", 1, "timestamptz"),
            ("raw_greenery.orders", 30, "timestamp"),
            ("raw_greenery.order_items", 60, "timestamptz"),
        ):
            connection.execute(f"create schema if not exists {table.partition('.')[0]}")
            connection.execute(
                f"create table {table} as select"
                f" cast(now() - interval {hours} hour as {type_}) as _loaded_at"
            )
    run = subprocess.run(
        [
            *(Path(sys.executable).with_name("dbt"), "source", "freshness"),
            *("--target", "published", "--project-dir", ROOT, "--profiles-dir", ROOT),
            *("--target-path", tmp_path, "--log-path", tmp_path),
            *("--select", "source:raw_sales", "source:raw_greenery"),
            *("--vars", json.dumps({"raw_from": "tables", "raw_database": str(landed)})),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    results = json.loads((tmp_path / "sources.json").read_text())["results"]
    found = {result["unique_id"].split(".", 2)[2]: result["status"] for result in results}
    assert found == {
        "raw_sales.sales": "pass",
        "raw_greenery.orders": "warn",
        "raw_greenery.order_items": "error",
    }, run.stdout
    assert run.returncode == 1


def test_every_table_of_transactions_that_must_be_there_has_limits(manifest, contract):
    limited = {
        (source["source_name"].removeprefix("raw_"), source["name"])
        for source in manifest["sources"].values()
        if (source["freshness"] or {}).get("error_after", {}).get("count")
    }
    assert limited == {
        (domain, name)
        for domain, tables in contract.items()
        for name, table in tables.items()
        if table.get("transactions") and not table.get("optional")
    }
