"""`commerce-marts check`: raw files against the contract, all problems at once.

DuckDB reads the files, and the project's own macros say what is expected and what a row is worth,
so that check and build cannot judge differently. Only what one table cannot tell of itself is left
to the build: a line without its order, an order without a line, lines of one order that disagree.
"""

import csv
import json
import mmap
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from commerce_marts.errors import RunnerError
from commerce_marts.macros import Macros
from commerce_marts.project import Project

REFUSED, REJECTED, IGNORED = "refused", "rejected", "ignored"
# Rows listed of each kind of problem in a file; of the others there is a count.
ROWS_LISTED = 10
# So many rejected rows of a table are looked up in the file; for more it is read a second time.
FEW_ROWS = 100
VALUE_LENGTH = 200
SHOWN_LENGTH = 60
REFUSALS_SHOWN = 20
# What DuckDB calls a broken line, and what it should have been.
BROKEN_LINES = {
    "MISSING COLUMNS": "as many values as the header has names",
    "TOO MANY COLUMNS": "as many values as the header has names",
    "UNQUOTED VALUE": 'a closing quote before the next comma or line (a quote in a value is "")',
    "INVALID ENCODING": "text in UTF-8",
    "LINE SIZE OVER MAXIMUM": "at most 16 MiB in a line",
}

# What DuckDB raises where a file, and not the question, is at fault.
UNREADABLE = (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException)

