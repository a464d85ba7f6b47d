"""Sales on a Spark Thrift Server, which has another time zone: the rows are those of DuckDB."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pyspark
import pytest
from compare import all_differences
from engines import ROOT, Builds, end, spark_settings

sys.path.insert(0, str(ROOT / "scripts/benchmarks"))

from loopback import free_port

pytestmark = pytest.mark.long
SUBMIT = Path(pyspark.__file__).parent / "bin/spark-submit"
SERVER = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
MODELS = ("--resource-type", "seed", "--resource-type", "model")
# What a session asks for itself.
PREFIX = "set:hiveconf:"


def wait_for(port: int, server: subprocess.Popen) -> None:
    for _ in range(240):
        assert server.poll() is None
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.5)
    pytest.fail("The Thrift Server does not listen.")


@pytest.fixture
def builds(tmp_path, monkeypatch):
    """Builds whose Spark is a Thrift Server without the settings that a session asks for."""
    found = Builds(tmp_path, ("sales",))
    port = free_port()
    for name, value in (("METHOD", "thrift"), ("HOST", "127.0.0.1"), ("PORT", str(port))):
        monkeypatch.setenv(f"COMMERCE_MARTS_SPARK_{name}", value)
    asked_for = spark_settings("spark_cluster", found.environment)
    assert f"{PREFIX}spark.sql.session.timeZone" in asked_for
    settings = {
        name: value
        for name, value in spark_settings("spark", found.environment).items()
        if name not in asked_for and value != ""
    } | {
        "spark.hadoop.hive.server2.thrift.port": port,
        "spark.hadoop.hive.server2.thrift.bind.host": "127.0.0.1",
    }
    server = subprocess.Popen(
        [SUBMIT, "--class", SERVER,
         *(f"--conf={name}={value}" for name, value in settings.items()), "spark-internal"],
        env=os.environ | {"TZ": "America/New_York", "SPARK_HOME": str(SUBMIT.parents[1])},
        cwd=tmp_path,
    )  # fmt: skip
    try:
        wait_for(port, server)
        yield found, server
    finally:
        server.terminate()
        server.wait()


def test_sales_has_the_same_rows_on_a_thrift_server(builds):
    both, server = builds
    both.dbt("publish", "build", *MODELS)
    both.dbt("spark_cluster", "build", *MODELS)
    # The catalog of a folder is open in one process only.
    server.terminate()
    server.wait()
    count, found = all_differences(both)
    end(both.session())
    assert count > 60
    assert [f"{each.place}: {each.found}" for each in found if each.reason is None] == []


def test_a_server_that_does_not_take_the_settings_stops_the_run(builds, tmp_path):
    without = re.sub(f".*{PREFIX}.*\n", "", (ROOT / "profiles.yml").read_text())
    (tmp_path / "profiles.yml").write_text(without)
    done = subprocess.run(
        [ROOT / ".venv/engines/bin/dbt", "build", "--target", "spark_cluster", "--select",
         "stg_sales", "--profiles-dir", tmp_path, "--target-path", tmp_path / "target"],
        cwd=ROOT, env=builds[0].environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode != 0
    assert "spark.sql.session.timeZone is 'America/New_York', and must be 'UTC'" in done.stdout
