"""What a build is asked for: options read, and refused as early as possible."""

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import yaml

from commerce_marts.errors import OptionError, RunnerError
from commerce_marts.project import Project

RAW_FROM = ("seeds", "files", "tables")
# Vars that have an option of their own, and the one to use.
OPTION_OF_VAR = {
    "raw_from": "--raw-from",
    "raw_dir": "--raw-dir",
    "raw_database": "--raw-database",
    "domains": "--domains",
    "as_of_date": "--as-of-date",
}
# Schemas without a folder of models, and DuckDB's own.
RESERVED_NAMES = {"quarantine", "left_out", "ledger", "touched"} | {
    *("main", "temp", "system", "information_schema")
}
# Read by dbt_utils, and so in no list of ours.
VARS_OF_PACKAGES = ("surrogate_key_treat_nulls_as_empty_strings",)
VARS_OF_THE_RUNNER = ("build_id", "built_at", "git_commit", "incremental")


@dataclass(frozen=True)
class BuildRequest:
    """A build that may start: every path is absolute, every domain is known."""

    project: Project
    warehouse: Path
    domains: tuple[str, ...]
    raw_from: str
    raw_dir: Path | None
    raw_database: Path | None
    as_of_date: str | Mapping[str, str] | None
    user_vars: Mapping[str, Any]
    full_refresh: bool
    threads: int | None
    keep: int
    # As DuckDB spells it: 4GB, 512MiB, 50%.
    memory_limit: str


def chosen_domains(text: str | None, project: Project) -> tuple[str, ...]:
    """The domains of `--domains a,b`, in the project's order; without it, the project's own choice.

    Raises OptionError for a domain that has no folder in models/staging.
    """
    if text is None:
        return project.default_domains
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise OptionError(f"--domains names none. There are: {', '.join(project.domains)}.")
    for name in names:
        _refuse_unknown("--domains", name, project.domains)
    return tuple(domain for domain in project.domains if domain in names)


def raw_dir_checked(raw_from: str, raw_dir: Path | None, domains: Iterable[str]) -> Path | None:
    """The folder of the raw files, absolute. Raises where it, or a domain's folder, is missing."""
    if raw_from != "files":
        if raw_dir is not None:
            raise OptionError(f"--raw-dir goes with --raw-from files, not with {raw_from}.")
        return None
    if raw_dir is None:
        raise OptionError("--raw-from files needs --raw-dir, the folder of <domain>/<table>.csv.")
    if not raw_dir.is_dir():
        what = "is a file, not a folder" if raw_dir.exists() else "does not exist"
        raise RunnerError(f"--raw-dir {raw_dir} {what}. Name the folder of <domain>/<table>.csv.")
    missing = [domain for domain in domains if not (raw_dir / domain).is_dir()]
    if missing:
        there = [domain for domain in domains if domain not in missing]
        advice = f"build with --domains {','.join(there)}" if there else "name another --raw-dir"
        raise RunnerError(
            f"{raw_dir} has no folder for {', '.join(missing)}. Put the files into "
            f"{raw_dir / missing[0]}, or {advice}."
        )
    return raw_dir.resolve()


def raw_database_checked(raw_from: str, raw_database: Path | None) -> Path | None:
    """The DuckDB file with the raw tables, absolute. Raises where it is missing or no such file."""
    if raw_from != "tables":
        if raw_database is not None:
            raise OptionError(f"--raw-database goes with --raw-from tables, not with {raw_from}.")
        return None
    if raw_database is None:
        raise OptionError(
            "--raw-from tables needs --raw-database, the DuckDB file with schemas raw_<domain>."
        )
    if not raw_database.is_file():
        raise RunnerError(
            f"--raw-database {raw_database} is no file. Name the DuckDB file that a loader fills."
        )
    if not is_duckdb_file(raw_database):
        raise RunnerError(
            f"--raw-database {raw_database} is not a DuckDB file. For CSV or Parquet use "
            f"--raw-from files --raw-dir DIR."
        )
    return raw_database.resolve()


