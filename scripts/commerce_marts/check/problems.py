"""A problem of a raw file, and how people and machines see it."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

REFUSED, REJECTED, IGNORED = "refused", "rejected", "ignored"
SHOWN_LENGTH = 60
REFUSALS_SHOWN = 20


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place, and what a build does about it.

    `outcome` is refused (nothing is built), rejected (the row is left out) or ignored. `reason` is
    the one that a rejected row gets. `rows` is how many rows the entry stands for.
    """

    domain: str
    table: str
    expected: str
    outcome: str
    file: str | None = None
    line: int | None = None
    column: str | None = None
    value: str | None = None
    reason: str | None = None
    rows: int = 1

    @property
    def more(self) -> str:
        """How many further rows the entry stands for; empty if it is about one place."""
        return f"{self.rows:,} more rows" if self.rows > 1 else ""

    def __str__(self) -> str:
        line = self.line and f"line {self.line}"
        column = self.column and f"column {self.column}"
        where = ", ".join(filter(None, (f"{self.domain}.{self.table}", self.file, line, column)))
        value = "" if self.value is None else f": {shortened(self.value, SHOWN_LENGTH)}"
        more = f" ({self.more})" if self.more else ""
        return f"{where}{value}: expected {self.expected}.{more}"


def is_refused(problems: Sequence[Problem]) -> bool:
    """Whether a build of these files would be refused."""
    return any(problem.outcome == REFUSED for problem in problems)


def refusals_as_text(problems: Sequence[Problem], command: str) -> str:
    """What stops a build, a line each, and the `command` that shows the rest of a long list."""
    # Of a table with too many rejected rows, those rows are what has to be corrected.
    too_many = {(p.domain, p.table) for p in problems if p.outcome == REFUSED and p.file is None}
    lines = [
        str(problem)
        for problem in problems
        if problem.outcome == REFUSED
        or (problem.outcome == REJECTED and (problem.domain, problem.table) in too_many)
    ]
    more = len(lines) - REFUSALS_SHOWN
    return "\n".join(lines[:REFUSALS_SHOWN] + [f"... and {more} more: {command}"] * (more > 0))


def show_problems(problems: Sequence[Problem], console: Console) -> None:
    """Prints the problems as a table for people, and how many there are of each outcome."""
    if not problems:
        console.print("All files match the contract.")
        return
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("table", "file", "line", "column", "value", "expected", "outcome"):
        table.add_column(title, overflow="fold", justify="right" if title == "line" else "left")
    counts = Counter[str]()
    for problem in problems:
        counts[problem.outcome] += problem.rows
        name = f"{problem.domain}.{problem.table}"
        value = problem.more if problem.value is None else shortened(problem.value, SHOWN_LENGTH)
        place = (name, problem.file, problem.line, problem.column, value)
        # As text: what stands in a file is never taken for markup.
        table.add_row(*(Text(str(x or "")) for x in (*place, problem.expected, problem.outcome)))
    console.print(table)
    totals = (f"{counts[name]:,} {name}" for name in (REFUSED, REJECTED, IGNORED) if counts[name])
    console.print(f"\n{', '.join(totals)}.", highlight=False)


def problems_as_json(problems: Sequence[Problem]) -> str:
    """The same for machines: {"refused": true, "problems": [...]}."""
    report = {"refused": is_refused(problems), "problems": [asdict(entry) for entry in problems]}
    return json.dumps(report, indent=2, ensure_ascii=False)


def shortened(text: str, length: int) -> str:
    """The text, cut with an ellipsis where it is longer."""
    return text if len(text) <= length else text[: length - 1] + "…"
