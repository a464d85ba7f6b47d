"""Which files of a domain's folder are a table's, in which order, and what else lies there."""

import gzip
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import duckdb

from commerce_marts.check.problems import IGNORED, REFUSED, Problem, problem_of
from commerce_marts.check.sql_text import paths_as_sql, quoted
from commerce_marts.project import Contract

# In any letter case. Of files that differ in the ending only, the first of these is read.
ENDINGS = (".csv", ".csv.gz", ".parquet")
ENDINGS_AS_TEXT = ".csv, .csv.gz or .parquet"
# Nothing is detected: left to itself DuckDB takes a line that begins with # for a comment, skips
# lines that look unlike the others, and may take a row for the header. A line may be 16 MiB long;
# the buffer is DuckDB's default, twice that.
CSV_FORMAT = (
    "header = true, delim = ',', quote = '\"', escape = '\"', comment = '', skip = 0,"
    " encoding = 'utf-8', max_line_size = 16777216, buffer_size = 33554432, null_padding = false,"
    " strict_mode = true"
)


@dataclass(frozen=True)
class FoundFile:
    """A file of a table: `name` is its path below the domain's folder, `table` the table's name."""

    path: Path
    name: str
    table: str

    @property
    def ending(self) -> str:
        """The ending in small letters, one of ENDINGS."""
        return _split(self.path.name)[1]

    @property
    def delivery(self) -> str:
        """What orders the deliveries of a table, as text; equal for files that came together.

        It is the file's name without folder, ending and leading table name, which is empty for a
        single file. Numbers are ordered as numbers: each has its length before it.
        """
        name = _split(self.path.name)[0]
        if name.lower().startswith(self.table):
            name = name[len(self.table) :].lstrip("_-. ")
        key = re.sub(r"[0-9]+", _with_length, name)
        # The tab sorts before all that names hold: `day` comes before `day (1)`.
        return f"{key}\t{name}" if name else ""

    def open(self) -> BinaryIO:
        """The file's bytes, unpacked."""
        return gzip.open(self.path) if self.ending == ".csv.gz" else self.path.open("rb")


def find_files(folder: Path, contract: Contract) -> tuple[list[FoundFile], list[Problem]]:
    """The files of a table that are read, by name, and what is wrong with the others.

    A table is <table>.csv, .csv.gz or .parquet in the domain's folder, or such files in a folder
    <table>, in any letter case. Hidden files are passed over. Raises OSError where a folder cannot
    be read.
    """
    problems: list[Problem] = []
    found = list(_candidates(folder, contract, problems))
    found = _without_twins(found, contract, problems)
    # Two files of options with the same rows, or with no row, may belong to two deliveries.
    if not contract["follows"]:
        found = _without_copies(found, contract, problems)
    return sorted(found, key=lambda file: file.name), problems


def without_ending(name: str) -> str:
    """The name of a raw file without its ending, in small letters."""
    return _split(name)[0].lower()


def _candidates(folder: Path, contract: Contract, problems: list[Problem]) -> Iterator[FoundFile]:
    table = contract["table"]
    for path in sorted(folder.iterdir()):
        stem, ending = _split(path.name)
        if ending and stem.lower() == table:
            yield from _file(path, folder, contract, problems)
        elif path.name.lower() == table and path.is_dir():
            for inner in sorted(path.iterdir()):
                if not inner.name.startswith("."):
                    yield from _file(inner, folder, contract, problems)


def _file(
    path: Path, folder: Path, contract: Contract, problems: list[Problem]
) -> Iterator[FoundFile]:
    name = path.relative_to(folder).as_posix()
    kind = "folder" if path.is_dir() else "file" if path.is_file() else "link to nothing"
    has_ending = bool(_split(path.name)[1])
    if has_ending and kind == "file":
        yield FoundFile(path, name, contract["table"])
    elif has_ending or kind == "link to nothing":
        expected = f"a file; this is a {kind}. Put the file there, or remove the {kind}"
        problems.append(problem_of(contract, expected, REFUSED, file=name))
    else:
        expected = f"a file whose name ends in {ENDINGS_AS_TEXT}; this {kind} is not read"
        problems.append(problem_of(contract, expected, IGNORED, file=name))


