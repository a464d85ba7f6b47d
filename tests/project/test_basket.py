"""The basket marts find what the generators planted, nothing in shuffled orders, and no more.

Everything is computed a second time in baskets.py, apart from the models.
"""

from collections import defaultdict
from statistics import median

import pytest
import yaml
from baskets import (
    ROOT,
    Basket,
    compile_pairs,
    customer_lists,
    holdout_of,
    modelled_pairs,
    most_by_chance,
    orders_by_product,
    pairs_of,
    product_lists,
    rules_of,
    shuffled,
    suggested_by_chance,
)

from commerce_marts.generate.affinities import AFFINITIES

VARS = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]
MINIMUM, Z = VARS["basket_minimum_orders"], VARS["basket_interval_z"]
MINIMUM_AFFINITY = VARS["basket_minimum_affinity"]
DOMAINS = VARS["domains"]


@pytest.fixture(scope="session")
def rows(seeds_warehouse, query):
    """rows(sql): the rows of a query on the warehouse of the seeds."""
    return lambda sql: query(seeds_warehouse, sql)


@pytest.fixture(scope="session")
def baskets(rows):
    """The orders of each domain, from core."""
    orders = defaultdict(list)
    for domain, products, *order in rows(
        "select domain, list(distinct lines.product_id), order_id, any_value(channel),"
        " any_value(lines.customer_id), any_value(lines.ordered_at_utc)::varchar,"
        " any_value(lines.order_date) from core.fct_order_lines_as_of as lines"
        " join core.fct_orders using (domain, order_id) group by domain, order_id order by all"
    ):
        order_id, channel, customer_id, ordered_at, order_date = order
        products = frozenset(products)
        orders[domain].append(
            Basket(order_id, products, channel, customer_id, ordered_at, order_date)
        )
    return orders


@pytest.fixture(scope="session")
def compiled_pairs(made_once, run_dbt):
    """A folder with the compiled SQL of fct_pairs."""
    return made_once("compiled_pairs", lambda folder: compile_pairs(run_dbt, folder, {}))


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_seeds_have_the_planted_pairs_and_no_others(domain, rows):
    found = rows(
        f"select product_name, other_product_name from basket.product_pairs"
        f" where is_suggested and domain = '{domain}'"
    )
    planted = [sorted(pair[:2]) for pair in AFFINITIES[domain]]
    assert sorted(sorted(pair) for pair in found) == sorted(planted)
    assert len(planted) >= 2


@pytest.mark.parametrize("domain", DOMAINS)
def test_pairs_are_those_of_a_second_computation(domain, baskets, rows):
    expected = pairs_of(baskets[domain], MINIMUM, Z)
    found = rows(
        "select product_id, other_product_id, orders_count, pair_orders, product_orders,"
        " other_orders, lift, lift_low, lift_high, affinity, channel_affinity, affinity_low,"
        " channel_affinity_low, support, confidence, other_confidence, is_suggested"
        f" from basket.product_pairs where domain = '{domain}'"
    )
    assert {(one, other) for one, other, *_ in found} == set(expected)
    for one, other, orders, *figures, is_suggested in found:
        pair = expected[one, other]
        assert orders == len(baskets[domain])
        assert figures == pytest.approx(
            [
                *(pair.pair_orders, pair.product_orders, pair.other_orders, pair.lift),
                *(pair.lift_low, pair.lift_high, pair.affinity, pair.channel_affinity),
                *(pair.affinity_low, pair.channel_affinity_low),
                *(pair.pair_orders / orders, pair.pair_orders / pair.product_orders),
                pair.pair_orders / pair.other_orders,
            ],
            rel=1e-9,
        )
        lowest = min(pair.affinity_low, pair.channel_affinity_low)
        assert is_suggested == (lowest > MINIMUM_AFFINITY)


