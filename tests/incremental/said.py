"""What a build prints about the files it takes. The words stand here and in no test."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Taken:
    """How many files were new, changed and gone."""

    new: int = 0
    changed: int = 0
    gone: int = 0


NOTHING = Taken()
ASKED_FOR = "it was asked for"
OTHER_COLUMNS = "{} has other columns than before"
MORE_THAN_HALF = "more than half of the transactions has changed"


def has_changed(what: str) -> str:
    """The reason where a var ('the var domains') or a file of the project is not what it was."""
    return f"{what} has changed"


def taken(output: str) -> Taken | None:
    """What was taken on top of what was published; None where the build was full."""
    if re.search(r"^Nothing has changed", output, re.MULTILINE):
        return NOTHING
    line = re.search(r"^Taking what has changed(.*)", output, re.MULTILINE)
    if line is None:
        return None
    counts = re.findall(r"([\d,]+) (new|changed|gone)", line[1])
    return Taken(**{change: int(count.replace(",", "")) for count, change in counts})


def reason(output: str) -> str | None:
    """Why a build was full on top of what was published; None where nothing says so."""
    line = re.search(r"^Full refresh: (.*?)\s*$", output, re.MULTILINE)
    return line and line[1]
