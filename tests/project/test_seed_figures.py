"""The generated plant shop gives the figures that it was designed for, the others what they have.

The figures of sales and restaurant were counted in the CSVs of `seeds/`, apart from the models;
they change when the generators do.
"""

from decimal import Decimal

import pytest


@pytest.fixture(scope="session")
def rows(seeds_warehouse, query):
    """rows(sql): the rows of a query on the warehouse of the seeds."""
    return lambda sql: query(seeds_warehouse, sql)


def test_greenery_sessions_by_the_set_of_steps_they_took(rows):
    by_set = dict(rows("select step_set, count(*) from funnel.fct_sessions group by all"))
    assert by_set == {
        "none": 412,
        "V": 87,
        "VA": 150,
        "VC": 86,
        "VAC": 205,
        "A": 59,
        "C": 43,
        "AC": 66,
    }


def test_greenery_funnel_readings(rows):
    assert rows("select * from funnel.product_funnel_rates_agg") == [(1108, 528, 480, 400)]
    assert rows("select level_1, level_2, level_3 from funnel.funnel_levels_agg") == [
        (696, 609, 400)
    ]
    assert rows(
        "select round(100 * page_viewed_rate), round(100 * add_to_cart_rate),"
        " round(100 * checkout_rate) from funnel.product_funnel_rates"
    ) == [(48, 43, 36)]


def test_greenery_users_and_buyers(rows):
    assert rows("select count(*) from core.dim_customers where domain = 'greenery'") == [(130,)]
    assert rows(
        "select count(*), count(*) filter (orders_count = 1), count(*) filter (orders_count = 2),"
        " sum(orders_count) from clv.customer_clv where domain = 'greenery'"
    ) == [(128, 25, 22, 400)]


def test_support_desk_gets_every_buyer_once_with_a_priority(rows):
    assert rows(
        "select count(*), count(distinct user_id), count(email), min(priority), max(priority)"
        " from rfm.support_priority"
    ) == [(128, 128, 128, 1, 5)]


def test_greenery_returns_and_taxes(rows):
    assert rows("select count(*), sum(quantity), sum(amount) from greenery.stg_returns") == [
        (26, 26, Decimal("1189.01"))
    ]
    assert rows("select count(tax_amount), sum(tax_amount) from greenery.stg_orders") == [
        (174, Decimal("1535.85"))
    ]


def test_sales_lines_returns_and_guests(rows):
    assert rows(
        "select is_return, count(*), sum(total_price) from sales.stg_sales group by all order by 1"
    ) == [(False, 5009, Decimal("414334.90")), (True, 195, Decimal("-12599.28"))]
    assert rows(
        "select count(distinct order_id), count(distinct customer_id),"
        " count(distinct order_id) filter (customer_id is null), count(cost_amount)"
        " from sales.stg_sales where not is_return"
    ) == [(2400, 254, 157, 5009 - 221)]


def test_restaurant_lines_refunds_and_guests(rows):
    assert rows(
        "select is_return, count(*), sum(quantity), sum(item_price)"
        " from restaurant.stg_order_items group by all order by 1"
    ) == [
        (False, 34420, 41698, Decimal("365351.90")),
        (True, 310, -345, Decimal("-3016.53")),
    ]
    assert rows(
        "select count(distinct order_id), count(distinct user_id),"
        " count(distinct order_id) filter (user_id is null), count(tax_amount), count(cost_amount)"
        " from restaurant.stg_order_items where not is_return"
    ) == [(19994, 873, 5039, 2536, 2536)]
