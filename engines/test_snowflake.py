"""Snowflake: every model compiles, and sales runs on fakesnow, which stands in front of DuckDB.

This is a smoke test: names, quotes and types hold together. fakesnow is not Snowflake; what it
cannot do is listed in docs/beyond_one_machine.md.
"""

import os
import subprocess

import fakesnow
import pytest
import snowflake.connector
from engines import CLV_PARAMETERS, DOMAINS, ROOT

DBT = ROOT / ".venv/engines/bin/dbt"
SALES = [f"tag:{domain}" for domain in DOMAINS if domain != "sales"]


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
                # fakesnow cannot read a comment with an apostrophe.
                "COMMERCE_MARTS_PERSIST_DOCS": "False",
            },
        )


def dbt(server, folder, *arguments):
    return subprocess.run(
        [DBT, *arguments, "--target", "snowflake", "--target-path", folder],
        cwd=ROOT, env=server[1], capture_output=True, text=True,
    )  # fmt: skip


def test_every_model_compiles(server, tmp_path):
    done = dbt(server, tmp_path, "-q", "compile", "--exclude", "fct_clv_fits")
    assert done.returncode == 0, done.stdout
    compiled = list((tmp_path / "compiled/commerce_marts/models").rglob("*.sql"))
    assert len(compiled) > 400


def test_sales_runs(server, tmp_path):
    done = dbt(
        server, tmp_path, "build", "--resource-type", "seed", "--resource-type", "model",
        "--exclude", *SALES, "fct_clv_fits",
        "--vars", f"{{domains: [sales], clv_parameters: {{sales: {CLV_PARAMETERS['sales']}}}}}",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5000:]
    connection = snowflake.connector.connect(**server[0], database="COMMERCE_MARTS")
    orders, revenue = (
        connection.cursor()
        .execute("select count(*), sum(net_amount) from commerce_marts_core.fct_orders")
        .fetchone()
    )
    assert orders > 2000
    assert revenue > 0
