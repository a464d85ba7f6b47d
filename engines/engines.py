"""The same build on DuckDB and on Spark: where it lies, and how dbt is started for each."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import duckdb
import jinja2
import yaml
from pyspark import SparkContext
from pyspark.sql import SparkSession

ROOT = Path(__file__).resolve().parents[1]
DOMAINS = tuple(yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]["domains"])
DELTA_JAR = ROOT / ".venv/engines/delta.jar"
SCHEMA = "commerce_marts"
# A fit in Python is for DuckDB alone, so both engines get parameters such as a fit finds.
CLV_PARAMETERS = {
    "sales": {"r": 0.83, "alpha": 5.5, "a": 0.22, "b": 2.9, "p": 1.5, "q": 68, "v": 7870},
    "greenery": {"r": 1.38, "alpha": 4.18, "a": 1.8, "b": 6, "p": 1.5, "q": 8.1, "v": 832},
    "adventure_works": {"r": 0.5, "alpha": 7.1, "a": 0.5, "b": 4.6, "p": 0.4, "q": 1.75, "v": 3465},
    "restaurant": {"r": 0.76, "alpha": 2, "a": 0.45, "b": 7, "p": 1.58, "q": 100, "v": 1251},
}


@dataclass(frozen=True)
class Builds:
    """Two builds of some domains below a folder: commerce.duckdb and spark/."""

    folder: Path
    domains: tuple[str, ...] = DOMAINS
    # delta, or parquet: without the jar, and about a third faster.
    file_format: str = "delta"

    @property
    def duckdb_file(self) -> Path:
        """The file of the DuckDB build."""
        return self.folder / "commerce.duckdb"

    @property
    def environment(self) -> dict[str, str]:
        """What profiles.yml reads from the environment for both targets."""
        return os.environ | {
            "COMMERCE_MARTS_BUILD_FILE": str(self.duckdb_file),
            "COMMERCE_MARTS_SPARK_DIR": str(self.folder / "spark"),
            "COMMERCE_MARTS_SPARK_CLASS_PATH": str(DELTA_JAR),
            "COMMERCE_MARTS_SPARK_FORMAT": self.file_format,
            "COMMERCE_MARTS_SCHEMA": SCHEMA,
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }

    def dbt(
        self,
        target: str,
        command: str,
        *arguments: str,
        build_vars: dict[str, object] | None = None,
        **dbt_vars: object,
    ) -> None:
        """Runs dbt for a target; raises CalledProcessError if it fails.

        build_vars are those that each build sets for itself: another value does not parse again.
        """
        program = ROOT / (".venv" if target == "publish" else ".venv/engines") / "bin/dbt"
        given = {"domains": list(self.domains), **dbt_vars}
        if command in ("build", "run", "compile"):
            given["clv_parameters"] = {name: CLV_PARAMETERS[name] for name in self.domains}
        left_out = [f"tag:{domain}" for domain in DOMAINS if domain not in self.domains]
        if target != "publish":
            left_out.append("fct_clv_fits")
        subprocess.run(
            [program, command, "--target", target,
             "--target-path", self.folder / f"target_{target}",
             "--vars", yaml.safe_dump(given, width=10**6, default_flow_style=True),
             *(["--exclude", *left_out] if left_out else []), *arguments],
            cwd=ROOT, check=True,
            env=self.environment | {"COMMERCE_MARTS_VARS": json.dumps(build_vars or {})},
        )  # fmt: skip

    def session(self) -> SparkSession:
        """A session on the Spark build, with the settings of profiles.yml."""
        return spark_session(self.environment)

    def connection(self) -> duckdb.DuckDBPyConnection:
        """A connection to the DuckDB build, on UTC."""
        return connected(str(self.duckdb_file), read_only=True)


def end(spark: SparkSession) -> None:
    """Ends a session with its Java: until then no other process can open the catalog."""
    spark.stop()
    gateway = SparkContext._gateway
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()
    SparkContext._gateway = SparkContext._jvm = None


def connected(file: str = ":memory:", read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to a DuckDB file, on UTC."""
    connection = duckdb.connect(file, read_only=read_only)
    connection.execute("set TimeZone = 'UTC'")
    return connection


def spark_settings(target: str, environment: dict[str, str]) -> dict[str, str]:
    """Spark's settings of a target in profiles.yml."""
    text = (ROOT / "profiles.yml").read_text()
    rendered = jinja2.Template(text).render(
        env_var=lambda name, default="": environment.get(name, default)
    )
    return yaml.safe_load(rendered)["commerce_marts"]["outputs"][target]["server_side_parameters"]


def spark_session(environment: dict[str, str]) -> SparkSession:
    """A session with the settings of the target `spark` in profiles.yml."""
    builder = SparkSession.builder.enableHiveSupport()
    for name, value in spark_settings("spark", environment).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