Contract = Mapping[str, Any]
File = Mapping[str, Any]
# Of each domain and table, the names of the files to look at.
Names = Mapping[tuple[str, str], Sequence[str]]


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place, and what will happen to it: refused, rejected or ignored.

    `reason` is the one that a rejected row gets. `rows` is how many rows the entry stands for.
    """

    domain: str
    table: str
    file: str | None
    line: int | None
    column: str | None
    value: str | None
    expected: str
    outcome: str
    reason: str | None = None
    rows: int = 1

    def __str__(self) -> str:
        where = f"{self.domain}.{self.table}"
        where += f", {self.file}" if self.file else ""
        where += f", line {self.line}" if self.line else ""
        where += f", column {self.column}" if self.column else ""
        found = "" if self.value is None else f": {_shortened(self.value, SHOWN_LENGTH)}"
        more = f" ({self.rows:,} more rows)" if self.rows > 1 else ""
        return f"{where}{found}: expected {self.expected}.{more}"


def raw_file_problems(
    project: Project,
    domains: Sequence[str],
    dbt_vars: Mapping[str, Any],
    names: Names | None = None,
    duckdb_config: Mapping[str, str] | None = None,
) -> list[Problem]:
    """The problems of the files below the var raw_dir, by domain and table; nothing is written.

    `dbt_vars` are those of a build, `names` restricts it to some files of each table, and
    `duckdb_config` is DuckDB's, such as its memory_limit. A project without a raw contract has
    nothing to check.
    """
    if not project.has_raw_contract:
        return []
    # Left to itself DuckDB spills into the folder where somebody happens to be.
    with TemporaryDirectory() as spill_folder:
        config = {"temp_directory": spill_folder, **(duckdb_config or {})}
        with duckdb.connect(config=config) as connection:
            connection.execute("set TimeZone = 'UTC'")
            macros = Macros(project.root, {**project.variables, **dbt_vars}, connection)
            return [
                problem
                for domain in domains
                for table in macros.call("raw_contract")[domain]
                for problem in TableCheck(
                    macros,
                    connection,
                    domain,
                    table,
                    None if names is None else names.get((domain, table), ()),
                ).problems()
            ]


def vars_of_check(raw_dir: Path, user_vars: Mapping[str, Any]) -> dict[str, Any]:
    """The vars that a build of these files would have."""
    latest_date = (datetime.now(UTC) + timedelta(hours=14)).date()
    return {
        "latest_plausible_date": latest_date.isoformat(),
        **user_vars,
        "raw_dir": str(raw_dir),
    }


def refuse_bad_files(
    project: Project,
    domains: Sequence[str],
    dbt_vars: Mapping[str, Any],
    ending: str,
    names: Names | None = None,
    duckdb_config: Mapping[str, str] | None = None,
) -> None:
    """Raises RunnerError where the files below the var raw_dir would not build, saying why.

    `ending` is the last line of what it says.
    """
    problems = raw_file_problems(project, domains, dbt_vars, names, duckdb_config)
    if not is_refused(problems):
        return
    # Of a table with too many rejected rows, those rows are what has to be mended.
    too_many = {(p.domain, p.table) for p in problems if p.outcome == REFUSED and p.file is None}
    refusals = [
        problem
        for problem in problems
        if problem.outcome == REFUSED
        or (problem.outcome == REJECTED and (problem.domain, problem.table) in too_many)
    ]
    lines = [str(problem) for problem in refusals[:REFUSALS_SHOWN]]
    unseen = len(refusals) - len(lines)
    if unseen:
        lines.append(
            f"... and {unseen} more: commerce-marts check --raw-dir {dbt_vars['raw_dir']} "
            f"--domains {','.join(domains)}"
        )
    raise RunnerError("\n".join([*lines, ending]))


def show_problems(problems: Sequence[Problem], console: Console) -> None:
    """Prints the problems as a table for people, and what they come to."""
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
            more if problem.value is None else _shortened(problem.value, SHOWN_LENGTH),
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


def is_refused(problems: Sequence[Problem]) -> bool:
    """Whether a build of these files would be refused."""
    return any(problem.outcome == REFUSED for problem in problems)


@dataclass(frozen=True)
class TableCheck:
    """The files of one table under check."""

    macros: Macros
    connection: duckdb.DuckDBPyConnection
    domain: str
    table: str
    # Only these of its files; what counts over all of them is left to the build then.
    names: Sequence[str] | None = None

    def problems(self) -> list[Problem]:
        """All problems of the table: of its files, then of their lines, then of their rows."""
        try:
            files = self.macros.call("raw_files", self.domain, self.table, self.names)
        except UNREADABLE as error:
            said = str(error).strip().splitlines()[0]
            expected = f"files that can be opened; DuckDB says: {said}"
            return [self._problem(expected=expected, outcome=REFUSED)]
        found = self._file_problems(files)
        if not is_refused(found) and files:
            try:
                found += self._row_problems(files)
            except UNREADABLE as error:
                # Only reading file by file tells which one it was.
                found += self._unreadable_files(files, error)
        return found

    @property
    def contract(self) -> Contract:
        return self.macros.call("raw_contract", self.domain, self.table)

    def _problem(self, **given: Any) -> Problem:  # noqa: ANN401
        empty = dict.fromkeys(("file", "line", "column", "value"))
        return Problem(domain=self.domain, table=self.table, **{**empty, **given})

    def _file_problems(self, files: Sequence[File]) -> list[Problem]:
        there = self.macros.call("raw_file_names", self.domain, self.table)
        described = list(self.macros.call("raw_files_problems", self.domain, self.table, there))
        try:
            described += self._header_problems(files)
        except UNREADABLE:
            # Only file by file tells which one it was.
            for file in files:
                try:
                    described += self._header_problems([file])
                except UNREADABLE as error:
                    described.append(_unreadable(file, error))
        return [
            *(self._problem(**entry, outcome=REFUSED) for entry in described),
            *self._ignored_files(files),
        ]

    def _header_problems(self, files: Sequence[File]) -> list[dict[str, Any]]:
        return [
            entry
            for file in self.macros.call("described_files", files)
            for entry in self.macros.call("file_problems", self.contract, file)
        ]

    def _ignored_files(self, files: Sequence[File]) -> Iterator[Problem]:
        folder = Path(self.macros.call("raw_folder", self.domain))
        read = {Path(file["path"]) for file in files}
        for path in sorted((folder / self.table).glob("*")):
            if path not in read and not path.name.startswith("."):
                yield self._problem(
                    file=f"{self.table}/{path.name}",
                    expected="a name that ends in .csv or .parquet; it is not read",
                    outcome=IGNORED,
                )

    def _row_problems(self, files: Sequence[File]) -> list[Problem]:
        for name in ("reject_errors", "reject_scans"):
            self.connection.execute(f"drop table if exists {name}")
        source = self.macros.call(
            "raw_files_select", self.domain, self.table, files, ", store_rejects = true"
        )
        given = self._given(source)
        rows, reasons, keys_repeat = self._first_pass(source, given)
        found = self._broken_lines(files)
        contract = self.contract
        is_all = self.names is None
        must_have_rows = is_all and contract["transactions"] and not contract["optional"]
        if rows == 0 and not found and must_have_rows:
            expected = "at least one row in a table of transactions"
            name = files[0]["name"] if len(files) == 1 else None
            found.append(self._problem(file=name, expected=expected, outcome=REFUSED))
        if reasons or keys_repeat:
            few = not keys_repeat and self._lines_of_few_rows(files)
            judged = files if keys_repeat else self._files_of_few_rows(files)
            rejected = reasons if few else self._judge(judged, given, keys_repeat)
            found += self._rejected_rows(files, given, few)
            found += self._share_problems(rejected, rows)
        return found

    def _given(self, source: str) -> dict[str, Any]:
        columns = {
            name: "" if type_ == "VARCHAR" else type_.lower()
            for name, type_, *_ in self.connection.execute(f"describe {source}").fetchall()
            if name != "_source_file"
        }
        return {
            "names": list(columns),
            "types": {name.lower(): type_ for name, type_ in columns.items()},
            "delivery": "_source_file",
            "source_file": "_source_file",
        }

    def _first_pass(self, source: str, given: Mapping[str, Any]) -> tuple[int, int, bool]:
        """How many rows there are, how many are rejected alone, and whether keys repeat.

        Leaves up to FEW_ROWS of the rejected in the table `few`, so that they are not read again.
        """
        contract = self.contract
        judged = {
            column["name"]
            for column in contract["columns"]
            if column["required"] or column["type"] != "string"
        }
        # DuckDB looks at the letters of those columns only that somebody asks for.
        others = [quoted(name) for name in given["names"] if name.lower() not in judged]
        seen = [f"{name} is null as seen_{index}" for index, name in enumerate(others)]
        measures = [f"count(seen_{index})" for index in range(len(others))]
        key = ", ".join(map(quoted, contract["key"]))
        reason = self.macros.call("rejection_reason", contract)
        columns = [
            self.macros.call("typed_columns", contract, given["types"]),
            f"{self.macros.call('row_as_struct', given['names'])} as raw_row",
            "_source_file as source_file",
            *seen,
        ]
        self.connection.execute(
            "create or replace temp table first_pass as select count(*) as rows_count,"
            f" count(fault) as faults_count,"
            f" {f'count(distinct hash({key}))' if key else 'count(*)'} as keys_count,"
            f" min(struct_pack(source_file, left_out_reason := fault, raw_row), {FEW_ROWS + 1})"
            f" filter (where fault is not null) as few {''.join(f', {m}' for m in measures)}"
            " from (select *, case when rejection_reason is not null"
            f" and {self._is_test()} is not true then rejection_reason end as fault"
            f" from (select *, {reason} as rejection_reason"
            f" from (select {', '.join(columns)} from ({source}))))"
        )
        self.connection.execute(
            "create or replace temp table few as select unnest(few, max_depth := 2) from first_pass"
        )
        rows, reasons, keys = self.connection.execute(
            "select rows_count, faults_count, keys_count from first_pass"
        ).fetchone()
        return rows, reasons, keys < rows

    def _is_test(self) -> str:
        """What a developer's app sends may be broken, and is no fault of the data."""
        column = self.contract["test_traffic"]
        if not column or column == "parent":
            return "false"
        return f"({self.macros.call('is_test_traffic', quoted(column))})"

    def _lines_of_few_rows(self, files: Sequence[File]) -> bool:
        """Makes `found` of the rows in `few` where they are all and each is found in its file."""
        rows = self.connection.execute("select source_file, raw_row from few").fetchall()
        by_name = {file["name"]: file for file in files}
        if len(rows) > FEW_ROWS or any(by_name[name]["format"] != "csv" for name, _ in rows):
            return False
        lines: list[int] = []
        ends: dict[tuple[str, bytes], int] = {}
        for name, row in rows:
            names = self.macros.call("distinct_names", by_name[name]["header"])
            values = [row[column.lower()] for column in names]
            text = ",".join("" if value is None else value for value in values).encode()
            with Path(by_name[name]["path"]).open("rb") as file, _mapped(file) as content:
                # Equal rows are on different lines.
                start = content.find(b"\n" + text, ends.get((name, text), 0)) + 1
                end = start + len(text)
                if start == 0 or content[end : end + 1] not in (b"\n", b"\r", b""):
                    return False
                ends[name, text] = end
                lines.append(_count_of_lines(content, start) + 1)
        self.connection.execute(
            "create or replace temp table found as select source_file, left_out_reason, raw_row,"
            " lines[row_number() over ()] as _record from few, (select ?::bigint[] as lines)",
            [lines],
        )
        return True

    def _files_of_few_rows(self, files: Sequence[File]) -> Sequence[File]:
        """The files with rejected rows, as far as `few` tells."""
        rows = self.connection.execute("select source_file from few").fetchall()
        names = {name for (name,) in rows}
        return files if len(rows) > FEW_ROWS else [file for file in files if file["name"] in names]

    def _broken_lines(self, files: Sequence[File]) -> list[Problem]:
        names = {file["path"]: file["name"] for file in files}
        try:
            rows = self.connection.execute(
                "select file_path, line, min(column_name), min(error_type), min(csv_line)"
                " from reject_errors join reject_scans using (scan_id, file_id)"
                " group by file_path, line order by file_path, line"
            ).fetchall()
        except duckdb.CatalogException:
            return []
        listed: dict[tuple[str, str], int] = {}
        found = []
        for path, line, column, error, text in rows:
            expected = BROKEN_LINES.get(error, f"a line that can be read ({error.lower()})")
            listed[path, expected] = listed.get((path, expected), 0) + 1
            if listed[path, expected] <= ROWS_LISTED:
                found.append(
                    self._problem(
                        file=names.get(path, path),
                        line=line,
                        column=None if "COLUMNS" in error else column,
                        # Of what is not UTF-8 DuckDB gives no faithful text.
                        value=None
                        if error == "INVALID ENCODING"
                        else _shortened(text.rstrip("\r\n"), VALUE_LENGTH),
                        expected=expected,
                        outcome=REFUSED,
                    )
                )
        found += [
            self._problem(
                file=names.get(path, path), expected=words, outcome=REFUSED, rows=n - ROWS_LISTED
            )
            for (path, words), n in listed.items()
            if n > ROWS_LISTED
        ]
        return found

    @property
    def _broken(self) -> dict[str, set[int]]:
        """The lines of each path that DuckDB passed over."""
        broken: dict[str, set[int]] = {}
        with suppress(duckdb.CatalogException):
            for path, line in self.connection.execute(
                "select distinct file_path, line"
                " from reject_errors join reject_scans using (scan_id, file_id)"
            ).fetchall():
                broken.setdefault(path, set()).add(line)
        return broken

    def _judge(self, files: Sequence[File], given: Mapping[str, Any], keys_repeat: bool) -> int:
        """Puts the rejected rows into the table `found`, as they came; returns how many."""
        selects = [
            "select *, row_number() over () as _record from ("
            + self.macros.call(
                "raw_files_select", self.domain, self.table, [file], ", store_rejects = true"
            )
            + ")"
            for file in files
        ]
        contract = self.contract
        judged = self.macros.call(
            "judged_rows",
            # Rows are compared under their keys only where keys repeat: it takes most of the time.
            contract if keys_repeat else {**contract, "key": []},
            f"({' union all by name '.join(selects)})",
            {**given, "names": [*given["names"], "_record"]},
        )
        self.connection.execute(
            "create or replace temp table found as"
            " select source_file, left_out_reason, raw_row, raw_row._record as _record"
            f" from {judged}"
            f" where left_out_reason like 'rejected: %' and {self._is_test()} is not true"
        )
        return self.connection.execute("select count(*) from found").fetchone()[0]

    def _rejected_rows(
        self, files: Sequence[File], given: Mapping[str, Any], has_lines: bool
    ) -> list[Problem]:
        """Every fault of every row in `found`: a row may have several, and quarantine names one.

        has_lines: _record is the line already.
        """
        contract = self.contract
        typed = self.macros.call("typed_columns", contract, given["types"])
        selects = []
        for column in contract["columns"]:
            if column["required"] or column["type"] != "string":
                one = {**contract, "columns": [column]}
                selects.append(
                    f"select source_file, _record, {sql_text(column['name'])} as column_name,"
                    f" {quoted('raw_' + column['name'])} as value,"
                    f" {self.macros.call('rejection_reason', one)} as reason from typed_rows"
                )
        names = [quoted(column["name"]) for column in contract["columns"]]
        raw_texts = ", ".join(
            f"cast({quoted(column['name'])} as varchar) as {quoted('raw_' + column['name'])}"
            for column in contract["columns"]
        )
        if contract["key"]:
            values = " || ', ' || ".join(
                f"coalesce({quoted('raw_' + name)}, '')" for name in contract["key"]
            )
            selects.append(
                f"select source_file, _record, {sql_text(', '.join(contract['key']))},"
                f" {values}, left_out_reason from typed_rows"
                " where left_out_reason like 'rejected: contradicts %'"
            )
        rows = self.connection.execute(
            "with raw_rows as (select source_file, left_out_reason, _record as record_or_line,"
            f" {', '.join(f'raw_row.{name} as {name}' for name in names)} from found),"
            " typed_rows as (select source_file, left_out_reason, record_or_line as _record,"
            f" {raw_texts}, {typed}"
            f" from raw_rows),"
            f" faults as ({' union all '.join(selects)}),"
            " ranked as (select *, count(*) over kind as faults_count,"
            " row_number() over (kind order by _record) as place from faults"
            " where reason is not null"
            " window kind as (partition by source_file, column_name, reason))"
            f" select source_file, _record, column_name, left(value, {VALUE_LENGTH + 1}), reason,"
            f" faults_count from ranked where place <= {ROWS_LISTED}"
            " order by source_file, _record, column_name"
        ).fetchall()
        outcome = REJECTED if contract["transactions"] else REFUSED
        records = [(name, record) for name, record, *_ in rows]
        lines = (
            {(name, line): line for name, line in records}
            if has_lines
            else _lines_of_records(files, records, self._broken)
        )
        found, counts = [], {}
        for name, record, column, value, reason, count in rows:
            reason = reason.removeprefix("rejected: ")
            problem = self._problem(
                file=name,
                line=lines.get((name, record)),
                column=column,
                value=_shortened(value, VALUE_LENGTH),
                expected=self._expected(reason),
                outcome=outcome,
                reason=reason,
            )
            found.append(problem)
            counts[name, column, reason] = (problem, count)
        found += [
            replace(problem, line=None, value=None, rows=count - ROWS_LISTED)
            for problem, count in counts.values()
            if count > ROWS_LISTED
        ]
        return found

    def _expected(self, reason: str) -> str:
        if reason.endswith(" is missing"):
            return "a value"
        if reason.startswith("contradicts"):
            return "one row with this key, or equal ones"
        if reason.endswith("is not a plausible date"):
            first, last = (
                self.macros.variables[f"{end}_plausible_date"] for end in ("earliest", "latest")
            )
            return f"a date from {first} to {last}"
        return reason.partition(" is not ")[2]

    def _share_problems(self, rejected: int, rows: int) -> list[Problem]:
        limit = float(self.macros.variables["max_quarantined_share"])
        contract = self.contract
        if not contract["transactions"] or contract["test_traffic"] == "parent":
            return []
        if self.names is not None:
            return []
        if rows == 0 or rejected / rows <= limit:
            return []
        return [
            self._problem(
                value=f"{rejected:,} of {rows:,} rows cannot be used ({rejected / rows:.1%})",
                expected=f"at most {limit:.1%} (max_quarantined_share)",
                outcome=REFUSED,
            )
        ]

    def _unreadable_files(self, files: Sequence[File], error: duckdb.Error) -> list[Problem]:
        found = []
        for file in files:
            source = self.macros.call("raw_files_select", self.domain, self.table, [file])
            try:
                # Through count(columns), so that every value is read.
                self.connection.execute(f"select count(columns(*)) from ({source})")
            except UNREADABLE as own_error:
                found.append(self._problem(**_unreadable(file, own_error), outcome=REFUSED))
        if not found:
            raise error
        return found


