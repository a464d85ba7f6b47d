"""Real data of two shops gives the same figures as computed outside this project."""

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from statistics import median

import pytest
import yaml
from baskets import (
    ROOT,
    Basket,
    compile_pairs,
    holdout_of,
    lift_and_interval,
    modelled_pairs,
    most_by_chance,
    shuffled,
    suggested_by_chance,
)

pytestmark = pytest.mark.real_data


VARS = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]


def money(text):
    return Decimal(text.replace(",", ""))


@pytest.fixture(scope="session")
def rows(real_warehouse, query):
    """rows(sql): the rows of a query on the warehouse of the real data."""
    return lambda sql: query(real_warehouse, sql)


def test_greenery_tables_have_all_raw_rows(rows):
    for table, count in {"users": 130, "orders": 361, "order_items": 862, "events": 3553}.items():
        assert rows(f"select count(*) from greenery.stg_{table}") == [(count,)]
    assert rows("select count(distinct session_id) from greenery.stg_events") == [(578,)]
    assert rows("select count(*) from quarantine.greenery_rows") == [(0,)]
    first_and_last = rows(
        "select min(ordered_at)::varchar, max(ordered_at)::varchar from core.fct_orders"
        " where domain = 'greenery'"
    )
    assert first_and_last == [("2021-02-10 00:00:05", "2021-02-11 23:55:36")]


def test_greenery_amounts(rows):
    assert rows(
        "select sum(gross_amount), sum(shipping_amount), sum(total_amount),"
        " count(*) filter (is_discounted) from core.fct_orders where domain = 'greenery'"
    ) == [(money("89,834.40"), money("2,033.17"), money("91,351.57"), 40)]
    exact = (
        "select count(*) from core.fct_orders as o join greenery.stg_orders as s using (order_id)"
        " where domain = 'greenery' and o.total_amount = s.order_total"
        " and o.gross_amount = s.order_cost"
    )
    assert rows(exact) == [(361,)]


def test_greenery_cost_is_quantity_times_price_on_every_line(rows):
    assert rows(
        "select count(*) from core.fct_order_lines as l"
        " join greenery.stg_products as p using (product_id)"
        " where domain = 'greenery' and abs(l.gross_amount - l.quantity * p.price) >= 0.01"
    ) == [(0,)]


def test_greenery_buyers(rows):
    assert rows(
        "select count(*), count(*) filter (orders = 1), count(*) filter (orders = 2),"
        " count(*) filter (orders >= 3) from (select customer_id, count(*) as orders"
        " from core.fct_orders where domain = 'greenery' group by all)"
    ) == [(124, 25, 28, 71)]
    assert rows(
        "select round(100 * count(*) filter (orders_count > 1) / count(*), 2)"
        " from clv.customer_clv where domain = 'greenery'"
    ) == [(79.84,)]


def test_most_greenery_orders_go_to_an_address_that_is_not_the_users(rows):
    assert rows(
        "select count(*) from greenery.stg_orders as o join greenery.stg_users as u"
        " using (user_id) where o.address_id <> u.address_id"
    ) == [(359,)]


def test_greenery_sessions_by_step(rows):
    assert rows(
        "select count(*), count(*) filter (has_page_view), count(*) filter (has_add_to_cart),"
        " count(*) filter (has_checkout) from intermediate.int_greenery__sessions"
    ) == [(578, 578, 467, 361)]
    assert rows(
        "select sum(sessions_count), sum(shopping_sessions_count), sum(converted_sessions_count)"
        " from sales_reporting.greenery_kpis_daily"
    ) == [(578, 578, 361)]


def test_greenery_funnel(rows):
    assert rows("select * from funnel.product_funnel_rates_agg") == [(578, 578, 467, 361)]
    assert rows(
        "select level_1, level_2, level_3, round(100 * conversion_rate, 2)"
        " from funnel.funnel_levels_agg"
    ) == [(578, 467, 361, 62.46)]
    assert rows("select round(100 * checkout_rate, 2) from funnel.product_funnel_rates") == [
        (62.46,)
    ]


def test_greenery_best_converting_products(rows):
    assert rows(
        "select product_name, viewed_and_bought_sessions_count, viewed_sessions_count"
        " from funnel.product_conversion order by conversion_rate desc limit 3"
    ) == [("String of pearls", 39, 64), ("Arrow Head", 35, 63), ("Cactus", 30, 55)]


