"""`commerce-marts check`: raw files against the contract, all problems at once."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from commerce_marts.check.problems import Problem
from commerce_marts.check.rules import rules_for
from commerce_marts.check.table_check import TableCheck
from commerce_marts.project import Project

# Of each domain and table, the names of the files to look at.
Names = Mapping[tuple[str, str], Sequence[str]]


def raw_file_problems(
    project: Project,
    domains: Sequence[str],
    dbt_vars: Mapping[str, Any],
    names: Names | None = None,
    duckdb_config: Mapping[str, str] | None = None,
) -> list[Problem]:
    """The problems that table_checks() finds."""
    checks = table_checks(project, domains, dbt_vars, names, duckdb_config)
    return [problem for check in checks for problem in check.problems]


def table_checks(
    project: Project,
    domains: Sequence[str],
    dbt_vars: Mapping[str, Any],
    names: Names | None = None,
    duckdb_config: Mapping[str, str] | None = None,
) -> list[TableCheck]:
    """Each table's files below the var raw_dir, checked, by domain and table; nothing is written.

    `dbt_vars` are those of a build, `names` restricts it to some files of each table, and
    `duckdb_config` is DuckDB's, such as its memory_limit.
    """
    every_var = {**project.variables, **dbt_vars}
    checks = []
    with TemporaryDirectory() as spill_folder:
        # Left to itself DuckDB spills into the folder where somebody happens to be.
        config = {"temp_directory": spill_folder, **(duckdb_config or {})}
        with duckdb.connect(config=config) as connection:
            connection.execute("set TimeZone = 'UTC'")
            for contract in project.contracts(domains):
                table = (contract["domain"], contract["table"])
                only = None if names is None else names.get(table, ())
                checks.append(TableCheck(contract, only, every_var, connection))
            by_table = {(c.contract["domain"], c.contract["table"]): c for c in checks}
            for check in checks:
                check.parent = by_table.get((check.contract["domain"], check.contract["follows"]))
                check.read_headers()
            keys = {key for check in checks for key in check.rules_keys()}
            rules = rules_for(project, dbt_vars, keys)
            for check in checks:
                check.judge(rules)
    return checks


def latest_plausible_date(now: datetime) -> str:
    """The latest calendar date anywhere on earth at a UTC time: no shop can have sold later."""
    return (now + timedelta(hours=14)).date().isoformat()


def vars_of_check(raw_dir: Path, user_vars: Mapping[str, Any]) -> dict[str, Any]:
    """The vars that a build of these files would have."""
    latest = latest_plausible_date(datetime.now(UTC))
    return {"latest_plausible_date": latest, **user_vars, "raw_dir": str(raw_dir)}
