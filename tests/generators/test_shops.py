"""The generated shops: amounts add up, and customers behave as real ones do."""

import pytest

ORDERS = {
    "sales": """
        select
            order_id, any_value(nullif(customer_id, 'NULL')) as customer,
            any_value(order_date)::timestamp as ordered_at, sum(total_price) as amount
        from sales.sales where total_price > 0 group by order_id""",
    "greenery": """
        select
            order_id, user_id as customer, created_at::timestamp as ordered_at,
            order_total as amount
        from greenery.orders""",
    "adventure_works": """
        select
            sales_order_id as order_id, customer_id as customer,
            order_date::timestamp as ordered_at, sub_total as amount
        from adventure_works.sales_order_header""",
    "restaurant": """
        select
            order_id, any_value(nullif(user_id, 'NULL')) as customer, sum(item_price) as amount,
            any_value(timezone(timezone, creation_time_utc)) as ordered_at
        from restaurant.order_items
        inner join restaurant.restaurants using (restaurant_id)
        where item_quantity > 0 group by order_id""",
}
DOMAINS = list(ORDERS)


def one(connection, query):
    (row,) = connection.execute(query).fetchall()
    return row if len(row) > 1 else row[0]


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_fifth_of_the_customers_bring_over_two_fifths_of_revenue(seeds, domain):
    part = one(
        seeds,
        f"""
        with customers as (
            select customer, sum(amount) as revenue, row_number() over (order by sum(amount) desc)
                <= 0.2 * count(*) over () as is_top
            from ({ORDERS[domain]}) where customer is not null group by customer
        )
        select sum(case when is_top then revenue end) / sum(revenue) from customers""",
    )
    assert 0.4 < part < 0.9


@pytest.mark.parametrize("domain", DOMAINS)
def test_some_customers_leave_early_and_some_come_late(seeds, domain):
    gone, new = one(
        seeds,
        f"""
        with bounds as (
            select min(ordered_at) as first, max(ordered_at) as last from ({ORDERS[domain]})
        ),
        customers as (
            select customer, min(ordered_at) as first, max(ordered_at) as last
            from ({ORDERS[domain]}) where customer is not null group by customer
        )
        select
            avg((c.last < b.last - (b.last - b.first) / 3)::int),
            avg((c.first > b.first + (b.last - b.first) / 3)::int)
        from customers as c cross join bounds as b""",
    )
    assert 0.1 < gone < 0.75
    assert 0.1 < new < 0.75


@pytest.mark.parametrize(
    ("domain", "part"),
    [
        *((domain, "dayofweek") for domain in DOMAINS),
        ("sales", "month"),
        ("adventure_works", "month"),
        ("greenery", "hour"),
        ("restaurant", "month"),
        ("restaurant", "hour"),
    ],
)
def test_weekdays_seasons_and_hours_are_not_flat(seeds, domain, part):
    counts = [
        count
        for (count,) in seeds.execute(
            f"select count(*) from ({ORDERS[domain]}) group by {part}(ordered_at)"
        ).fetchall()
    ]
    assert max(counts) > 1.15 * min(counts)


def test_a_sales_line_costs_the_list_price_or_a_little_less(seeds):
    lines = seeds.execute(
        """
        select total_price / (quantity * price) from sales.sales
        inner join sales.products using (product_id) where total_price > 0"""
    ).fetchall()
    orders = one(seeds, f"select count(*) from ({ORDERS['sales']})")
    assert len(lines) > 1.8 * orders
    assert all(0.9 < share < 1.001 for (share,) in lines)
    assert 0.01 < sum(share < 0.99 for (share,) in lines) / len(lines) < 0.3


def test_every_sale_has_a_known_product_and_one_known_customer_or_guest_a_day(seeds):
    unknown = one(
        seeds,
        """
        select count(*) from sales.sales
        left join sales.customers using (customer_id) left join sales.products using (product_id)
        where products.price is null
            or (customers.email is null and nullif(customer_id, 'NULL') is not null)""",
    )
    contradictory = one(
        seeds,
        """
        select count(*) from (
            select order_id from sales.sales where total_price > 0 group by order_id
            having count(distinct coalesce(customer_id, '')) > 1
                or count(distinct order_date) > 1)""",
    )
    assert (unknown, contradictory) == (0, 0)


SESSIONS = """
    select session_id,
        bool_or(event_type = 'page_view') as v, bool_or(event_type = 'add_to_cart') as a,
        bool_or(event_type = 'checkout') as c
    from greenery.events group by session_id"""


