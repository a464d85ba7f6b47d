"""Raw tables, and the files that they are written to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from errno import EEXIST
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from commerce_marts.generate.draws import Ints
from commerce_marts.generate.plan import EPOCH

FORMATS = {
    "csv": "format csv, header, delimiter ',', quote '\"', escape '\"', nullstr ''",
    "parquet": "format parquet",
}


@dataclass(frozen=True)
class Table:
    """A raw table: facts as arrays of one length, and each column's SQL expression over them.

    `days` holds the day of each row's order or event (since 1970), for tables of transactions.
    """

    name: str
    facts: dict[str, NDArray]
    columns: dict[str, str]
    days: Ints | None = None

    def select(self) -> str:
        """The query over `facts` that gives the contract's columns."""
        expressions = ", ".join(f'{sql} as "{name}"' for name, sql in self.columns.items())
        return f"select {expressions} from facts"


@dataclass(frozen=True)
class Target:
    """Where files go, and in which form."""

    folder: Path
    format: str = "csv"
    as_seeds: bool = False
    daily_files: bool = False

    def file(self, domain: str, table: str) -> Path:
        """The file of a whole table."""
        name = f"{domain}__{table}" if self.as_seeds else table
        return self.folder / domain / f"{name}.{self.format}"

    def daily_file(self, domain: str, table: str, day: int) -> Path:
        """The file of one day of a table."""
        name = (EPOCH + timedelta(days=day)).isoformat()
        return self.folder / domain / table / f"{name}.{self.format}"


def write(domain: str, table: Table, target: Target) -> int:
    """Write the table's file or files and return the number of its rows.

    Raises FileExistsError if the table already exists in another form: a reader could not tell
    which of the two to use.
    """
    if not target.as_seeds:
        _check_no_other_form(domain, table, target)
    # One thread: with more, parquet's row groups could depend on the machine.
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("set enable_progress_bar = false")
        for path, facts in _files(domain, table, target):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection.register("facts", facts)
            quoted_path = str(path).replace("'", "''")
            connection.execute(
                f"copy ({table.select()}) to '{quoted_path}' ({FORMATS[target.format]})"
            )
    return len(next(iter(table.facts.values())))


def _check_no_other_form(domain: str, table: Table, target: Target) -> None:
    is_daily = target.daily_files and table.days is not None
    whole = target.file(domain, table.name)
    written = whole.with_suffix("") if is_daily else whole
    forms = [whole.with_suffix(""), *(whole.with_suffix(f".{suffix}") for suffix in FORMATS)]
    for other in forms:
        if other != written and other.exists():
            raise FileExistsError(EEXIST, "the same table already exists", str(other))


def _files(domain: str, table: Table, target: Target) -> Iterator[tuple[Path, dict[str, NDArray]]]:
    if table.days is None or not target.daily_files:
        yield target.file(domain, table.name), table.facts
        return
    order = np.argsort(table.days, kind="stable")
    days, starts = np.unique(table.days[order], return_index=True)
    for day, rows in zip(days, np.split(order, starts[1:]), strict=True):
        facts = {name: values[rows] for name, values in table.facts.items()}
        yield target.daily_file(domain, table.name, int(day)), facts
