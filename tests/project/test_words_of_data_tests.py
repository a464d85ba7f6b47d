"""Every data test fails once, and says domain, table, key, value, what was expected and what to do.

The warehouse of the seeds is broken in several ways, each in a transaction that is rolled back; the
compiled SQL of all data tests runs on it, and the words are those that a build shows.
"""

import json
import re
import shutil
from pathlib import Path

import duckdb
import pytest

from commerce_marts.publish.findings import MEANS, kind_of, meaning, text_of_test
from commerce_marts.publish.report import rows_text

ROOT = Path(__file__).resolve().parents[2]
DOMAINS = ("sales", "greenery", "adventure_works", "restaurant")
STAGING = f"schema_name in {DOMAINS}"
CORE = "schema_name = 'core'"
INTERMEDIATE = "schema_name = 'intermediate'"
QUARANTINE = "schema_name = 'quarantine'"
NOT_RAW = "schema_name not like 'raw_%' and schema_name <> 'left_out'"
MARTS = f"{NOT_RAW} and not ({STAGING} or {CORE} or {INTERMEDIATE} or {QUARANTINE})"
FACTS = "table_name like 'fct_order%' or schema_name = 'intermediate'"
ORDERS = "table_name in ('stg_orders', 'stg_sales_orders')"
LOOK_UPS = "table_name like 'dim_%'"
LOOK_UPS += f" or ({STAGING} and not regexp_matches(table_name, 'order|stg_sales$|subcat'))"
PARENTS = """table_name in (
    'stg_state_provinces', 'stg_sales_territories', 'stg_product_subcategories'
)"""
# Raw table of orders or lines: staging model, id, buyer, time and line.
DELIVERED_AGAIN = {
    "sales.sales": ("stg_sales", "order_id", "customer_id", "order_date", "product_id"),
    "greenery.orders": ("stg_orders", "order_id", "user_id", "created_at", None),
    "greenery.order_items": ("stg_order_items", "order_id", None, None, "product_id"),
    "adventure_works.sales_order_header": (
        *("stg_sales_orders", "sales_order_id", "customer_id", "order_date", None),
    ),
    "adventure_works.sales_order_detail": (
        *("stg_sales_order_details", "sales_order_id", None, None, "sales_order_detail_id"),
    ),
    "restaurant.order_items": (
        *("stg_order_items", "order_id", "user_id", "creation_time_utc", "lineitem_id"),
    ),
}


def doubled(name, _type, _number):
    return f'"{name}"'


def emptied(name, type_, _number):
    return "domain" if name == "domain" else f"cast(null as {type_})"


def moved(name, type_, number):
    """Another value, and not the same change in every column."""
    if type_.startswith("DECIMAL"):
        return f'cast("{name}" + {number}.5 as {type_})'
    if type_ in ("BIGINT", "INTEGER", "DOUBLE"):
        return f'cast("{name}" * {number + 1} + {number} as {type_})'
    other = {"VARCHAR": f"concat('?', \"{name}\")", "BOOLEAN": f'not "{name}"'}.get(type_)
    return other if other and name != "domain" else f'"{name}"'


def negative(name, type_, number):
    is_number = type_.startswith(("DECIMAL", "BIGINT", "INTEGER", "DOUBLE"))
    return f"cast(-{number} as {type_})" if is_number else f'"{name}"'


def changed(connection, which, value_of, tail=""):
    """Every table and view that `which` selects becomes a table with other values."""
    tables = connection.execute(
        f"select * from (select schema_name, table_name, 'table' from duckdb_tables()"
        f" union all select schema_name, view_name, 'view' from duckdb_views() where not internal)"
        f" where {which}"
    ).fetchall()
    assert tables, which
    for schema, table, kind in tables:
        columns = connection.execute(
            "select column_name, data_type, column_index from duckdb_columns()"
            " where schema_name = ? and table_name = ? order by column_index",
            [schema, table],
        ).fetchall()
        values = ", ".join(f'{value_of(*column)} as "{column[0]}"' for column in columns)
        name = f"{schema}.{table}"
        union = tail.format(name=name)
        connection.execute(f"create table {schema}.changed as select {values} from {name} {union}")
        connection.execute(f"drop {kind} {name}")
        connection.execute(f"alter table {schema}.changed rename to {table}")


def delivered_again(connection, is_used_again):
    """An earlier delivery holds every order: of another buyer and day, or with other lines."""
    for table, (staged, order_id, buyer, moment, line) in DELIVERED_AGAIN.items():
        other = {buyer: "?", moment: "1999-01-01"} if is_used_again else {line: "?"}
        if None not in other:
            domain = table.split(".")[0]
            connection.execute(
                f"insert into left_out.{domain}__{staged} select {order_id},"
                " 'superseded: a later delivery holds this order',"
                f" json_merge_patch(to_json(r), '{json.dumps(other)}'), 'earlier.csv', '!'"
                f" from raw_{table} as r"
            )


def left_out(connection):
    """Raw rows of each domain are rejected, of a kind that nobody knows, or of look-up tables."""
    tables = {table.split(".")[0]: table.split(".")[1] for table in DELIVERED_AGAIN}
    for domain, table in tables.items():
        row = """{"quantity": "x"}"""
        connection.execute(
            f"insert into quarantine.{domain}_rows select '{domain}', '{table}', kind,"
            f" 'quantity is not a number', 'day.csv', 'id=' || i, '{row}', kind = 'rejected'"
            " from range(100000) as r (i), (values ('rejected'), ('odd')) as k (kind)"
        )


