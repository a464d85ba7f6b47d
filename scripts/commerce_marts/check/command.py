"""`commerce-marts check`: raw files against the contract, all problems at once."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from commerce_marts.check.problems import REFUSED, REJECTED, Problem, is_refused
from commerce_marts.check.raw_files import contract_of
from commerce_marts.check.rules import rules_for
from commerce_marts.check.table_check import (
    UNREADABLE,
    TableCheck,
    TableFiles,
    ignored_files,
    table_files,
)
from commerce_marts.errors import RunnerError
from commerce_marts.project import Project

REFUSALS_SHOWN = 20

# Of each domain and table, the names of the files to look at.
Names = Mapping[tuple[str, str], Sequence[str]]


def raw_file_problems(
    project: Project,
    domains: Sequence[str],
    dbt_vars: Mapping[str, Any],
    names: Names | None = None,
    duckdb_config: Mapping[str, str] | None = None,
) -> list[Problem]:
    """The problems of the files below the var raw_dir, by domain and table; nothing is written.

    `dbt_vars` are those of a build, `names` restricts it to some files of each table, and
    `duckdb_config` is DuckDB's, such as its memory_limit.
    """
    every_var = {**project.variables, **dbt_vars}
    raw_dir = Path(every_var["raw_dir"])
    tables = [
        table_files(
            raw_dir / domain,
            contract_of(project.raw_contract, domain, table),
            None if names is None else names.get((domain, table), ()),
        )
        for domain in domains
        for table in project.raw_contract[domain]
    ]
    # Left to itself DuckDB spills into the folder where somebody happens to be.
    with TemporaryDirectory() as spill_folder:
        config = {"temp_directory": spill_folder, **(duckdb_config or {})}
        with duckdb.connect(config=config) as connection:
            connection.execute("set TimeZone = 'UTC'")
            problems = _file_problems(project, every_var, tables)
            readable, columns = [], []
            for table in tables:
                if table.files and not is_refused(problems[id(table)]):
                    try:
                        columns.append(table.all_columns(connection))
                        readable.append(table)
                    except UNREADABLE as error:
                        problems[id(table)].append(_not_together(table, error))
            wanted = [_wanted(table, given) for table, given in zip(readable, columns, strict=True)]
            rules = rules_for(project, every_var, wanted)
            for table, given, table_rules in zip(readable, columns, rules, strict=True):
                check = TableCheck(table, given, table_rules, every_var, connection)
                problems[id(table)] += check.problems()
    return [problem for table in tables for problem in problems[id(table)]]


def _file_problems(
    project: Project, dbt_vars: Mapping[str, Any], tables: Sequence[TableFiles]
) -> dict[int, list[Problem]]:
    """By the id of each table: what is wrong with its files, and which files are not read.

    Among it are columns of Parquet files whose types cannot be kept letter for letter.
    """
    parquet = [
        (table, file) for table in tables for file in table.files if file.format == "parquet"
    ]
    rules = rules_for(project, dbt_vars, [_wanted(table, file.columns) for table, file in parquet])
    problems = {id(table): list(table.problems) for table in tables}
    for (table, file), file_rules in zip(parquet, rules, strict=True):
        given = {name.lower(): type_ for name, type_ in file.columns}
        problems[id(table)] += [
            Problem(
                table.contract["domain"],
                table.contract["table"],
                file=file.name,
                column=column["name"],
                value=given[column["name"]],
                expected=file_rules.type_problems[column["name"]],
                outcome=REFUSED,
            )
            for column in table.contract["columns"]
            if column["name"] in file_rules.type_problems
        ]
    for table in tables:
        problems[id(table)] += ignored_files(table)
    return problems


def _not_together(table: TableFiles, error: Exception) -> Problem:
    message = str(error).strip().splitlines()[0]
    expected = f"files that can be read together; DuckDB says: {message}"
    place = (table.contract["domain"], table.contract["table"])
    return Problem(*place, expected=expected, outcome=REFUSED)


def _wanted(
    table: TableFiles, columns: Sequence[tuple[str, str]]
) -> tuple[str, str, dict[str, str]]:
    return table.contract["domain"], table.contract["table"], table.types_of(columns)


def latest_plausible_date(now: datetime) -> str:
    """The latest calendar date anywhere on earth at a UTC time: no shop can have sold later."""
    return (now + timedelta(hours=14)).date().isoformat()


def vars_of_check(raw_dir: Path, user_vars: Mapping[str, Any]) -> dict[str, Any]:
    """The vars that a build of these files would have."""
    return {
        "latest_plausible_date": latest_plausible_date(datetime.now(UTC)),
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

    `ending` is the last line of the message.
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
