"""What a build prints about changed files. Only this module of the tests has the words."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Changes:
    """How many files were new, changed and gone."""

    new: int = 0
    changed: int = 0
    gone: int = 0


NOTHING = Changes()
ASKED_FOR = "--full-refresh was given"
OTHER_COLUMNS = "{} has other columns than before"
MORE_THAN_HALF = "more than half of the transaction data has changed"


def has_changed(what: str) -> str:
    """The reason if a var ('the var domains') or a file of the project has changed."""
    return f"{what} has changed"


def daily_changes(output: str) -> Changes | None:
    """The changes that a daily build took; None for a full build."""
    if re.search(r"^Nothing has changed", output, re.MULTILINE):
        return NOTHING
    line = re.search(r"^Taking what has changed(.*)", output, re.MULTILINE)
    if line is None:
        return None
    counts = re.findall(r"([\d,]+) (new|changed|gone)", line[1])
    return Changes(**{change: int(count.replace(",", "")) for count, change in counts})


def full_build_reason(output: str) -> str | None:
    """Why a build was a full build; None if the output gives no reason."""
    line = re.search(r"^Full build, because (.*?)\s*$", output, re.MULTILINE)
    return line and line[1]
