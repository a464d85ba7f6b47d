"""A made-up shop's history in daily files, of which the last day can be held back."""

import contextlib
import io
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

import click
import duckdb

from commerce_marts.generate import restaurant
from commerce_marts.generate.command import generate

DOMAIN = "restaurant"


@dataclass(frozen=True)
class History:
    """The raw files of one scale. `name` is what the tables call it."""

    name: str
    scale: float
    folder: Path

    @property
    def raw_dir(self) -> Path:
        """What builds are given as --raw-dir. The same before and after the last day arrives."""
        return self.folder / "raw"

    @property
    def order_lines_count(self) -> int:
        """Raw order lines that are there."""
        files = str(self.raw_dir / DOMAIN / "order_items" / "*.parquet")
        with duckdb.connect() as connection:
            row = connection.execute("select count(*) from read_parquet(?)", [files]).fetchone()
        assert row is not None
        return row[0]

    @property
    def files_count(self) -> int:
        """Raw files that are there."""
        return sum(path.is_file() for path in self.raw_dir.rglob("*"))

    def hold_back_last_day(self) -> None:
        """Takes the last day's file of each table away, unless it is already."""
        held_back = self.folder / "held_back"
        if held_back.exists():
            return
        tables = [path for path in (self.raw_dir / DOMAIN).iterdir() if path.is_dir()]
        last_day = max(file.name for table in tables for file in table.iterdir())
        for file in (self.raw_dir / DOMAIN).glob(f"*/{last_day}"):
            (held_back / file.parent.name).mkdir(parents=True)
            file.rename(held_back / file.parent.name / file.name)

    def deliver_last_day(self) -> None:
        """Puts these files where they belong."""
        held_back = self.folder / "held_back"
        for file in held_back.glob("*/*"):
            file.rename(self.raw_dir / DOMAIN / file.parent.name / file.name)
            file.parent.rmdir()
        held_back.rmdir()


def make_history(name: str, scale: float, days: int, folder: Path) -> History:
    """Generates `days` days up to the domain's usual last one, as daily Parquet files."""
    history = History(name, scale, folder)
    last = restaurant.LONG_PERIOD[1]
    context = click.Context(generate)
    # It speaks of folders that nobody will see.
    with contextlib.redirect_stderr(io.StringIO()):
        context.invoke(
            generate,
            domains=DOMAIN,
            scale=scale,
            out=history.raw_dir,
            format="parquet",
            daily_files=True,
            start_date=datetime.combine(last - timedelta(days=days - 1), time.min),
            end_date=datetime.combine(last, time.min),
        )
    # Files go by UTC: the last evening of the shops in the west is in one more, small file.
    for file in (history.raw_dir / DOMAIN).glob("*/*.parquet"):
        if file.stem > last.isoformat():
            file.unlink()
    return history