def test_affinity_is_higher_where_only_the_channel_explains_it(rows):
    # Stores order much of everything, and components are sold to stores alone.
    high, suggested = rows(
        f"select count(*) filter (affinity_low > {MINIMUM_AFFINITY}),"
        " count(*) filter (is_suggested) from basket.product_pairs where domain = 'adventure_works'"
    )[0]
    assert high > 5 * suggested
    one_channel = rows(
        "select max(abs(affinity / channel_affinity - 1)) from basket.product_pairs"
        " where domain in ('sales', 'greenery')"
    )
    assert one_channel[0][0] < 1e-9


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("domain", DOMAINS)
def test_nothing_is_found_in_shuffled_orders_beyond_chance(domain, seed, baskets, compiled_pairs):
    orders = shuffled(baskets[domain], seed)
    assert sorted(map(len, (order.products for order in orders))) == sorted(
        map(len, (order.products for order in baskets[domain]))
    )
    assert orders_by_product(orders) == orders_by_product(baskets[domain])
    expected = suggested_by_chance(orders, MINIMUM, Z, MINIMUM_AFFINITY)
    found = modelled_pairs(compiled_pairs, orders)
    suggested = [names for names, pair in found.items() if pair["is_suggested"]]
    # At most 1 in 2,000 pairs of products that could be listed.
    assert expected <= len(orders_by_product(orders)) ** 2 / 2 / 2000
    assert len(suggested) <= most_by_chance(expected), suggested
    if domain == "adventure_works":
        assert sum(pair["lift_low"] > 1 for pair in found.values()) > 0.5 * len(found)
    if domain == "restaurant":
        assert 0.98 < median(pair["affinity"] for pair in found.values()) < 1.08


@pytest.mark.parametrize("domain", DOMAINS)
def test_hits_are_those_of_a_second_computation(domain, baskets, rows):
    [(as_of,)] = rows(f"select as_of_date from core.dim_domains where domain = '{domain}'")
    found = rows(
        "select suggestion_list, tests_count, rules_hits_count, popularity_hits_count,"
        f" is_ranked_by_rules from basket.suggestion_holdout where domain = '{domain}'"
    )
    expected = holdout_of(baskets[domain], as_of, VARS)
    assert {name: tuple(counts) for name, *counts, _ in found} == expected
    for name, tests, rules, popular, is_ranked_by_rules in found:
        wins = tests >= VARS["minimum_group_size"] and rules > popular
        assert is_ranked_by_rules == wins, name


@pytest.mark.parametrize("domain", DOMAINS)
def test_suggestions_are_those_of_a_second_computation(domain, baskets, rows):
    size, last = VARS["basket_suggestions_count"], VARS["basket_last_products_count"]
    rules = rules_of(
        *(baskets[domain], MINIMUM, VARS["basket_maximum_products"]),
        VARS["basket_best_partners_count"],
    )
    by_rules = dict(
        rows(
            "select suggestion_list, is_ranked_by_rules from basket.suggestion_holdout"
            f" where domain = '{domain}'"
        )
    )
    found = defaultdict(list)
    for mart, key in (("product_suggestions", "product_id"),
                      ("customer_product_suggestions", "customer_id")):  # fmt: skip
        for owner, product in rows(
            f"select {key}, suggested_product_id from basket.{mart} where domain = '{domain}'"
            f" order by {key}, suggestion_rank"
        ):
            found[mart, owner].append(product)
    expected = {}
    for product in rules.popular:
        lists = product_lists(rules, product, size)
        expected["product_suggestions", product] = lists[not by_rules["product_suggestions"]]
    histories = defaultdict(list)
    for basket in baskets[domain]:
        histories[basket.customer_id].append(basket)
    histories.pop(None, None)
    for customer, history in histories.items():
        lists = customer_lists(rules, history, size, last)
        mart = "customer_product_suggestions"
        expected[mart, customer] = lists[not by_rules[mart]]
    assert found == {owner: products for owner, products in expected.items() if products}


def test_each_list_of_the_seeds_says_what_it_is_ranked_by(rows):
    # Of the seeds, by the second computation above: planted pairs help beside a product. What a
    # generated customer buys next depends on nothing bought before, so rules cannot help there.
    found = rows(
        "select suggestion_list, count(*) filter (is_ranked_by_rules)"
        " from basket.suggestion_holdout group by all"
    )
    assert dict(found)["product_suggestions"] == len(DOMAINS)
    assert dict(found)["customer_product_suggestions"] < len(DOMAINS)
    for mart in ("product_suggestions", "customer_product_suggestions"):
        by_rule = rows(f"select distinct domain from basket.{mart} where reason <> 'popular'")
        ranked = rows(
            "select domain from basket.suggestion_holdout where is_ranked_by_rules"
            f" and suggestion_list = '{mart}'"
        )
        assert sorted(by_rule) == sorted(ranked)
