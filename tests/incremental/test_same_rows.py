"""The comparison of warehouses finds every difference."""

import shutil

import duckdb
import pytest
from same_rows import differences, rows_count

WAREHOUSE_SQL = """
create schema core; create schema ledger; create schema intermediate;
create table core.fct_orders (order_id varchar, net_amount decimal(18, 6), share double);
insert into core.fct_orders values ('a', 1.10, 0.1), ('b', 2.20, 0.2), ('b', 2.20, 0.2),
    ('c', null, null);
create table core.build_info (build_id varchar, built_at timestamp, revenue decimal(18, 6));
insert into core.build_info values ('1', now()::timestamp, 5.5);
create table ledger.files (file_name varchar);
create table core.empty (order_id varchar);
create view intermediate.orders as select * from commerce.core.fct_orders where share > 0.15;
comment on column core.fct_orders.share is 'A share.';
"""


@pytest.fixture
def warehouses(tmp_path):
    """warehouses(sql): two equal warehouses, the second changed by the SQL."""

    def make(sql):
        paths = [tmp_path / name / "commerce.duckdb" for name in ("one", "other")]
        paths[0].parent.mkdir()
        with duckdb.connect(str(paths[0])) as connection:
            connection.execute(WAREHOUSE_SQL)
        shutil.copytree(paths[0].parent, paths[1].parent)
        with duckdb.connect(str(paths[1])) as connection:
            connection.execute(sql)
        return paths

    return make


@pytest.mark.parametrize(
    "harmless",
    [
        "select 1",
        "insert into ledger.files values ('orders.csv')",
        "update core.build_info set build_id = '2', built_at = '2024-01-01'",
        # Another order of rows, which may change the last digits of doubles.
        "create or replace table core.fct_orders as from core.fct_orders order by order_id desc;"
        "comment on column core.fct_orders.share is 'A share.'",
        "update core.fct_orders set share = share + 1e-16",
    ],
)
def test_what_may_differ_between_two_builds_is_ignored(harmless, warehouses):
    assert differences(*warehouses(harmless)) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # One cent; the view shows it too.
        (
            "update core.fct_orders set net_amount = 2.21 where order_id = 'b'",
            [
                "core.fct_orders: 2 only in the first:\n"
                "    order_id=b, net_amount=2.200000, share=0.2\n"
                "    order_id=b, net_amount=2.200000, share=0.2\n"
                "  2 only in the second:\n"
                "    order_id=b, net_amount=2.210000, share=0.2\n"
                "    order_id=b, net_amount=2.210000, share=0.2",
                "intermediate.orders: 2 only in the first:\n"
                "    order_id=b, net_amount=2.200000, share=0.2\n"
                "    order_id=b, net_amount=2.200000, share=0.2\n"
                "  2 only in the second:\n"
                "    order_id=b, net_amount=2.210000, share=0.2\n"
                "    order_id=b, net_amount=2.210000, share=0.2",
            ],
        ),
        (
            "delete from core.fct_orders where order_id = 'a'",
            [
                "core.fct_orders: 1 only in the first:\n"
                "    order_id=a, net_amount=1.100000, share=0.1"
            ],
        ),
        # A second copy of a row.
        (
            "insert into core.fct_orders values ('c', null, null)",
            ["core.fct_orders: 1 only in the second:\n    order_id=c, net_amount=None, share=None"],
        ),
        (
            "update core.fct_orders set share = 0.1 + 1e-11 where order_id = 'a'",
            [
                "core.fct_orders: 1 only in the first:\n"
                "    order_id=a, net_amount=1.100000, share=0.1\n"
                "  1 only in the second:\n"
                "    order_id=a, net_amount=1.100000, share=0.10000000001"
            ],
        ),
        (
            "update core.build_info set revenue = 5.6",
            [
                "core.build_info: 1 only in the first:\n    revenue=5.500000\n"
                "  1 only in the second:\n    revenue=5.600000"
            ],
        ),
        ("drop table core.empty", ["core.empty: only in the first"]),
        ("create table core.more (a int)", ["core.more: only in the second"]),
        (
            "alter table core.empty alter order_id type int",
            ["core.empty: columns differ: order_id: ('VARCHAR', None) and ('INTEGER', None)"],
        ),
        (
            "comment on column core.empty.order_id is 'Its id.'",
            ["core.empty: columns differ: order_id: ('VARCHAR', None) and ('VARCHAR', 'Its id.')"],
        ),
    ],
)
def test_every_difference_is_found(change, expected, warehouses):
    assert differences(*warehouses(change)) == expected


def test_the_compared_rows_are_counted(warehouses):
    one, _ = warehouses("select 1")
    assert rows_count(one) == 4 + 1 + 0 + 2
