"""Which tables of a database are the raw tables of a domain: a YAML file says it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from commerce_marts.errors import OptionError
from commerce_marts.project import Contract, Project

OWN_NAMES = {"adventure_works": Path(__file__).with_name("adventure_works.yml")}
KEYS = ("from", "query", "columns", "key", "changed_at")
DEFAULT_OVERLAP_MINUTES = 60


@dataclass(frozen=True)
class Column:
    """A column to land: its name, and where its values are.

    `source` is the name of a column of the source table, or an SQL expression if `is_expression`;
    None: the column whose name has the same letters and digits. `may_be_missing` is the contract's.
    """

    name: str
    source: str | None
    is_expression: bool
    may_be_missing: bool


@dataclass(frozen=True)
class Table:
    """A raw table and where it is: `source` is schema.table, or `query` is a select.

    `has_transactions` is the contract's. `key` names landed columns. `changed_at` is the column of
    the source that tells when a row was changed last; without one, the table is read whole each
    time.
    """

    name: str
    has_transactions: bool
    source: str | None
    query: str | None
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    changed_at: str | None
    overlap_minutes: int

    @property
    def definition(self) -> str:
        """What landed rows depend on: if it changes, the table is landed again."""
        return json.dumps(
            {name: value for name, value in asdict(self).items() if name != "overlap_minutes"}
        )

    @property
    def shown_source(self) -> str:
        """The source as messages name it."""
        return self.source or "its query"


def tables_of(project: Project, domain: str, file: Path | None) -> tuple[Table, ...]:
    """The tables of a domain, in the order of the contract.

    Raises OptionError where the file does not fit the contract.
    """
    path = file or OWN_NAMES.get(domain)
    if path is None:
        raise OptionError(
            f"Where the tables of {domain} are is not known: give a file with --tables FILE. "
            f"docs/ingest.md shows one."
        )
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise OptionError(f"{path} is not valid YAML: {error}") from error
    entries = content.get("tables") if isinstance(content, dict) else None
    if not isinstance(entries, dict) or not entries:
        raise OptionError(f"{path} needs a mapping `tables:` from raw tables to their source.")
    _refuse_unknown(path, "", content, ("tables", "overlap_minutes"))
    overlap = content.get("overlap_minutes", DEFAULT_OVERLAP_MINUTES)
    if not isinstance(overlap, int) or overlap < 1:
        raise OptionError(
            f"{path}: overlap_minutes is {overlap!r}; it must be a whole number above 0."
        )
    contracts = {contract["table"]: contract for contract in project.contracts([domain])}
    for name in entries:
        if name not in contracts:
            raise OptionError(
                f"{path}: {domain} has no raw table '{name}'. It has {', '.join(contracts)}."
            )
    return tuple(
        _table(path, contract, entries[name], overlap)
        for name, contract in contracts.items()
        if name in entries
    )


def _table(path: Path, contract: Contract, entry: object, overlap: int) -> Table:
    name = contract["table"]
    entry = {"from": entry} if isinstance(entry, str) else entry
    if not isinstance(entry, dict) or ("from" in entry) == ("query" in entry):
        raise OptionError(f"{path}: {name} needs either `from: schema.table` or `query: select`.")
    _refuse_unknown(path, name, entry, KEYS)
    key = entry.get("key") or contract["key"]
    key = (key,) if isinstance(key, str) else tuple(key)
    if not key:
        raise OptionError(
            f"{path}: {name} has no key in the contract, so `key:` must name the columns that "
            f"identify a row at the source, such as a line's id, and `columns:` where they are."
        )
    columns = _columns(path, contract, entry.get("columns") or {}, key)
    unknown = [column for column in key if column not in {given.name for given in columns}]
    if unknown:
        raise OptionError(f"{path}: {name} has the key {unknown[0]}, which is not in `columns:`.")
    return Table(
        name=name,
        has_transactions=contract["transactions"],
        source=entry.get("from"),
        query=entry.get("query"),
        columns=columns,
        key=key,
        changed_at=entry.get("changed_at"),
        overlap_minutes=overlap,
    )


def _columns(
    path: Path, contract: Contract, given: Mapping[str, Any], key: Sequence[str]
) -> tuple[Column, ...]:
    """The contract's columns, and those of the key that are not in the contract."""
    known = {column["name"]: column["may_be_missing"] for column in contract["columns"]}
    wanted = known | {name: False for name in given if name in key and name not in known}
    for name in given:
        if name not in wanted:
            raise OptionError(
                f"{path}: {contract['table']} has no column '{name}' in the contract. It has "
                f"{', '.join(known)}."
            )
    return tuple(
        Column(
            name=name,
            source=None if given.get(name) is None else str(given[name]),
            is_expression=not re.fullmatch(r"[^\W\d]\w*", str(given.get(name) or "_")),
            may_be_missing=may_be_missing,
        )
        for name, may_be_missing in wanted.items()
    )


def _refuse_unknown(path: Path, table: str, given: Mapping[str, Any], known: Sequence[str]) -> None:
    for name in given:
        if name not in known:
            where = f"{table}: " if table else ""
            raise OptionError(
                f"{path}: {where}'{name}' is not known here. Known are {', '.join(known)}."
            )
