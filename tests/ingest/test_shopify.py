"""The example of the docs: a shop on Shopify lands as the domain sales, refunds as returns."""

import uuid
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "ingest" / "shopify_sales.yml"
SHOP = """
create schema shopify;
create table shopify.customers (id bigint primary key, first_name text, last_name text, email text,
    updated_at timestamptz);
create table shopify.customer_addresses (id bigint primary key, customer_id bigint, address1 text,
    city text, province_code text, zip text, is_default boolean, updated_at timestamptz);
create table shopify.products (id bigint primary key, title text, product_type text,
    updated_at timestamptz);
create table shopify.product_variants (id bigint primary key, product_id bigint, price numeric,
    updated_at timestamptz);
create table shopify.orders (id bigint primary key, name text, customer_id bigint, test boolean,
    processed_at timestamptz, updated_at timestamptz);
create table shopify.order_lines (id bigint primary key, order_id bigint, product_id bigint,
    quantity int, price numeric, total_discount numeric, updated_at timestamptz);
create table shopify.refunds (id bigint primary key, order_id bigint, created_at timestamptz);
create table shopify.order_line_refunds (id bigint primary key, refund_id bigint,
    order_line_id bigint, quantity int, subtotal numeric);

insert into shopify.customers values
    (7, 'Ada', 'Byron', 'ada@example.com', '2024-01-01 10:00+01'), (8, 'Bo', 'Li', null, null);
insert into shopify.customer_addresses values
    (1, 7, '1 High Street', 'Leeds', 'LDS', 'LS1', true, '2024-01-02 10:00+01');
insert into shopify.products values (20, 'Cup: blue', 'Kitchen', '2024-01-01');
insert into shopify.product_variants values
    (30, 20, 4.50, '2024-01-01'), (31, 20, 5.25, '2024-02-01');
insert into shopify.orders values
    (1, '#1001', 7, false, '2024-03-01 23:30-05', '2024-03-02'),
    (2, '#1002', null, false, '2024-03-02 12:00', '2024-03-02'),
    (3, '#1003', 7, true, '2024-03-02 12:00', '2024-03-02');
insert into shopify.order_lines values
    (11, 1, 20, 3, 4.50, 1.00, '2024-03-02'), (12, 1, 20, 3, 4.50, 1.00, '2024-03-02'),
    (13, 2, null, 1, 9.00, 0, '2024-03-02'), (14, 3, 20, 1, 4.50, 0, '2024-03-02');
"""
REFUND = """
insert into shopify.refunds values (50, 1, '2024-03-05 09:00+00');
insert into shopify.order_line_refunds values (60, 50, 11, 1, 4.17);
update shopify.orders set updated_at = '2024-03-05 09:00+00' where id = 1
"""


@pytest.fixture
def shopify(empty_database):
    empty_database.change(*SHOP.split(";\n")[:-1])
    return empty_database


def land(shopify, *options):
    return shopify.land("--tables", EXAMPLE, *options, domain="sales")


def test_orders_lines_and_refunds_land_as_sales(shopify):
    told = land(shopify)
    assert "sales: 3 rows, 3 new\n" in told
    assert "sales: its query has no cost_amount, which may be missing.\n" in told
    assert shopify.rows(
        "select order_id, customer_id, product_id, order_date::timestamptz at time zone 'UTC',"
        " quantity::int, total_price::decimal(18, 2), row_id from raw_sales.sales order by row_id"
    ) == [
        *(
            (
                "#1001",
                "7",
                "20",
                datetime.fromisoformat("2024-03-02 04:30"),
                3,
                Decimal("12.50"),
                f"line {line}",
            )
            for line in (11, 12)
        ),
        (
            "#1002",
            None,
            "unknown",
            datetime.fromisoformat("2024-03-02 12:00"),
            1,
            Decimal("9.00"),
            "line 13",
        ),
    ]
    assert shopify.rows("select * exclude (_loaded_at) from raw_sales.products") == [
        ("20", "Cup: blue", "Kitchen", "4.50")
    ]
    assert shopify.rows("select city, state from raw_sales.customers order by customer_id") == [
        *(("Leeds", "LDS"), (None, None))
    ]
    shopify.change(*REFUND.strip().split(";\n"))
    assert "sales: 4 rows, 1 new\n" in land(shopify)
    assert shopify.rows(
        "select order_id, quantity, total_price from raw_sales.sales where row_id = 'refund 60'"
    ) == [("#1001", "-1", "-4.17")]


