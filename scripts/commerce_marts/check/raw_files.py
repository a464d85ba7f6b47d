"""The raw files of a table: which there are, what their headers say, and how DuckDB reads them.

The check calls this directly, and dbt through the plugin in dbt_plugin.py, so both read alike.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

import duckdb

from commerce_marts.check.found_files import CSV_FORMAT, FoundFile, find_files
from commerce_marts.check.problems import Problem, problem_of, shortened
from commerce_marts.check.sql_text import paths_as_sql, quoted, sql_text
from commerce_marts.project import Contract

DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
SOURCE_FILE = "_source_file"
DELIVERY = "_delivery"
# What DuckDB is told to call a file's path: a name that no feed has.
PATH = "_path_of_this_file"
FOUND_LENGTH = 200
# A column of a feed that has one of these names gets another one.
OWN_NAMES = (SOURCE_FILE, DELIVERY, "_loaded_at")
# How files begin that are not what their name says.
SIGNATURES = {
    b"\x1f\x8b": "a gzip file",
    b"PK": "a zip file, or a spreadsheet",
    b"PAR1": "a Parquet file",
}
# What DuckDB raises where a file, and not the query, is at fault.
UNREADABLE = (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException, OSError)

# Name and type of each; every value of a CSV is text, so the type there is ''.
Columns = Sequence[tuple[str, str]]

# Python's csv refuses values above a limit of its own, here and in lines.py.
csv.field_size_limit(sys.maxsize)


@dataclass(frozen=True)
class RawFile(FoundFile):
    """A file of a table with its columns. Where it cannot be read, `error` says why."""

    columns: Columns = ()
    error: Exception | None = None

    @property
    def is_csv(self) -> bool:
        """Whether this is a CSV; if not, it is Parquet."""
        return self.ending != ".parquet"

    @property
    def column_names(self) -> list[str]:
        """The columns' names as the file spells them."""
        return [name for name, _ in self.columns]


def raw_files(
    folder: Path, contract: Contract, names: Sequence[str] | None = None
) -> tuple[list[RawFile], list[Problem]]:
    """The files of a table with their columns, and what is wrong with others in its folder.

    With `names`, only those. Raises OSError where the folder cannot be read; for a file it is in
    the file's `error`.
    """
    only = None if names is None else set(names)
    found, problems = find_files(folder, contract)
    return _described([file for file in found if only is None or file.name in only]), problems


def distinct_names(names: Sequence[str]) -> list[str]:
    """The names of a CSV made distinct: extra columns may have none, or one that is taken."""
    distinct: list[str] = []
    taken = set(OWN_NAMES)
    for index, name in enumerate(names, start=1):
        if not name or name.lower() in taken:
            name = f"{name}_column_{index}"
        taken.add(name.lower())
        distinct.append(name)
    return distinct


def files_select(folder: Path, contract: Contract, files: Sequence[RawFile], more: str = "") -> str:
    """One select over a table's files: all columns by name, _source_file and _delivery.

    _source_file is the file's name, _delivery what orders it. `more` are further options of
    read_csv, such as ", store_rejects = true".
    """
    if not files:
        nulls = [f"cast(null as varchar) as {quoted(c['name'])}" for c in contract["columns"]]
        nulls += [f"cast(null as varchar) as {name}" for name in (SOURCE_FILE, DELIVERY)]
        return f"select {', '.join(nulls)} where false"
    # Files of one layout share a reader: a year of daily files is one, not 365.
    readers: dict[tuple[str, str, str], list[RawFile]] = {}
    for file in files:
        columns = ", ".join(f"{sql_text(n)}: 'varchar'" for n in distinct_names(file.column_names))
        compression = "gzip" if file.ending == ".csv.gz" else "none"
        options = (
            f"columns = {{{columns}}}, auto_detect = false, {CSV_FORMAT},"
            f" compression = '{compression}'{more}"
        )
        csv_reader = ("read_csv", options, "")
        taken = [name for name in file.column_names if name.lower() in OWN_NAMES]
        renamed = ", ".join(f"{quoted(name)} as {quoted(name + '_column')}" for name in taken)
        parquet_reader = ("read_parquet", "union_by_name = true", renamed)
        readers.setdefault(csv_reader if file.is_csv else parquet_reader, []).append(file)
    return " union all by name ".join(
        _reader_select(folder, reader, files) for reader, files in readers.items()
    )


def header_problems(
    folder: Path, contract: Contract, files: Sequence[RawFile], names: Sequence[str] | None
) -> list[Problem]:
    """What keeps a table from being read by the contract, apart from types and rows.

    That is a missing file, unless `names` say which there are, an unreadable one, or a header that
    does not match.
    """
    if files or names is not None or contract["optional"]:
        return [problem for file in files for problem in _problems_of_header(contract, file)]
    table = folder / contract["table"]
    found = ", ".join(sorted(p.name for p in folder.iterdir() if p.name[0] != ".")) or "nothing"
    expected = (
        f"a file {table}.csv, .csv.gz or .parquet, or a folder {table}/ of such files; found "
        f"{shortened(found, FOUND_LENGTH)}. Put it there, or leave the domain out with --domains"
    )
    return [problem_of(contract, expected, file=f"{contract['table']}.csv")]


def unreadable(contract: Contract, file: RawFile, error: Exception) -> Problem:
    """The problem of a file that the system or DuckDB cannot read."""
    line = None
    if isinstance(error, OSError):
        expected = f"a file that can be opened; the system says: {error.strerror}"
    elif isinstance(error, EOFError):
        expected = "a complete gzip file; this one ends too early"
    elif file.is_csv and (line := _line_with_another_end(file)):
        expected = "the same line end as in the lines before (\\n or \\r\\n, not both)"
    else:
        message = first_line(error).replace(file.path.as_posix(), file.name)
        kind = "CSV" if file.is_csv else "Parquet"
        expected = f"a complete {kind} file; DuckDB says: {message}"
    return problem_of(contract, expected, file=file.name, line=line)


