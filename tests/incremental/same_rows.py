"""Compares two warehouses: every table and view, every column, every row."""

from pathlib import Path

import duckdb

# Data about the build itself, which differs between any two builds.
IGNORED_SCHEMAS = ("ledger",)
# Its columns are compared, and not its rows: every build is one of them.
IGNORED_ROWS = ("core.build_history",)
IGNORED_COLUMNS = {"core.build_info": ("build_id", "built_at", "git_commit")}
EXAMPLES_SHOWN = 3

Columns = dict[str, tuple[str, str | None]]


def differences(one: Path, other: Path) -> list[str]:
    """The differences of two warehouses, a text per relation; empty if they agree.

    Rows are compared as multisets. Floating point is compared to 12 digits, because a sum of
    doubles depends on the order of its rows.
    """
    with duckdb.connect() as connection:
        relations = {
            name: _copied_relations(connection, name, path)
            for name, path in (("one", one), ("other", other))
        }
        texts = []
        for relation in sorted(relations["one"] | relations["other"]):
            columns = [relations[name].get(relation) for name in ("one", "other")]
            if None in columns:
                texts.append(
                    f"{relation}: only in the {'second' if None is columns[0] else 'first'}"
                )
            elif columns[0] != columns[1]:
                texts.append(f"{relation}: columns differ: {_differing_columns(*columns)}")
            else:
                texts += _differing_rows(connection, relation, columns[0])
    return texts


def rows_count(warehouse: Path) -> int:
    """How many rows a comparison compares."""
    with duckdb.connect() as connection:
        return sum(
            connection.execute(f'select count(*) from one."{relation}"').fetchone()[0]
            for relation in _copied_relations(connection, "one", warehouse)
        )


def _copied_relations(
    connection: duckdb.DuckDBPyConnection, name: str, path: Path
) -> dict[str, Columns]:
    """Copies the compared columns into the database `name`; returns them by relation.

    Views name their database, so a file is attached under its own name. Two files of the same name
    can only be attached one after the other.
    """
    connection.execute(f"attach ':memory:' as {name}")
    connection.execute(f"attach '{path}' as \"{path.stem}\" (read_only)")
    relations: dict[str, Columns] = {}
    for schema, table, column, type_, comment in connection.execute(
        "select schema_name, table_name, column_name, data_type, comment from duckdb_columns()"
        " where database_name = ? and not internal order by table_oid, column_index",
        [path.stem],
    ).fetchall():
        relation = f"{schema}.{table}"
        if schema not in IGNORED_SCHEMAS and column not in IGNORED_COLUMNS.get(relation, ()):
            relations.setdefault(relation, {})[column] = (type_, comment)
    for relation, columns in relations.items():
        schema, table = relation.split(".")
        names = ", ".join(f'"{column}"' for column in columns)
        connection.execute(
            f'create table {name}."{relation}" as'
            f' select {names} from "{path.stem}"."{schema}"."{table}"'
            f"{' where false' if relation in IGNORED_ROWS else ''}"
        )
    connection.execute(f'detach "{path.stem}"')
    return relations


def _differing_columns(one: Columns, other: Columns) -> str:
    differing = [
        f"{column}: {one.get(column)} and {other.get(column)}"
        for column in {**one, **other}
        if one.get(column) != other.get(column)
    ]
    return "; ".join(differing) or f"their order: {list(one)} and {list(other)}"


def _differing_rows(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Columns
) -> list[str]:
    values = ", ".join(
        # Adding 0 turns -0 into 0.
        f'format(\'{{:.12g}}\', "{column}" + 0) as "{column}"'
        if type_ in ("DOUBLE", "FLOAT")
        else f'"{column}"'
        for column, (type_, _) in columns.items()
    )
    texts = []
    for left, right, which in (("one", "other", "first"), ("other", "one", "second")):
        rows = connection.execute(
            f'select {values} from {left}."{relation}" except all'
            f' select {values} from {right}."{relation}" order by all'
        ).fetchall()
        if rows:
            examples = [
                ", ".join(f"{name}={value}" for name, value in zip(columns, row, strict=True))
                for row in rows[:EXAMPLES_SHOWN]
            ]
            texts.append(f"{len(rows)} only in the {which}:\n    " + "\n    ".join(examples))
    return [f"{relation}: " + "\n  ".join(texts)] if texts else []
