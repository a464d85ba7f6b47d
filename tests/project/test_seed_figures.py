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


def test_greenery_buyers_who_came_back(rows):
    assert rows(
        "select month(month_start_date), active_before_customers_count, new_customers_count,"
        " retained_customers_count, reactivated_customers_count, lapsed_customers_count,"
        " active_customers_count, active_revenue from retention.customer_movement_monthly"
        " where domain = 'greenery' order by 1"
    ) == [
        (3, 0, 66, 0, 0, 0, 66, Decimal("18380.50")),
        (4, 66, 32, 35, 0, 31, 67, Decimal("16002.35")),
        (5, 67, 22, 33, 9, 34, 64, Decimal("18236.75")),
        (6, 64, 8, 29, 6, 35, 43, Decimal("9235.05")),
    ]
    assert rows(
        "select list(active_customers_count order by months_since_first_order)"
        " from retention.customer_cohorts where domain = 'greenery'"
        " group by cohort_month_start_date order by cohort_month_start_date"
    ) == [([66, 35, 25, 14],), ([32, 17, 8],), ([22, 13],), ([8],)]


def test_what_is_left_of_gross_sales(rows):
    def money(*amounts):
        return tuple(amount and Decimal(amount) for amount in amounts)

    totals = rows(
        "select sum(revenue), sum(returned_amount), sum(net_sales), sum(shipping_amount),"
        " sum(tax_amount), sum(total_amount) from retention.net_sales_bridge_monthly"
        " where domain in ('greenery', 'sales', 'restaurant') group by domain order by domain"
    )
    assert totals == [
        money("61854.65", "1189.01", "60665.64", "2438.50", "1535.85", "65829.00"),
        money("376443.11", "3016.53", "373426.58", None, "2704.67", "379147.78"),
        money("414334.90", "12599.28", "401735.62", None, None, "414334.90"),
    ]


def test_greenery_has_three_plants_to_reorder(rows):
    assert rows(
        "select product_name, inventory, inventory <= reorder_point, suggested_units > 0"
        " from forecast.product_reorder where is_reorder_due order by inventory"
    ) == [
        ("Burn Aloe", 0, True, True),
        ("Golden Pothos", 6, True, True),
        ("Viper's Bowstring", 8, True, True),
    ]


def test_the_forecast_of_the_restaurants_errs_less_than_a_plain_guess(rows):
    for wape, naive_wape, mase, bias_rate, is_better in rows(
        "select wape, seasonal_naive_wape, mase, bias_rate, is_better_than_naive"
        " from forecast.demand_forecast_accuracy"
        " where domain = 'restaurant' and category = '(all)'"
    ):
        assert wape <= 0.8 * naive_wape
        assert mase < 0.8
        assert abs(bias_rate) < 0.05
        assert is_better


def test_an_interval_of_80_percent_contains_about_that_share(rows):
    cover = {
        (domain, datepart): share
        for domain, datepart, share in rows(
            "select domain, datepart, cover_80 from forecast.demand_forecast_accuracy"
            " where category = '(all)'"
        )
    }
    assert len(cover) == 8
    for series, share in cover.items():
        assert 0.72 <= share <= 0.92, series
    [(all_days,)] = rows(
        "select avg(case when units between units_low and units_high then 1 else 0 end)"
        " from forecast.demand_forecast_backtest where datepart = 'day'"
    )
    assert 0.72 <= all_days <= 0.92


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