def test_rows_with_one_key_are_refused(shopify, tables_file):
    file = tables_file(
        "tables: {products: {query: \"select 7 as product_id, 'a' as product_name,"
        " 'b' as category, n as price from generate_series(1, 2) as g(n)\"}}"
    )
    told = shopify.refusal("--tables", file, domain="sales")
    assert "products: its query has 2 rows with product_id 7, but the key (product_id)" in told


def test_rows_without_a_key_are_refused(shopify, tables_file):
    file = tables_file(
        "tables: {products: {from: shopify.order_lines, columns: {product_name: id,"
        " category: id, product_id: product_id}}}"
    )
    told = shopify.refusal("--tables", file, domain="sales")
    assert "products: 1 rows of shopify.order_lines have no value in the key (product_id)" in told


def test_a_table_without_a_time_of_change_is_compared_whole(shopify, tables_file):
    file = tables_file(
        "tables: {products: {from: shopify.products, columns: {product_id: id, product_name: title,"
        " category: product_type, price: 1 + 1}}}"
    )
    shopify.land("--tables", file, domain="sales")
    shopify.change(
        "update shopify.products set title = 'Mug'",
        "insert into shopify.products select 100 + n, 'x', 'y' from generate_series(1, 20) as g(n)",
    )
    told = shopify.land("--tables", file, domain="sales")
    assert "products: 21 rows, 20 new, 1 changed\n" in told
    shopify.change("delete from shopify.products where id = 101")
    assert "products: 20 rows, 1 gone\n" in shopify.land("--tables", file, domain="sales")


def test_names_in_lower_case_and_ids_of_other_types_are_found(shopify, tables_file):
    ids = [uuid.UUID(int=number) for number in (1, 2)]
    shopify.change(
        "create table shopify.uuids (customerid uuid, firstname text, last_name text, email text,"
        " address text, city text, state text, postalcode text)",
        *(f"insert into shopify.uuids (customerid) values ('{one}')" for one in ids),
    )
    file = tables_file("tables: {customers: Shopify.UUIDs}")
    shopify.land("--tables", file, domain="sales")
    assert shopify.rows("select customer_id from raw_sales.customers order by all") == [
        (str(one),) for one in ids
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("shop.orders", "products: there is no schema shop. Did you mean shopify?"),
        ("shopify.product", "there is no table or view shopify.product. Did you mean products?"),
        (
            "shopify.refunds",
            "products: shopify.refunds has no column product_id for product_id. It",
        ),
    ],
)
def test_what_is_not_there_is_told_with_what_is(shopify, tables_file, source, expected):
    file = tables_file(f"tables: {{products: {source}}}")
    assert expected in shopify.refusal("--tables", file, domain="sales")


def test_a_value_with_more_digits_than_its_type_is_refused_and_not_rounded(shopify, tables_file):
    shopify.change("update shopify.product_variants set price = 1.0 / 3, product_id = 20")
    text = "tables: {{products: {{from: shopify.product_variants, columns: {}}}}}"
    names = "{product_name: id, category: id, price: %s}"
    told = shopify.refusal(
        "--tables", tables_file(text.format(names % "price")), "--full-refresh", domain="sales"
    )
    assert "were not landed." in told
    assert not shopify.landed.exists()


def test_a_table_without_rows_lands_empty_and_is_filled_later(shopify, tables_file):
    file = tables_file(
        "tables: {products: {from: shopify.products, changed_at: updated_at,"
        " columns: {product_id: id, product_name: title, category: product_type, price: 1 + 1}}}"
    )
    shopify.change("delete from shopify.products")
    assert "products: 0 rows, nothing new\n" in shopify.land("--tables", file, domain="sales")
    shopify.change("insert into shopify.products values (1, 'a', 'b', now())")
    assert "products: 1 row, 1 new\n" in shopify.land("--tables", file, domain="sales")
    assert "products: 1 row, nothing new\n" in shopify.land("--tables", file, domain="sales")
    shopify.change("delete from shopify.products")
    # No row is read, and a deleted one is found by a full compare only.
    assert "products: 1 row, nothing new\n" in shopify.land("--tables", file, domain="sales")


def test_times_with_a_zone_are_landed_as_the_same_moment(shopify, tables_file):
    file = tables_file(
        "tables: {sales: {from: shopify.orders, key: order_id, changed_at: updated_at, columns:"
        " {order_id: name, product_id: id, order_date: processed_at, quantity: 1 + 0,"
        " total_price: 2 * 1}}}"
    )
    shopify.land("--tables", file, domain="sales")
    assert shopify.rows(
        "select typeof(order_date), epoch(order_date) from raw_sales.sales where order_id = '#1001'"
    ) == [("TIMESTAMP WITH TIME ZONE", datetime.fromisoformat("2024-03-02T04:30Z").timestamp())]
