"""Where people are: tables of raw data by the contract, and tables of a DuckDB file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from commerce_marts.check.sql_text import quoted
from commerce_marts.forget.forgotten import CUSTOMER
from commerce_marts.project import PROJECT_NAME, Contract, Project

# Intermediate models and marts: what holds a customer, and what is personal in its row.
CUSTOMER_COLUMNS = ("customer_id", "user_id", "user_guid")
NAME_COLUMNS = ("name", "customer_name")
# As macros/shapes/full_name.sql names a customer without a name.
NO_NAME = "'Unknown'"


@dataclass(frozen=True)
class PeopleTable:
    """A raw table with people: `keys` says of id columns whose ids they are, the owner's first."""

    domain: str
    table: str
    keys: Mapping[str, str]
    personal: tuple[str, ...]
    columns: tuple[str, ...]
    key: tuple[str, ...]
    is_transaction: bool

    @property
    def owner(self) -> str:
        """The column that says whose row it is."""
        return next(iter(self.keys))

    @property
    def kept(self) -> tuple[str, ...]:
        """The columns that keep their value in the row of a person."""
        return tuple(name for name in self.columns if name not in self.personal)


@dataclass(frozen=True)
class Place:
    """A table of a file.

    `keys`: column -> kind, the owner's first. `raw_names`: column -> the same in raw data.
    `emptied`: column -> what the rows of a person have in it. `domain`: '' where a column `domain`
    says it. `raw_rows`: where it keeps raw rows as JSON, their tables by name.
    """

    schema: str
    table: str
    domain: str
    keys: Mapping[str, str] = field(default_factory=dict)
    raw_names: Mapping[str, str] = field(default_factory=dict)
    emptied: Mapping[str, str] = field(default_factory=dict)
    raw_rows: Mapping[str, PeopleTable] = field(default_factory=dict)
    raw_table: PeopleTable | None = None

    @property
    def sql_name(self) -> str:
        """Schema and table, quoted."""
        return f"{quoted(self.schema)}.{quoted(self.table)}"

    @property
    def sql_domain(self) -> str:
        """The domain of a row, as SQL."""
        return f"'{self.domain}'" if self.domain else 'cast(t."domain" as varchar)'


def people_tables(project: Project) -> list[tuple[PeopleTable, Contract]]:
    """The raw tables with people, and their contracts."""
    return [
        (
            PeopleTable(
                domain=contract["domain"],
                table=contract["table"],
                keys=contract["people"],
                personal=tuple(contract["personal"]),
                columns=tuple(column["name"] for column in contract["columns"]),
                key=tuple(contract["key"]),
                is_transaction=contract["transactions"],
            ),
            contract,
        )
        for contract in project.contracts(project.domains)
        if contract["people"]
    ]


def places(connection: duckdb.DuckDBPyConnection, database: str, project: Project) -> list[Place]:
    """The tables of an attached file that may hold people."""
    found: dict[tuple[str, str], list[str]] = {}
    for schema, table, column in connection.execute(
        "select schema_name, table_name, column_name from duckdb_columns() join duckdb_tables()"
        " using (database_name, schema_name, table_name) where database_name = ?"
        " order by schema_name, table_name, column_index",
        [database],
    ).fetchall():
        found.setdefault((schema, table), []).append(column)
    raw = people_tables(project)
    return [
        place
        for (schema, table), columns in found.items()
        if (place := _place(project, raw, schema, table, columns)) is not None
    ]


def _place(
    project: Project,
    raw: list[tuple[PeopleTable, Contract]],
    schema: str,
    table: str,
    columns: list[str],
) -> Place | None:
    for people, contract in raw:
        relation = _relation(contract)
        if (schema, table) == (f"raw_{people.domain}", people.table):
            return _raw_place(schema, table, columns, people)
        if (schema, table) == (people.domain, relation):
            return _staged_place(schema, table, columns, people, contract["renamed"])
        if (schema, table) == ("left_out", f"{people.domain}__{relation}"):
            return Place(schema, table, people.domain, raw_rows={people.table: people})
    if schema == "quarantine":
        domain = table.removesuffix("_rows")
        of_domain = {people.table: people for people, _ in raw if people.domain == domain}
        return Place(schema, table, domain, raw_rows=of_domain) if of_domain else None
    domain = "" if "domain" in columns else domain_of(project, schema, table)
    keys = {name: CUSTOMER for name in CUSTOMER_COLUMNS if name in columns}
    if domain is None or not keys or schema.startswith("raw_"):
        return None
    personal = {name for people, _ in raw for name in people.personal}
    emptied = {name: "null" for name in columns if name in personal}
    emptied |= {name: NO_NAME for name in NAME_COLUMNS if name in columns}
    return Place(schema, table, domain, keys, dict(zip(keys, keys, strict=True)), emptied)


def _raw_place(schema: str, table: str, columns: list[str], people: PeopleTable) -> Place:
    """A table of raw rows, with the shop's spelling of names and columns that we do not know."""
    spelled = {name.lower(): name for name in columns}
    keys = {spelled[name]: kind for name, kind in people.keys.items() if name in spelled}
    emptied = {
        name: "null"
        for name in columns
        if name.lower() not in people.kept and not name.startswith("_")
    }
    raw_names = {name: name.lower() for name in columns}
    return Place(schema, table, people.domain, keys, raw_names, emptied, raw_table=people)


def _staged_place(
    schema: str, table: str, columns: list[str], people: PeopleTable, renamed: Mapping[str, str]
) -> Place:
    staged = {renamed.get(name, name): name for name in people.columns}
    keys = {name: people.keys[raw] for name, raw in staged.items() if raw in people.keys}
    # The owner's first, as in the contract.
    order = list(people.keys)
    keys = dict(sorted(keys.items(), key=lambda item: order.index(staged[item[0]])))
    return Place(
        *(schema, table, people.domain),
        keys={name: kind for name, kind in keys.items() if name in columns},
        raw_names=staged,
        emptied={
            name: "null"
            for name, raw in staged.items()
            if raw in people.personal and name in columns
        },
        raw_table=people,
    )


def domain_of(project: Project, schema: str, table: str) -> str | None:
    """The domain of a table without a column `domain`, by its name or its tag; None if unknown."""
    for domain in project.domains:
        if schema == domain or table.startswith(f"int_{domain}__"):
            return domain
    marts = project.settings["models"][PROJECT_NAME].get("marts") or {}
    for area in marts.values():
        if isinstance(area, dict) and area.get("+schema") == schema:
            tags = area.get("+tags", (area.get(table) or {}).get("+tags", ()))
            return next((tag for tag in tags if tag in project.domains), None)
    return None


def _relation(contract: Contract) -> str:
    """The name of the staging table in its schema."""
    return "stg_" + contract["staged_as"].removeprefix("stg_").split("__")[-1]
