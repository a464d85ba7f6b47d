"""What a warehouse was made of: what was delivered, and what else decides how that is read.

The ledger lies in the warehouse itself, so that it is as old as what stands beside it: a build that
fails leaves none, and a rollback brings the older one back.

    ledger.deliveries   a row per delivery as it was when it was taken, and what is new about it
    ledger.inputs       a row per var, library and source file of the project: value, version, hash
    ledger.moving       a row per var that may differ between daily builds
    ledger.warnings     a row per node of dbt that warned, when it ran last
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from commerce_marts.check.rules import LIBRARIES
from commerce_marts.dbt import BUILD_VARS, MOVING_VARS
from commerce_marts.project import Project

NEW, CHANGED, GONE, SAME = "new", "changed", "gone", "same"
# Gone since an earlier build, which is remembered; gone now, and this build accepts it.
VANISHED, REMOVED = "vanished", "removed"
NOT_THERE = (GONE, VANISHED, REMOVED)
SOURCES = ("models/**/*.sql", "models/**/*.yml", "macros/**/*.sql", "seeds/look_ups/*")
# As in profiles.yml: it counts when the file is made.
STORAGE = {"storage_compatibility_version": "v1.0.0"}

TABLES = """
    drop schema if exists ledger cascade;
    create schema ledger;
    create table ledger.deliveries (
        domain varchar, table_name varchar, name varchar, size bigint, content_hash varchar,
        layout varchar, is_look_up boolean, modified_ns bigint, taken_ns bigint, delivery varchar,
        change varchar
    );
    create table ledger.inputs (name varchar, value varchar);
    create table ledger.moving (name varchar, value varchar);
    create table ledger.warnings (node varchar, warning varchar);
    comment on table ledger.deliveries is
        'One row per raw file, or load of a landed table, that the warehouse was made of.';
    comment on column ledger.deliveries.name is
        'File below the domain''s raw folder, or _loaded_at of the load.';
    comment on column ledger.deliveries.size is 'Bytes of a file, rows of a load.';
    comment on column ledger.deliveries.content_hash is
        'SHA-256 of a file, sum of the rows'' hashes of a load.';
    comment on column ledger.deliveries.layout is 'The columns, as JSON or text.';
    comment on column ledger.deliveries.modified_ns is 'A file''s time, ns since 1970 (UTC).';
    comment on column ledger.deliveries.taken_ns is 'When the file was read, ns since 1970 (UTC).';
    comment on column ledger.deliveries.delivery is
        'What orders the deliveries of a table; equal for files that came together.';
    comment on column ledger.deliveries.change is
        'new, changed, gone, same, removed (gone, and accepted), vanished (gone since long).';
    comment on table ledger.inputs is
        'What the deliveries were read with: vars, versions, source files with a SHA-256.';
    comment on table ledger.moving is 'Vars that may differ between daily builds, as JSON.';
    comment on table ledger.warnings is
        'What each node of dbt that warned said when it ran last.';
"""

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Delivery:
    """A raw file, or the rows of a landed table with one `_loaded_at`, as it was taken.

    `size` is in bytes or rows, times are in ns since 1970 (of files only), `layout` is the columns,
    `delivery` what orders the deliveries of a table.
    """

    domain: str
    table_name: str
    name: str
    size: int
    content_hash: str
    layout: str = ""
    is_look_up: bool = False
    modified_ns: int | None = None
    taken_ns: int | None = None
    delivery: str = ""
    change: str = NEW

    @property
    def key(self) -> Key:
        """What names the delivery."""
        return self.domain, self.table_name, self.name


@dataclass(frozen=True)
class Ledger:
    """Deliveries by key, those that are gone since the build before among them, and the inputs.

    `moving`: the inputs that may differ between daily builds. `warnings`: {node of dbt: text}.
    """

    deliveries: Mapping[Key, Delivery]
    inputs: Mapping[str, str]
    moving: Mapping[str, str] = field(default_factory=dict)
    warnings: Mapping[str, str] = field(default_factory=dict)

    @property
    def present(self) -> dict[Key, Delivery]:
        """The deliveries that are not gone."""
        return {key: d for key, d in self.deliveries.items() if d.change not in NOT_THERE}

    @property
    def missing(self) -> dict[Key, Delivery]:
        """The deliveries that are gone, unless a build has accepted that."""
        return {key: d for key, d in self.deliveries.items() if d.change in (GONE, VANISHED)}

    def names(self, *changes: str) -> dict[tuple[str, str], list[str]]:
        """The names of deliveries with one of these changes, by domain and table."""
        found: dict[tuple[str, str], list[str]] = {}
        for (domain, table, name), delivery in self.deliveries.items():
            if delivery.change in changes:
                found.setdefault((domain, table), []).append(name)
        return found

    def __str__(self) -> str:
        counts = Counter(delivery.change for delivery in self.deliveries.values())
        total = len(self.present)
        counts[GONE] += counts[REMOVED]
        deliveries = f"{total:,} deliver{'y' if total == 1 else 'ies'}"
        found = [f"{counts[name]:,} {name}" for name in (NEW, CHANGED, GONE) if counts[name]]
        if not found:
            return f"Nothing has changed in {deliveries}"
        return f"Taking what has changed in {deliveries}: {', '.join(found)}"


def inputs_of(project: Project, dbt_vars: Mapping[str, Any]) -> dict[str, str]:
    """What decides, beside the deliveries, what comes out: vars, code of the models, versions."""
    found = {
        f"the var {name}": _json(value)
        for name, value in {**project.variables, **dbt_vars}.items()
        if name not in BUILD_VARS
    }
    found |= {f"the version of {package}": version(package) for package in LIBRARIES}
    if list_ := dbt_vars.get("forgotten_list"):
        # Another name in a tie may come first.
        found["the list of forgotten persons"] = _sha256(Path(list_).read_bytes())
    settings = {name: value for name, value in project.settings.items() if name != "vars"}
    sources = {"dbt_project.yml": _json(settings).encode()}
    for pattern in SOURCES:
        for path in sorted(project.root.glob(pattern)):
            sources[path.relative_to(project.root).as_posix()] = path.read_bytes()
    return found | {name: _sha256(text) for name, text in sources.items()}


def moving_of(project: Project, dbt_vars: Mapping[str, Any]) -> dict[str, str]:
    """The vars of which a daily build computes the effect again."""
    return {name: _json({**project.variables, **dbt_vars}.get(name)) for name in MOVING_VARS}


def unchanged_domains(
    before: Ledger, now: Ledger, domains: Sequence[str], warehouse: Path
) -> tuple[str, ...]:
    """The domains of which a build on top of `before` would make the same rows again."""
    moved = {name for name in MOVING_VARS if before.moving.get(name) != now.moving.get(name)}
    latest = "latest_plausible_date"
    is_later = before.moving.get(latest, "") <= now.moving[latest]
    if moved - {latest} or not is_later:
        return ()
    taken = {d.domain for d in now.deliveries.values() if d.change not in (SAME, VANISHED)}
    same = tuple(domain for domain in domains if domain not in taken)
    return same if not moved else tuple(d for d in same if not _waits_for_its_day(d, warehouse))


def _waits_for_its_day(domain: str, warehouse: Path) -> bool:
    """Whether rows or dates were left out that a later day may make plausible."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where "
            "(schema_name = 'left_out' and starts_with(table_name, ?) "
            "and column_name = 'left_out_reason') "
            "or (schema_name = ? and column_name = 'ignored_date')",
            [f"{domain}__", domain],
        ).fetchall()
        return any(
            connection.execute(
                f"""select 1 from "{schema}"."{table}" where "{column}" like '%is in the future'
                or "{column}" like '%is not a plausible date' limit 1"""
            ).fetchone()
            for schema, table, column in columns
        )


