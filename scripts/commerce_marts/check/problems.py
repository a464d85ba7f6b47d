"""A problem of a raw file, and how people and machines see it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

REFUSED, REJECTED, IGNORED = "refused", "rejected", "ignored"
SHOWN_LENGTH = 60


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

    def __str__(self) -> str:
        where = f"{self.domain}.{self.table}"
        where += f", {self.file}" if self.file else ""
        where += f", line {self.line}" if self.line else ""
        where += f", column {self.column}" if self.column else ""
        value = "" if self.value is None else f": {shortened(self.value, SHOWN_LENGTH)}"
        more = f" ({self.rows:,} more rows)" if self.rows > 1 else ""
        return f"{where}{value}: expected {self.expected}.{more}"


def is_refused(problems: Sequence[Problem]) -> bool:
    """Whether a build of these files would be refused."""
    return any(problem.outcome == REFUSED for problem in problems)


def show_problems(problems: Sequence[Problem], console: Console) -> None:
    """Prints the problems as a table for people, and how many there are of each outcome."""
    if not problems:
        console.print("All files are as the contract says.")
        return
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("table", "file", "line", "column", "value", "expected", "outcome"):
        table.add_column(title, overflow="fold", justify="right" if title == "line" else "left")
    for problem in problems:
        more = f"{problem.rows:,} more rows" if problem.rows > 1 else ""
        cells = (
            f"{problem.domain}.{problem.table}",
            problem.file or "",
            str(problem.line or ""),
            problem.column or "",
            more if problem.value is None else shortened(problem.value, SHOWN_LENGTH),
            problem.expected,
            problem.outcome,
        )
        # As text: what stands in a file is never taken for markup.
        table.add_row(*map(Text, cells))
    console.print(table)
    counts = ", ".join(
        f"{sum(problem.rows for problem in problems if problem.outcome == outcome):,} {outcome}"
        for outcome in (REFUSED, REJECTED, IGNORED)
        if any(problem.outcome == outcome for problem in problems)
    )
    console.print(f"\n{counts}.", highlight=False)


def problems_as_json(problems: Sequence[Problem]) -> str:
    """The same for machines: {"refused": true, "problems": [...]}."""
    return json.dumps(
        {"refused": is_refused(problems), "problems": [asdict(problem) for problem in problems]},
        indent=2,
        ensure_ascii=False,
    )


def shortened(text: str, length: int) -> str:
    """The text, cut with an ellipsis where it is longer."""
    return text if len(text) <= length else text[: length - 1] + "…"
