"""Names, texts and paths of files as SQL, whatever they hold."""

import re
from collections.abc import Iterable
from pathlib import Path


def quoted(name: str) -> str:
    """A name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def sql_text(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def paths_as_sql(paths: Iterable[Path]) -> str:
    """Paths that mean only themselves: DuckDB expands [, * and ? wherever it takes a path."""
    return ", ".join(sql_text(re.sub(r"([\[*?])", r"[\1]", path.as_posix())) for path in paths)