def test_greenery_has_exactly_the_sessions_of_its_funnel(seeds):
    assert one(
        seeds,
        f"""
        select count(*), sum(v::int), sum(a::int), sum(c::int), sum((v or a or c)::int),
            sum((a or c)::int)
        from ({SESSIONS})""",
    ) == (1108, 528, 480, 400, 696, 609)
    sets = seeds.execute(
        f"select if(v, 'V', '') || if(a, 'A', '') || if(c, 'C', ''), count(*) from ({SESSIONS}) "
        "group by 1"
    ).fetchall()
    assert dict(sets) == {
        "": 412, "V": 87, "VA": 150, "VC": 86, "VAC": 205, "A": 59, "C": 43, "AC": 66,
    }  # fmt: skip


def test_greenery_has_exactly_its_users_buyers_and_orders(seeds):
    assert one(seeds, "select count(*) from greenery.users") == 130
    assert one(
        seeds,
        """
        select count(*), sum((orders = 1)::int), sum((orders = 2)::int), sum(orders)
        from (select count(*) as orders from greenery.orders group by user_id)""",
    ) == (128, 25, 22, 400)
    checkouts = seeds.execute(
        "select order_id from greenery.events where event_type = 'checkout' order by 1"
    ).fetchall()
    assert checkouts == seeds.execute("select order_id from greenery.orders order by 1").fetchall()


def test_greenery_spans_a_hundred_and_twenty_days(seeds):
    first, last = one(
        seeds, "select min(created_at)::date, max(created_at)::date from greenery.events"
    )
    assert (last - first).days + 1 == 120


def test_greenery_amounts_agree_to_the_cent_and_one_promo_exceeds_its_order(seeds):
    assert one(
        seeds,
        """
        with costs as (
            select order_id, sum(quantity * price::decimal(18, 2)) as cost
            from greenery.order_items inner join greenery.products using (product_id)
            group by order_id
        )
        select
            count(*),
            sum((o.order_cost::decimal(18, 2) = c.cost)::int),
            sum((o.order_total::decimal(18, 2) = c.cost + o.shipping_cost::decimal(18, 2)
                + coalesce(o.tax_amount::decimal(18, 2), 0) - coalesce(p.discount, 0))::int),
            sum((p.discount > o.order_cost)::int)
        from greenery.orders as o
        inner join costs as c on o.order_id = c.order_id
        left join greenery.promos as p on o.promo_id = p.promo_id""",
    ) == (400, 400, 400, 1)


def test_greenery_has_late_and_open_deliveries_gifts_and_events_that_match(seeds):
    late, still_open, gifts, promos = one(
        seeds,
        """
        select avg((delivered_at > estimated_delivery_at)::int), avg((delivered_at is null)::int),
            avg((o.address_id != u.address_id)::int), avg((promo_id is not null)::int)
        from greenery.orders as o inner join greenery.users as u on o.user_id = u.user_id""",
    )
    assert 0.05 < late < 0.35
    assert 0.005 < still_open < 0.15
    assert 0.1 < gifts < 0.5
    assert 0.08 < promos < 0.3
    assert (
        one(
            seeds,
            """
        select count(*) from greenery.events as e
        left join greenery.orders as o on e.order_id = o.order_id
        left join greenery.users as u on e.user_id = u.user_id
        where u.user_id is null
            or e.created_at < u.created_at
            or (e.event_type in ('checkout', 'package_shipped')) != (o.order_id is not null)
            or o.user_id != e.user_id
            or (e.event_type = 'checkout' and e.created_at > o.created_at)
            or (e.event_type = 'package_shipped' and e.created_at > o.delivered_at)
            or (e.event_type in ('add_to_cart', 'delete_from_cart') and e.product_id is null)""",
        )
        == 0
    )


def test_greenery_keeps_its_shares_at_another_scale(run, connect, tmp_path):
    run("--out", tmp_path, "--domains", "greenery", "--scale", 3)
    sessions, views, carts, checkouts = one(
        connect(tmp_path),
        f"select count(*), avg(v::int), avg(a::int), avg(c::int) from ({SESSIONS})",
    )
    assert sessions == 3 * 1108
    assert [round(100 * rate) for rate in (views, carts, checkouts)] == [48, 43, 36]


