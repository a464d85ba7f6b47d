"""The runner is tested on a project of two domains that builds in seconds."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

SMALL_PROJECT = Path(__file__).with_name("small_project")
OLD_DUCKDB = "1.1.3"
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


@pytest.fixture(scope="session")
def read_by_old_client() -> Callable[[Path], int]:
    """read_by_old_client(file): reads every table and view with an old DuckDB; how many."""
    client = Path(__file__).resolve().parents[2] / ".venv" / f"duckdb-{OLD_DUCKDB}"
    assert client.is_dir(), f"DuckDB {OLD_DUCKDB} is not installed: `make .venv/{client.name}`"

    def read(file: Path) -> int:
        done = subprocess.run(
            [sys.executable, "-c", READ_EVERYTHING, file, OLD_DUCKDB],
            env={"PYTHONPATH": str(client)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return int(done.stdout)

    return read


@pytest.fixture(scope="session")
def run_cli(run_cold_cli) -> Callable:
    """How processes start, fail and end is tested here."""
    return run_cold_cli


@pytest.fixture(scope="session")
def build(run_cli) -> Callable:
    """build(warehouse, *arguments, trouble=...): builds the small project, or lets it fail."""

    def run(warehouse, *arguments, trouble="nothing", ballast_rows=0, **options):
        return run_cli(
            *("build", "--project-dir", SMALL_PROJECT, "--warehouse", warehouse),
            *("--vars", f"{{trouble: {trouble}, ballast_rows: {ballast_rows}}}"),
            *arguments,
            **options,
        )

    return run


@pytest.fixture(scope="session")
def small_warehouse(made_once, build) -> Path:
    """A published warehouse of the small project. Copy it before a test builds into it."""

    def make(folder: Path) -> str:
        built = build(folder / "commerce.duckdb")
        (folder / "output.txt").write_text(built.stdout)
        return "" if built.returncode == 0 else built.stdout + built.stderr

    return made_once("small_warehouse", make) / "commerce.duckdb"


@pytest.fixture(scope="session")
def prepared(made_once, small_warehouse) -> list[Path]:
    """Twelve unpublished versions, each with its own build id and amounts; oldest first."""

    def make(folder: Path) -> str:
        for number in range(12):
            path = folder / f"{number}" / "commerce.duckdb"
            path.parent.mkdir()
            path.write_bytes(small_warehouse.read_bytes())
            with duckdb.connect(str(path)) as connection:
                connection.execute(
                    "update core.build_info set build_id = ?, revenue = revenue * ?",
                    [f"20240101T0000{number:02}Z-{number:06x}", number + 1],
                )
                for table in (
                    *("core.fct_orders", "apples.stg_apples__orders"),
                    "pears.stg_pears__orders",
                ):
                    connection.execute(f"update {table} set amount = amount * ?", [number + 1])
        return ""

    folder = made_once("prepared", make)
    return [folder / f"{number}" / "commerce.duckdb" for number in range(12)]


@pytest.fixture
def warehouse(small_warehouse, tmp_path) -> Path:
    """A published warehouse for one test."""
    path = tmp_path / "warehouse" / "commerce.duckdb"
    path.parent.mkdir()
    path.write_bytes(small_warehouse.read_bytes())
    return path
