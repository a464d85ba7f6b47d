"""What shops really hand over gives the right numbers. Each case stands for a kind."""

import gzip
import json
import shutil
from pathlib import Path

import duckdb
import pytest
from feeds import DBT_VARS, ITEMS, deliver, meal, text

ROOT = Path(__file__).resolve().parents[2]
DOMAINS = "sales,greenery,adventure_works,restaurant"


@pytest.fixture(scope="session")
def handed_over(made_once, run_cli):
    """The folder with raw/ and warehouse/ of all four shops, and output.txt of the build."""

    def make(folder):
        deliver(folder / "raw")
        built = run_cli(
            *("build", "--raw-from", "files", "--raw-dir", folder / "raw", "--domains", DOMAINS),
            *("--warehouse", folder / "warehouse" / "commerce.duckdb"),
            *("--vars", json.dumps(DBT_VARS)),
        )
        (folder / "output.txt").write_text(built.stdout + built.stderr)
        return "" if built.returncode == 0 else built.stdout + built.stderr

    return made_once("handed_over", make)


@pytest.fixture(scope="session")
def rows(handed_over, query):
    """rows(sql): the rows of a query on the warehouse."""
    return lambda sql: query(handed_over / "warehouse" / "commerce.duckdb", sql)


CASES = {
    # sales
    "a correction in sales_10 replaces the order of sales_9, and the same file twice counts once": (
        "select order_id, net_amount::bigint from core.fct_orders where domain = 'sales'"
        " order by all",
        [("O1", 10), ("O2", 40), ("O3", 35), ("O4", 10), ("O5", 9 * 10**11), ("O6", 9 * 10**11)],
    ),
    "the later of two equal files is read": (
        "select distinct source_file from sales.stg_sales order by all",
        [("sales/sales_10.csv.gz",), ("sales/sales_9 (1).csv",)],
    ),
    "totals above 10^12 are kept, and a line of 10^12 is rejected by name": (
        "select (select total_revenue::bigint from sales_reporting.monthly_revenue_orders"
        " where month = '2024-02'), (select reason from quarantine.sales_rows"
        " where left_out_kind = 'rejected')",
        [(18 * 10**11 + 45 - 30, "total_price is not below 10^12")],
    ),
    "a refund under the order's id, and one under an id of its own, come back on their own day": (
        "select order_id, order_line_id, return_date::varchar, amount::bigint, customer_id"
        " from core.fct_returns where domain = 'sales' order by return_date",
        [("O2", "1", "2024-02-10", 20, "C2"), ("O1", "1", "2024-02-11", 10, "C1")],
    ),
    "an order returned in full is no order of its customer": (
        "select orders_count, lifetime_value::bigint from clv.customer_clv"
        " where domain = 'sales' and customer_id = 'C1'",
        [(2, 18 * 10**11)],
    ),
    "a guest called NULL has revenue and is no customer": (
        "select customer_id, counts_as_sale from core.fct_orders"
        " where domain = 'sales' and order_id = 'O4'",
        [(None, True)],
    ),
    "a word for nothing is no e-mail, and a product called None keeps its name": (
        "select (select email from core.dim_customers"
        " where domain = 'sales' and customer_id = 'C1'),"
        " (select product_name from core.dim_products"
        " where domain = 'sales' and product_id = 'P3')",
        [(None, "None")],
    ),
    # greenery
    "cancelled and refunded orders are no sales, in any letter case": (
        "select order_id from core.fct_orders where domain = 'greenery' and not counts_as_sale"
        " order by all",
        [("G2",), ("G3",)],
    ),
    "what a total has beyond cost and shipping is told, and no part of revenue": (
        "select net_amount::int, discount_amount::int, total_amount::int, unexplained_amount::int"
        " from intermediate.int_greenery__orders where order_id = 'G4'",
        [(100, 0, 105, 8)],
    ),
    "a promo called None is real; the word N/A is none": (
        "select order_id, promo_id from greenery.stg_orders"
        " where order_id in ('G2', 'G5') order by 1",
        [("G2", None), ("G5", "None")],
    ),
    "an epoch is no delivery": (
        "select order_id, delivered_at::varchar from greenery.stg_orders"
        " where order_id in ('G1', 'G5') order by 1",
        [("G1", "2024-01-07 10:00:00"), ("G5", None)],
    ),
    "an order west of UTC stays on its day": (
        "select order_date::varchar, ordered_at::varchar, ordered_at_utc::varchar"
        " from core.fct_orders where domain = 'greenery' and order_id = 'G6'",
        [("2024-01-31", "2024-01-31 21:00:00", "2024-02-01 02:00:00")],
    ),
    "a no-break space is a blank": (
        "select customer_id, product_id from core.fct_order_lines"
        " where domain = 'greenery' and order_id = 'G7'",
        [("U1", "P1")],
    ),
    "a return of a cancelled order counts nowhere": (
        "select return_id, counts_as_sale, amount::int from core.fct_returns"
        " where domain = 'greenery' order by 1",
        [("R1", True, 30), ("R2", False, 900)],
    ),
    "a session id of several users is several sessions, and an order is bought once": (
        "select count(*), sum(case when has_checkout then 1 else 0 end),"
        " sum(case when is_converted then 1 else 0 end) from funnel.fct_sessions",
        [(4, 1, 1)],
    ),
    "an oversold product covers no day": (
        "select cover_days from sales_reporting.product_stock_cover where product_id = 'P1'",
        [(0,)],
    ),
    # adventure_works
    "cents that rounding leaves are no discount": (
        "select count(*) filter (where is_discounted), sum(discount_amount)::int,"
        " avg(net_amount) filter (where is_discounted)::int from core.fct_orders"
        " where domain = 'adventure_works'",
        [(1, 10, 90)],
    ),
    "a word for nothing is no territory, and a ship date of 1900 is none": (
        "select location_id, (select ship_date from adventure_works.stg_sales_orders"
        " where sales_order_id = '4') from core.fct_orders"
        " where domain = 'adventure_works' and order_id = '4'",
        [("(none)", None)],
    ),
    # restaurant
    "a corrected order has its last price and coupon": (
        "select net_amount::int from core.fct_orders"
        " where domain = 'restaurant' and order_id = 'T1'",
        [(5,)],
    ),
    "guests called NULL are guests": (
        "select customer_id from core.dim_customers where domain = 'restaurant' order by all",
        [("V1",), ("V2",)],
    ),
    "a name in two Unicode forms is one product": (
        "select count(*) from core.dim_products where domain = 'restaurant'",
        [(1,)],
    ),
    "money back alone belongs to its order": (
        "select order_id, quantity, amount::int from core.fct_returns where domain = 'restaurant'",
        [("T2", 0, 3)],
    ),
    "a loyalty flag that is null everywhere is unknown": (
        "select has_loyalty from core.dim_domains where domain = 'restaurant'",
        [(False,)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_numbers_are_right(case, rows):
    sql, expected = CASES[case]
    assert rows(sql) == expected


@pytest.mark.parametrize(
    "words",
    [
        "sales.sales, sales/sales_9.csv: expected other rows than sales/sales_9 (1).csv",
        "sales.sales, sales/notes.txt: expected a file whose name ends in .csv, .csv.gz or",
        "sales.sales: 1 row left out, rejected: total_price is not below 10^12",
        "restaurant.order_items: 1 row left out, superseded: a later delivery holds this order",
    ],
)
def test_what_is_left_out_is_told(words, handed_over):
    assert words in (handed_over / "output.txt").read_text()


def test_loaded_files_that_vanish_are_refused_until_it_is_allowed(handed_over, run_cli, tmp_path):
    shutil.copytree(handed_over / "warehouse", tmp_path / "warehouse")
    shutil.copytree(handed_over / "raw", tmp_path / "raw")
    (tmp_path / "raw/restaurant/order_items/2024-03-01.csv").unlink()
    built = run_cli(
        *("build", "--raw-from", "files", "--raw-dir", tmp_path / "raw", "--domains", DOMAINS),
        *("--warehouse", tmp_path / "warehouse" / "commerce.duckdb"),
        *("--vars", json.dumps(DBT_VARS)),
    )
    assert built.returncode == 1
    assert (
        "restaurant: 1 of 5 deliveries are gone (order_items/2024-03-01.csv), with 5 orders and "
        "30.00 of revenue. At most 10% may be gone (max_vanished_share)." in built.stderr
    )
    assert "--accept-vanished" in built.stderr


def test_order_numbers_that_start_again_are_refused_with_both_orders(run_cli, tmp_path):
    raw, loose = tmp_path / "raw", {"max_quarantined_share": 1}
    shop = ("--raw-dir", raw, "--domains", "restaurant", "--vars")
    build = ("build", "--raw-from", "files", "--warehouse", tmp_path / "warehouse/commerce.duckdb")

    def deliver_day(day):
        date = f"2024-03-0{day}"
        path = raw / f"restaurant/order_items/{date}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text([ITEMS, *(meal(str(n), date, f"V{day}{n}", "10") for n in (1, 2))]))

    deliver_day(1)
    assert run_cli(*build, *shop, json.dumps(loose)).returncode == 0
    deliver_day(2)
    # A daily build checks only the new file, so a data test finds it.
    refused = run_cli(*build, *shop, json.dumps(loose))
    assert refused.returncode == 1
    assert "stg_restaurant__order_items_order_ids_are_used_once" in refused.stderr
    first = "order_items/2024-03-01.csv: buyer V11, 2024-03-01"
    second = "order_items/2024-03-02.csv: buyer V21, 2024-03-02"
    assert f"example_order_id=1, one_order={first}, other_order={second}" in refused.stderr
    advice = "If the till counts from 1 again, set the var order_id_is_unique_per to location_day"
    assert advice in refused.stderr
    # All files together are refused before dbt starts.
    for command in (("check",), (*build, "--full-refresh")):
        checked = run_cli(*command, *shop, json.dumps(loose))
        assert checked.returncode == 1
        told = checked.stdout + checked.stderr
        assert (
            f"2 of 2 ids are used again by another buyer on another day, such as 1 ({first}; "
            in told
        )
        assert second in told
        assert advice in told
        assert "order_ids_are_used_once" not in told
    allowed = run_cli(
        *build, *shop, json.dumps({**loose, "order_id_is_unique_per": "location_day"})
    )
    assert allowed.returncode == 0, allowed.stderr
    assert "40.00" in allowed.stdout


REFUSED = {
    "sales.csv/": "sales.csv: expected a file; this is a folder",
    "link": "sales.csv: expected a file; this is a link to nothing",
    "gzip": "sales.csv, line 1: expected a file of comma separated text; this is a gzip file",
    "spreadsheet": "this is a zip file, or a spreadsheet",
    "twins": "sales.csv.gz: expected one file of this name; sales.csv has other rows",
    "nothing": ".csv.gz or .parquet, or a folder",
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_by_name(case, handed_over, run_cli, tmp_path):
    folder = tmp_path / "raw" / "sales"
    shutil.copytree(handed_over / "raw" / "sales", folder, ignore=shutil.ignore_patterns("sales*"))
    rows = text(
        [
            "order_id,customer_id,product_id,order_date,quantity,total_price",
            "O,C1,P1,2024-01-01,1,1",
        ]
    )
    other = text(
        [
            "order_id,customer_id,product_id,order_date,quantity,total_price",
            "O,C1,P1,2024-01-01,1,2",
        ]
    )
    if case == "sales.csv/":
        (folder / "sales.csv").mkdir()
    elif case == "link":
        (folder / "sales.csv").symlink_to(tmp_path / "nowhere.csv")
    elif case == "gzip":
        (folder / "sales.csv").write_bytes(gzip.compress(rows))
    elif case == "spreadsheet":
        (folder / "sales.csv").write_bytes(b"PK\x03\x04 a workbook")
    elif case == "twins":
        (folder / "sales.csv").write_bytes(rows)
        (folder / "sales.csv.gz").write_bytes(gzip.compress(other))
    checked = run_cli("check", "--raw-dir", tmp_path / "raw", "--domains", "sales", "--json")
    assert checked.returncode == 1
    problems = json.loads(checked.stdout)["problems"]
    told = [
        f"{p['file']}, line {p['line']}: expected {p['expected']}".replace(", line None", "")
        for p in problems
    ]
    assert any(REFUSED[case] in words for words in told), told


def test_an_overlapping_window_and_headers_with_another_status_leave_revenue_as_it_was(
    run_cli, query, tmp_path
):
    raw = tmp_path / "raw"
    for domain in ("sales", "greenery"):
        for seed in (ROOT / "seeds" / domain).glob("*.csv"):
            file = raw / domain / seed.name.removeprefix(f"{domain}__")
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(seed, file)
    with duckdb.connect() as connection:
        orders = f"read_csv('{raw}/greenery/orders.csv', all_varchar = true)"
        sales = f"read_csv('{raw}/sales/sales.csv', all_varchar = true)"
        (raw / "greenery" / "orders").mkdir()
        connection.execute(
            f"copy (select * replace ('returned to sender' as status) from {orders})"
            f" to '{raw}/greenery/orders/orders_2.csv'"
        )
        # Ten daily exports of the last seven days, of sale lines only.
        days = "order_date between '2024-03-01' and '2024-03-10'"
        sold = f"{sales} where quantity::int > 0 and {days}"
        total = f"select sum(total_price::decimal(18, 2)) from {sold}"
        revenue = connection.execute(total).fetchone()
        (raw / "sales" / "sales").mkdir()
        for day in range(1, 11):
            connection.execute(
                f"copy (select * from {sold} and order_date::date"
                f" between date '2024-03-{day:02}' - 6 and date '2024-03-{day:02}')"
                f" to '{raw}/sales/sales/2024-03-{day:02}.csv'"
            )
    (raw / "sales" / "sales.csv").unlink()
    built = run_cli(
        *("build", "--raw-from", "files", "--raw-dir", raw, "--domains", "sales,greenery"),
        *("--warehouse", tmp_path / "warehouse" / "commerce.duckdb"),
    )
    assert built.returncode == 0, built.stdout + built.stderr
    warehouse = tmp_path / "warehouse" / "commerce.duckdb"
    totals = "select sum(net_amount) from core.fct_orders where domain = ?"
    assert query(warehouse, totals, ["sales"]) == [revenue]
    # The seeds' orders; their amounts do not change with the status.
    cost = "select sum(gross_amount)::varchar from core.fct_orders where domain = 'greenery'"
    assert query(warehouse, cost) == [("62467.650000",)]
    superseded = "select count(*) from quarantine.greenery_rows where left_out_kind = 'superseded'"
    assert query(warehouse, superseded) == [(400,)]
