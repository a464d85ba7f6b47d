"""A shop with one order gives null or no row, never 0, if there is nothing to compare."""

import pytest


@pytest.fixture(scope="session")
def rows(smallest_warehouse, query):
    """rows(sql): the rows of a query on the warehouse of the smallest shops."""
    return lambda sql: query(smallest_warehouse, sql)


def test_every_domain_has_its_one_order_in_every_general_mart(rows, contract):
    for mart in (
        "rfm.customer_rfm_segments",
        "clv.customer_clv",
        "churn.customer_churn_indicators",
        "retention.customer_cohorts",
        "retention.customer_movement_monthly",
        "retention.net_sales_bridge_monthly",
        "retention.clv_tier_migration",
    ):
        assert rows(f"select domain, count(*) from {mart} group by all order by all") == [
            (domain, 1) for domain in sorted(contract)
        ]


def test_a_single_customer_has_no_segment_and_the_middle_tier(rows):
    assert rows(
        "select distinct recency_score, frequency_score, monetary_score, rfm_segment,"
        " behaviour_group from rfm.customer_rfm_segments"
    ) == [(None, None, None, None, None)]
    assert rows("select distinct clv_tier from clv.customer_clv") == [("Medium",)]


def test_one_order_has_no_gap_and_no_change(rows):
    assert rows(
        "select count(avg_days_between_orders), count(overdue_ratio), count(spend_change_rate)"
        " from churn.customer_churn_indicators"
    ) == [(0, 0, 0)]
    assert rows(
        "select count(revenue_change_amount), count(year_revenue_change_amount)"
        " from trends.sales_trends_monthly"
    ) == [(0, 0)]
    assert rows("select count(same_store_growth_rate) from locations.location_performance") == [
        (0,)
    ]


def test_one_order_makes_one_new_customer_who_has_not_moved(rows):
    assert rows(
        "select distinct months_since_first_order, customers_count, retention_rate, is_complete"
        " from retention.customer_cohorts"
    ) == [(0, 1, 1, False)]
    assert rows(
        "select distinct active_before_customers_count, new_customers_count,"
        " lapsed_customers_count, retention_rate from retention.customer_movement_monthly"
    ) == [(0, 1, 0, None)]
    assert rows(
        "select distinct from_tier, to_tier, valid_to from retention.clv_tier_migration"
    ) == [("New", "Medium", None)]
    assert rows(
        "select count(returned_amount), count(orders_returned_amount)"
        " from retention.net_sales_bridge_monthly join core.dim_domains using (domain)"
        " where not has_returns"
    ) == [(0, 0)]


def test_one_day_is_too_short_for_a_forecast_and_has_no_backtest(rows, contract):
    assert rows(
        "select domain, count(*), count(units_expected), any_value(forecast_status)"
        " from forecast.demand_forecast group by all order by all"
    ) == [(domain, 28, 0, "too_short") for domain in sorted(contract)]
    for mart in ("demand_forecast_backtest", "demand_forecast_accuracy", "revenue_alerts"):
        assert rows(f"select count(*) from forecast.{mart}") == [(0,)], mart


def test_results_from_missing_tables_are_null_or_have_no_rows(rows):
    assert rows("select count(*) from funnel.funnel_levels_agg") == [(0,)]
    assert rows("select count(conversion_rate) from sales_reporting.greenery_kpis_daily") == [(0,)]
    assert rows("select count(return_rate) from sales_reporting.product_demand") == [(0,)]
    assert rows(
        "select location_name = location_id, time_zone from core.dim_locations"
        " where domain = 'restaurant'"
    ) == [(True, "UTC")]


def test_discount_and_loyalty_marts_have_only_domains_that_record_them(rows):
    for mart, flag in (
        ("loyalty.loyalty_program_impact", "has_loyalty"),
        ("discounts.discount_effectiveness", "has_discounts"),
    ):
        recording = rows(f"select domain from core.dim_domains where {flag} order by all")
        assert ("restaurant",) in recording
        assert rows(f"select distinct domain from {mart} order by all") == recording
    assert rows(
        "select count(avg_order_value_difference) from discounts.discount_effectiveness"
    ) == [(0,)]


def test_one_order_has_no_pair_and_its_only_product_no_suggestion(rows, contract):
    for mart in (
        *("product_pairs", "category_pairs"),
        *("product_suggestions", "customer_product_suggestions"),
    ):
        assert rows(f"select count(*) from basket.{mart}") == [(0,)]
    assert rows(
        "select domain, count(*), sum(tests_count), count(rules_hit_rate),"
        " any_value(decision) from basket.suggestion_holdout group by all order by all"
    ) == [(domain, 2, 0, 0, "popularity: fewer than 30 tests") for domain in sorted(contract)]
    assert rows(
        "select distinct mart, reason from core.empty_marts where area = 'basket' order by all"
    ) == [
        ("category_pairs", "its products have only one category"),
        ("customer_product_suggestions", "every customer has bought every product"),
        ("product_pairs", "no pair is in at least basket_minimum_orders orders"),
        ("product_suggestions", "only one product was sold"),
    ]