def why_full(before: Ledger, now: Ledger) -> str | None:
    """Why a build on top of `before` would not give what a full one gives, or not be cheaper."""
    old, new = before.inputs, now.inputs
    changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    if changed:
        name, more = changed[0], len(changed) - 1
        verb = "is new" if name not in old else "has changed" if name in new else "is gone"
        return f"{name} {verb}" + (f", and {more:,} more" if more else "")
    # Look-up tables are read as a whole in any case.
    transactions = [found for found in now.deliveries.values() if not found.is_look_up]
    same = sum(found.size for found in transactions if found.change == SAME)
    if same < sum(found.size for found in transactions) / 2:
        return "more than half of the transaction data has changed"
    return None


def why_full_by_layout(before: Ledger, now: Ledger) -> str | None:
    """The same, once layouts are known: a column more or less shows in every row left out."""
    layouts_before, layouts = _layouts(before), _layouts(now)
    for table in dict.fromkeys(key[:2] for key in now.deliveries):
        if layouts_before.get(table) != layouts.get(table):
            return f"{'.'.join(table)} has other columns than before"
    return None


def read_ledger(path: Path) -> Ledger | None:
    """The ledger in a warehouse; None where it has none."""
    columns = ", ".join(field.name for field in fields(Delivery))
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            rows = connection.execute(f"select {columns} from ledger.deliveries").fetchall()
            pairs = [
                dict(connection.execute(f"from ledger.{table}").fetchall())
                for table in ("inputs", "moving", "warnings")
            ]
    except (duckdb.CatalogException, duckdb.BinderException):
        return None
    return Ledger({row.key: row for row in (Delivery(*row) for row in rows)}, *pairs)


def write_ledger(ledger: Ledger, path: Path) -> None:
    """Puts the ledger into the warehouse at `path`, which is made where there is none."""
    deliveries = [astuple(delivery) for delivery in ledger.deliveries.values()]
    rows_of = {
        "deliveries": deliveries,
        "inputs": ledger.inputs.items(),
        "moving": ledger.moving.items(),
        "warnings": ledger.warnings.items(),
    }
    with duckdb.connect(str(path), config=STORAGE) as connection:
        connection.execute(TABLES)
        for table, rows in rows_of.items():
            _insert(connection, table, rows)


def keep_warnings(path: Path, warnings: Mapping[str, str]) -> dict[str, str]:
    """Writes what nodes warned of, {node: text}, empty of those that ran and did not warn.

    Returns the same, and what those warned of that did not run.
    """
    with duckdb.connect(str(path), config=STORAGE) as connection:
        before = dict(connection.execute("from ledger.warnings").fetchall())
        now = {node: text for node, text in {**before, **warnings}.items() if text}
        connection.execute("delete from ledger.warnings")
        _insert(connection, "warnings", now.items())
    return now


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Sequence[Any]]
) -> None:
    # By columns: row by row, DuckDB takes a millisecond for each.
    columns = [list(column) for column in zip(*rows, strict=True)]
    if columns:
        marks = ", ".join("unnest(?)" for _ in columns)
        connection.execute(f"insert into ledger.{table} select {marks}", columns)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _layouts(ledger: Ledger) -> dict[tuple[str, str], list[str]]:
    """The layouts of a table's deliveries, in the order in which a reader of all meets them."""
    found: dict[tuple[str, str], list[str]] = {}
    for (domain, table, _), delivery in sorted(ledger.present.items()):
        layouts = found.setdefault((domain, table), [])
        if delivery.layout not in layouts:
            layouts.append(delivery.layout)
    return found
