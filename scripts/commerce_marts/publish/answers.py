"""The file of answers: core and the marts alone, for BI tools that need nothing else.

It has the same schemas, tables, columns and comments as the warehouse. Views are tables in it, so a
client needs no more than to read tables.
"""

from pathlib import Path

import duckdb

from commerce_marts.check.sql_text import quoted, sql_text
from commerce_marts.project import PROJECT_NAME, Project

RELATIONS = """
    select schema_name, table_name, comment
    from duckdb_tables() where database_name = $built
    union all
    select schema_name, view_name, comment
    from duckdb_views() where database_name = $built and not internal
    order by all
"""
COMMENTS = """
    select schema_name, table_name, column_name, comment
    from duckdb_columns() where database_name = $built and comment is not null
    order by all
"""


def schemas_of_answers(project: Project) -> set[str]:
    """The schemas of models/marts: core and each area."""
    marts = project.settings["models"][PROJECT_NAME]["marts"]
    folders = [marts, *(below for below in marts.values() if isinstance(below, dict))]
    return {folder["+schema"] for folder in folders if "+schema" in folder}


def write_answers(project: Project, built: Path, file: Path, config: dict[str, str]) -> None:
    """Writes `file` from the built warehouse. Raises duckdb.Error or OSError."""
    schemas = schemas_of_answers(project)
    # Views name the database that they were made in, which is named by its file.
    source = built.stem
    with duckdb.connect(config=config) as connection:
        connection.execute(f"attach {sql_text(str(built))} as {_name(source)} (read_only)")
        # As the warehouse, readable by older clients.
        connection.execute(f"attach {sql_text(str(file))} as answers (storage_version 'v1.0.0')")
        of_source = {"built": source}
        for schema, relation, comment in connection.execute(RELATIONS, of_source).fetchall():
            if schema in schemas:
                made = _name("answers", schema, relation)
                connection.execute(f"create schema if not exists {_name('answers', schema)}")
                connection.execute(f"create table {made} as from {_name(source, schema, relation)}")
                connection.execute(f"comment on table {made} is {sql_text(comment or '')}")
        for schema, *column, comment in connection.execute(COMMENTS, of_source).fetchall():
            if schema in schemas:
                made = _name("answers", schema, *column)
                connection.execute(f"comment on column {made} is {sql_text(comment)}")
        connection.execute("checkpoint answers")
    # As with the warehouse: most clients open a file for writing, which would lock readers out.
    file.chmod(file.stat().st_mode & 0o444)


def _name(*parts: str) -> str:
    return ".".join(map(quoted, parts))
