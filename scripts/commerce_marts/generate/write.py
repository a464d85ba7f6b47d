"""Raw tables, and the files that they are written to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from errno import EEXIST
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from commerce_marts.generate.deliveries import WINDOW, Earlier, Repeats
from commerce_marts.generate.draws import Ints
from commerce_marts.generate.plan import EPOCH

FORMATS = {
    "csv": "format csv, header, delimiter ',', quote '\"', escape '\"', nullstr ''",
    "parquet": "format parquet",
}

# What a file's name ends with when it comes twice, as file managers name a copy.
COPY = " (1)"


@dataclass(frozen=True)
class Table:
    """A raw table: facts as arrays of one length, and each column's SQL expression over them.

    `days` holds the day on which each row is delivered (since 1970), for tables of transactions;
    `earlier` the rows that a later day corrects, which only daily files hold.
    """

    name: str
    facts: dict[str, NDArray]
    columns: dict[str, str]
    days: Ints | None = None
    earlier: Earlier | None = None

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

    def daily_file(self, domain: str, table: str, day: int, copy: str = "") -> Path:
        """The file of one day of a table, or its copy."""
        name = (EPOCH + timedelta(days=day)).isoformat() + copy
        return self.folder / domain / table / f"{name}.{self.format}"


def write(domain: str, table: Table, target: Target, repeats: Repeats) -> int:
    """Write the table's file or files and return the number of rows written.

    Raises FileExistsError if the table already exists in another form: a reader could not tell
    which of the two to use.
    """
    if not target.as_seeds:
        _check_no_other_form(domain, table, target)
    rows = 0
    # One thread: with more, parquet's row groups could depend on the machine.
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("set enable_progress_bar = false")
        for path, facts in _files(domain, table, target, repeats):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection.register("facts", facts)
            quoted_path = str(path).replace("'", "''")
            connection.execute(
                f"copy ({table.select()}) to '{quoted_path}' ({FORMATS[target.format]})"
            )
            rows += len(next(iter(facts.values())))
    return rows


def _check_no_other_form(domain: str, table: Table, target: Target) -> None:
    is_daily = target.daily_files and table.days is not None
    whole = target.file(domain, table.name)
    written = whole.with_suffix("") if is_daily else whole
    forms = [whole.with_suffix(""), *(whole.with_suffix(f".{suffix}") for suffix in FORMATS)]
    for other in forms:
        if other != written and other.exists():
            raise FileExistsError(EEXIST, "the same table already exists", str(other))


def _files(
    domain: str, table: Table, target: Target, repeats: Repeats
) -> Iterator[tuple[Path, dict[str, NDArray]]]:
    if table.days is None or not target.daily_files:
        yield target.file(domain, table.name), table.facts
        return
    order = np.argsort(table.days, kind="stable")
    sorted_days = table.days[order]
    days = [sorted_days, sorted(repeats.overlapping)]
    if table.earlier is not None:
        days.append(table.earlier.days)
    all_days = np.unique(np.concatenate(days)).astype(table.days.dtype)
    first_days = all_days - WINDOW * np.isin(all_days, sorted(repeats.overlapping))
    # Of one number type: numpy would otherwise convert all rows for each search.
    starts = np.searchsorted(sorted_days, first_days.astype(table.days.dtype))
    ends = np.searchsorted(sorted_days, all_days, side="right")
    periods = zip(all_days.tolist(), first_days.tolist(), starts, ends, strict=True)
    for day, first_day, start, end in periods:
        rows = order[start:end]
        facts = {name: values[rows] for name, values in table.facts.items()}
        if table.earlier is not None:
            facts = _with_earlier(facts, table.earlier, first_day, day)
        if not next(iter(facts.values())).size:
            continue
        yield target.daily_file(domain, table.name, day), facts
        if day in repeats.copied:
            yield target.daily_file(domain, table.name, day, COPY), facts


def _with_earlier(
    facts: dict[str, NDArray], earlier: Earlier, first_day: int, day: int
) -> dict[str, NDArray]:
    """The facts of a day, and the rows delivered since `first_day` that a later day corrects."""
    known = (earlier.days >= first_day) & (earlier.days <= day) & (earlier.corrected_on > day)
    rows = np.flatnonzero(known)
    # The same number types in every file: readers of Parquet want one type for a column.
    return {
        name: np.concatenate((values, earlier.facts[name][rows].astype(values.dtype)))
        for name, values in facts.items()
    }
