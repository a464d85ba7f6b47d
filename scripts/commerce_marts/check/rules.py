"""How raw rows are judged, as SQL that dbt renders from macros/raw.

There is one set of rules, the project's macros. dbt renders them for the models of a build, and for
the check through `dbt run-operation print_rules`. That takes seconds, so what dbt has rendered is
kept in target/rules until a macro, dbt_project.yml or a var changes.
"""

import hashlib
import json
import secrets
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from commerce_marts.dbt import BUILD_VARS, DBT_OF_BUILD, dbt_environment, plain_message
from commerce_marts.errors import RunnerError
from commerce_marts.project import Project

# These differ every day: they are put into the SQL after dbt has rendered it.
DATES = ("earliest_plausible_date", "latest_plausible_date")
# How raw data come in does not change how a row is judged.
NOT_RULES = {*BUILD_VARS, "raw_from", "raw_dir", "raw_database", "domains"}

# Domain, table and the types of its columns: '' is text, anything else a type of the database.
Wanted = tuple[str, str, Mapping[str, str]]

MARK = "rules: "


@dataclass(frozen=True)
class TableRules:
    """The rules of a table as SQL over a relation `raw_table`.

    `type_problems` says of columns whose type cannot be kept what was expected. `typed_rows` are
    CTEs, the last one of that name; `reason` is why one of its rows is left out; `faults` is the
    same for a column alone; `judged_rows` is a relation of all rows compared. `load_name` is the
    expression of the load that brought a landed row.
    """

    type_problems: Mapping[str, str]
    typed_rows: str
    reason: str
    faults: Mapping[str, str]
    judged_rows: str
    load_name: str


def rules_for(
    project: Project, dbt_vars: Mapping[str, Any], tables: Sequence[Wanted]
) -> list[TableRules]:
    """The rules of these tables, in their order. Raises RunnerError where dbt fails."""
    kept_file = project.root / "target" / "rules" / f"{_key_of_sources(project, dbt_vars)}.json"
    kept = _read(kept_file)
    # Thousands of daily files have the same columns.
    keys = [_key(wanted) for wanted in tables]
    if not kept.keys() >= set(keys):
        # All domains' tables of text besides: the next check most likely asks for those.
        wanted_keys = {*keys, *map(_key, _tables_of_text(project))}
        missing = sorted(wanted_keys - kept.keys())
        rendered = _render(project, dbt_vars, [json.loads(key) for key in missing])
        # Another check may have kept some meanwhile.
        kept = _read(kept_file) | dict(zip(missing, rendered, strict=True))
        _write(kept_file, kept)
    rules = {key: TableRules(**_with_dates(kept[key], dbt_vars)) for key in set(keys)}
    return [rules[key] for key in keys]


def table_of_text(project: Project, domain: str, table: str) -> Wanted:
    """A table whose columns are all text, as in CSV files."""
    return domain, table, dict.fromkeys(project.raw_contract[domain][table]["columns"], "")


def _tables_of_text(project: Project) -> list[Wanted]:
    return [
        table_of_text(project, domain, table)
        for domain, tables in project.raw_contract.items()
        for table in tables
    ]


def _key(wanted: Wanted) -> str:
    domain, table, types = wanted
    return json.dumps({"domain": domain, "table": table, "types": types}, sort_keys=True)


def _key_of_sources(project: Project, dbt_vars: Mapping[str, Any]) -> str:
    """What decides how rules are rendered: macros, dbt_project.yml, vars and versions."""
    digest = hashlib.sha256()
    for path in sorted([*project.root.glob("macros/**/*.sql"), project.root / "dbt_project.yml"]):
        digest.update(path.relative_to(project.root).as_posix().encode() + path.read_bytes())
    for text in (
        _lasting_vars(project, dbt_vars),
        *map(version, ("dbt-core", "dbt-duckdb", "duckdb")),
    ):
        digest.update(text.encode())
    return digest.hexdigest()[:16]


def _lasting_vars(project: Project, dbt_vars: Mapping[str, Any]) -> str:
    lasting = {
        name: value
        for name, value in dbt_vars.items()
        if name not in NOT_RULES and value != project.variables.get(name)
    }
    return json.dumps(lasting, sort_keys=True, default=str)


def _render(
    project: Project, dbt_vars: Mapping[str, Any], tables: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    root = project.root
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [
                *(*DBT_OF_BUILD, "--quiet", "run-operation", "print_rules"),
                *(
                    "--args",
                    json.dumps({"tables": tables}),
                    "--vars",
                    _lasting_vars(project, dbt_vars),
                ),
                *("--project-dir", root, "--profiles-dir", root, "--target", "publish"),
                *("--target-path", root / "target" / "rules", "--log-path", folder),
            ],
            cwd=folder,
            env=dbt_environment(
                Path("rules.duckdb"), "1GB", {name: f"{{{name}}}" for name in DATES}
            ),
            capture_output=True,
            text=True,
            check=False,
        )
    for line in done.stdout.splitlines():
        if line.startswith(MARK):
            return json.loads(line.removeprefix(MARK))
    message = plain_message(done.stdout + done.stderr)
    raise RunnerError(f"dbt cannot render the rules of the raw contract. It says:\n{message}")


def _with_dates(rules: Mapping[str, Any], dbt_vars: Mapping[str, Any]) -> dict[str, Any]:
    text = json.dumps(rules)
    for name in DATES:
        text = text.replace(f"{{{name}}}", str(dbt_vars[name]))
    return json.loads(text)


def _read(path: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        return json.loads(path.read_text())
    return {}


def _write(path: Path, rules: Mapping[str, Any]) -> None:
    # It only saves time: where the project cannot be written, dbt renders them each time.
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{secrets.token_hex(3)}")
        part.write_text(json.dumps(rules))
        part.replace(path)
