"""The raw files of a table: which there are, what their headers say, and how DuckDB reads them.

The check calls this directly, and dbt through the plugin in dbt_plugin.py, so both read alike.
"""

import csv
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

ENDINGS = {".csv": "csv", ".parquet": "parquet"}
DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
# Nothing is detected: left to itself DuckDB takes a line that begins with # for a comment, skips
# lines that look unlike the others, and may take a row for the header. A line may be 16 MiB long;
# the buffer is DuckDB's default, twice that.
CSV_OPTIONS = (
    "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', comment = '',"
    " skip = 0, encoding = 'utf-8', max_line_size = 16777216, buffer_size = 33554432,"
    " null_padding = false, strict_mode = true"
)
SOURCE_FILE = "_source_file"

# One entry of the var raw_contract as macros/raw/raw_contract.sql gives it.
Contract = Mapping[str, Any]


@dataclass(frozen=True)
class RawFile:
    """A file of a table: `name` is its path below the domain's folder, `columns` what it has.

    `columns` are (name, type) pairs; every value of a CSV is text, so the type there is ''.
    """

    path: Path
    name: str
    format: str
    columns: tuple[tuple[str, str], ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns' names as the file spells them."""
        return tuple(name for name, _ in self.columns)


def raw_file_names(folder: Path, table: str) -> list[str]:
    """<table>.csv, <table>.parquet, <table>/*.csv and <table>/*.parquet below a domain's folder.

    The ending may be in any letter case; sorted by name.
    """
    single = [folder / f"{table}{ending}" for ending in _endings_there(folder, table)]
    several = folder / table
    found = single + (sorted(several.iterdir()) if several.is_dir() else [])
    names = [
        path.relative_to(folder).as_posix()
        for path in found
        if path.suffix.lower() in ENDINGS and not path.name.startswith(".") and path.is_file()
    ]
    return sorted(names)


def raw_files(folder: Path, table: str, names: Sequence[str] | None = None) -> list[RawFile]:
    """The files of a table with their columns; with `names`, only those.

    Raises duckdb.Error or OSError where a file cannot be read.
    """
    only = None if names is None else set(names)
    wanted = [name for name in raw_file_names(folder, table) if only is None or name in only]
    paths = {name: folder / name for name in wanted}
    formats = {name: ENDINGS[path.suffix.lower()] for name, path in paths.items()}
    parquet = _parquet_columns([paths[name] for name in wanted if formats[name] == "parquet"])
    return [
        RawFile(
            paths[name],
            name,
            formats[name],
            parquet[paths[name]]
            if formats[name] == "parquet"
            else tuple((column, "") for column in csv_header(paths[name])),
        )
        for name in wanted
    ]


def csv_header(path: Path) -> list[str]:
    """The names in the first line of a CSV, trimmed, without empty ones at the end."""
    with values_of_any_length(), path.open(encoding="utf-8-sig", errors="replace", newline="") as f:
        names = next((row for row in csv.reader(f) if row), [])
    while names and not names[-1].strip():
        names.pop()
    return [name.strip() for name in names]


def distinct_names(names: Sequence[str]) -> list[str]:
    """The names of a CSV made distinct: extra columns may have none, or one that is taken."""
    distinct: list[str] = []
    taken = {SOURCE_FILE}
    for index, name in enumerate(names, start=1):
        if not name or name.lower() in taken:
            name = f"{name}_column_{index}"
        taken.add(name.lower())
        distinct.append(name)
    return distinct


def files_select(folder: Path, contract: Contract, files: Sequence[RawFile], more: str = "") -> str:
    """One select over a table's files: all columns by name, and the file's name in _source_file.

    `more` are further options of read_csv, such as ", store_rejects = true".
    """
    if not files:
        nulls = [f"cast(null as varchar) as {quoted(c['name'])}" for c in contract["columns"]]
        return f"select {', '.join(nulls)}, cast(null as varchar) as {SOURCE_FILE} where false"
    # Files of one layout share a reader: a year of daily files is one, not 365.
    readers: dict[str, list[RawFile]] = {}
    for file in files:
        readers.setdefault(_layout(file), []).append(file)
    # A name is what follows the folder.
    start = len(folder.as_posix()) + 2
    return " union all by name ".join(
        f"select * replace (substring({SOURCE_FILE}, {start}) as {SOURCE_FILE})"
        f" from {_reader(alike, layout, more)}"
        for layout, alike in readers.items()
    )


def file_problems(contract: Contract, file: RawFile) -> list[dict[str, Any]]:
    """What keeps a file from being read by the contract, apart from types and rows.

    Each is {file, line, column, value, expected}, and stops a build.
    """
    place = {"file": file.name, "line": 1 if file.format == "csv" else None}
    found = file.column_names
    if file.format == "csv":
        unreadable = _unreadable_header(found)
        if unreadable:
            value, expected = unreadable
            return [{**place, "column": None, "value": value, "expected": expected}]
    problems = []
    names = [name.lower() for name in found]
    for column in contract["columns"]:
        count = names.count(column["name"])
        if count == 0:
            empty = "" if column["required"] else ", which may be empty"
            expected = f"a column of this name{empty}; found {', '.join(found)}"
            problems.append({"column": column["name"], "value": None, "expected": expected})
        elif count > 1:
            expected = "one column of this name, in any letter case"
            problems.append(
                {"column": column["name"], "value": ", ".join(found), "expected": expected}
            )
    return [{**place, **problem} for problem in problems]


def missing_table(folder: Path, contract: Contract) -> list[dict[str, Any]]:
    """The problem of a table without any file, unless the contract lets it be missing."""
    if contract["optional"]:
        return []
    start = folder / contract["table"]
    return [
        {
            "file": f"{contract['table']}.csv",
            "line": None,
            "column": None,
            "value": None,
            "expected": f"a file {start}.csv or .parquet, or a folder {start}/ of such files; put "
            "it there, or leave the domain out with --domains",
        }
    ]


def contract_of(raw_contract: Mapping[str, Any], domain: str, table: str) -> Contract:
    """A table of the var raw_contract, in the form that macros/raw/raw_contract.sql gives it."""
    entry = raw_contract[domain][table]
    part_of = entry.get("part_of") or {}
    return {
        **{"domain": domain, "table": table, "key": entry["key"]},
        "columns": [
            {"name": name, "type": type_.rstrip("!"), "required": type_.endswith("!")}
            for name, type_ in entry["columns"].items()
        ],
        "transactions": entry.get("transactions", False),
        "optional": entry.get("optional", False),
        "test_traffic": entry.get("test_traffic"),
        "id_column": next(iter(part_of.values()), None),
    }


def quoted(name: str) -> str:
    """A name as SQL, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def sql_text(text: str) -> str:
    """A text as SQL, whatever it holds."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def values_of_any_length() -> Iterator[None]:
    """Lets Python's csv read values of any length while it lasts."""
    before = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _endings_there(folder: Path, table: str) -> list[str]:
    return [
        path.suffix
        for path in folder.glob("*")
        if path.stem == table and path.suffix.lower() in ENDINGS
    ]


def _unreadable_header(names: Sequence[str]) -> tuple[str | None, str] | None:
    if not names:
        return None, "a header with the names of the columns; the file is empty"
    if "\x00" in "".join(names):
        return None, "text in UTF-8; this looks like UTF-16"
    for delimiter, words in DELIMITERS.items():
        if len(names) == 1 and delimiter in names[0]:
            return names[0], f"values separated by commas; these are separated by {words}"
    return None


def _parquet_columns(paths: Sequence[Path]) -> dict[Path, tuple[tuple[str, str], ...]]:
    """In one query: to open a year of daily files one by one takes a hundred times as long."""
    if not paths:
        return {}
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select file_name, column_id, name, duckdb_type, coalesce(num_children, 0)"
            f" from parquet_schema([{_patterns(paths)}]) order by file_name, column_id"
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
    return {path: tuple(found) for path, found in columns.items()}


def _layout(file: RawFile) -> str:
    """What two files must share to be read together: a CSV's columns as DuckDB is told them."""
    if file.format == "parquet":
        return "parquet"
    return ", ".join(f"{sql_text(n)}: 'varchar'" for n in distinct_names(file.column_names))


def _reader(files: Sequence[RawFile], layout: str, more: str) -> str:
    paths = _patterns([file.path for file in files])
    if layout == "parquet":
        return f"read_parquet([{paths}], union_by_name = true, filename = '{SOURCE_FILE}')"
    options = f"{CSV_OPTIONS}, filename = '{SOURCE_FILE}'{more}"
    return f"read_csv([{paths}], columns = {{{layout}}}, {options})"


def _patterns(paths: Sequence[Path]) -> str:
    """Paths that mean only themselves: DuckDB expands [, * and ? wherever it takes a path."""
    return ", ".join(sql_text(re.sub(r"([\[*?])", r"[\1]", path.as_posix())) for path in paths)
