"""A warehouse does not grow when a day is loaded again."""

import json

import sales_story

ORDERS_A_DAY = 4_000


def test_a_warehouse_does_not_grow_when_the_same_day_is_loaded_again(build_of, feed_of, tmp_path):
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
    # The second file is larger than the first: it still has the space of replaced rows, which the
    # next builds use. After that, sizes go up and down but do not grow.
    assert max(sizes[4:]) <= max(sizes[:4]) * 1.05, sizes
    assert max(sizes) < 3 * sizes[0]


def lines_of(day, price):
    return [
        sales_story.line(f"{day}-{number}", day, total_price=price)
        for number in range(ORDERS_A_DAY)
    ]
