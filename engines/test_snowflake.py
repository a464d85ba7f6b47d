"""Snowflake: every model compiles, and sales runs on fakesnow, which stands in front of DuckDB.

This is a smoke test: names, quotes and types hold together. fakesnow is not Snowflake; what it
cannot do is listed in docs/beyond_one_machine.md.
"""

import json
import os
import subprocess

import fakesnow
import pytest
import snowflake.connector
from engines import CLV_PARAMETERS, DOMAINS, ROOT

DBT = ROOT / ".venv/engines/bin/dbt"
DATABASE = "SHOP"
OTHER_DOMAINS = [f"tag:{domain}" for domain in DOMAINS if domain != "sales"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The connection's settings, and what profiles.yml reads for the same."""
    with fakesnow.server() as settings:
        yield (
            settings,
            os.environ
            | {
                "COMMERCE_MARTS_SNOWFLAKE_HOST": settings["host"],
                "COMMERCE_MARTS_SNOWFLAKE_PORT": str(settings["port"]),
                "COMMERCE_MARTS_SNOWFLAKE_PROTOCOL": settings["protocol"],
                "COMMERCE_MARTS_SNOWFLAKE_ACCOUNT": settings["account"],
                "COMMERCE_MARTS_SNOWFLAKE_USER": settings["user"],
                "COMMERCE_MARTS_SNOWFLAKE_PASSWORD": settings["password"],
                # fakesnow takes a schema for the database of the same name.
                "COMMERCE_MARTS_SNOWFLAKE_DATABASE": DATABASE,
                # fakesnow cannot read a comment with an apostrophe.
                "COMMERCE_MARTS_PERSIST_DOCS": "False",
            },
        )


def dbt(server, folder, *arguments):
    return subprocess.run(
        [DBT, *arguments, "--target", "snowflake", "--target-path", folder],
        cwd=ROOT, env=server[1], capture_output=True, text=True,
    )  # fmt: skip


def columns_of(manifest, model):
    """The columns of a model's contract, as for `create table`."""
    columns = manifest["nodes"][f"model.commerce_marts.{model}"]["columns"].values()
    return ", ".join(f"{column['name']} {column['data_type']}" for column in columns)


@pytest.fixture(scope="module")
def compiled(server, tmp_path_factory):
    """The target folder of all models compiled."""
    folder = tmp_path_factory.mktemp("compiled")
    done = dbt(server, folder, "-q", "compile", "--exclude", "fct_clv_fits")
    assert done.returncode == 0, done.stdout
    return folder


def test_every_model_compiles(compiled):
    assert len(list((compiled / "compiled/commerce_marts/models").rglob("*.sql"))) > 400


def test_sales_runs(server, compiled, tmp_path):
    connection = snowflake.connector.connect(**server[0], database=DATABASE)
    manifest = json.loads((compiled / "manifest.json").read_text())
    # It has functions of lists that fakesnow cannot run, so nothing is returned here.
    connection.cursor().execute("create schema commerce_marts_core")
    connection.cursor().execute(
        f"create table commerce_marts_core.fct_returns ({columns_of(manifest, 'fct_returns')})"
    )
    done = dbt(
        server, tmp_path, "build", "--resource-type", "seed", "--resource-type", "model",
        "--exclude", *OTHER_DOMAINS, "fct_clv_fits", "fct_returns",
        "--vars", f"{{domains: [sales], clv_parameters: {{sales: {CLV_PARAMETERS['sales']}}}}}",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5000:]
    orders, revenue = (
        connection.cursor()
        .execute("select count(*), sum(net_amount) from commerce_marts_core.fct_orders")
        .fetchone()
    )
    assert orders > 2000
    assert revenue > 0
