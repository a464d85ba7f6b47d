"""What real feeds have and tidy ones do not: returns, guests, words for nothing, corrections."""

from pathlib import Path

import duckdb
import pytest

# The tables whose rows an order is made of, by domain; the first one holds every order.
ORDER_TABLES = {
    "sales": ("sales",),
    "greenery": ("orders", "order_items"),
    "adventure_works": ("sales_order_header", "sales_order_detail"),
    "restaurant": ("order_items", "order_item_options"),
}
ORDER_ID = {"adventure_works": "sales_order_id"}
# The column that is negative for returns, and the moment that an order's returns share.
RETURNS = {
    ("sales", "sales"): ("total_price", "order_date"),
    ("restaurant", "order_items"): ("item_quantity", "creation_time_utc"),
}


def one(connection, query):
    (row,) = connection.execute(query).fetchall()
    return row if len(row) > 1 else row[0]


def test_some_sales_lines_come_back_later_at_no_more_than_was_paid(seeds):
    lines, returned, own_id, money_alone = one(
        seeds,
        """
        select sum((total_price > 0)::int), sum((total_price < 0)::int),
            sum((order_id like 'R-%')::int), sum((quantity = 0)::int)
        from sales.sales""",
    )
    assert 0.03 < returned / lines < 0.045
    assert 0.1 < own_id / returned < 0.3
    assert 0.02 < money_alone / returned < 0.15
    kept, early, too_much = one(
        seeds,
        """
        select count(sale.order_id), sum((sale.order_date >= back.order_date)::int),
            sum((-back.quantity > sale.quantity or -back.total_price > sale.total_price)::int)
        from sales.sales as back left join sales.sales as sale
            on back.order_id = sale.order_id and back.product_id = sale.product_id
            and sale.total_price > 0
        where back.total_price < 0 and back.order_id not like 'R-%'""",
    )
    assert (kept, early, too_much) == (returned - own_id, 0, 0)
    # A return under an id of its own is of a product that its buyer has bought before.
    strange = one(
        seeds,
        """
        select count(*) from sales.sales as back where order_id like 'R-%' and not exists (
            from sales.sales as sale
            where sale.customer_id is not distinct from back.customer_id
                and sale.product_id = back.product_id and sale.order_date < back.order_date
                and sale.quantity >= -back.quantity and sale.total_price > 0)""",
    )
    assert strange == 0


def test_some_sales_have_no_customer_and_a_few_say_so_in_a_word(seeds):
    empty, called_null = one(
        seeds,
        """
        select avg((customer is null)::int), avg((customer = 'NULL')::int) from (
            select any_value(coalesce(customer_id, '')) as id, nullif(id, '') as customer
            from sales.sales where total_price > 0 group by order_id)""",
    )
    assert 0.03 < empty < 0.08
    assert 0.003 < called_null < 0.02


def test_most_sales_lines_have_a_cost_below_their_price(seeds):
    unknown, above = one(
        seeds,
        """
        select avg((cost_amount is null)::int),
            sum((cost_amount / quantity > 0.75 * total_price / quantity)::int)
        from sales.sales where total_price > 0""",
    )
    assert 0.005 < unknown < 0.1
    assert above == 0


def test_greenery_has_a_few_returns_and_no_order_comes_back_in_full(seeds):
    orders, returns, money_alone, wrong = one(
        seeds,
        """
        select count(*), count(return_id), sum((quantity = 0)::int),
            sum((returned_at <= delivered_at or amount <= 0
                or amount >= order_cost - coalesce(discount, 0))::int)
        from greenery.orders
        left join greenery.promos using (promo_id)
        left join greenery.returns using (order_id)""",
    )
    assert 0.02 < returns / orders < 0.1
    assert 0 < money_alone < returns / 2
    assert wrong == 0
    # Nor is an order cancelled or without a user: all 400 count in every mart.
    left_out = one(
        seeds,
        "select count(*) from greenery.orders where user_id is null or status not in "
        "('preparing', 'shipped', 'delivered')",
    )
    assert left_out == 0


def test_some_greenery_orders_are_taxed(seeds):
    taxed, wrong = one(
        seeds,
        """
        select avg((tax_amount is not null)::int), sum((tax_amount > 0.1 * order_cost)::int)
        from greenery.orders""",
    )
    assert 0.2 < taxed < 0.7
    assert wrong == 0


def test_some_restaurant_lines_are_refunded_on_a_later_day_at_what_was_paid(seeds):
    refunds, matched, wrong = one(
        seeds,
        """
        with options as (
            select order_id, lineitem_id, sum(option_price * option_quantity) as amount
            from restaurant.order_item_options group by all
        ),
        items as (
            select items.*, timezone(timezone, creation_time_utc)::date as day,
                item_price + coalesce(amount, 0) as paid
            from restaurant.order_items as items
            inner join restaurant.restaurants using (restaurant_id)
            left join options using (order_id, lineitem_id)
        )
        select count(*), count(sale.order_id), sum((back.day <= sale.day
            or -back.item_quantity > sale.item_quantity or back.item_name != sale.item_name
            or -back.item_price > sale.paid + 0.005 or back.item_price >= 0
            or (back.item_quantity = -sale.item_quantity
                and abs(back.item_price + sale.paid) > 0.005))::int)
        from items as back left join items as sale
            on back.order_id = sale.order_id and back.lineitem_id = sale.lineitem_id
            and sale.item_quantity > 0
        where back.item_quantity < 0""",
    )
    orders = one(seeds, "select count(distinct order_id) from restaurant.order_items")
    assert 0.005 < refunds / orders < 0.03
    assert (matched, wrong) == (refunds, 0)


