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
    """The files of one domain. Each file it writes is newer by a second than the one before."""

    folder: Path
    columns: dict[str, list[str]]
    day: int = 0
    written: int = 0

    def file(self, table: str, day: int | None = None, mark: str = "") -> str:
        """The name of a table's daily file; a second one of the same day has a mark."""
        return f"{table}/{date_of(day or self.day)}{mark}.csv"

    def write(self, name: str, rows: Iterable[Row], more_columns: tuple[str, ...] = ()) -> None:
        """Writes a CSV with these rows over what is there."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="") as file:
            names = [*self.columns[self.table_of(name)], *more_columns]
            writer = csv.DictWriter(file, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        self.date_file(name)

    def rows(self, name: str) -> list[Row]:
        """What is in a CSV; nothing where there is no such file."""
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
    """Rows in today's file of the table, after those that are in it."""

    def do(feed: Feed) -> None:
        name = feed.file(table, mark=mark)
        feed.write(name, [*feed.rows(name), *rows], more_columns)

    return do


def deliver(name: str, *rows: Row) -> Action:
    """A file of its own, such as a look-up table, written over what is there."""
    return lambda feed: feed.write(name, rows)


def change(name: str, where: Row, /, **values: str) -> Action:
    """In a look-up table that is one file, other values in the rows that are meant."""

    def do(feed: Feed) -> None:
        rows = feed.rows(name)
        assert any(_is_meant(row, where) for row in rows), where
        feed.write(name, [row | values if _is_meant(row, where) else row for row in rows])

    return do


def deliver_again(table: str, day: int, *rows: Row, without: Row | None = None) -> Action:
    """The file of an earlier day without the rows that are meant, and with these."""

    def do(feed: Feed) -> None:
        name = feed.file(table, day)
        before = feed.rows(name)
        after = [row for row in before if without is None or not _is_meant(row, without)]
        assert without is None or len(after) < len(before), without
        feed.write(name, [*after, *rows])

    return do


def remove(table: str, day: int, mark: str = "") -> Action:
    """A daily file that is gone."""
    return lambda feed: (feed.folder / feed.file(table, day, mark)).unlink()


def touch(table: str, day: int) -> Action:
    """A daily file that comes again as it was."""
    return lambda feed: feed.date_file(feed.file(table, day))


def replace_text(table: str, day: int, old: str, new: str, days_back: int = 0) -> Action:
    """A daily file that has another text in one place; the file may come out older than it was."""

    def do(feed: Feed) -> None:
        path = feed.folder / feed.file(table, day)
        text = path.read_text()
        assert text.count(old) == 1, (old, text.count(old))
        path.write_text(text.replace(old, new))
        feed.date_file(feed.file(table, day), days_back)

    return do


def as_parquet(table: str, day: int, types: dict[str, str]) -> Action:
    """The same rows as Parquet, columns that are not text in these types; the CSV is gone."""

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
    """A table whose files have come again without a row."""

    def do(feed: Feed) -> None:
        folder = feed.folder / table
        names = sorted(str(file.relative_to(feed.folder)) for file in folder.iterdir())
        # Under a name that nobody reads.
        folder.rename(feed.folder / f"hidden-{table}")
        for name in names:
            feed.write(name, [])

    return do


def show_again(table: str) -> Action:
    """The files that were emptied, as they were; newer ones stay."""

    def do(feed: Feed) -> None:
        hidden = feed.folder / f"hidden-{table}"
        for file in hidden.iterdir():
            file.replace(feed.folder / table / file.name)
        hidden.rmdir()

    return do


def _is_meant(row: Row, where: Row) -> bool:
    return all(row[column] == value for column, value in where.items())
