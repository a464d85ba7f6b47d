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

from commerce_marts.check.raw_files import Columns
from commerce_marts.dbt import BUILD_VARS, DBT_OF_BUILD, dbt_environment, plain_message
from commerce_marts.errors import RunnerError
from commerce_marts.project import Contract, Project

# These differ every day: they are put into the SQL after dbt has rendered it.
DATES = ("earliest_plausible_date", "latest_plausible_date")
# How raw data come in does not change how a row is judged.
NOT_RULES = {*BUILD_VARS, "raw_from", "raw_dir", "raw_database", "domains"}
LIBRARIES = ("dbt-core", "dbt-duckdb", "duckdb")
MARK = "rules: "
MISSING = "missing"


@dataclass(frozen=True)
class TableRules:
    """The rules of a table as SQL over a relation `raw_table`.

    `type_problems` says of columns whose type cannot be kept what was expected. `typed_rows` are
    CTEs, the last one of that name; `reason` is why one of its rows is left out; `faults` is the
    same for a column alone; `judged_rows` is a relation of all rows compared. `delivered_rows` is a
    select from it of what the `guards` read in a table `"<domain>.<table>"`. A guard has `rows`, a
    select of the deliveries that a build refuses, and words about those: `found`, `expected`.
    `load_name` is the expression of the load that brought a landed row.
    """

    type_problems: Mapping[str, str]
    typed_rows: str
    reason: str
    faults: Mapping[str, str]
    judged_rows: str
    delivered_rows: str
    guards: Sequence[Mapping[str, str]]
    load_name: str


def rules_key(contract: Contract, columns: Columns = ()) -> str:
    """What names the rules of a table with such columns; without any, all of them are text.

    It is the argument of print_rules as JSON: domain, table and the type of each column of the
    contract, '' for text and MISSING where there is no such column.
    """
    given = {name.lower(): "" if type_ == "VARCHAR" else type_.lower() for name, type_ in columns}
    absent = MISSING if columns else ""
    types = {column["name"]: given.get(column["name"], absent) for column in contract["columns"]}
    wanted = {"domain": contract["domain"], "table": contract["table"], "types": types}
    return json.dumps(wanted, sort_keys=True)


def rules_for(
    project: Project, dbt_vars: Mapping[str, Any], keys: set[str]
) -> dict[str, TableRules]:
    """The rules by their keys, see rules_key(). Raises RunnerError where dbt fails."""
    lasting = {
        name: value
        for name, value in dbt_vars.items()
        if name not in NOT_RULES and value != project.variables.get(name)
    }
    lasting_vars = json.dumps(lasting, sort_keys=True, default=str)
    kept_file = project.root / "target" / "rules" / f"{_sources(project, lasting_vars)}.json"
    kept = _read(kept_file)
    if not kept.keys() >= keys:
        # All domains' tables of text besides: the next check most likely asks for those.
        texts = {rules_key(contract) for contract in project.contracts(project.domains)}
        missing = sorted((keys | texts) - kept.keys())
        rendered = _rendered(project.root, lasting_vars, [json.loads(key) for key in missing])
        # Another check may have kept some meanwhile.
        kept = _read(kept_file) | dict(zip(missing, rendered, strict=True))
        _write(kept_file, kept)
    text = json.dumps({key: kept[key] for key in keys})
    for name in DATES:
        text = text.replace(f"{{{name}}}", str({**project.variables, **dbt_vars}[name]))
    return {key: TableRules(**rules) for key, rules in json.loads(text).items()}


def _sources(project: Project, lasting_vars: str) -> str:
    """A hash of what decides how rules are rendered: macros, dbt_project.yml, vars, versions."""
    digest = hashlib.sha256("".join([lasting_vars, *map(version, LIBRARIES)]).encode())
    for path in sorted([*project.root.glob("macros/**/*.sql"), project.root / "dbt_project.yml"]):
        digest.update(path.relative_to(project.root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _rendered(root: Path, dbt_vars: str, tables: Sequence[Mapping[str, Any]]) -> list[Any]:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [
                *(*DBT_OF_BUILD, "--quiet", "run-operation", "print_rules"),
                *("--args", json.dumps({"tables": tables}), "--vars", dbt_vars),
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
