"""On which line of a CSV a row stands."""

import csv
from collections import defaultdict
from collections.abc import Collection, Mapping
from contextlib import suppress
from io import TextIOWrapper
from itertools import chain

from commerce_marts.check.found_files import FoundFile

# A row is its values as text, empty ones for null.
Row = tuple[str, ...]

SEPARATOR = "\x1f"


def lines_of_rows(raw_file: FoundFile, rows: Collection[Row]) -> Mapping[Row, list[int]]:
    """The lines on which each of the rows begins, in order, as far as they are found.

    Equal rows stand on several lines.
    """
    # A line may have more empty values than the header has names. To parse each line takes many
    # times as long as to look for its text, so only those with a quote are parsed.
    texts = {",".join(row).rstrip(","): row for row in rows if "," not in "".join(row)}
    texts |= {SEPARATOR.join(row).rstrip(SEPARATOR): row for row in rows}
    found: dict[Row, list[int]] = defaultdict(list)
    last = 0
    with (
        raw_file.open() as content,
        TextIOWrapper(content, "utf-8-sig", "replace", "") as file,
        suppress(csv.Error),
    ):
        for line in file:
            first = last = last + 1
            text = line.rstrip("\r\n,")
            if '"' in line:
                record = csv.reader(chain([line], file))
                text = SEPARATOR.join(next(record)).rstrip(SEPARATOR)
                last += record.line_num - 1
            if text in texts and first > 1 and line.strip():
                found[texts[text]].append(first)
    return found
