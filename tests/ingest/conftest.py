"""A PostgreSQL server a worker, with a template of AdventureWorks that tests copy and change."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from adventure_works_database import TABLES, fill
from databases import Database, create, engine_at
from killed import exit_code_of
from local_postgres import Postgres, running_postgres

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = itertools.count()
THREE_TABLES = """
tables:
  store: {from: Sales.Store, changed_at: ModifiedDate}
  sales_order_header: {from: Sales.SalesOrderHeader, changed_at: ModifiedDate}
  sales_order_detail: {from: Sales.SalesOrderDetail, changed_at: ModifiedDate}
"""
# Removed before each group of tables: the look-up tables, the headers, the lines.
READ = "incoming.duckdb"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server that is empty."""
    with running_postgres() as running:
        yield running


@pytest.fixture(scope="session")
def keys(contract) -> dict[str, list[str]]:
    """The key of each table of adventure_works."""
    return {table: contract["adventure_works"][table]["key"] for table in TABLES}


@pytest.fixture(scope="session")
def template(postgres, keys) -> str:
    """The name of a database with the seeds of adventure_works."""
    files = {
        table: ROOT / f"seeds/adventure_works/adventure_works__{table}.csv" for table in TABLES
    }
    create(postgres, "seeds")
    fill(engine_at(postgres.url("seeds")), files, keys)
    return "seeds"


@pytest.fixture
def shop(postgres, template, tmp_path) -> Database:
    """A copy of the seeds' database, and no landed file yet."""
    name = f"shop_{next(NUMBERS)}"
    create(postgres, name, f"template {template}")
    return Database(postgres.url(name), tmp_path / "landed.duckdb")


@pytest.fixture(scope="session")
def landed_seeds(postgres, template, tmp_path_factory) -> Path:
    """Three tables of the seeds' database, landed; beside it, tables.yml names them."""
    file = tmp_path_factory.mktemp("landed") / "landed.duckdb"
    file.with_name("tables.yml").write_text(THREE_TABLES)
    Database(postgres.url(template), file, file.with_name("tables.yml")).land()
    return file


@pytest.fixture
def landed_shop(shop, landed_seeds) -> Database:
    """The same as `shop`, of which three tables are landed."""
    shutil.copyfile(landed_seeds, shop.landed)
    return replace(shop, tables=landed_seeds.with_name("tables.yml"))


@pytest.fixture
def killed_run(shop) -> Path:
    """The landed file of a first run that was killed before the lines of orders were read."""
    killed = exit_code_of(
        shop, 2, only=f"os.remove {shop.landed.parent}/.ingesting-landed.duckdb/{READ}"
    )
    assert killed == -9
    return shop.landed


@pytest.fixture
def empty_database(postgres, tmp_path) -> Database:
    """A database without tables."""
    name = f"empty_{next(NUMBERS)}"
    create(postgres, name)
    return Database(postgres.url(name), tmp_path / "landed.duckdb")


@pytest.fixture
def tables_file(tmp_path) -> Callable[[str], Path]:
    """tables_file(yaml): a file for --tables."""

    def written(text: str) -> Path:
        path = tmp_path / "tables.yml"
        path.write_text(text)
        return path

    return written