def test_greenery_rfm_segments_at_the_last_full_hour_of_the_last_day(rows):
    at_23 = "from rfm.fct_hourly_rfm_segments where date_hour = timestamp '2021-02-11 23:00'"
    assert dict(rows(f"select rfm_segment, count(*) {at_23} group by all")) == {
        "Hibernating": 29,
        "Potential Loyalists": 27,
        "Loyal Customers": 16,
        "At Risk": 16,
        "About to Sleep": 9,
        "Need Attention": 9,
        "Champions": 9,
        "Cannot Lose Them": 4,
        "New Customers": 3,
        "Promising": 1,
    }
    assert rows(f"select distinct customers_ranked {at_23}") == [(123,)]
    assert rows(
        "select count(*) from rfm.fct_hourly_rfm_segments"
        " where date_hour <= timestamp '2021-02-11 23:00'"
    ) == [(4004,)]


def test_greenery_orders_after_the_last_full_hour_count_in_the_hour_after(rows):
    orders = (
        "select sum(frequency) from rfm.fct_hourly_rfm_segments where date_hour = timestamp '{}'"
    )
    assert rows(orders.format("2021-02-11 23:00")) == [(361 - 14,)]
    assert rows(orders.format("2021-02-12 00:00")) == [(361,)]
    assert rows("select count(*), max(date_hour)::varchar from rfm.fct_current_rfm_segments") == [
        (124, "2021-02-12 00:00:00")
    ]
    assert rows("select count(*), min(priority), max(priority) from rfm.support_priority") == [
        (124, 1, 5)
    ]


def test_greenery_promo_ids_keep_their_letters(rows):
    assert rows("select promo_id from greenery.stg_promos order by promo_id") == [
        ("Digitized",),
        ("Mandatory",),
        ("Optional",),
        ("instruction set",),
        ("leverage",),
        ("task-force",),
    ]


def test_adventure_works_has_41_lines_without_a_header_and_they_are_rejected(rows):
    assert rows(
        "select table_name, left_out_kind, reason, source_file, count(*), count(raw_row),"
        " count(row_key) from quarantine.adventure_works_rows group by all"
    ) == [
        (
            "sales_order_detail",
            "rejected",
            "sales_order_id has no header",
            "sales_order_detail.csv",
            41,
            41,
            41,
        )
    ]
    assert rows("select count(*) from adventure_works.stg_sales_orders") == [(1566,)]
    assert rows("select count(*) from adventure_works.stg_sales_order_details") == [(5675,)]
    assert rows(
        "select count(distinct customer_id), min(order_date)::varchar, max(order_date)::varchar"
        " from core.fct_orders where domain = 'adventure_works'"
    ) == [(1365, "2011-05-31", "2011-12-24")]


def test_the_build_warns_about_the_41_lines_with_their_reason(real_warehouse):
    output = (real_warehouse.parent / "output.txt").read_text()
    assert (
        "  adventure_works.sales_order_detail: 41 rows left out, rejected: "
        "sales_order_id has no header\n"
    ) in output


def test_adventure_works_headers_add_up_and_are_not_fanned_out(rows):
    expected = [tuple(map(money, ("12,527,981.99", "1,144,449.36", "357,640.48", "14,030,071.83")))]
    assert [
        tuple(round(amount, 2) for amount in row)
        for row in rows(
            "select sum(sub_total), sum(tax_amount), sum(freight_amount), sum(total_due)"
            " from adventure_works.stg_sales_orders"
        )
    ] == expected


def test_fact_sales_adds_up_to_the_headers_to_the_last_digit(rows):
    assert rows(
        "select sum(subtotal), sum(tax_amount), sum(freight_amount), sum(total_due)"
        " from sales_reporting.fact_sales"
    ) == rows(
        "select sum(sub_total), sum(tax_amount), sum(freight_amount), sum(total_due)"
        " from adventure_works.stg_sales_orders"
    )


def test_adventure_works_orders_equal_their_headers_rounded_to_4_digits(rows):
    assert rows(
        "select count(*) from core.fct_orders as o join adventure_works.stg_sales_orders as s"
        " on o.order_id = s.sales_order_id"
        " where domain = 'adventure_works' and round(o.net_amount, 4) = s.sub_total"
    ) == [(1566,)]


