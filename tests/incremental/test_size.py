"""A warehouse hardly grows when a day is loaded again."""

import json

import duckdb
import sales_story

from commerce_marts.publish.compact import compact

ORDERS_A_DAY = 4_000


def test_a_warehouse_hardly_grows_when_the_same_day_is_loaded_again(build_of, feed_of, tmp_path):
    warehouse = tmp_path / "warehouse" / "commerce.duckdb"
    sales = feed_of(tmp_path, "sales")
    sales.write("products.csv", [{"product_id": "P001", "category": "Kitchen"}])
    sales.write("customers.csv", [{"customer_id": "C0001", "first_name": "Ada"}])
    for day in (1, 2, 3):
        sales.day = day
        sales.write(sales.file("sales"), lines_of(day, "10.00"))
    sizes = []
    for time in range(7):
        built = build_of("sales", areas=("clv",))(
            *("--raw-from", "files", "--raw-dir", tmp_path / "raw", "--warehouse", warehouse),
            *("--keep", "0", "--vars", json.dumps({"max_quarantined_share": 1})),
        )
        assert built.returncode == 0, built.stderr
        sizes.append(warehouse.stat().st_size)
        sales.day = 3 + time
        sales.write("sales/2023-01-03.csv", lines_of(3, f"{time}.00"))
    # A daily build writes a small file again, without the space of replaced rows.
    assert max(sizes) <= 1.3 * sizes[0], sizes


def lines_of(day, price):
    return [
        sales_story.line(f"{day}-{number}", day, total_price=price)
        for number in range(ORDERS_A_DAY)
    ]


def test_a_large_file_is_written_again_once_a_fifth_of_it_is_free(tmp_path, monkeypatch):
    monkeypatch.setattr("commerce_marts.publish.compact.SMALL", 0)
    file, new = tmp_path / "commerce.duckdb", tmp_path / "new" / "commerce.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table numbers as select i, hash(i) as h from range(300000) r(i)")
        connection.execute("create table others as from numbers")
        connection.execute("create view sums as select sum(h) as h from commerce.numbers")
        connection.execute("comment on table numbers is 'Kept.'")
    for is_free in (False, True):
        if is_free:
            with duckdb.connect(str(file)) as connection:
                connection.execute("drop table others")
        size = file.stat().st_size
        before = facts(file)
        compact(file, size, new, {})
        assert (file.stat().st_size < 0.7 * size) == is_free
        assert facts(file) == before


def facts(file):
    with duckdb.connect(str(file), read_only=True) as connection:
        comments = "select comment from duckdb_tables() where table_name = 'numbers'"
        return [connection.execute(sql).fetchall() for sql in (comments, "from sums")]
