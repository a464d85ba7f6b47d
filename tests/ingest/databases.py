"""A database of one test, and `commerce-marts ingest` from it."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import sqlalchemy as sa
from click.testing import CliRunner, Result
from local_postgres import Postgres

from commerce_marts.cli import main


@dataclass(frozen=True)
class Database:
    """A database of one test, the file that it is landed in, and the file of its tables."""

    url: str
    landed: Path
    tables: Path | None = None

    def change(self, *statements: str) -> None:
        with engine_at(self.url).begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def ingest(self, *options: object, domain: str = "adventure_works") -> Result:
        """`commerce-marts ingest`, in this process."""
        if self.tables and "--tables" not in options:
            options = ("--tables", self.tables, *options)
        arguments = ("ingest", domain, "--from", "env:SHOP_URL", "--into", self.landed, *options)
        variables = {"SHOP_URL": self.url}
        return CliRunner().invoke(main, [*map(str, arguments)], env=variables)

    def land(self, *options: object, domain: str = "adventure_works") -> str:
        """The same, which must succeed; returns what it told."""
        done = self.ingest(*options, domain=domain)
        assert done.exit_code == 0, done.output
        return done.output

    def refusal(self, *options: object, domain: str = "adventure_works") -> str:
        """The message of a run that must fail."""
        done = self.ingest(*options, domain=domain)
        assert done.exit_code in (1, 2), done.output
        return done.output

    def rows(self, sql: str) -> list[tuple]:
        """The rows of a query on the landed file."""
        with duckdb.connect(str(self.landed), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def engine_at(url: str) -> sa.Engine:
    name = sa.make_url(url).set(drivername="postgresql+psycopg")
    return sa.create_engine(name, poolclass=sa.NullPool)


def create(postgres: Postgres, name: str, more: str = "") -> None:
    engine = engine_at(postgres.url()).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"create database {name} {more}")