# What is broken: (tables, another value, what follows the select), or SQL, or a function.
BREAKS = {
    "every row is there twice": [(NOT_RAW, doubled, "union all from {name}")],
    "staging has nothing but null": [(f"{STAGING} or {INTERMEDIATE}", emptied)],
    "core has nothing but null": [(CORE, emptied)],
    "marts have other values": [(MARTS, moved)],
    "core has other values": [(CORE, moved)],
    "intermediate has other values": [(INTERMEDIATE, moved)],
    "staging has other values": [(STAGING, moved)],
    "every number is negative": [(NOT_RAW, negative)],
    "facts are empty": [(FACTS, doubled, "limit 0")],
    "orders are missing": [(ORDERS, doubled, "limit 0")],
    "look-ups are missing": [(LOOK_UPS, doubled, "limit 0")],
    "look-ups of look-ups are missing": [(PARENTS, doubled, "limit 0")],
    "rows are left out": [left_out],
    "ids are used again": [lambda connection: delivered_again(connection, is_used_again=True)],
    "orders are split": [lambda connection: delivered_again(connection, is_used_again=False)],
    "ids are from a spreadsheet": [
        "update sales.stg_sales set order_id = '1.23457E+15'",
        "update greenery.stg_orders set order_id = '1.23457E+15'",
        "update adventure_works.stg_sales_orders set sales_order_id = '1.23457E+15'",
        "update restaurant.stg_order_items set order_id = '1.23457E+15'",
    ],
    "single values are wrong": [
        "update core.fct_orders set currency = 'XXX' where hash(order_id) % 2 = 0",
        "update core.fct_returns set order_id = null",
        "update intermediate.int_adventure_works__returns set order_line_id = null",
        "update greenery.stg_events set session_id = 'one'",
        "update adventure_works.stg_sales_order_returns set returned_on = '1999-01-01'",
        "update funnel.fct_sessions set funnel_viewed_at = null",
        "update clv.customer_clv_predictions set customer_id = concat('?', customer_id)",
        "update clv.clv_model_parameters set purchase_rate_r = null",
        "update sales_reporting.product_demand set units_returned = null where product_id < '8'",
        "update sales_reporting.product_demand set return_rate = 1 where units_returned is null",
    ],
}


@pytest.fixture(scope="module")
def data_tests(seeds_warehouse, run_dbt, tmp_path_factory):
    """The data tests of the project with their SQL, all nodes, and a connection to break."""
    folder = tmp_path_factory.mktemp("broken")
    file = folder / "commerce.duckdb"
    shutil.copyfile(seeds_warehouse, file)
    done = run_dbt(
        *("compile", "--select", "resource_type:test", "--target", "publish"),
        *("--profiles-dir", ROOT, "--target-path", folder, "--log-path", folder),
        env={"COMMERCE_MARTS_BUILD_FILE": str(file)},
    )
    assert done.returncode == 0, done.stdout
    nodes = json.loads((folder / "manifest.json").read_text())["nodes"]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{file}' as commerce; use commerce")
        yield [n for n in nodes.values() if n["resource_type"] == "test"], nodes, connection


@pytest.fixture(scope="module")
def words(data_tests):
    """Of each data test that fails on a broken warehouse, its words there."""
    tests, nodes, connection = data_tests
    found = {}
    for name, steps in BREAKS.items():
        connection.execute("begin")
        for step in steps:
            if isinstance(step, str):
                connection.execute(step)
            elif callable(step):
                step(connection)
            else:
                changed(connection, *step)
        failing = 0
        for test in tests:
            sql, count = test["compiled_code"], test["config"]["fail_calc"]
            [(rows,)] = connection.execute(f"select {count} from ({sql}\n)").fetchall()
            failing += bool(rows)
            if rows and test["name"] not in found:
                title = f"test {test['name']} failed: {rows_text(rows)}"
                found[test["name"]] = text_of_test(title, test, nodes, sql, connection)
        assert failing, name
        connection.execute("rollback")
    return found


def test_every_data_test_has_words(data_tests):
    tests, nodes, _ = data_tests
    for test in tests:
        assert test["config"]["meta"].get("next_step"), test["name"]
        assert meaning(test, nodes), test["name"]


def test_every_data_test_can_fail(data_tests, words):
    assert {test["name"] for test in data_tests[0]} - words.keys() == set()


def test_the_words_name_domain_table_key_value_and_next_step(data_tests, words, contract):
    tests, nodes, _ = data_tests
    raw_tables = {f"{domain}.{table}" for domain in contract for table in contract[domain]}
    for test in tests:
        text = words[test["name"]]
        title, *rows, next_step = text.splitlines()
        assert next_step == f"  {test['config']['meta']['next_step']}"
        assert meaning(test, nodes) in title
        models = [nodes[id_] for id_ in test["depends_on"]["nodes"]]
        tables = {name for model in models for name in (model["name"], model["alias"])}
        assert any(table in text for table in tables | raw_tables), text
        is_of_a_domain = not {"dim_dates", "rfm_segment_grid"} & {m["name"] for m in models}
        assert not is_of_a_domain or any(domain in text for domain in DOMAINS), text
        assert rows, text
        named = test["test_metadata"]["kwargs"] if kind_of(test) in MEANS else {}
        for column in [named.get("column_name"), *named.get("combination_of_columns", ())]:
            assert column is None or re.search(rf"\b{column}=", rows[0]), text
        assert rows[0] != "  1=1", text
        assert all(len(row) < 1000 for row in rows), text


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (
            "unique_stg_products_product_id",
            "Each is a product_id that sales.stg_products has more than once; expected once.",
        ),
        (
            "stg_greenery__order_items_have_an_order",
            "Each is a row of greenery.stg_order_items whose order_id is not in "
            "greenery.stg_orders (order_id).",
        ),
    ],
)
def test_the_words_of_dbts_own_tests_name_table_and_column(test, expected, words):
    assert expected in words[test]
