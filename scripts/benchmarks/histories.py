"""Generated raw files of a restaurant chain, whose last day comes later than the others."""

import shutil
import subprocess
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

COMMERCE_MARTS = Path(__file__).resolve().parents[2] / ".venv" / "bin" / "commerce-marts"


@dataclass(frozen=True)
class History:
    """Raw files of a restaurant chain, of which the last day's can be taken away and come again."""

    folder: Path
    order_lines: int

    @property
    def raw_dir(self) -> Path:
        """What a build gets as --raw-dir."""
        return self.folder / "raw"

    @property
    def last_day(self) -> list[Path]:
        """Where the last day's files belong, from the folder of the domain on."""
        kept = self.folder / "last_day"
        return [path.relative_to(kept) for path in kept.glob("*/*")]

    def take_last_day(self) -> None:
        """Takes the last day's files away."""
        for path in self.last_day:
            (self.raw_dir / "restaurant" / path).unlink(missing_ok=True)

    def deliver_last_day(self) -> None:
        """Puts them back."""
        for path in self.last_day:
            shutil.copy(self.folder / "last_day" / path, self.raw_dir / "restaurant" / path)


def make_history(folder: Path, scale: float, days: int, last_day: date) -> History:
    """Generates daily Parquet files of so many days up to the last one."""
    first_day = last_day - timedelta(days - 1)
    command = [str(COMMERCE_MARTS), "generate", "--domains", "restaurant", "--scale", str(scale)]
    command += ["--tidy", "--start-date", str(first_day), "--end-date", str(last_day)]
    command += ["--format", "parquet", "--daily-files", "--out", str(folder / "raw")]
    subprocess.run(command, check=True)
    for file in (folder / "raw" / "restaurant").glob("*/*.parquet"):
        # Files go by UTC: the last evening of shops in the west is in one more, small file.
        if file.stem > str(last_day):
            file.unlink()
        elif file.stem == str(last_day):
            (folder / "last_day" / file.parent.name).mkdir(parents=True)
            shutil.copy(file, folder / "last_day" / file.parent.name)
    files = folder / "raw" / "restaurant" / "order_items" / "*.parquet"
    return History(folder, duckdb.sql(f"select count(*) from '{files}'").fetchall()[0][0])