def quoted(name: str) -> str:
    """A name as SQL, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def sql_text(text: str) -> str:
    """A text as SQL, whatever it holds."""
    return "'" + text.replace("'", "''") + "'"


def _unreadable(file: File, error: duckdb.Error) -> dict[str, Any]:
    place = {"file": file["name"], "line": None, "column": None, "value": None}
    number = _line_with_another_end(Path(file["path"])) if file["format"] == "csv" else None
    if number is not None:
        expected = "the same line end as in the lines before (\\n or \\r\\n, not both)"
        return {**place, "line": number, "expected": expected}
    kind = "Parquet" if file["format"] == "parquet" else "CSV"
    said = str(error).strip().splitlines()[0].replace(file["path"], file["name"])
    return {**place, "expected": f"a whole {kind} file; DuckDB says: {said}"}


def _line_with_another_end(path: Path) -> int | None:
    """The first line that ends otherwise than the header. DuckDB cannot read on there."""
    with path.open("rb") as file:
        first = file.readline()
        for number, line in enumerate(file, start=2):
            if line.endswith(b"\n") and line.endswith(b"\r\n") != first.endswith(b"\r\n"):
                return number
    return None


def _lines_of_records(
    files: Sequence[File],
    records: Sequence[tuple[str, int]],
    broken: Mapping[str, set[int]],
) -> dict[tuple[str, int], int]:
    """The line on which each (file, record) begins: a value may hold line ends."""
    wanted: dict[str, set[int]] = {}
    for name, record in records:
        wanted.setdefault(name, set()).add(record)
    found = {}
    with _values_of_any_length():
        for file in files:
            left = wanted.get(file["name"], set())
            if file["format"] == "csv" and left:
                passed_over = broken.get(file["path"], set())
                for record, line in _record_lines(Path(file["path"]), max(left), passed_over):
                    if record in left:
                        found[file["name"], record] = line
    return found


def _record_lines(path: Path, last: int, passed_over: set[int]) -> Iterator[tuple[int, int]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(file)
        record, begins = -1, 1
        with suppress(csv.Error):
            for values in reader:
                if values and begins not in passed_over:
                    record += 1
                    yield record, begins
                begins = reader.line_num + 1
                if record >= last:
                    return


@contextmanager
def _values_of_any_length() -> Iterator[None]:
    """Has Python's csv read values of any length while it lasts."""
    before = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _mapped(file: BinaryIO) -> mmap.mmap:
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _count_of_lines(content: mmap.mmap, end: int) -> int:
    """The line ends before `end`, counted in pieces: a file may be larger than the memory."""
    piece = 1 << 24
    return sum(
        content[start : min(start + piece, end)].count(b"\n") for start in range(0, end, piece)
    )


def _shortened(text: str | None, length: int) -> str | None:
    if text is None or len(text) <= length:
        return text
    return text[: length - 1] + "…"
