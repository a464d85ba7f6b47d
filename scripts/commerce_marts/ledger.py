"""What a warehouse was made of: its raw files, and everything else that decides how they are read.

The ledger lies in the warehouse itself, so that it is as old as what stands beside it: a build that
fails leaves none, and a rollback brings the older one back.

    ledger.files    a row per raw file: what it was when it was taken, and what is new about it
    ledger.inputs   a row per var, source file of the project, ...: its value, or the hash of its content
"""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from time import time_ns
from typing import Any

import duckdb
import yaml

from commerce_marts.macros import Macros
from commerce_marts.project import Project

NEW, CHANGED, GONE, SAME = "new", "changed", "gone", "same"
# Vars that say when a build is and not what its rows are: what depends on them is made anew each time.
VARS_OF_THE_MOMENT = (
    *("build_id", "built_at", "git_commit", "incremental"),
    *("as_of_date", "earliest_plausible_date", "latest_plausible_date"),
)
SOURCES = (
    "models/**/*.sql",
    "models/**/*.yml",
    "macros/**/*.sql",
    "seeds/look_ups/*",
    "packages.yml",
)
# A file written within a file system's tick after it was read may have the same time.
TICK_NS = 2_000_000_000
# As in profiles.yml: it counts when the file is made.
STORAGE = {"storage_compatibility_version": "v1.0.0"}


@dataclass(frozen=True)
class RawFile:
    """A raw file as it was taken: size in bytes, times in ns since 1970, layout as columns and types."""

    domain: str
    table_name: str
    file_name: str
    size_bytes: int
    modified_ns: int
    read_ns: int
    sha256: str
    layout: str = ""
    change: str = NEW

    @property
    def key(self) -> tuple[str, str, str]:
        """What names the file."""
        return self.domain, self.table_name, self.file_name


@dataclass(frozen=True)
class Ledger:
    """The raw files by name, and the inputs."""

    files: Mapping[tuple[str, str, str], RawFile]
    inputs: Mapping[str, str]

    def names(self, *changes: str) -> dict[tuple[str, str], list[str]]:
        """The names of files with one of these changes, by domain and table."""
        found: dict[tuple[str, str], list[str]] = {}
        for file in self.files.values():
            if file.change in changes:
                found.setdefault((file.domain, file.table_name), []).append(file.file_name)
        return found

    def count(self, change: str) -> int:
        """How many files have this change."""
        return sum(file.change == change for file in self.files.values())


def ledger_of(
    project: Project, dbt_vars: Mapping[str, Any], macros: Macros, before: Ledger | None
) -> Ledger:
    """The files below the var raw_dir as they are now, and what is new since the ledger `before`."""
    known = before.files if before else {}
    files = {}
    for domain in dbt_vars["domains"]:
        folder = Path(macros.call("raw_folder", domain))
        for table in macros.call("raw_contract")[domain]:
            for name in macros.call("raw_file_names", domain, table):
                file = _read(folder / name, (domain, table, name), known)
                files[file.key] = file
    gone = {key: replace(file, change=GONE) for key, file in known.items() if key not in files}
    gone = {key: file for key, file in gone.items() if known[key].change != GONE}
    return Ledger(files | gone, _inputs(project, {**project.variables, **dbt_vars}))


def with_layouts(ledger: Ledger, macros: Macros, connection: duckdb.DuckDBPyConnection) -> Ledger:
    """The ledger with the layouts of new and changed files, which have to be readable."""
    files = dict(ledger.files)
    paths = {
        macros.call("raw_folder", file.domain) + file.file_name: file
        for file in files.values()
        if file.change in (NEW, CHANGED)
    }
    parquet = [path for path in paths if not path.lower().endswith(".csv")]
    layouts = _parquet_layouts(parquet, connection) if parquet else {}
    for path, file in paths.items():
        layout = layouts.get(path) or ", ".join(macros.call("csv_header", path))
        files[file.key] = replace(file, layout=layout)
    return replace(ledger, files=files)


def why_full(before: Ledger, now: Ledger) -> str | None:
    """Why a build on top of `before` would not give what a full one gives, or not be cheaper."""
    reason = _changed_input(before.inputs, now.inputs)
    if reason:
        return reason
    sizes = {change: 0 for change in (NEW, CHANGED, GONE, SAME)}
    for file in now.files.values():
        sizes[file.change] += file.size_bytes
    if sizes[NEW] + sizes[CHANGED] + sizes[GONE] > sum(sizes.values()) / 2:
        return "more than half of the raw data is new"
    return None


def why_full_by_layouts(before: Ledger, now: Ledger) -> str | None:
    """Why, once the layouts are known: a column more or less shows in every row set aside."""
    for table in dict.fromkeys((file.domain, file.table_name) for file in now.files.values()):
        if _layouts(before, table) != _layouts(now, table):
            return f"the files of {'.'.join(table)} have other columns than before"
    return None