def first_line(error: Exception) -> str:
    """What an error says, without DuckDB's advice below it."""
    return str(error).strip().splitlines()[0]


def _problems_of_header(contract: Contract, file: RawFile) -> Iterator[Problem]:
    names, place = file.column_names, {"file": file.name, "line": 1 if file.is_csv else None}
    separators = [words for mark, words in DELIMITERS.items() if mark in "".join(names)]
    signature = _signature(file)
    if signature:
        yield problem_of(contract, f"a file of comma separated text; this is {signature}", **place)
    elif file.error:
        yield unreadable(contract, file, file.error)
    elif file.is_csv and not names:
        expected = "a header with the names of the columns; the file is empty"
        yield problem_of(contract, expected, **place)
    elif file.is_csv and "\x00" in "".join(names):
        yield problem_of(contract, "text in UTF-8; this looks like UTF-16", **place)
    elif file.is_csv and len(names) == 1 and separators:
        expected = f"values separated by commas; these are separated by {separators[0]}"
        yield problem_of(contract, expected, **place, value=names[0])
    else:
        shown, counts = ", ".join(names), Counter(name.lower() for name in names)
        for column in contract["columns"]:
            place["column"] = column["name"]
            if counts[column["name"]] == 0 and not column["may_be_missing"]:
                empty = "" if column["required"] else ", which may be empty"
                expected = f"a column of this name{empty}; found {shown}"
                yield problem_of(contract, expected, **place)
            elif counts[column["name"]] > 1:
                expected = "one column of this name, in any letter case"
                yield problem_of(contract, expected, **place, value=shown)


def _line_with_another_end(file: RawFile) -> int | None:
    """The first line that ends otherwise than the header. DuckDB cannot read on there."""
    with file.open() as content:
        first = content.readline()
        for number, line in enumerate(content, start=2):
            if line.endswith(b"\n") and line.endswith(b"\r\n") != first.endswith(b"\r\n"):
                return number
    return None


def _described(files: Sequence[FoundFile]) -> list[RawFile]:
    try:
        columns = _parquet_columns([file.path for file in files if file.ending == ".parquet"])
        columns |= {file.path: _csv_columns(file) for file in files if file.ending != ".parquet"}
        return [RawFile(f.path, f.name, f.table, columns[f.path]) for f in files]
    except (*UNREADABLE, EOFError) as error:
        if len(files) == 1:
            return [RawFile(f.path, f.name, f.table, (), error) for f in files]
        # Only file by file tells which one it was.
        return [described for file in files for described in _described([file])]


def _signature(file: RawFile) -> str | None:
    """What a CSV is by its first bytes, if it is not one."""
    if not file.is_csv:
        return None
    with suppress(OSError), file.path.open("rb") as content:
        start = content.read(4)
        found = [words for mark, words in SIGNATURES.items() if start.startswith(mark)]
        if file.ending == ".csv.gz":
            return None if found == ["a gzip file"] else "not compressed with gzip"
        return found[0] if found else None
    return None


def _reader_select(folder: Path, reader: tuple[str, str, str], files: Sequence[RawFile]) -> str:
    """The rows of files that one reader reads."""
    function, options, renamed = reader
    # A name is what follows the folder.
    start = len(folder.as_posix()) + 2
    paths = paths_as_sql([file.path for file in files])
    rename = f" rename ({renamed})" if renamed else ""
    rows = (
        f"select *{rename}, substring({PATH}, {start}) as {SOURCE_FILE}"
        f" from {function}([{paths}], {options}, filename = '{PATH}')"
    )
    deliveries = {file.name: file.delivery for file in files}
    if len(deliveries) == 1:
        (delivery,) = deliveries.values()
        return f"select * exclude ({PATH}), {sql_text(delivery)} as {DELIVERY} from ({rows})"
    names, keys = (
        ", ".join(map(sql_text, texts)) for texts in zip(*deliveries.items(), strict=True)
    )
    return (
        f"select * exclude ({PATH}) from ({rows}) join (select unnest([{names}]) as {SOURCE_FILE},"
        f" unnest([{keys}]) as {DELIVERY}) using ({SOURCE_FILE})"
    )


def _csv_columns(file: FoundFile) -> Columns:
    """The names in the first line that has any, trimmed, without empty ones at the end."""
    with file.open() as content, TextIOWrapper(content, "utf-8-sig", "replace", "") as text:
        names = [name.strip() for name in next(filter(None, csv.reader(text)), [])]
    while names and not names[-1]:
        names.pop()
    return [(name, "") for name in names]


def _parquet_columns(paths: Sequence[Path]) -> dict[Path, Columns]:
    """In one query: to open a year of daily files one by one takes a hundred times as long."""
    if not paths:
        return {}
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select file_name, column_id, name, duckdb_type, coalesce(num_children, 0)"
            f" from parquet_schema([{paths_as_sql(paths)}]) order by file_name, column_id"
        ).fetchall()
    columns: dict[Path, list[tuple[str, str]]] = {}
    nested = 0
    # A file's columns follow its root, and the fields of a nested column follow that column.
    for path, column_id, name, type_, children in rows:
        if column_id == 0:
            columns[Path(path)] = []
        elif nested:
            nested += children - 1
        else:
            columns[Path(path)].append((name, type_))
            nested = children
    return columns
