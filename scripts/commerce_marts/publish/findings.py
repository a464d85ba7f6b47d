"""What a data test has found, in words: what its rows mean, some of them, and what to do.

A test has its words in its meta: `means` and `next_step`. dbt_project.yml has the usual next step.
What the rows of dbt's own tests mean is said here, of the model and the column that they are about.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import duckdb

from commerce_marts.check.problems import shortened

ROWS_SHOWN = 3
VALUE_LENGTH = 200
# As rows_found() gives it: `  customer_id=17, email=...`.
A_ROW = re.compile(r"\s+[^\s=]+=")
# Of a row with more columns only the key, the columns that the test names and the file are shown.
COLUMNS_SHOWN, KEY_COLUMNS = 12, 3
# What each row of a test of dbt or dbt_utils is.
MEANS = {
    "unique": "Each is a {column_name} that {table} has more than once; expected once.",
    "unique_combination_of_columns": (
        "Each is a combination of {combination_of_columns} that {table} has more than once; "
        "expected once."
    ),
    "not_null": "Each is a row of {table} without {column_name}; expected a value.",
    "relationships": "Each is a row of {table} whose {column_name} is not in {parent} ({field}).",
    "accepted_values": (
        "Each is a row of {table} with another {column_name} than expected: {values}."
    ),
    "accepted_range": (
        "Each is a row of {table} whose {column_name} is below {min_value} or above {max_value}."
    ),
    "expression_is_true": "Each is a row of {table} of which this is expected: {expression}.",
}
# The SQL of dbt's own tests selects less than the row: patterns, and what makes them select it.
WHOLE_ROWS = {
    "unique": [("unique_field", "{column_name}"), ("n_records", "rows_count")],
    "not_null": [(r"^\s*select\s+\S+\s+from", "select * from")],
    "relationships": [
        (r"as from_field", "as from_field, *"),
        (r"select\s+from_field\s+from", "select child.* exclude (from_field) from"),
    ],
    "accepted_values": [
        (r"(\S+) as value_field,\s+count\(\*\) as n_records", r"\1 as value_field, *"),
        (r"group by \S+", ""),
        (r"select \*\s+from all_values", "select * exclude (value_field) from all_values"),
    ],
    "expression_is_true": [(r"^\s*select\s+1\s+from", "select * from")],
}


def text_of_test(
    title: str,
    test: Mapping[str, Any],
    nodes: Mapping[str, Any],
    sql: str,
    connection: duckdb.DuckDBPyConnection,
) -> str:
    """The title and what each row of a test means; some rows that its SQL finds; the next step.

    `test` is its node in the manifest's `nodes`.
    """
    rows = rows_found(test, sql, connection)
    tags = {
        tag for id_ in test["depends_on"]["nodes"] for tag in nodes.get(id_, {}).get("tags", ())
    }
    of_domain = f" of {tags.pop()}" if len(tags) == 1 else ""
    first = ". ".join(filter(None, (title + of_domain, meaning(test, nodes))))
    step = test["config"]["meta"].get("next_step")
    return "\n".join([first, *rows, *([f"  {step}"] if step else [])])


def without_rows(text: str) -> str:
    """A text without the rows of data in it, which may name people."""
    return "\n".join(line for line in text.splitlines() if not A_ROW.match(line))


def kind_of(test: Mapping[str, Any]) -> str:
    """The name of a generic test such as `unique`; empty for a test that is SQL of its own."""
    return (test.get("test_metadata") or {}).get("name", "")


def meaning(test: Mapping[str, Any], nodes: Mapping[str, Any]) -> str:
    """What each row of a test is; empty if nobody has said it. `nodes` are the manifest's."""
    if said := test["config"]["meta"].get("means"):
        return said
    if kind_of(test) not in MEANS:
        return ""
    given = {"min_value": "(no minimum)", "max_value": "(no maximum)"}
    for name, value in test["test_metadata"]["kwargs"].items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        given[name] = " ".join(text.split())
    parents = [id_ for id_ in test["depends_on"]["nodes"] if id_ != test["attached_node"]]
    tables = {
        id_: f"{nodes[id_]['schema']}.{nodes[id_]['alias']}" for id_ in nodes.keys() & parents
    }
    model = nodes[test["attached_node"]]
    given |= {"table": f"{model['schema']}.{model['alias']}", "parent": ", ".join(tables.values())}
    return MEANS[kind_of(test)].format(**given)


def rows_found(
    test: Mapping[str, Any], sql: str, connection: duckdb.DuckDBPyConnection
) -> list[str]:
    """Some rows that the compiled SQL of a test finds, each as `column=value, ...`.

    There are none where a table that it reads is not in the file, such as one of --raw-database.
    """
    given = (test.get("test_metadata") or {}).get("kwargs", {})
    for pattern, text in WHOLE_ROWS.get(kind_of(test), ()):
        sql = re.sub(pattern, text.format(**given), sql)
    try:
        found = connection.execute(f"from ({sql}\n) limit {ROWS_SHOWN}")
    except duckdb.Error:
        return []
    columns = [name for name, *_ in found.description]
    named = set(re.findall(r"\w+", json.dumps(given))) | {"source_file"}
    shown = [
        (number, name)
        for number, name in enumerate(columns)
        if len(columns) <= COLUMNS_SHOWN or number < KEY_COLUMNS or name in named
    ]
    return [
        "  "
        + ", ".join(
            f"{name}={'null' if row[number] is None else shortened(str(row[number]), VALUE_LENGTH)}"
            for number, name in shown
        )
        for row in found.fetchall()
    ]
