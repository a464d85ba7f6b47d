"""A shop's daily files, written and changed day by day."""

import csv
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

Row = dict[str, str]
FIRST_DAY = date(2023, 1, 1)


def date_of(day: int) -> date:
    """Day 1 is the first day that is loaded."""
    return FIRST_DAY + timedelta(days=day - 1)


@dataclass
class Feed:
    """The files of one domain. Each file is a second newer than the one written before."""

    folder: Path
    columns: dict[str, list[str]]
    day: int = 0
    written: int = 0

    def file(self, table: str, day: int | None = None, mark: str = "") -> str:
        """The name of a table's daily file; a second one of the same day has a mark."""
        return f"{table}/{date_of(day or self.day)}{mark}.csv"

    def write(self, name: str, rows: Iterable[Row], more_columns: tuple[str, ...] = ()) -> None:
        """Writes a CSV with these rows, and replaces an earlier one."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="") as file:
            names = [*self.columns[self.table_of(name)], *more_columns]
            writer = csv.DictWriter(file, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        self.date_file(name)

    def rows(self, name: str) -> list[Row]:
        """The rows of a CSV; none if there is no such file."""
        path = self.folder / name
        if not path.exists():
            return []
        with path.open(newline="") as file:
            return list(csv.DictReader(file))

    def date_file(self, name: str, days_back: int = 0) -> None:
        """Gives a file the time of its delivery, or an earlier one."""
        self.written += 1
        delivered = datetime.combine(date_of(self.day), datetime.min.time(), UTC)
        seconds = delivered.timestamp() + 6 * 3600 + self.written - days_back * 86400
        os.utime(self.folder / name, (seconds, seconds))

    @staticmethod
    def table_of(name: str) -> str:
        return name.split("/")[0].split(".")[0]


Action = Callable[[Feed], None]


def add(table: str, *rows: Row, mark: str = "", more_columns: tuple[str, ...] = ()) -> Action:
    """Adds rows to today's file of the table."""

    def do(feed: Feed) -> None:
        name = feed.file(table, mark=mark)
        feed.write(name, [*feed.rows(name), *rows], more_columns)

    return do


def deliver(name: str, *rows: Row) -> Action:
    """Writes a whole file, such as a look-up table."""
    return lambda feed: feed.write(name, rows)


def change(name: str, where: Row, /, **values: str) -> Action:
    """Changes values in the rows of a single file that match `where`."""

    def do(feed: Feed) -> None:
        rows = feed.rows(name)
        assert any(_matches(row, where) for row in rows), where
        feed.write(name, [row | values if _matches(row, where) else row for row in rows])

    return do


def deliver_again(table: str, day: int, *rows: Row, without: Row | None = None) -> Action:
    """Writes the file of an earlier day again, `without` some rows and with these."""

    def do(feed: Feed) -> None:
        name = feed.file(table, day)
        before = feed.rows(name)
        after = [row for row in before if without is None or not _matches(row, without)]
        assert without is None or len(after) < len(before), without
        feed.write(name, [*after, *rows])

    return do


def remove(table: str, day: int, mark: str = "") -> Action:
    """Removes a daily file."""
    return lambda feed: (feed.folder / feed.file(table, day, mark)).unlink()


def touch(table: str, day: int) -> Action:
    """Delivers a daily file again unchanged."""
    return lambda feed: feed.date_file(feed.file(table, day))


def replace_text(table: str, day: int, old: str, new: str, days_back: int = 0) -> Action:
    """Replaces a text that occurs once in a daily file; the file may get an older time."""

    def do(feed: Feed) -> None:
        path = feed.folder / feed.file(table, day)
        text = path.read_text()
        assert text.count(old) == 1, (old, text.count(old))
        path.write_text(text.replace(old, new))
        feed.date_file(feed.file(table, day), days_back)

    return do


def as_parquet(table: str, day: int, types: dict[str, str]) -> Action:
    """Replaces a CSV by a Parquet file; columns not in `types` are text."""

    def do(feed: Feed) -> None:
        name = feed.file(table, day)
        csv_file = feed.folder / name
        columns = ", ".join(
            f'cast("{column}" as {types.get(column, "varchar")}) as "{column}"'
            for column in feed.columns[table]
        )
        parquet = csv_file.with_suffix(".parquet")
        duckdb.sql(
            f"copy (select {columns} from read_csv('{csv_file}', all_varchar = true))"
            f" to '{parquet}' (format parquet)"
        )
        csv_file.unlink()
        feed.date_file(str(parquet.relative_to(feed.folder)))

    return do


def empty(table: str) -> Action:
    """Delivers all files of a table again without rows."""

    def do(feed: Feed) -> None:
        folder = feed.folder / table
        names = sorted(str(file.relative_to(feed.folder)) for file in folder.iterdir())
        # Keeps the old files under a name that builds ignore.
        folder.rename(feed.folder / f"hidden-{table}")
        for name in names:
            feed.write(name, [])

    return do


def show_again(table: str) -> Action:
    """Restores the files that were emptied; newer ones stay."""

    def do(feed: Feed) -> None:
        hidden = feed.folder / f"hidden-{table}"
        for file in hidden.iterdir():
            file.replace(feed.folder / table / file.name)
        hidden.rmdir()

    return do


def _matches(row: Row, where: Row) -> bool:
    return all(row[column] == value for column, value in where.items())