def what_is_new(ledger: Ledger) -> str:
    """What a build on top of another takes, as a line for people."""
    counts = {change: ledger.count(change) for change in (NEW, CHANGED, GONE)}
    if not any(counts.values()):
        return f"No file has changed ({ledger.count(SAME):,} files)"
    found = ", ".join(f"{count:,} {change}" for change, count in counts.items() if count)
    return f"Taking {found} of {len(ledger.files):,} files; the others are as they were"


def read_ledger(path: Path) -> Ledger | None:
    """The ledger in a warehouse; None where it has none."""
    columns = ", ".join(field.name for field in fields(RawFile))
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            rows = connection.execute(f"select {columns} from ledger.files").fetchall()
            inputs = connection.execute("select name, value from ledger.inputs").fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        return None
    return Ledger({file.key: file for file in (RawFile(*row) for row in rows)}, dict(inputs))


def write_ledger(ledger: Ledger, path: Path) -> None:
    """Puts the ledger into the warehouse at `path`, which is made where there is none."""
    with duckdb.connect(str(path), config=STORAGE) as connection:
        connection.execute("drop schema if exists ledger cascade")
        connection.execute("create schema ledger")
        connection.execute(
            "create table ledger.files (domain varchar, table_name varchar, file_name varchar,"
            " size_bytes bigint, modified_ns bigint, read_ns bigint, sha256 varchar,"
            " layout varchar, change varchar)"
        )
        connection.execute("create table ledger.inputs (name varchar, value varchar)")
        rows = [
            [getattr(file, field.name) for field in fields(RawFile)]
            for file in ledger.files.values()
        ]
        _insert(connection, "ledger.files", rows)
        _insert(connection, "ledger.inputs", [list(entry) for entry in ledger.inputs.items()])


def start_from_copy(published: Path, file: Path) -> None:
    """Makes `file` a copy of what is published, that can be written."""
    shutil.copyfile(published, file)


def _read(path: Path, key: tuple[str, str, str], known: Mapping[Any, RawFile]) -> RawFile:
    status, before = path.stat(), known.get(key)
    is_known = before is not None and before.change != GONE
    now = RawFile(*key, status.st_size, status.st_mtime_ns, time_ns(), "")
    if (
        is_known
        and (before.size_bytes, before.modified_ns) == (now.size_bytes, now.modified_ns)
        and before.modified_ns + TICK_NS < before.read_ns
    ):
        return replace(before, change=SAME)
    now = replace(now, sha256=_sha256(path))
    if not is_known:
        return now
    if before.sha256 == now.sha256:
        return replace(now, layout=before.layout, change=SAME)
    return replace(now, change=CHANGED)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parquet_layouts(paths: Sequence[str], connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    rows = connection.execute(
        "select file_name, string_agg(concat_ws(' ', name, type, converted_type, logical_type,"
        " precision, scale), ', ' order by place)"
        " from (select *, row_number() over () as place from parquet_schema(?)) group by file_name",
        [[glob_of(path) for path in paths]],
    ).fetchall()
    return dict(rows)


def glob_of(path: str) -> str:
    """A path as a pattern that means only itself."""
    return path.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]")


def _inputs(project: Project, variables: Mapping[str, Any]) -> dict[str, str]:
    found = {
        f"the var {name}": json.dumps(value, sort_keys=True, default=str)
        for name, value in variables.items()
        if name not in VARS_OF_THE_MOMENT
    }
    settings = yaml.safe_load((project.root / "dbt_project.yml").read_text())
    settings.pop("vars", None)
    found["dbt_project.yml"] = _sha256_of(
        json.dumps(settings, sort_keys=True, default=str).encode()
    )
    for path in _sources(project.root):
        found[path.relative_to(project.root).as_posix()] = _sha256_of(path.read_bytes())
    return found


def _sources(root: Path) -> Iterator[Path]:
    for pattern in SOURCES:
        yield from sorted(root.glob(pattern))


def _sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _changed_input(before: Mapping[str, str], now: Mapping[str, str]) -> str | None:
    changed = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    if not changed:
        return None
    first = changed[0]
    what = "is new" if first not in before else "is gone" if first not in now else "has changed"
    more = f", and {len(changed) - 1} more" if len(changed) > 1 else ""
    return f"{first} {what}{more}"


def _layouts(ledger: Ledger, table: tuple[str, str]) -> list[str]:
    """The layouts of a table's files, in the order in which a reader of all files meets them."""
    files = sorted(
        (file for file in ledger.files.values() if (file.domain, file.table_name) == table),
        key=lambda file: file.file_name,
    )
    return list(dict.fromkeys(file.layout for file in files if file.change != GONE))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[list[Any]]) -> None:
    # By columns: a row at a time takes DuckDB a millisecond.
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        marks = ", ".join("unnest(?)" for _ in columns)
        connection.execute(f"insert into {table} select {marks}", columns)