def test_only_the_newest_restaurant_records_tax_and_cost_and_a_few_guests_are_a_word(seeds):
    assert seeds.execute(
        "select distinct restaurant_id from restaurant.order_items where tax_amount is not null "
        "or cost_amount is not null"
    ).fetchall() == [("R07",)]
    words = one(
        seeds,
        "select avg((coalesce(user_id::varchar, '') = 'NULL')::int) from restaurant.order_items",
    )
    assert 0.001 < words < 0.03


def test_every_restaurant_user_with_an_order_has_a_name(seeds):
    unknown = one(
        seeds,
        """
        select count(*) from restaurant.order_items
        left join restaurant.customers using (user_id)
        where nullif(user_id, 'NULL') is not null and last_name is null""",
    )
    assert unknown == 0


def test_people_have_words_for_nothing(seeds):
    assert one(
        seeds,
        """
        select (select count(*) from sales.customers where email = 'N/A') between 1 and 15,
            (select count(*) from greenery.users where phone_number = 'null') between 1 and 13,
            (select count(*) from restaurant.customers where email = 'None') between 1 and 50""",
    ) == (True, True, True)


@pytest.fixture(scope="module")
def daily(run, tmp_path_factory) -> Path:
    """The folder of daily files of the default period."""
    folder = tmp_path_factory.mktemp("daily")
    run("--out", folder, "--daily-files")
    return folder


def deliveries(folder: Path, domain: str, table: str) -> str:
    """SQL: a table's rows as text, each with the name of its delivery."""
    files = f"'{folder / domain / table}/*.csv', header = true, all_varchar = true"
    return (
        "(select * exclude (filename), parse_filename(filename, true) as delivery "
        f"from read_csv({files}, filename = true))"
    )


def last_deliveries(domain: str, table: str, rows: str) -> str:
    """SQL: of each order the rows of its last delivery; the returns of a moment by themselves."""
    order = ORDER_ID.get(domain, "order_id")
    if (domain, table) in RETURNS:
        measure, moment = RETURNS[domain, table]
        order += f", if({measure}::double < 0, {moment}, '')"
    return (
        f"(select * exclude (delivery) from {rows} "
        f"qualify delivery = max(delivery) over (partition by {order}))"
    )


@pytest.mark.parametrize("domain", ORDER_TABLES)
def test_the_last_delivery_of_every_order_holds_what_a_single_file_holds(daily, written, domain):
    replaced = 0
    with duckdb.connect() as connection:
        for table in ORDER_TABLES[domain]:
            rows = deliveries(daily, domain, table)
            last = last_deliveries(domain, table, rows)
            file = written / domain / f"{domain}__{table}.csv"
            single = f"read_csv('{file}', header = true, all_varchar = true)"
            for one_side, other in ((last, single), (single, last)):
                left = f"select count(*) from (from {one_side} except all from {other})"
                assert one(connection, left) == 0, table
            other_rows = f"(select * exclude (delivery) from {rows} except from {last})"
            replaced += one(connection, f"select count(*) from {other_rows}")
        again = one(
            connection,
            f"select avg((times > 1)::int) from (select count(distinct delivery) as times from "
            f"{deliveries(daily, domain, ORDER_TABLES[domain][0])} "
            f"group by {ORDER_ID.get(domain, 'order_id')})",
        )
    assert replaced > 0
    assert 0.01 < again < 0.15


def test_a_few_daily_files_come_twice_and_a_few_hold_earlier_days_again(daily):
    for domain, (table, *_) in ORDER_TABLES.items():
        files = {path.stem: path for path in (daily / domain / table).iterdir()}
        copies = [name for name in files if name.endswith(" (1)")]
        assert 1 <= len(copies) < len(files) / 30, domain
        for name in copies:
            assert files[name].read_bytes() == files[name.removesuffix(" (1)")].read_bytes()
    with duckdb.connect() as connection:
        again = one(
            connection,
            f"select count(distinct delivery) from {deliveries(daily, 'greenery', 'events')} "
            "where created_at[:10] < delivery[:10] and delivery not like '% (1)'",
        )
    assert 1 <= again < 10


def test_tidy_shops_have_none_of_it(run, connect, tmp_path):
    run("--out", tmp_path, "--tidy", "--as-seeds")
    tidy = connect(tmp_path)
    assert (
        one(
            tidy,
            """
        select
            (select count(*) from sales.sales where total_price <= 0 or customer_id is null
                or customer_id not like 'C%'),
            (select count(*) from sales.customers where email not like '%@%'),
            (select count(*) from greenery.returns),
            (select count(*) from greenery.users where phone_number = 'null'),
            (select count(*) from adventure_works.sales_order_return),
            (select count(*) from adventure_works.sales_order_header where status not in (1, 5)),
            (select count(*) from restaurant.order_items where item_quantity <= 0
                or user_id::varchar = 'NULL' or lineitem_id is null or app_name like '%DEV%'),
            (select count(*) from restaurant.customers where email not like '%@%'),
            (select count(*) from restaurant.order_item_options
                anti join restaurant.order_items using (order_id, lineitem_id))""",
        )
        == (0,) * 9
    )
    # Restaurants have guests all the same: who pays at the counter gives no name.
    assert one(tidy, "select count(*) from restaurant.order_items where user_id is null") > 5_000
