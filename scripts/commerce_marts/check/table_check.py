"""The check of one table: its files, then their lines, then their rows.

DuckDB reads the files and judges their rows by the rules of rules.py, so that check and build
cannot differ. Left to the build is what one table does not tell: a line without its order, an order
without a line. To know which orders are split over deliveries it also reads their buyers and days.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from commerce_marts.check.lines import Row, lines_of_rows
from commerce_marts.check.problems import (
    REFUSED,
    REJECTED,
    Problem,
    is_refused,
    problem_of,
    shortened,
)
from commerce_marts.check.raw_files import (
    DELIVERY,
    SOURCE_FILE,
    UNREADABLE,
    Columns,
    RawFile,
    distinct_names,
    files_select,
    first_line,
    header_problems,
    raw_files,
    unreadable,
)
from commerce_marts.check.rules import TableRules, rules_key
from commerce_marts.check.sql_text import quoted, sql_text
from commerce_marts.project import Contract

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

ORDER_DIFFERS = "contradicts another line of the order"
OWN = (SOURCE_FILE, DELIVERY)

# The reason of a row travels as its _delivery, which nothing else needs here.
REJECTED_AS_RAW = (
    "raw_table as (select raw_row.*, reason as _delivery, raw_row as _raw_row,"
    f" source_file as {SOURCE_FILE} from rejected_rows)"
)
# A kind of problem without its place, up to EXAMPLES or more of it, and how many there are.
Kind = tuple[Problem, Sequence[Problem], int]


@dataclass
class TableCheck:
    """Collects the `problems` of a table's files.

    `names` are the only files to look at; without, all, and what counts over all is checked too.
    `dbt_vars` say where they are and what rows are checked against: dates, share of rejected rows.
    `columns` are those that the files have together; there are none where they cannot be read.
    `rejected` is how many rows a build rejects for what this table tells. `parent` is the check of
    the table that this one follows.
    """

    contract: Contract
    names: Sequence[str] | None
    dbt_vars: Mapping[str, Any]
    connection: duckdb.DuckDBPyConnection
    files: list[RawFile] = field(default_factory=list)
    columns: Columns = ()
    problems: list[Problem] = field(default_factory=list)
    rejected: int = 0
    parent: "TableCheck | None" = None

    @property
    def folder(self) -> Path:
        """The folder of the domain's raw files."""
        return Path(self.dbt_vars["raw_dir"]) / self.contract["domain"]

    def read_headers(self) -> None:
        """Finds the files and their columns, and what is wrong with those."""
        files, problems = raw_files(self.folder, self.contract, self.names)
        self.problems += problems
        self.problems += header_problems(self.folder, self.contract, files, self.names)
        self.files = [file for file in files if file.error is None]
        if self.files and not is_refused(self.problems):
            select = files_select(self.folder, self.contract, self.files)
            try:
                columns = self.connection.execute(f"describe {select}").fetchall()
            except UNREADABLE as error:
                self._add(f"files that can be read together; DuckDB says: {first_line(error)}")
            else:
                self.columns = [(name, kind) for name, kind, *_ in columns if name not in OWN]

    def rules_keys(self) -> set[str]:
        """The rules that judge() needs: of each Parquet file's types, and of all files together."""
        layouts = {tuple(file.columns) for file in self.files if not file.is_csv}
        layouts |= {tuple(self.columns)} if self.columns else set()
        return {rules_key(self.contract, layout) for layout in layouts}

    def judge(self, rules: Mapping[str, TableRules]) -> None:
        """Finds what is wrong with types, lines and rows."""
        for file in self.files:
            if not file.is_csv:
                types = {name.lower(): type_ for name, type_ in file.columns}
                expected = rules[rules_key(self.contract, file.columns)].type_problems
                for name, words in expected.items():
                    self._add(words, file=file.name, column=name, value=types[name])
        if self.columns and not is_refused(self.problems):
            try:
                self._judge_rows(rules)
            except UNREADABLE as error:
                self._refuse_unreadable_files(error)

    def _judge_rows(self, all_rules: Mapping[str, TableRules]) -> None:
        for name in ("reject_errors", "reject_scans"):
            self.connection.execute(f"drop table if exists {name}")
        rules = self._rules(all_rules)
        rows, self.rejected, compare, again = self._first_pass(rules)
        broken = self._broken_lines()
        self.problems += broken
        transactions, is_whole = self.contract["transactions"], self.names is None
        if rows == 0 and not broken and transactions and not self.contract["optional"] and is_whole:
            name = self.files[0].name if len(self.files) == 1 else None
            self._add("at least one row in a table of transactions", file=name)
        if rules.guards:
            self._judge_deliveries(rules, f"{compare} or ({again} and is_compared)")
        if compare or self.rejected:
            self._keep_rejected_rows(rules, self.rejected, compare)
            if self.parent is not None and self.parent.columns:
                self._leave_out_tests(rules, self.parent._rules(all_rules))
            counted = self.connection.execute("select count(*) from rejected_rows")
            [(self.rejected,)] = counted.fetchall()
            self.problems += self._rejected_rows(rules)
        limit = float(self.dbt_vars["max_quarantined_share"])
        if self.rejected > limit * rows and transactions and is_whole:
            value = f"{self.rejected:,} of {rows:,} rows are rejected ({self.rejected / rows:.1%})"
            expected = f"at most {limit:.1%} (max_quarantined_share); correct the rows"
            self._add(expected, value=value)

    def _rules(self, all_rules: Mapping[str, TableRules]) -> TableRules:
        return all_rules[rules_key(self.contract, self.columns)]

    def _leave_out_tests(self, rules: TableRules, parent_rules: TableRules) -> None:
        """Removes rejected rows whose parent is test traffic: a build excludes them for that."""
        assert self.parent is not None
        key = ", ".join(map(quoted, self.parent.contract["key"]))
        self.connection.execute(
            f"create or replace temp table tests as with {self.parent._raw_table()},"
            f" {parent_rules.typed_rows} select distinct {key} from typed_rows"
            f" where {parent_rules.reason} like 'test traffic: %'"
        )
        self.connection.execute(
            f"create or replace temp table rejected_rows as with {REJECTED_AS_RAW},"
            f" {rules.typed_rows} select {SOURCE_FILE} as source_file, _delivery as reason,"
            " _raw_row as raw_row from typed_rows"
            f" where coalesce(({key}) not in (from tests), true)"
        )

    @property
    def _delivered_rows(self) -> str:
        """The table that guards read."""
        return quoted(f"{self.contract['domain']}.{self.contract['table']}")

    def _raw_table(self) -> str:
        """The CTE `raw_table` that the rules read."""
        fields = ", ".join(f"{quoted(n.lower())} := {quoted(n)}" for n, _ in self.columns)
        source = files_select(self.folder, self.contract, self.files, ", store_rejects = true")
        return (
            f"raw_table as not materialized (select *,"
            f" struct_pack({fields}) as _raw_row from ({source}))"
        )

    def _first_pass(self, rules: TableRules) -> tuple[int, int, bool, bool]:
        """How many rows there are, and how many are rejected by themselves.

        And whether keys repeat or lines contradict, and whether orders are in several deliveries.

        Leaves FEW_ROWS of the rejected in the table `first_pass`.
        """
        # DuckDB looks at the letters of those columns only that somebody asks for.
        others = [name.lower() for name, _ in self.columns if name.lower() not in rules.faults]
        counts = "".join(f", count(_raw_row.{quoted(name)})" for name in others)
        key = ", ".join(map(quoted, self.contract["key"]))
        several = "line" in self.contract and self.names is None and len(self.files) > 1
        self.connection.execute(
            f"create or replace temp table first_pass as with {self._raw_table()},"
            f" {rules.typed_rows}"
            " select count(*) as rows_count,"
            " count(*) filter (where _reason like 'rejected: %') as rejected_count,"
            f" {f'count(distinct hash({key}))' if key else 'count(*)'} < count(*)"
            f" or {self._lines_differ(self.contract['same_in_order'])} as compare,"
            f" {self._lines_differ([DELIVERY] if several else [])} as again,"
            f" min({{source_file: {SOURCE_FILE}, reason: _reason, raw_row: _raw_row}},"
            f" {FEW_ROWS}) filter (where _reason like 'rejected: %') as few {counts}"
            f" from (select *, {rules.reason} as _reason from typed_rows)"
        )
        counted = "select rows_count, rejected_count, compare, again from first_pass"
        return self.connection.execute(counted).fetchone()

    def _lines_differ(self, columns: Sequence[str]) -> str:
        """SQL that is true if lines of one order, or of its returns, may differ in a column."""
        returns = self.contract["returns"]
        if not columns:
            return "false"
        unit = quoted(self.contract["part_of"]["order"])
        if returns:
            unit += f", {quoted(returns['quantity'])} < 0 or {quoted(returns['amount'])} < 0"
        times = {c["name"] for c in self.contract["columns"] if c["type"] == "timestamp"}
        names = [quoted(n) if n not in times else f"cast({quoted(n)} as date)" for n in columns]
        return f"count(distinct hash({unit})) < count(distinct hash({unit}, {', '.join(names)}))"

    def _judge_deliveries(self, rules: TableRules, which: str) -> None:
        """Adds the deliveries that a build's data tests refuse, if all files are looked at.

        `which` is a condition on the rows that guards read; those are kept for other tables.
        """
        self.connection.execute(
            f"create or replace temp table {self._delivered_rows} as with {self._raw_table()},"
            f" judged_rows as {rules.judged_rows} from ({rules.delivered_rows}) where {which}"
        )
        for guard in rules.guards if self.names is None else ():
            # The table of the orders may be missing: its own check says what is wrong there.
            with suppress(duckdb.CatalogException):
                select = f"select t from ({guard['rows']}) as t order by t.source_file"
                for (row,) in self.connection.execute(select).fetchall():
                    value = guard["found"].format(**row)
                    self._add(guard["expected"], file=row["source_file"], value=value)

    def _keep_rejected_rows(self, rules: TableRules, rejected: int, compare: bool) -> None:
        """Puts all rejected rows into the table `rejected_rows`."""
        select = "select unnest(few, max_depth := 2) from first_pass"
        if compare or rejected > FEW_ROWS:
            judged_alone = (
                f"(with {rules.typed_rows} select {rules.reason} as left_out_reason,"
                f" _raw_row as raw_row, {SOURCE_FILE} as source_file from typed_rows)"
            )
            compared = self._delivered_rows if rules.guards else rules.judged_rows
            select = (
                f"with {self._raw_table()} select source_file, left_out_reason as reason, raw_row"
                f" from {compared if compare else judged_alone} as judged_rows"
                " where left_out_reason like 'rejected: %'"
            )
        self.connection.execute(f"create or replace temp table rejected_rows as {select}")

    def _rejected_rows(self, rules: TableRules) -> list[Problem]:
        """Every fault of the rejected rows: a row may have several, and quarantine names one."""
        faults = [
            f"{{column_name: {sql_text(column)}, reason: {fault},"
            f" value: cast(_raw_row.{quoted(column)} as varchar)}}"
            for column, fault in rules.faults.items()
        ]
        key = self.contract["key"]
        if key:
            values = ", ".join(f"cast(_raw_row.{quoted(name)} as varchar)" for name in key)
            faults.append(
                f"{{column_name: {sql_text(', '.join(key))}, value: concat_ws(', ', {values}),"
                " reason: case when _delivery like 'rejected: contradicts %' then _delivery end}"
            )
        given = {name.lower() for name, _ in self.columns}
        for name in given & set(self.contract["same_in_order"]):
            reason = f"'rejected: {name} {ORDER_DIFFERS}'"
            faults.append(
                f"{{column_name: {sql_text(name)}, value: cast(_raw_row.{quoted(name)} as varchar),"
                f" reason: case when _delivery = {reason} then _delivery end}}"
            )
        rows = self.connection.execute(
            f"with {REJECTED_AS_RAW}, {rules.typed_rows},"
            f" faults as (select {SOURCE_FILE} as source_file, _raw_row as raw_row,"
            f" unnest([{', '.join(faults)}], max_depth := 2) from typed_rows)"
            " select source_file, column_name, replace(reason, 'rejected: ', ''), count(*),"
            f" min({{value: value, raw_row: raw_row}}, {EXAMPLES})"
            " from faults where reason is not null group by all order by all"
        ).fetchall()
        files = {file.name: file for file in self.files}
        rows_of_file: dict[str, set[Row]] = defaultdict(set)
        for name, *_, few in rows:
            rows_of_file[name] |= {_row(files[name], example["raw_row"]) for example in few}
        lines = {
            name: lines_of_rows(files[name], wanted) if files[name].is_csv else {}
            for name, wanted in rows_of_file.items()
        }
        outcome = REJECTED if self.contract["transactions"] else REFUSED
        kinds: list[Kind] = []
        for name, column, reason, count, few in rows:
            place = {"file": name, "column": column, "outcome": outcome, "reason": reason}
            kind = problem_of(self.contract, self._expected(reason), **place)
            # Equal rows stand on several lines.
            left = {row: list(numbers) for row, numbers in lines[name].items()}
            examples = []
            for example in few:
                numbers = left.get(_row(files[name], example["raw_row"]))
                value = example["value"] and shortened(example["value"], VALUE_LENGTH)
                line = numbers.pop(0) if numbers else None
                examples.append(replace(kind, line=line, value=value))
            kinds.append((kind, examples, count))
        return _listed(kinds)

    def _broken_lines(self) -> list[Problem]:
        try:
            rows = self.connection.execute(
                "select file_path, line, min(column_name), min(error_type), min(csv_line)"
                " from reject_errors join reject_scans using (scan_id, file_id)"
                " group by file_path, line order by file_path, line"
            ).fetchall()
        except duckdb.CatalogException:
            return []
        names = {file.path.as_posix(): file.name for file in self.files}
        found: dict[Problem, list[Problem]] = defaultdict(list)
        for path, line, column, error, text in rows:
            expected = BROKEN_LINES.get(error, f"a line that can be read ({error.lower()})")
            kind = problem_of(self.contract, expected, file=names.get(path, path))
            # Of what is not UTF-8 DuckDB gives no faithful text.
            known = error != "INVALID ENCODING"
            value = shortened(text.rstrip("\r\n"), VALUE_LENGTH) if known else None
            column = None if "COLUMNS" in error else column
            found[kind].append(replace(kind, line=line, column=column, value=value))
        return _listed([(kind, lines, len(lines)) for kind, lines in found.items()])

    def _expected(self, reason: str) -> str:
        if reason.endswith(" is missing"):
            return "a value"
        if reason.endswith(ORDER_DIFFERS):
            return "the same value on all lines of the order"
        if reason.startswith("contradicts"):
            return "one row with this key, or equal rows"
        if reason.endswith("is not a plausible date"):
            first, last = (self.dbt_vars[f"{end}_plausible_date"] for end in ("earliest", "latest"))
            return f"a date from {first} to {last}"
        return reason.partition(" is not ")[2]

    def _refuse_unreadable_files(self, error: Exception) -> None:
        """Only reading file by file tells which one it was."""
        before = len(self.problems)
        for file in self.files:
            source = files_select(self.folder, self.contract, [file])
            try:
                # Through count(columns), so that every value is read.
                self.connection.execute(f"select count(columns(*)) from ({source})")
            except UNREADABLE as own_error:
                self.problems.append(unreadable(self.contract, file, own_error))
        if len(self.problems) == before:
            raise error

    def _add(self, expected: str, **place: Any) -> None:  # noqa: ANN401
        self.problems.append(problem_of(self.contract, expected, **place))


def _row(file: RawFile, raw_row: Mapping[str, Any]) -> Row:
    """The values of a file's row, as lines.py looks for them."""
    values = (raw_row[name.lower()] for name in distinct_names(file.column_names))
    return tuple("" if value is None else str(value) for value in values)


def _listed(kinds: Sequence[Kind]) -> list[Problem]:
    """The first examples of each kind by their place, then how many more of each kind there are."""
    shown = [problem for _, examples, _ in kinds for problem in examples[:EXAMPLES]]
    shown.sort(key=lambda problem: (problem.file or "", problem.line or 0, problem.column or ""))
    more = ((kind, count - EXAMPLES) for kind, _, count in kinds)
    return shown + [replace(kind, rows=rows) for kind, rows in more if rows > 0]