def test_adventure_works_lines_and_headers_add_up_to_the_last_digit(seeds):
    assert one(
        seeds,
        """
        with lines as (
            select sales_order_id, sum(line_total::decimal(18, 6)) as total,
                sum((line_total::decimal(18, 6) != order_qty * unit_price::decimal(18, 4)
                    * (1 - unit_price_discount::decimal(4, 2)))::int) as wrong_lines
            from adventure_works.sales_order_detail group by sales_order_id
        )
        select
            count(*) - count(l.total),
            sum(wrong_lines),
            sum((round(l.total, 4) != sub_total::decimal(18, 4))::int),
            sum((total_due::decimal(18, 4) != sub_total::decimal(18, 4) + tax_amt::decimal(18, 4)
                + freight::decimal(18, 4))::int)
        from adventure_works.sales_order_header left join lines as l using (sales_order_id)""",
    ) == (0, 0, 0, 0)


def test_adventure_works_discounts_are_those_of_their_offers(seeds):
    assert (
        one(
            seeds,
            """
        select count(*) from adventure_works.sales_order_detail as d
        inner join adventure_works.sales_order_header as h using (sales_order_id)
        left join adventure_works.special_offer as o using (special_offer_id)
        where o.discount_pct is distinct from d.unit_price_discount
            or h.order_date not between o.start_date and o.end_date
            or d.order_qty < o.min_qty or d.order_qty > o.max_qty""",
        )
        == 0
    )
    used = one(
        seeds, "select count(distinct special_offer_id) from adventure_works.sales_order_detail"
    )
    assert used == one(seeds, "select count(*) from adventure_works.special_offer")


def test_adventure_works_sells_to_stores_and_persons_with_few_failed_orders(seeds):
    orders, online, failed, online_with_sales_person, in_stores = one(
        seeds,
        """
        select count(*), avg(online_order_flag::int), avg((status in (4, 6))::int),
            sum((online_order_flag and sales_person_id is not null)::int),
            avg((store_id is not null)::int)
        from adventure_works.sales_order_header
        inner join adventure_works.customer using (customer_id)""",
    )
    assert 2_300 <= orders <= 2_700
    assert 0.7 < online < 0.9
    assert 0.003 < failed < 0.05
    assert online_with_sales_person == 0
    assert in_stores == pytest.approx(1 - online)


def test_adventure_works_returns_come_after_shipping_and_never_exceed_the_line(seeds):
    returns, wrong = one(
        seeds,
        """
        select count(*), sum((returned_on <= ship_date or ship_date is null
            or returned_qty not between 1 and order_qty or status in (4, 6))::int)
        from adventure_works.sales_order_return
        inner join adventure_works.sales_order_detail using (sales_order_id, sales_order_detail_id)
        inner join adventure_works.sales_order_header using (sales_order_id)""",
    )
    lines = one(seeds, "select count(*) from adventure_works.sales_order_detail")
    assert wrong == 0
    assert 0.02 < returns / lines < 0.04


def test_restaurants_take_twenty_orders_a_day_for_two_years_in_two_time_zones(seeds):
    days, fewest = one(
        seeds,
        "select count(*), min(orders) from (select count(*) as orders from "
        f"({ORDERS['restaurant']}) group by ordered_at::date)",
    )
    assert (days, fewest >= 20) == (731, True)
    assert one(seeds, "select count(distinct timezone) from restaurant.restaurants") >= 2


def test_one_restaurant_opens_during_the_period_and_takes_no_order_before(seeds):
    rows = seeds.execute(
        """
        select restaurant_id, min(timezone(timezone, creation_time_utc)::date) - min(opened_on),
            min(opened_on) > date '2023-03-01'
        from restaurant.order_items inner join restaurant.restaurants using (restaurant_id)
        group by restaurant_id"""
    ).fetchall()
    assert 6 <= len(rows) <= 8
    assert all(after >= 0 for _, after, _ in rows)
    assert sum(is_new for *_, is_new in rows) == 1


def test_restaurants_serve_lunch_dinner_and_late_guests_in_local_time(seeds):
    hours = dict(
        seeds.execute(
            f"select hour(ordered_at), count(*) from ({ORDERS['restaurant']}) group by 1"
        ).fetchall()
    )
    assert set(hours).isdisjoint(range(2, 10))
    assert min(hours[12], hours[18]) > 1.5 * hours[15]
    assert hours[0] > 0


