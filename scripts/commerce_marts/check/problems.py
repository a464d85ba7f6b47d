"""A problem of a raw file, and how people and machines see it."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from commerce_marts.project import Contract

OUTCOMES = REFUSED, REJECTED, IGNORED = "refused", "rejected", "ignored"
SHOWN_LENGTH = 60
REFUSALS_SHOWN = 20
# What people see of many problems: a screenful, with up to so many examples of a kind.
LINES_SHOWN, EXAMPLES_SHOWN = 45, 3


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

    @property
    def shown_value(self) -> str:
        """The value, shortened if it stands in a row; what is said of a whole file is not."""
        value = self.value or ""
        return shortened(value, SHOWN_LENGTH) if self.line or self.column else value

    @property
    def example(self) -> str:
        """The place and the value, without what was expected."""
        places = (self.file, self.line and f"line {self.line}")
        return ": ".join(filter(None, (", ".join(filter(None, places)), self.shown_value)))

    def __str__(self) -> str:
        line = self.line and f"line {self.line}"
        column = self.column and f"column {self.column}"
        where = ", ".join(filter(None, (f"{self.domain}.{self.table}", self.file, line, column)))
        value = f": {self.shown_value}" if self.value else ""
        more = f" ({self.more})" if self.more else ""
        return f"{where}{value}: expected {self.expected}.{more}"


def problem_of(
    contract: Contract, expected: str, outcome: str = REFUSED, **place: str | int | None
) -> Problem:
    """A problem of a table; `place` are further values of Problem."""
    return Problem(contract["domain"], contract["table"], expected, outcome, **place)


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
    """Prints all problems as a table."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("table", "file", "line", "column", "value", "expected", "outcome"):
        table.add_column(title, overflow="fold", justify="right" if title == "line" else "left")
    for problem in problems:
        name = f"{problem.domain}.{problem.table}"
        value = problem.shown_value or problem.more
        place = (name, problem.file, problem.line, problem.column, value)
        # As text: what stands in a file is never taken for markup.
        table.add_row(*(Text(str(x or "")) for x in (*place, problem.expected, problem.outcome)))
    console.print(table)


def totals(problems: Sequence[Problem]) -> list[str]:
    """At most LINES_SHOWN lines: each kind of problem, what stops a build first, with examples."""
    kinds: dict[tuple[str | None, ...], list[Problem]] = defaultdict(list)
    for problem in problems:
        table = f"{problem.domain}.{problem.table}"
        kinds[problem.outcome, table, problem.column, problem.expected].append(problem)
    counts = {kind: sum(problem.rows for problem in found) for kind, found in kinds.items()}
    order = sorted(kinds, key=lambda kind: (OUTCOMES.index(kind[0]), -counts[kind]))
    most = min(EXAMPLES_SHOWN, LINES_SHOWN // (len(kinds) or 1) - 1)
    lines = []
    for kind in order[:LINES_SHOWN]:
        found, (outcome, table, column, expected) = kinds[kind], kind
        if len(found) == 1 and counts[kind] == 1:
            lines.append(f"{found[0]} ({outcome})")
            continue
        where = ", ".join(filter(None, (table, column and f"column {column}")))
        files = len({problem.file for problem in found})
        in_files = f" in {files:,} file{'s' * (files != 1)}"
        lines.append(f"{where}: expected {expected}. {counts[kind]:,} times{in_files} ({outcome})")
        examples = [problem.example for problem in found if problem.rows == 1]
        lines += [f"  {example}" for example in examples[: max(most, 0)]]
    more = len(kinds) - LINES_SHOWN
    return lines + [f"... and {more:,} more kinds of problems"] * (more > 0)


def verdict(problems: Sequence[Problem], rejected: int) -> str:
    """What a build of these files would do; `rejected` is how many rows it would reject."""
    refusals = [problem for problem in problems if problem.outcome == REFUSED]
    if refusals:
        more = f" And {len(refusals) - 1:,} more." if len(refusals) > 1 else ""
        return f"A build of these files would be refused: {refusals[0]}{more}"
    rows = f"; {rejected:,} row{'s are' if rejected != 1 else ' is'} rejected" if rejected else ""
    return f"A build takes these files{rows}."


def problems_as_json(problems: Sequence[Problem]) -> str:
    """The same for machines: {"refused": true, "problems": [...]}."""
    report = {"refused": is_refused(problems), "problems": [asdict(entry) for entry in problems]}
    return json.dumps(report, indent=2, ensure_ascii=False)


def shortened(text: str, length: int) -> str:
    """The text, cut with an ellipsis where it is longer."""
    return text if len(text) <= length else text[: length - 1] + "…"