def _without_twins(
    files: Iterable[FoundFile], contract: Contract, problems: list[Problem]
) -> list[FoundFile]:
    """One of the files that differ in ending or letter case only, if they hold the same rows."""
    by_name: dict[str, list[FoundFile]] = defaultdict(list)
    for file in files:
        by_name[without_ending(file.name)].append(file)
    kept = []
    for twins in by_name.values():
        first, *others = sorted(twins, key=lambda file: (ENDINGS.index(file.ending), file.name))
        kept.append(first)
        for other in others:
            if _have_equal_rows(first, other, contract):
                expected = f"one file of this name; {first.name} has the same rows and is read"
                problems.append(problem_of(contract, expected, IGNORED, file=other.name))
            else:
                expected = f"one file of this name; {first.name} has other rows. Remove one of them"
                problems.append(problem_of(contract, expected, REFUSED, file=other.name))
    return kept


def _without_copies(
    files: Sequence[FoundFile], contract: Contract, problems: list[Problem]
) -> list[FoundFile]:
    """The files without those that a later one repeats byte by byte; files without a row stay."""
    by_size: dict[int, list[FoundFile]] = defaultdict(list)
    for file in files:
        by_size[file.path.stat().st_size].append(file)
    last: dict[str, FoundFile] = {}
    copies = set()
    for alike in by_size.values():
        candidates = [file for file in alike if len(alike) > 1 and _has_rows(file)]
        for file in sorted(candidates, key=lambda file: (file.delivery, file.name)):
            with file.path.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            if digest in last:
                copies.add(last[digest])
                expected = f"other rows than {file.name}, which is equal and comes later; not read"
                problems.append(problem_of(contract, expected, IGNORED, file=last[digest].name))
            last[digest] = file
    return [file for file in files if file not in copies]


def _has_rows(file: FoundFile) -> bool:
    if file.ending == ".parquet":
        return True
    try:
        with file.open() as content:
            content.readline()
            return bool(content.readline().strip())
    except (OSError, EOFError):
        return True


def _have_equal_rows(first: FoundFile, other: FoundFile, contract: Contract) -> bool:
    """Whether two files hold the same values in the contract's columns, each row as often."""
    names = [column["name"] for column in contract["columns"]]
    with duckdb.connect() as connection:
        relations = []
        for number, file in enumerate((first, other)):
            path = paths_as_sql([file.path])
            # Only the names of the columns are left to DuckDB.
            csv = f"read_csv({path}, all_varchar = true, {CSV_FORMAT})"
            reader = f"read_parquet({path})" if file.ending == ".parquet" else csv
            try:
                connection.execute(f"create view v{number} as from {reader}")
                columns = {
                    name.lower()
                    for name, *_ in connection.execute(f"describe v{number}").fetchall()
                }
            except duckdb.Error:
                return False
            relations.append((f"v{number}", columns))
        shared = [name for name in names if all(name in columns for _, columns in relations)]
        if any(name in columns for name in names for _, columns in relations if name not in shared):
            return False
        values = ", ".join(f"nullif(cast({quoted(name)} as varchar), '')" for name in shared)
        one, two = (f"(select {values} from {view})" for view, _ in relations)
        difference = f"({one} except all {two}) union all ({two} except all {one})"
        try:
            return connection.execute(f"select 1 from ({difference}) limit 1").fetchone() is None
        except duckdb.Error:
            return False


def _split(name: str) -> tuple[str, str]:
    """A name and its ending in small letters; '' where it has none of ENDINGS."""
    for ending in ENDINGS:
        if name.lower().endswith(ending) and not name.startswith("."):
            return name[: -len(ending)], ending
    return name, ""


def _with_length(number: re.Match[str]) -> str:
    digits = number[0].lstrip("0")
    return f"{len(digits):03}{digits}"