def restaurant_shares(connection):
    """Guests, discounted orders, loyalty orders, customers with a second order."""
    return one(
        connection,
        """
        with orders as (
            select order_id, any_value(nullif(user_id, 'NULL')) as customer,
                bool_or(is_loyalty) as is_loyalty
            from restaurant.order_items group by order_id
        ),
        discounted as (
            select distinct order_id from restaurant.order_item_options where option_price < 0
        ),
        customers as (select count(*) as orders from orders where customer is not null
            group by customer)
        select
            (select avg((customer is null)::int) from orders),
            (select count(*) from discounted) / (select count(*) from orders),
            (select avg(is_loyalty::int) from orders),
            (select avg((orders > 1)::int) from customers)""",
    )


def test_restaurant_shares_are_realistic_and_the_same_at_a_larger_scale(
    run, connect, seeds, tmp_path
):
    run("--out", tmp_path, "--domains", "restaurant", "--scale", 3, "--format", "parquet")
    big = connect(tmp_path)
    big.execute("alter table restaurant.order_items alter creation_time_utc type timestamptz")
    small_shares, big_shares = restaurant_shares(seeds), restaurant_shares(big)
    guests, discounted, loyal, repeating = small_shares
    assert 0.2 < guests < 0.3
    assert 0.09 < discounted < 0.15
    assert 0.15 < loyal < 0.5
    assert 0.6 < repeating < 0.95
    assert big_shares == pytest.approx(small_shares, abs=0.03)
    lines = "select count(*) from restaurant.order_items"
    assert one(big, lines) == pytest.approx(3 * one(seeds, lines), rel=0.02)


def test_a_member_stays_a_member_and_the_programme_starts_later(seeds):
    first, first_loyal = one(
        seeds,
        """
        select min(creation_time_utc)::date,
            min(case when is_loyalty then creation_time_utc end)::date
        from restaurant.order_items""",
    )
    assert (first_loyal - first).days > 60
    assert (
        one(
            seeds,
            """
        select count(*) from restaurant.order_items inner join (
            select user_id, min(creation_time_utc) as joined_at from restaurant.order_items
            where is_loyalty group by user_id) using (user_id)
        where creation_time_utc > joined_at and not is_loyalty""",
        )
        == 0
    )


def test_a_line_costs_its_quantity_times_one_price_and_no_discount_exceeds_it(seeds):
    assert (
        one(
            seeds,
            """
        select count(*) from (
            select item_name from restaurant.order_items group by item_name
            having count(distinct case when item_quantity > 0
                then round(item_price / item_quantity, 2) end) > 1)""",
        )
        == 0
    )
    assert (
        one(
            seeds,
            """
        select count(*) from (
            select order_id, lineitem_id, any_value(item_price)
                + sum(least(option_price * option_quantity, 0)) as left_over
            from restaurant.order_items
            inner join restaurant.order_item_options using (order_id, lineitem_id)
            where item_quantity > 0 group by order_id, lineitem_id) where left_over < -0.001""",
        )
        == 0
    )


def test_the_restaurant_feed_has_the_quirks_of_the_real_one_and_few_of_each(seeds):
    assert one(
        seeds,
        "select count(distinct order_id) from restaurant.order_items "
        "where app_name like '%DEVELOPMENT%'",
    ) in range(3, 10)
    assert one(
        seeds,
        """
        select count(*), count(others.order_id) from restaurant.order_items as lost
        left join restaurant.order_items as others
            on lost.order_id = others.order_id and others.lineitem_id = 1
        where lost.lineitem_id is null and lost.app_name not like '%DEVELOPMENT%'""",
    ) == (1, 1)
    orphans = one(
        seeds,
        "select count(*) from restaurant.order_item_options "
        "anti join restaurant.order_items using (order_id, lineitem_id)",
    )
    assert 1 <= orphans <= 5
    twice = one(
        seeds,
        "select count(*) from (select *, count(*) as times from restaurant.order_item_options "
        "group by all) where times > 1",
    )
    assert twice > 0
    urls, nothing = one(
        seeds,
        "select sum((item_category like 'http%')::int), sum((item_category is null)::int) "
        "from restaurant.order_items",
    )
    assert urls > 0
    assert nothing > 0
    assert one(
        seeds,
        "select count(*), count(distinct year), count(distinct currency) from "
        "(from restaurant.date_dim cross join (select distinct currency from "
        "restaurant.order_items))",
    ) == (366, 1, 1)
