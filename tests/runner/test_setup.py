"""The set-up: pinned packages, files in git, and an old client."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires, version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
OLD_DUCKDB = "1.1.3"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
REQUIREMENTS = [
    Requirement(text) for text in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
]


@pytest.fixture(scope="module")
def locked() -> dict[str, str]:
    """The locked version of each package."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", pin) for pin in pins)
    return {canonicalize_name(name): number for name, number in (pin.split("==") for pin in pins)}


def test_the_lock_names_no_host_and_no_path():
    text = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"://| @ |^-|\.whl|/", text, re.MULTILINE)


def test_the_lock_agrees_with_pyproject(locked):
    for requirement in REQUIREMENTS:
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), (
            f"{requirement} is locked at {locked[canonicalize_name(requirement.name)]}: `make lock`"
        )


def test_the_lock_has_every_dependency_of_its_packages(locked):
    environment = {"extra": ""}
    for name in locked:
        for text in requires(name) or []:
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate(environment):
                assert canonicalize_name(needed.name) in locked, f"{name} needs {needed}"


def test_the_installed_packages_are_the_locked_ones(locked):
    assert {name: version(name) for name in locked} == locked


def test_packages_are_pinned_to_one_version():
    packages = yaml.safe_load((ROOT / "packages.yml").read_text())["packages"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", package["version"]) for package in packages)


def test_no_committed_file_is_ignored():
    ignored = git("ls-files", "--cached", "--ignored", "--exclude-standard")
    assert ignored == []


@pytest.mark.parametrize(
    "path",
    [
        "requirements.lock",
        "seeds/sales/sales__sales.csv",
        "warehouse/dev/.gitkeep",
        "scripts/commerce_marts/dbt_utils_stand_in/dbt_project.yml",
        "models/staging/sales/stg_sales.sql",
    ],
)
def test_git_has_what_a_clone_needs(path):
    assert (ROOT / path).is_file()
    assert git("check-ignore", path) == []


@pytest.mark.parametrize(
    "path",
    [
        ".venv/bin/python",
        "dbt_packages/dbt_utils/dbt_project.yml",
        "package-lock.yml",
        "target/manifest.json",
        "logs/dbt.log",
        "warehouse/commerce.duckdb",
        "warehouse/.commerce.duckdb.lock",
        "warehouse/dev/commerce.duckdb",
    ],
)
def test_git_ignores_generated_files(path):
    assert git("check-ignore", path) == [path]


def git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.splitlines()


READ_EVERYTHING = """
import sys
import duckdb

assert duckdb.__version__ == sys.argv[2], duckdb.__version__
connection = duckdb.connect(sys.argv[1], read_only=True)
names = connection.execute(
    "select schema_name, table_name from duckdb_tables() union all "
    "select schema_name, view_name from duckdb_views() where not internal"
).fetchall()
for schema, name in names:
    connection.execute(f'select * from "{schema}"."{name}"').fetchmany(1000)
print(len(names))
"""


def test_an_old_duckdb_client_reads_everything_that_is_published(seeds_warehouse, query):
    client = ROOT / ".venv" / f"duckdb-{OLD_DUCKDB}"
    assert client.is_dir(), (
        f"DuckDB {OLD_DUCKDB} is not installed: `make {client.relative_to(ROOT)}`"
    )
    read = subprocess.run(
        [sys.executable, "-c", READ_EVERYTHING, seeds_warehouse, OLD_DUCKDB],
        env={"PYTHONPATH": str(client)},
        capture_output=True,
        text=True,
    )
    assert read.returncode == 0, read.stderr
    tables = query(seeds_warehouse, "select count(*) from duckdb_tables()")[0][0]
    assert int(read.stdout) > tables


def test_help_works_outside_the_project(run_cli, tmp_path):
    shown = run_cli("--help", cwd=tmp_path)
    assert shown.returncode == 0
    for command in ("build", "deps", "generate", "rollback", "status"):
        assert command in shown.stdout
