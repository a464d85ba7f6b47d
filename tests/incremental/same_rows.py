"""Whether two warehouses hold the same: every table and view, every column, row for row."""

from pathlib import Path

import duckdb

# What says which build made a file, and from what: of no two builds the same.
IGNORED_SCHEMAS = ("ledger",)
IGNORED_COLUMNS = {"core.build_info": ("build_id", "built_at", "git_commit")}
EXAMPLES_SHOWN = 3

Columns = dict[str, tuple[str, str | None]]


def differences(one: Path, other: Path) -> list[str]:
    """What one warehouse holds and the other does not, a text per relation; empty if they agree.

    Rows are compared as multisets. Floating point is compared to 12 digits, because a sum of
    doubles depends on the order of its rows.
    """
    with duckdb.connect() as connection:
        relations = {
            name: _rows_taken(connection, name, path)
            for name, path in (("one", one), ("other", other))
        }
        found = []
        for relation in sorted(relations["one"] | relations["other"]):
            columns = [relations[name].get(relation) for name in ("one", "other")]
            if None in columns:
                found.append(
                    f"{relation}: only in the {'second' if None is columns[0] else 'first'}"
                )
            elif columns[0] != columns[1]:
                found.append(f"{relation}: columns differ: {_unlike(*columns)}")
            else:
                found += _differing_rows(connection, relation, columns[0])
    return found


def rows_count(warehouse: Path) -> int:
    """The rows of all that is compared: that a comparison compared something."""
    with duckdb.connect() as connection:
        return sum(
            connection.execute(f'select count(*) from one."{relation}"').fetchone()[0]
            for relation in _rows_taken(connection, "one", warehouse)
        )


def _rows_taken(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> dict[str, Columns]:
    """Copies what is compared into the database `name`; the columns of each relation.

    A view names its database, which is the file's name: so the file is attached under it, and the
    two files of a comparison one after the other.
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
        )
    connection.execute(f'detach "{path.stem}"')
    return relations


def _unlike(one: Columns, other: Columns) -> str:
    unlike = [
        f"{column}: {one.get(column)} and {other.get(column)}"
        for column in {**one, **other}
        if one.get(column) != other.get(column)
    ]
    return "; ".join(unlike) or f"their order: {list(one)} and {list(other)}"


def _differing_rows(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Columns
) -> list[str]:
    values = ", ".join(
        # Adding 0 makes -0 a 0.
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
