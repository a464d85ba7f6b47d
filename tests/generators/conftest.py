"""Fixtures of the generators' tests: the command, and one set of seeds that it wrote."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from commerce_marts.generate.command import generate


@pytest.fixture(scope="session")
def run() -> Callable[..., Result]:
    """Run the command with these arguments; it must succeed."""

    def run(*arguments: object) -> Result:
        result = CliRunner().invoke(generate, [str(argument) for argument in arguments])
        assert result.exit_code == 0, result.output
        return result

    return run


@pytest.fixture(scope="session")
def written(run, tmp_path_factory) -> Path:
    """The folder of the seeds as the generator writes them."""
    folder = tmp_path_factory.mktemp("seeds")
    run("--out", folder, "--as-seeds")
    return folder


@pytest.fixture(scope="session")
def connect() -> Callable[[Path], duckdb.DuckDBPyConnection]:
    """Open every table of a folder, named <domain>.<table>, as text or with inferred types."""

    def connect(folder: Path, as_text: bool = False) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        connection.execute("set timezone = 'UTC'")
        for path in sorted(folder.glob("*/*")):
            domain, table = path.parent.name, path.stem.split("__")[-1]
            files = sorted(map(str, path.iterdir())) if path.is_dir() else [str(path)]
            reader = (
                f"read_parquet({files})"
                if files[0].endswith("parquet")
                else f"read_csv({files}, header = true, all_varchar = {as_text})"
            )
            connection.execute(f'create schema if not exists "{domain}"')
            columns = "columns(*)::varchar" if as_text else "*"
            connection.execute(
                f'create table "{domain}"."{table}" as select {columns} from {reader}'
            )
        return connection

    return connect


@pytest.fixture(scope="session")
def seeds(written, connect) -> duckdb.DuckDBPyConnection:
    """The seeds as tables with types."""
    return connect(written)
