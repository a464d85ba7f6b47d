"""What a build is asked for: options read, and refused as early as possible."""

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import yaml

from commerce_marts.bucket import is_address, local_copy
from commerce_marts.dbt import VARS_OF_THE_RUNNER
from commerce_marts.errors import OptionError, RunnerError
from commerce_marts.project import Project

RAW_FROM = ("seeds", "files", "tables")
# Vars that the runner sets from an option of the same name, and vars that it sets itself.
VARS_WITH_AN_OPTION = ("raw_from", "raw_dir", "raw_database", "domains", "as_of_date")
# Read by dbt_utils, and so in no list of ours.
VARS_OF_PACKAGES = ("surrogate_key_treat_nulls_as_empty_strings",)
# Schemas without a folder of models, and DuckDB's own.
RESERVED_NAMES = {"quarantine", "left_out", "ledger", "touched"} | {
    *("main", "temp", "system", "information_schema")
}


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
    accept_vanished: bool = False
    # Where core and the marts alone are published as well.
    answers: Path | None = None


def chosen_domains(text: str | None, project: Project) -> tuple[str, ...]:
    """The domains of `--domains a,b`, in the project's order; without it, the project's own choice.

    Raises OptionError for a domain that has no folder in models/staging.
    """
    if text is None:
        return project.default_domains
    names = [name.strip() for name in text.split(",") if name.strip()]
    choice = f"Choose from {', '.join(project.domains)}."
    if not names:
        raise OptionError(f"--domains is empty. {choice}")
    for name in names:
        _refuse_unknown("--domains: there is no domain", name, project.domains, choice)
    return tuple(domain for domain in project.domains if domain in names)


def raw_dir_checked(
    raw_from: str, raw_dir: str | None, domains: Sequence[str], project: Project
) -> Path | None:
    """The folder of the raw files, absolute. Raises where it, or a domain's folder, is missing.

    Files in a bucket are copied first, into target/raw.
    """
    what = "the folder of <domain>/<table>.csv"
    _refuse_mismatch("--raw-dir", raw_dir, "files", raw_from, what)
    if raw_dir is None:
        return None
    if is_address(raw_dir):
        return local_copy(raw_dir, domains, project.root / "target" / "raw").resolve()
    return _folder_checked(Path(raw_dir), domains, what)


def _folder_checked(raw_dir: Path, domains: Iterable[str], what: str) -> Path:
    if not raw_dir.is_dir():
        trouble = "is a file, not a folder" if raw_dir.exists() else "does not exist"
        raise RunnerError(f"--raw-dir {raw_dir} {trouble}. Name {what}.")
    missing = [domain for domain in domains if not (raw_dir / domain).is_dir()]
    if missing:
        others = [domain for domain in domains if domain not in missing]
        advice = f"build with --domains {','.join(others)}" if others else "name another --raw-dir"
        raise RunnerError(
            f"{raw_dir} has no folder for {', '.join(missing)}. Put the files into "
            f"{raw_dir / missing[0]}, or {advice}."
        )
    return raw_dir.resolve()


def raw_database_checked(raw_from: str, raw_database: Path | None) -> Path | None:
    """The DuckDB file with the raw tables, absolute. Raises where it is missing or no such file."""
    what = "the DuckDB file with schemas raw_<domain>"
    _refuse_mismatch("--raw-database", raw_database, "tables", raw_from, what)
    if raw_database is None:
        return None
    if not raw_database.is_file():
        raise RunnerError(f"--raw-database {raw_database} is not a file. Name {what}.")
    if not _is_duckdb_file(raw_database):
        raise RunnerError(
            f"--raw-database {raw_database} is not a DuckDB file. For CSV or Parquet use "
            f"--raw-from files --raw-dir DIR."
        )
    return raw_database.resolve()


def answers_checked(answers: Path | None, warehouse: Path, project: Project) -> Path | None:
    """The file of answers, absolute. Raises as warehouse_checked, and where both are one file."""
    path = answers and warehouse_checked(answers, project, "--answers")
    if path == warehouse:
        raise OptionError(f"--answers {answers} is the warehouse itself. Name another file.")
    return path


