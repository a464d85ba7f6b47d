"""A file for --tables says where each raw table is, and what does not fit the contract is told."""

import pytest

from commerce_marts.errors import OptionError
from commerce_marts.ingest.tables import tables_of
from commerce_marts.project import project_at

PROJECT = project_at(None)


def table_of(domain, path):
    return tables_of(PROJECT, domain, path)[0]


@pytest.mark.parametrize(
    ("domain", "text", "expected"),
    [
        ("sales", "tables: [", "is not valid YAML"),
        ("sales", "sales: {}", "needs a mapping `tables:`"),
        ("sales", "tables: {orders: a.b}", "sales has no raw table 'orders'. It has customers,"),
        ("sales", "{tables: {sales: a.b}, more: 1}", "'more' is not known here. Known are tables,"),
        ("sales", "tables: {products: {}}", "products needs either `from: schema.table` or"),
        ("sales", "tables: {products: {from: a, query: b}}", "products needs either"),
        ("sales", "tables: {products: {from: a, keys: b}}", "products: 'keys' is not known here"),
        ("sales", "tables: {sales: a.b}", "sales has no key in the contract, so `key:` must name"),
        ("sales", "tables: {sales: {from: a, key: line}}", "the key line, which is not in `colu"),
        ("sales", "tables: {products: {from: a, columns: {cost: b}}}", "no column 'cost' in the"),
        ("sales", "{tables: {products: a}, overlap_minutes: 0}", "must be a whole number above 0"),
    ],
)
def test_what_does_not_fit_is_refused(tables_file, domain, text, expected):
    with pytest.raises(OptionError) as refused:
        tables_of(PROJECT, domain, tables_file(text))
    assert expected in refused.value.message
    assert "tables.yml" in refused.value.message


def test_a_domain_without_known_names_needs_a_file():
    with pytest.raises(OptionError, match="Where the tables of sales are is not known"):
        tables_of(PROJECT, "sales", None)


def test_an_entry_may_be_the_name_alone(tables_file):
    table = table_of("sales", tables_file("tables: {products: shop.items}"))
    assert (table.source, table.key, table.changed_at) == ("shop.items", ("product_id",), None)
    assert [column.source for column in table.columns] == [None] * 4


def test_a_word_is_a_column_and_anything_else_an_expression(tables_file):
    text = "tables: {products: {from: a, columns: {price: Cost, category: upper(kind)}}}"
    columns = {column.name: column for column in table_of("sales", tables_file(text)).columns}
    assert (columns["price"].source, columns["price"].is_expression) == ("Cost", False)
    assert columns["category"].is_expression


def test_a_key_may_be_a_column_that_is_not_in_the_contract(tables_file):
    text = "tables: {sales: {from: a, key: line_id, columns: {line_id: id}}}"
    table = table_of("sales", tables_file(text))
    assert table.key == ("line_id",)
    assert table.columns[-1].name == "line_id"


def test_the_overlap_is_not_a_reason_to_land_a_table_again(tables_file):
    text = "{tables: {products: a}, overlap_minutes: %s}"
    one, other = (table_of("sales", tables_file(text % minutes)) for minutes in (5, 60))
    assert one.overlap_minutes != other.overlap_minutes
    assert one.definition == other.definition