def test_adventure_works_units_and_revenue_by_category(rows):
    by_category = rows(
        "select category, sum(quantity), round(sum(net_amount), 2) from core.fct_order_lines"
        " where domain = 'adventure_works' group by all"
    )
    assert {category: (units, amount) for category, units, amount in by_category} == {
        "Bikes": (7922, money("11,831,956.70")),
        "Components": (1647, money("639,173.04")),
        "Clothing": (2246, money("36,031.48")),
        "Accessories": (1032, money("20,820.77")),
    }


def test_adventure_works_discounts_by_special_offer(rows):
    assert rows(
        "select special_offer_id, count(*) from adventure_works.stg_sales_order_details"
        " group by all order by all"
    ) == [("1", 5641), ("2", 26), ("3", 7), ("4", 1)]
    assert rows(
        "select promotion_id, round(sum(discount_amount), 2) from core.fct_order_discounts"
        " where domain = 'adventure_works' group by all order by all"
    ) == [("2", money("4,375.88")), ("3", money("51.72")), ("4", money("12.35"))]


def test_adventure_works_best_customers_and_product(rows):
    assert rows(
        "select customer_id, round(sum(total_amount), 2) as due from core.fct_orders"
        " where domain = 'adventure_works' group by all order by due desc limit 3"
    ) == [
        ("29624", money("279,655.51")),
        ("29861", money("248,622.82")),
        ("29562", money("219,899.12")),
    ]
    assert rows(
        "select product_name, round(revenue, 2) from sales_reporting.product_demand"
        " order by revenue_rank limit 1"
    ) == [("Road-150 Red, 56", money("986,171.21"))]


def test_adventure_works_has_no_returns_so_return_rates_are_null(rows):
    assert rows("select has_returns from core.dim_domains where domain = 'adventure_works'") == [
        (False,)
    ]
    assert rows("select count(return_rate), count(*) > 0 from sales_reporting.product_demand") == [
        (0, True)
    ]


def test_adventure_works_padding_is_trimmed_and_orders_without_a_person_stay(rows):
    assert rows(
        "select count(*) from adventure_works.stg_state_provinces"
        " where state_province_code like '% '"
    ) == [(0,)]
    assert rows(
        "select count(*) from adventure_works.stg_sales_orders as o"
        " join adventure_works.stg_customers as c using (customer_id)"
        " left join adventure_works.stg_persons as p on c.person_id = p.person_id"
        " where p.person_id is null"
    ) == [(13,)]


@pytest.mark.parametrize(
    ("mart", "revenue"),
    [
        ("clv.customer_clv", "lifetime_value"),
        ("clv.clv_tier_summary", "lifetime_value"),
        ("rfm.customer_rfm_segments", "monetary"),
        ("trends.sales_trends_daily", "revenue"),
        ("trends.sales_trends_weekly", "revenue"),
        ("trends.sales_trends_monthly", "revenue"),
        ("trends.location_trends_daily", "revenue"),
        ("locations.location_performance", "total_revenue"),
        ("discounts.discount_effectiveness", "revenue"),
        ("retention.customer_cohorts", "revenue"),
        ("retention.customer_movement_monthly", "active_revenue"),
        ("retention.net_sales_bridge_monthly", "net_sales"),
    ],
)
def test_every_mart_of_both_shops_has_the_same_revenue(rows, mart, revenue):
    assert rows(f"select domain, sum({revenue}) from {mart} group by all order by all") == [
        ("adventure_works", money("12527981.992754")),
        ("greenery", money("89318.40")),
    ]


