"""The check of one table: its files, then their lines, then their rows.

DuckDB reads the files and judges their rows by the rules of rules.py, so that check and build
cannot differ. Left to the build is what one row or key does not tell: a line without its order, an
order without a line, lines of one order that disagree.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from commerce_marts.check.lines import Row, lines_of_rows
from commerce_marts.check.problems import (
    IGNORED,
    REFUSED,
    REJECTED,
    Problem,
    shortened,
)
from commerce_marts.check.raw_files import (
    SOURCE_FILE,
    Contract,
    RawFile,
    distinct_names,
    file_problems,
    files_select,
    missing_table,
    quoted,
    raw_file_names,
    raw_files,
    sql_text,
)
from commerce_marts.check.rules import TableRules

# Examples listed of each kind of problem in a file; of the others there is a count.
EXAMPLES = 10
# So many rejected rows are kept from the first pass; for more the files are read a second time.
FEW_ROWS = 100
VALUE_LENGTH = 200
# What DuckDB calls a broken line, and what the line should have been.
BROKEN_LINES = {
    "MISSING COLUMNS": "as many values as the header has names",
    "TOO MANY COLUMNS": "as many values as the header has names",
    "UNQUOTED VALUE": 'a closing quote before the next comma or line (a quote in a value is "")',
    "INVALID ENCODING": "text in UTF-8",
    "LINE SIZE OVER MAXIMUM": "at most 16 MiB in a line",
}
# What DuckDB raises where a file, and not the query, is at fault.
UNREADABLE = (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException, OSError)


@dataclass(frozen=True)
class TableFiles:
    """The files of a table below a domain's folder, or the problems that keep them from being read.

    `names` are the only ones to look at; without, all, and what counts over all is checked too.
    """

    contract: Contract
    folder: Path
    names: Sequence[str] | None
    files: Sequence[RawFile]
    problems: Sequence[Problem]

    def types_of(self, columns: Sequence[tuple[str, str]]) -> dict[str, str]:
        """The types of the contract's columns among these, as the rules want them: '' for text."""
        given = {name.lower(): "" if t == "VARCHAR" else t.lower() for name, t in columns}
        names = (column["name"] for column in self.contract["columns"])
        return {name: given.get(name, "") for name in names}

    def all_columns(self, connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
        """Name and type of each column that the files have together."""
        described = connection.execute(
            f"describe {files_select(self.folder, self.contract, self.files)}"
        ).fetchall()
        return [(name, type_) for name, type_, *_ in described if name != SOURCE_FILE]


def table_files(folder: Path, contract: Contract, names: Sequence[str] | None) -> TableFiles:
    """Finds a table's files and reads their headers."""

    def problem(**given: Any) -> Problem:  # noqa: ANN401
        return Problem(contract["domain"], contract["table"], outcome=REFUSED, **given)

    found: list[RawFile] = []
    problems: list[Problem] = []
    try:
        found = raw_files(folder, contract["table"], names)
    except UNREADABLE:
        # Only file by file tells which one it was.
        for name in names or raw_file_names(folder, contract["table"]):
            try:
                found += raw_files(folder, contract["table"], [name])
            except UNREADABLE as error:
                problems.append(problem(**_unreadable(folder / name, name, error)))
    if not found and not problems and names is None:
        problems += [problem(**entry) for entry in missing_table(folder, contract)]
    problems += [problem(**entry) for file in found for entry in file_problems(contract, file)]
    return TableFiles(contract, folder, names, found, problems)


@dataclass(frozen=True)
class TableCheck:
    """Files of a table under check, by rules for the types of their columns."""

    table: TableFiles
    columns: Sequence[tuple[str, str]]
    rules: TableRules
    # What rows are checked against: dates, and the share of rejected rows.
    dbt_vars: Mapping[str, Any]
    connection: duckdb.DuckDBPyConnection

    def problems(self) -> list[Problem]:
        """The problems of the lines and rows; the files' own must be solved before."""
        try:
            return self._row_problems()
        except UNREADABLE as error:
            # Only reading file by file tells which one it was.
            return self._unreadable_files(error)

    @property
    def _contract(self) -> Contract:
        return self.table.contract

    def _problem(self, **given: Any) -> Problem:  # noqa: ANN401
        return Problem(self._contract["domain"], self._contract["table"], **given)

    def _row_problems(self) -> list[Problem]:
        for name in ("reject_errors", "reject_scans"):
            self.connection.execute(f"drop table if exists {name}")
        rows, rejected, keys_repeat = self._first_pass()
        found = self._broken_lines()
        contract = self._contract
        must_have_rows = contract["transactions"] and not contract["optional"]
        if rows == 0 and not found and must_have_rows and self.table.names is None:
            expected = "at least one row in a table of transactions"
            name = self.table.files[0].name if len(self.table.files) == 1 else None
            found.append(self._problem(file=name, expected=expected, outcome=REFUSED))
        if rejected or keys_repeat:
            if keys_repeat or rejected > FEW_ROWS:
                rejected = self._second_pass(keys_repeat)
            found += self._rejected_rows()
            found += self._share_problems(rejected, rows)
        return found

    def _raw_table(self) -> str:
        """The CTE `raw_table` that the rules read."""
        fields = ", ".join(f"{quoted(n.lower())} := {quoted(n)}" for n, _ in self.columns)
        source = files_select(
            self.table.folder, self._contract, self.table.files, ", store_rejects = true"
        )
        return (
            f"raw_table as not materialized (select *, {SOURCE_FILE} as _delivery,"
            f" struct_pack({fields}) as _raw_row from ({source}))"
        )

    def _first_pass(self) -> tuple[int, int, bool]:
        """How many rows there are, how many are rejected by themselves, and whether keys repeat.

        Leaves up to FEW_ROWS + 1 of the rejected in the table `rejected_rows`.
        """
        judged = set(self.rules.faults)
        # DuckDB looks at the letters of those columns only that somebody asks for.
        others = [quoted(n.lower()) for n, _ in self.columns if n.lower() not in judged]
        counts = "".join(f", count(_raw_row.{name})" for name in others)
        key = ", ".join(map(quoted, self._contract["key"]))
        self.connection.execute(
            f"create or replace temp table first_pass as with {self._raw_table()},"
            f" {self.rules.typed_rows}"
            " select count(*) as rows_count,"
            " count(*) filter (where _reason like 'rejected: %') as rejected_count,"
            f" {f'count(distinct hash({key}))' if key else 'count(*)'} as keys_count,"
            f" min({{source_file: {SOURCE_FILE}, reason: _reason, raw_row: _raw_row}},"
            f" {FEW_ROWS + 1})"
            f" filter (where _reason like 'rejected: %') as few {counts}"
            f" from (select *, {self.rules.reason} as _reason from typed_rows)"
        )
        self.connection.execute(
            "create or replace temp table rejected_rows as"
            " select unnest(few, max_depth := 2) from first_pass"
        )
        rows, rejected, keys = self.connection.execute(
            "select rows_count, rejected_count, keys_count from first_pass"
        ).fetchone()
        return rows, rejected, keys < rows

    def _second_pass(self, keys_repeat: bool) -> int:
        """Puts all rejected rows into the table `rejected_rows`; returns how many there are."""
        judged = (
            f"{self.rules.judged_rows}"
            if keys_repeat
            else f"(with {self.rules.typed_rows} select {self.rules.reason} as left_out_reason,"
            f" _raw_row as raw_row, {SOURCE_FILE} as source_file from typed_rows)"
        )
        self.connection.execute(
            f"create or replace temp table rejected_rows as with {self._raw_table()}"
            f" select source_file, left_out_reason as reason, raw_row from {judged} as judged_rows"
            " where left_out_reason like 'rejected: %'"
            " and left_out_reason not like '% contradicts another line of the order'"
        )
        return self.connection.execute("select count(*) from rejected_rows").fetchone()[0]

    def _rejected_rows(self) -> list[Problem]:
        """Every fault of the rejected rows: a row may have several, and quarantine names one."""
        selects = [
            f"select {SOURCE_FILE} as source_file, {sql_text(column)} as column_name,"
            f" cast(_raw_row.{quoted(column)} as varchar) as value, {fault} as reason, _raw_row"
            " from typed_rows"
            for column, fault in self.rules.faults.items()
        ]
        key = self._contract["key"]
        if key:
            values = ", ".join(f"cast(_raw_row.{quoted(name)} as varchar)" for name in key)
            selects.append(
                f"select {SOURCE_FILE}, {sql_text(', '.join(key))}, concat_ws(', ', {values}),"
                " _delivery, _raw_row from typed_rows"
                " where _delivery like 'rejected: contradicts %'"
            )
        # The reason of a row travels as its _delivery, which nothing else needs here.
        rows = self.connection.execute(
            "with raw_table as (select raw_row.*, reason as _delivery, raw_row as _raw_row,"
            f" source_file as {SOURCE_FILE} from rejected_rows), {self.rules.typed_rows},"
            f" faults as ({' union all '.join(selects)})"
            " select source_file, column_name, reason, count(*),"
            f" min({{value: left(value, {VALUE_LENGTH + 1}), raw_row: _raw_row}}, {EXAMPLES})"
            " from faults where reason is not null"
            " group by source_file, column_name, reason order by source_file, column_name, reason"
        ).fetchall()
        lines = self._lines([(name, example) for name, *_, few in rows for example in few])
        examples, others = [], []
        for name, column, reason, count, few in rows:
            reason = reason.removeprefix("rejected: ")
            kind = self._problem(
                file=name,
                column=column,
                expected=self._expected(reason),
                outcome=REJECTED if self._contract["transactions"] else REFUSED,
                reason=reason,
            )
            places = Counter[Row]()
            for example in few:
                row = self._row(name, example["raw_row"])
                there = lines.get((name, row), [])
                line = there[places[row]] if places[row] < len(there) else None
                places[row] += 1
                value = example["value"]
                value = None if value is None else shortened(value, VALUE_LENGTH)
                examples.append(replace(kind, line=line, value=value))
            if count > EXAMPLES:
                others.append(replace(kind, rows=count - EXAMPLES))
        return sorted(examples, key=lambda p: (p.file or "", p.line or 0, p.column or "")) + others

    def _row(self, name: str, raw_row: Mapping[str, Any]) -> Row:
        file = next(file for file in self.table.files if file.name == name)
        values = [raw_row[column.lower()] for column in distinct_names(file.column_names)]
        return tuple("" if value is None else str(value) for value in values)

    def _lines(
        self, examples: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> dict[tuple[str, Row], list[int]]:
        """The lines of the examples that stand in CSV files, by file and row."""
        wanted: dict[str, set[Row]] = {}
        for name, example in examples:
            wanted.setdefault(name, set()).add(self._row(name, example["raw_row"]))
        return {
            (file.name, row): lines
            for file in self.table.files
            if file.format == "csv" and file.name in wanted
            for row, lines in lines_of_rows(file.path, list(wanted[file.name])).items()
        }

    def _broken_lines(self) -> list[Problem]:
        names = {file.path.as_posix(): file.name for file in self.table.files}
        try:
            rows = self.connection.execute(
                "select file_path, line, min(column_name), min(error_type), min(csv_line)"
                " from reject_errors join reject_scans using (scan_id, file_id)"
                " group by file_path, line order by file_path, line"
            ).fetchall()
        except duckdb.CatalogException:
            return []
        counts: Counter[tuple[str, str]] = Counter()
        found = []
        for path, line, column, error, text in rows:
            expected = BROKEN_LINES.get(error, f"a line that can be read ({error.lower()})")
            counts[path, expected] += 1
            if counts[path, expected] <= EXAMPLES:
                # Of what is not UTF-8 DuckDB gives no faithful text.
                known = error != "INVALID ENCODING"
                found.append(
                    self._problem(
                        file=names.get(path, path),
                        line=line,
                        column=None if "COLUMNS" in error else column,
                        value=shortened(text.rstrip("\r\n"), VALUE_LENGTH) if known else None,
                        expected=expected,
                        outcome=REFUSED,
                    )
                )
        found += [
            self._problem(
                file=names.get(path, path), expected=words, outcome=REFUSED, rows=n - EXAMPLES
            )
            for (path, words), n in counts.items()
            if n > EXAMPLES
        ]
        return found

    def _expected(self, reason: str) -> str:
        if reason.endswith(" is missing"):
            return "a value"
        if reason.startswith("contradicts"):
            return "one row with this key, or equal ones"
        if reason.endswith("is not a plausible date"):
            first, last = (self.dbt_vars[f"{end}_plausible_date"] for end in ("earliest", "latest"))
            return f"a date from {first} to {last}"
        return reason.partition(" is not ")[2]

    def _share_problems(self, rejected: int, rows: int) -> list[Problem]:
        limit = float(self.dbt_vars["max_quarantined_share"])
        contract = self._contract
        if not contract["transactions"] or contract["test_traffic"] == "parent":
            return []
        if self.table.names is not None or rows == 0 or rejected / rows <= limit:
            return []
        return [
            self._problem(
                value=f"{rejected:,} of {rows:,} rows cannot be used ({rejected / rows:.1%})",
                expected=f"at most {limit:.1%} (max_quarantined_share)",
                outcome=REFUSED,
            )
        ]

    def _unreadable_files(self, error: Exception) -> list[Problem]:
        found = []
        for file in self.table.files:
            source = files_select(self.table.folder, self._contract, [file])
            try:
                # Through count(columns), so that every value is read.
                self.connection.execute(f"select count(columns(*)) from ({source})")
            except UNREADABLE as own_error:
                place = _unreadable(file.path, file.name, own_error)
                found.append(self._problem(**place, outcome=REFUSED))
        if not found:
            raise error
        return found


def ignored_files(table: TableFiles) -> Iterator[Problem]:
    """What lies in the folder of a table and is not read."""
    read = {file.path for file in table.files}
    contract = table.contract
    for path in sorted((table.folder / contract["table"]).glob("*")):
        if path not in read and not path.name.startswith("."):
            yield Problem(
                contract["domain"],
                contract["table"],
                file=f"{contract['table']}/{path.name}",
                expected="a name that ends in .csv or .parquet; it is not read",
                outcome=IGNORED,
            )


def _unreadable(path: Path, name: str, error: Exception) -> dict[str, Any]:
    if path.suffix.lower() == ".parquet":
        kind, number = "Parquet", None
    else:
        kind, number = "CSV", _line_with_another_end(path)
    if number is not None:
        expected = "the same line end as in the lines before (\\n or \\r\\n, not both)"
        return {"file": name, "line": number, "expected": expected}
    message = str(error).strip().splitlines()[0].replace(path.as_posix(), name)
    return {"file": name, "expected": f"a whole {kind} file; DuckDB says: {message}"}


def _line_with_another_end(path: Path) -> int | None:
    """The first line that ends otherwise than the header. DuckDB cannot read on there."""
    with path.open("rb") as file:
        first = file.readline()
        for number, line in enumerate(file, start=2):
            if line.endswith(b"\n") and line.endswith(b"\r\n") != first.endswith(b"\r\n"):
                return number
    return None
