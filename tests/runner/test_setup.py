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
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
# Other engines have an environment of their own.
ENGINES = ("spark", "snowflake")
EXTRAS = [
    text
    for name, extra in PROJECT["optional-dependencies"].items()
    for text in extra
    if name not in ENGINES
]
ENGINES_EXTRAS = [text for name in ENGINES for text in PROJECT["optional-dependencies"][name]]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def pins(lock: str) -> dict[str, str]:
    """Package: version, as the lock pins them."""
    lines = [line for line in (ROOT / lock).read_text().splitlines() if not line.startswith("#")]
    # No host and no path.
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", line) for line in lines)
    return {
        canonicalize_name(name): number for name, number in (line.split("==") for line in lines)
    }


@pytest.fixture(scope="module")
def run_lock() -> dict[str, str]:
    """What `make build` installs."""
    return pins("requirements.lock")


@pytest.fixture(scope="module")
def all_locked(run_lock) -> dict[str, str]:
    """What `make test` installs."""
    dev_lock = pins("requirements-dev.lock")
    assert not dev_lock.keys() & run_lock.keys()
    return {**run_lock, **dev_lock}


def assert_agree(requirements: list[str], locked: dict[str, str]) -> None:
    for requirement in map(Requirement, requirements):
        version_locked = locked.get(canonicalize_name(requirement.name))
        assert version_locked, f"{requirement} is not locked: `make lock`"
        assert requirement.specifier.contains(version_locked), f"{requirement}: `make lock`"


def assert_whole(locked: dict[str, str]) -> None:
    for name in locked:
        for needed in map(Requirement, requires(name) or []):
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                assert canonicalize_name(needed.name) in locked, f"{name} needs {needed}"


def test_the_locks_agree_with_pyproject(run_lock, all_locked):
    assert_agree(PROJECT["dependencies"], run_lock)
    assert_agree(EXTRAS, all_locked)


def test_the_lock_of_other_engines_agrees_with_pyproject(run_lock):
    locked = pins("engines/requirements.lock")
    assert_agree(ENGINES_EXTRAS, locked)
    # The same models are compared, so dbt and DuckDB are the same.
    for name in ("dbt-core", "duckdb"):
        assert locked[name] == run_lock[name]


def test_the_locks_hold_what_their_packages_need(run_lock, all_locked):
    assert_whole(run_lock)
    assert_whole(all_locked)


def test_a_build_needs_no_package_of_an_extra(run_lock):
    assert not {"faker", "pandas", "pyarrow", "pytest"} & run_lock.keys()


def test_what_is_installed_is_what_is_locked(all_locked):
    assert {name: version(name) for name in all_locked} == all_locked


def test_packages_are_pinned_to_one_version():
    packages = yaml.safe_load((ROOT / "packages.yml").read_text())["packages"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", package["version"]) for package in packages)


def test_no_committed_file_is_ignored():
    ignored = git("ls-files", "--cached", "--ignored", "--exclude-standard")
    assert ignored == []


@pytest.mark.parametrize(
    "path",
    [
        *LOCKS,
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


def test_an_old_duckdb_client_reads_everything_that_is_published(
    seeds_warehouse, read_by_old_client, query
):
    tables = query(seeds_warehouse, "select count(*) from duckdb_tables()")[0][0]
    assert read_by_old_client(seeds_warehouse) > tables


def test_help_works_outside_the_project(run_cli, tmp_path):
    shown = run_cli("--help", cwd=tmp_path)
    assert shown.returncode == 0
    for command in (
        "build",
        "dashboard",
        "deps",
        "export",
        "generate",
        "report",
        "rollback",
        "status",
    ):
        assert command in shown.stdout


WITHOUT_EXTRAS = """
import sys

sys.modules["faker"] = None
from commerce_marts.cli import main

main()
"""


def test_generate_needs_no_extra(tmp_path):
    command = [sys.executable, "-c", WITHOUT_EXTRAS, "generate", "--domains", "sales"]
    done = subprocess.run([*command, "--out", tmp_path], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "sales" / "sales.csv").exists()
