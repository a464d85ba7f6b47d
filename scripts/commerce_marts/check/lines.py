"""On which line of a CSV a row stands."""

import csv
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from commerce_marts.check.raw_files import values_of_any_length

Row = tuple[str, ...]


def lines_of_rows(path: Path, rows: Sequence[Row]) -> dict[Row, list[int]]:
    """The lines on which each of the rows begins, in order, as far as they are found.

    A row is its values as text, empty ones for null. Equal rows stand on several lines.
    """
    found = _plain_lines(path, rows)
    missing = {row for row in rows if row not in found}
    return found | (_quoted_lines(path, missing) if missing else {})


def _plain_lines(path: Path, rows: Sequence[Row]) -> dict[Row, list[int]]:
    """Looks for rows that are written without a quote: ten times as fast as to parse each line."""
    texts = {",".join(row).encode(): row for row in rows}
    found: dict[Row, list[int]] = {}
    with path.open("rb") as file:
        file.readline()
        for number, line in enumerate(file, start=2):
            row = texts.get(line.rstrip(b"\r\n"))
            if row is not None:
                found.setdefault(row, []).append(number)
    return found


def _quoted_lines(path: Path, rows: set[Row]) -> dict[Row, list[int]]:
    found: dict[Row, list[int]] = {}
    lengths = {len(row) for row in rows}
    with (
        values_of_any_length(),
        path.open(encoding="utf-8-sig", errors="replace", newline="") as file,
        suppress(csv.Error),
    ):
        reader = csv.reader(file)
        next(reader, None)
        begins = reader.line_num + 1
        for values in reader:
            # A line may have more empty values than the header has names.
            for length in lengths:
                row = (*values[:length], *[""] * (length - len(values)))
                if row in rows and not any(values[length:]):
                    found.setdefault(row, []).append(begins)
            begins = reader.line_num + 1
    return found