@pytest.fixture(scope="session")
def raw_baskets(real_data):
    """The orders of adventure_works from its CSVs; the 41 lines without a header have no date."""
    folder = real_data / "adventure_works"
    with (folder / "sales_order_header.csv").open(encoding="utf-8", newline="") as lines:
        headers = {row["sales_order_id"]: row for row in csv.DictReader(lines)}
    products = defaultdict(set)
    with (folder / "sales_order_detail.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            products[row["sales_order_id"]].add(row["product_id"])
    baskets = []
    for order_id, found in products.items():
        header = headers.get(order_id)
        known = ()
        if header:
            day = header["order_date"][:10]
            known = (header["online_order_flag"], header["customer_id"], day)
            known += (date.fromisoformat(day),)
        baskets.append(Basket(order_id, frozenset(found), *known))
    return baskets


def test_adventure_works_pairs(rows):
    # Without the 41 lines that have no header: each is the only line of an order.
    cap_and_jersey = "product_name = 'AWC Logo Cap' and other_product_name like '%Jersey, L'"
    pairs = "from basket.product_pairs where domain = 'adventure_works'"
    assert rows(f"select count(*), sum(pair_orders), max(orders_count) {pairs}") == [
        (877, 36_976, 1_566)
    ]
    [(*counts, lift, low, high)] = rows(
        "select pair_orders, product_orders, other_orders, orders_count, lift, lift_low, lift_high"
        f" {pairs} and {cap_and_jersey}"
    )
    assert counts == [130, 159, 161, 1_566]
    assert lift == pytest.approx(130 * 1_566 / (159 * 161))
    assert (low, high) == pytest.approx(
        lift_and_interval(*counts, VARS["basket_interval_z"])[1:], rel=1e-9
    )


def test_adventure_works_lift_with_the_lines_that_have_no_header(made_once, run_dbt, raw_baskets):
    # Figures published for the order lines alone: 1,566 orders and the 41 without a header.
    folder = made_once(
        "compiled_pairs_1_96",
        lambda folder: compile_pairs(run_dbt, folder, {"basket_interval_z": 1.96}),
    )
    pairs = modelled_pairs(folder, raw_baskets)
    assert len(pairs) == 877
    assert sum(pair["pair_orders"] for pair in pairs.values()) == 36_976
    pair = pairs["712", "715"]
    assert [pair[name] for name in ("pair_orders", "item_orders", "other_orders")] == [
        *(130, 159, 161)
    ]
    assert pair["orders_count"] == 1_607
    interval = [round(pair[name], 4) for name in ("lift", "lift_low", "lift_high")]
    assert interval == [8.1609, 7.1321, 9.3380]


def test_shuffled_adventure_works_orders_have_lifts_and_no_affinities(
    made_once, run_dbt, raw_baskets
):
    # The folder that test_basket.py uses too.
    folder = made_once("compiled_pairs", lambda folder: compile_pairs(run_dbt, folder, {}))
    orders = shuffled([basket for basket in raw_baskets if basket.customer_id], 1)
    pairs = modelled_pairs(folder, orders).values()
    assert len(pairs) > 1000
    # Textbook lift finds nearly all of them, though there is nothing.
    assert sum(pair["lift_low"] > 1 for pair in pairs) > 0.99 * len(pairs)
    assert 1.00 < median(pair["affinity"] for pair in pairs) < 1.08
    settings = (VARS["basket_minimum_orders"], VARS["basket_interval_z"])
    expected = suggested_by_chance(orders, *settings, VARS["basket_minimum_affinity"])
    assert expected < 1.5
    assert sum(pair["is_suggested"] for pair in pairs) <= most_by_chance(expected)


def test_rules_win_on_adventure_works_orders_that_were_left_out(rows, raw_baskets):
    found = rows(
        "select suggestion_list, tests_count, rules_hits_count, popularity_hits_count,"
        " is_ranked_by_rules from basket.suggestion_holdout where domain = 'adventure_works'"
    )
    orders = [basket for basket in raw_baskets if basket.customer_id]
    assert {name: tuple(counts) for name, *counts, _ in found} == holdout_of(
        orders, date(2011, 12, 24), VARS
    )
    assert all(is_ranked_by_rules for *_, is_ranked_by_rules in found)
    for _, tests, rules, popular, _ in found:
        assert rules / tests > popular / tests + 0.2
    # By lift they hit less often: it prefers rare products.
    by_lift = holdout_of(orders, date(2011, 12, 24), VARS, by_lift=True)
    for name, _, rules, popular, _ in found:
        assert popular < by_lift[name][1] < rules
    assert rows(
        "select count(distinct customer_id) filter (because_of_product_id is not null) > 1000"
        " from basket.customer_product_suggestions where domain = 'adventure_works'"
    ) == [(True,)]