def warehouse_checked(warehouse: Path, project: Project) -> Path:
    """The file to publish, absolute. Raises where its name or what is there forbids it."""
    path = warehouse.absolute()
    if path.is_dir():
        raise RunnerError(
            f"--warehouse {warehouse} is a folder. Name the file in it: "
            f"{warehouse / 'commerce.duckdb'}."
        )
    # DuckDB and dbt name the database after the file, and name it differently where that is odd.
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*\.[A-Za-z0-9]+", path.name):
        raise OptionError(
            f"--warehouse {warehouse}: call the file <name>.duckdb, the name made of letters, "
            f"digits, - and _, such as commerce.duckdb."
        )
    if path.stem.lower() in _schemas(project):
        raise OptionError(
            f"--warehouse {warehouse}: the warehouse has a schema {path.stem}, and DuckDB cannot "
            f"tell a database and a schema of one name apart. Call the file "
            f"{path.stem}_marts{path.suffix}."
        )
    if path.exists() and path.stat().st_size and not is_duckdb_file(path):
        raise RunnerError(
            f"{warehouse} is there already and is not a DuckDB file, so it is not replaced. "
            f"Move it away, or choose another file with --warehouse."
        )
    # A link is followed, or the swap would replace the link and leave what it points to.
    return path.resolve()


def as_of_date_read(text: str | None, domains: tuple[str, ...]) -> str | Mapping[str, str] | None:
    """One ISO date, or one per domain (`sales=2024-01-31,greenery=2021-02-11`), as dbt gets it."""
    if text is None:
        return None
    if "=" not in text:
        return _date(text)
    dates = {}
    for part in text.split(","):
        domain, _, day = part.strip().partition("=")
        _refuse_unknown("--as-of-date", domain, domains)
        dates[domain] = _date(day)
    return dates


def user_vars_read(text: str | None, project: Project) -> Mapping[str, Any]:
    """The mapping of `--vars`.

    Raises OptionError for a var that dbt_project.yml does not have, and for one that is not the
    user's to set here.
    """
    if text is None:
        return {}
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise OptionError(f"--vars is not valid YAML: {error}") from error
    if not isinstance(values, dict):
        raise OptionError(f"--vars must be a YAML mapping such as '{{name: value}}', not: {text}")
    for name in values:
        if name in OPTION_OF_VAR:
            raise OptionError(f"--vars may not set {name}: use {OPTION_OF_VAR[name]}.")
        if name in VARS_OF_THE_RUNNER:
            raise OptionError(f"--vars may not set {name}: every build sets its own.")
        _refuse_unknown_var(str(name), (*project.variables, *VARS_OF_PACKAGES))
    # YAML reads a bare 2024-01-31 as a date; dbt gets JSON, which has none.
    return json.loads(json.dumps(values, default=str))


def memory_limit_checked(text: str) -> str:
    """The size as DuckDB takes it. Raises OptionError for one that it cannot take, and for none."""
    try:
        # DuckDB also takes 0, and -1 and `none` for no limit at all.
        if re.fullmatch(r"(?=.*[1-9])[0-9.]+ ?([kmgt]i?b|%)", text, re.IGNORECASE):
            duckdb.connect(config={"memory_limit": text}).close()
            return text
    except duckdb.Error:
        pass
    raise OptionError(
        f"--memory-limit: '{text}' is no amount of memory that DuckDB can work with. Write it as "
        f"4GB, 512MB or 1.5GiB, or as a share of what the machine has: 50%."
    )


def is_duckdb_file(path: Path) -> bool:
    """Whether the file begins as every DuckDB file does: `DUCK` after an 8-byte checksum."""
    with path.open("rb") as file:
        return file.read(12)[8:] == b"DUCK"


def _schemas(project: Project) -> set[str]:
    # One schema per folder of models is the project's rule; the others are made beside them.
    folders = {path.name for path in (project.root / "models").rglob("*") if path.is_dir()}
    return folders | {f"raw_{domain}" for domain in project.domains} | RESERVED_NAMES


def _refuse_unknown(option: str, name: str, known: tuple[str, ...]) -> None:
    if name in known:
        return
    near = difflib.get_close_matches(name.lower(), known, n=1)
    guess = f" Did you mean {near[0]}?" if near else ""
    raise OptionError(
        f"{option}: there is no domain '{name}'.{guess} There are: {', '.join(known)}."
    )


def _refuse_unknown_var(name: str, known: tuple[str, ...]) -> None:
    if name in known:
        return
    near = difflib.get_close_matches(name.lower(), known, n=1)
    advice = f"Did you mean {near[0]}?" if near else "dbt_project.yml lists all vars under `vars:`."
    raise OptionError(f"--vars: there is no var '{name}'. {advice}")


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise OptionError(
            f"--as-of-date: '{text}' is no date. Write it as 2024-01-31, or as "
            f"sales=2024-01-31,greenery=2021-02-11."
        ) from error
