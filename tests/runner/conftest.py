"""The runner is tried on a project of two domains that builds in seconds."""

from collections.abc import Callable
from pathlib import Path

import pytest

SMALL_PROJECT = Path(__file__).with_name("small_project")


@pytest.fixture(scope="session")
def build(run_cli) -> Callable:
    """build(warehouse, *arguments, trouble=...): builds the small project, or makes it fail."""

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
    """A published warehouse of the small project. Not to be built into: copy it."""

    def make(folder: Path) -> str:
        built = build(folder / "commerce.duckdb")
        (folder / "output.txt").write_text(built.stdout)
        return "" if built.returncode == 0 else built.stdout + built.stderr

    return made_once("small_warehouse", make) / "commerce.duckdb"


@pytest.fixture
def warehouse(small_warehouse, tmp_path) -> Path:
    """A published warehouse of this test's own."""
    path = tmp_path / "warehouse" / "commerce.duckdb"
    path.parent.mkdir()
    path.write_bytes(small_warehouse.read_bytes())
    return path
