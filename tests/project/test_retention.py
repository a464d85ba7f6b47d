"""Tiers, cohorts and movement are what Python works out from the orders and returns of core.

For each month end the tiers are ranked again, from what was known on that day.
"""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

DOMAINS = ("sales", "greenery", "adventure_works", "restaurant")
HIGH_SHARE = LOW_SHARE = 0.2


def month_of(day):
    return day.replace(day=1)


def next_month(month):
    return month_of(month + timedelta(days=31))


def months_from_to(first, last):
    months = [month_of(first)]
    while months[-1] < month_of(last):
        months.append(next_month(months[-1]))
    return months


@pytest.fixture(scope="session", params=DOMAINS)
def shop(request, seeds_warehouse, query):
    """One domain's as_of_date, its customers' orders by id, their returns, and a way to query."""

    def rows(sql):
        return query(seeds_warehouse, sql, [request.param])

    as_of = rows("select as_of_date from core.dim_domains where domain = ?")[0][0]
    orders = rows(
        "select order_id, customer_id, order_date, net_amount from core.fct_orders"
        " where domain = ? and counts_as_sale and customer_id is not null"
    )
    returns = rows(
        "select order_id, customer_id, return_date, amount from core.fct_returns"
        " where domain = ? and counts_as_sale and customer_id is not null"
    )
    return as_of, orders, returns, rows


def kept(orders, returns, day):
    """The orders up to a day that are not returned in full then, and the returns that count."""
    returned = defaultdict(Decimal)
    for order_id, _, return_date, amount in returns:
        if return_date <= day:
            returned[order_id] += amount
    placed = [order for order in orders if order[2] <= day]
    gone = {order[0] for order in placed if 0 < order[3] <= returned[order[0]]}
    return (
        [order for order in placed if order[0] not in gone],
        [back for back in returns if back[2] <= day and back[0] not in gone],
    )


def tiers_on(orders, returns, day):
    """{customer: tier} by the rule that the docs of customer_clv give."""
    kept_orders, kept_returns = kept(orders, returns, day)
    value = defaultdict(Decimal)
    for _, customer, _, amount in kept_orders:
        value[customer] += amount
    for _, customer, _, amount in kept_returns:
        if customer in value:
            value[customer] -= amount
    others = max(len(value) - 1, 1)
    tiers = {}
    for customer, worth in value.items():
        is_near_top = sum(each > worth for each in value.values()) / others < HIGH_SHARE
        is_near_bottom = sum(each < worth for each in value.values()) / others < LOW_SHARE
        tiers[customer] = "Medium"
        if is_near_top != is_near_bottom:
            tiers[customer] = "High" if is_near_top else "Low"
    return tiers


def test_the_tiers_of_every_month_end_are_those_of_that_day(shop):
    as_of, orders, returns, rows = shop
    stays = rows(
        "select customer_id, valid_from, coalesce(valid_to, date '9999-12-31'), from_tier, to_tier"
        " from retention.clv_tier_migration where domain = ?"
    )
    before = {}
    moved = 0
    for month in months_from_to(min(order[2] for order in orders), as_of):
        day = min(next_month(month) - timedelta(days=1), as_of)
        expected = tiers_on(orders, returns, day)
        told = {stay[0]: stay[4] for stay in stays if stay[1] <= day < stay[2]}
        assert {who: tier for who, tier in told.items() if tier != "Returned"} == expected, day
        assert set(told) == set(before) | set(expected), day
        changes = {stay[0]: stay[3:] for stay in stays if stay[1] == day}
        assert changes == {
            who: (before.get(who, "New"), tier)
            for who, tier in told.items()
            if before.get(who) != tier
        }
        before = told
        moved += len(changes)
    assert moved == len(stays)


def test_cohorts_have_the_customers_and_amounts_of_each_month(shop):
    as_of, all_orders, all_returns, rows = shop
    orders, returns = kept(all_orders, all_returns, as_of)
    first = {}
    for _, customer, day, _ in orders:
        first[customer] = min(month_of(day), first.get(customer, date.max))
    active, revenue, returned = (defaultdict(kind) for kind in (set, Decimal, Decimal))
    for _, customer, day, amount in orders:
        active[first[customer], month_of(day)].add(customer)
        revenue[first[customer], month_of(day)] += amount
    for _, customer, day, amount in returns:
        if customer in first:
            returned[first[customer], max(month_of(day), first[customer])] += amount
    expected = [
        (
            *(cohort, number, len(active[cohort, cohort]), len(active[cohort, month])),
            *(revenue[cohort, month], revenue[cohort, month] - returned[cohort, month]),
        )
        for cohort in sorted(set(first.values()))
        for number, month in enumerate(months_from_to(cohort, as_of))
    ]
    assert expected == rows(
        "select cohort_month_start_date, months_since_first_order, customers_count,"
        " active_customers_count, revenue, net_sales from retention.customer_cohorts"
        " where domain = ? order by all"
    )


def test_movement_counts_who_was_won_kept_won_back_and_lost(shop):
    as_of, all_orders, all_returns, rows = shop
    orders, _ = kept(all_orders, all_returns, as_of)
    spend = defaultdict(lambda: defaultdict(Decimal))
    for _, customer, day, amount in orders:
        spend[month_of(day)][customer] += amount
    known = set()
    expected = []
    months = months_from_to(min(order[2] for order in orders), as_of)
    for earlier, month in pairwise([None, *months]):
        before, now = set(spend[earlier]), set(spend[month])
        groups = (now - known, now & before, now & known - before, before - now)
        amounts = [sum(spend[month][who] for who in group) for group in groups[:3]]
        lost = sum(spend[earlier][who] for who in groups[3])
        expected.append((month, len(before), *map(len, groups), len(now), *amounts, lost))
        known |= now
    assert expected == rows(
        "select month_start_date, active_before_customers_count, new_customers_count,"
        " retained_customers_count, reactivated_customers_count, lapsed_customers_count,"
        " active_customers_count, new_revenue, retained_revenue, reactivated_revenue,"
        " lapsed_revenue from retention.customer_movement_monthly where domain = ? order by 1"
    )