def warehouse_checked(warehouse: Path, project: Project, option: str = "--warehouse") -> Path:
    """The file to publish, absolute. Raises where its name or what is there forbids it."""
    path = warehouse.absolute()
    if path.is_dir():
        file = warehouse / "commerce.duckdb"
        raise RunnerError(f"{option} {warehouse} is a folder. Name the file in it: {file}.")
    # DuckDB and dbt name the database after the file, and name it differently where that is odd.
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*\.[A-Za-z0-9]+", path.name):
        raise OptionError(
            f"{option} {warehouse}: name the file <name>.duckdb. The name may have letters, "
            f"digits, - and _, as in commerce.duckdb."
        )
    # One schema per folder of models is the project's rule; the others are made beside them.
    folders = {path.name for path in (project.root / "models").rglob("*") if path.is_dir()}
    schemas = folders | {f"raw_{domain}" for domain in project.domains} | RESERVED_NAMES
    if path.stem.lower() in schemas:
        raise OptionError(
            f"{option} {warehouse}: the warehouse has a schema {path.stem}, and DuckDB needs "
            f"another name for the file. Name it {path.stem}_marts{path.suffix}."
        )
    if path.exists() and path.stat().st_size and not _is_duckdb_file(path):
        raise RunnerError(
            f"{warehouse} exists and is not a DuckDB file, so it was not replaced. Move it away, "
            f"or choose another file with {option}."
        )
    # A link is followed, or the swap would replace the link and leave what it points to.
    return path.resolve()


def as_of_date_read(text: str | None, domains: tuple[str, ...]) -> str | Mapping[str, str] | None:
    """One ISO date, or one per domain (`sales=2024-01-31,greenery=2021-02-11`), as dbt gets it."""
    if text is None or "=" not in text:
        return text and _date(text)
    dates = {}
    for part in text.split(","):
        domain, _, day = part.strip().partition("=")
        choice = f"Choose from {', '.join(domains)}."
        _refuse_unknown("--as-of-date: this build has no domain", domain, domains, choice)
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
    known = (*project.variables, *VARS_OF_PACKAGES)
    for name in map(str, values):
        if name in VARS_WITH_AN_OPTION:
            raise OptionError(f"--vars may not set {name}: use --{name.replace('_', '-')}.")
        if name in VARS_OF_THE_RUNNER:
            raise OptionError(f"--vars may not set {name}: every build sets its own.")
        advice = "dbt_project.yml lists all vars under `vars:`."
        _refuse_unknown("--vars: there is no var", name, known, advice)
    # YAML reads a bare 2024-01-31 as a date; dbt gets JSON, which has none.
    return json.loads(json.dumps(values, default=str))


def memory_limit_checked(text: str) -> str:
    """The size as DuckDB takes it. Raises OptionError for one that it cannot take, and for none."""
    # DuckDB also takes 0, and -1 and `none` for no limit at all.
    if re.fullmatch(r"(?=.*[1-9])[0-9.]+ ?([kmgt]i?b|%)", text, re.IGNORECASE):
        with suppress(duckdb.Error), duckdb.connect(config={"memory_limit": text}):
            return text
    raise OptionError(
        f"--memory-limit: '{text}' is not a size of memory that DuckDB accepts. Write it as 4GB, "
        f"512MB or 1.5GiB, or as a share of the machine's memory: 50%."
    )


def _is_duckdb_file(path: Path) -> bool:
    # Every DuckDB file begins with an 8-byte checksum and `DUCK`.
    with path.open("rb") as file:
        return file.read(12)[8:] == b"DUCK"


def _refuse_mismatch(
    option: str, path: Path | None, used_with: str, raw_from: str, what: str
) -> None:
    """Raises OptionError where a path is given for another --raw-from, or missing for its own."""
    if path is not None and raw_from != used_with:
        raise OptionError(f"{option} works only with --raw-from {used_with}, not with {raw_from}.")
    if path is None and raw_from == used_with:
        raise OptionError(f"--raw-from {used_with} needs {option}, {what}.")


def _refuse_unknown(message: str, name: str, known: Sequence[str], advice: str) -> None:
    if name not in known:
        near = difflib.get_close_matches(name.lower(), known, n=1)
        guess = f"Did you mean {near[0]}? " if near else ""
        raise OptionError(f"{message} '{name}'. {guess}{advice}")


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise OptionError(
            f"--as-of-date: '{text}' is not a date. Write it as 2024-01-31, or as "
            f"sales=2024-01-31,greenery=2021-02-11."
        ) from error
