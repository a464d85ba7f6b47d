"""Planted affinities change which products an order has, and nothing else about it."""

from datetime import date

import numpy as np
import pytest

from commerce_marts.generate import adventure_works, greenery, restaurant, sales
from commerce_marts.generate.affinities import AFFINITIES, with_affinities
from commerce_marts.generate.plan import Plan

NAMES = {
    "sales": [name for name, *_ in sales.PRODUCTS],
    "greenery": [name for name, *_ in greenery.PRODUCTS],
    "adventure_works": adventure_works.PRODUCT_NAMES,
    "restaurant": [name for _, name, *_ in restaurant.MENU],
}


@pytest.mark.parametrize("domain", AFFINITIES)
def test_orders_keep_their_number_of_different_products(domain):
    names = NAMES[domain]
    plan = Plan(domain, 7, 1, date(2024, 1, 1), date(2024, 1, 31), 31)
    draws = np.random.default_rng(7).integers(0, len(names), 20_000)
    order, product = np.divmod(np.unique(np.arange(20_000) // 4 * 1000 + draws), 1000)
    planted = with_affinities(plan, names, order, product)
    # Within an order, products ascend and none is there twice.
    assert np.all(np.diff(order * 1000 + planted) > 0)
    changed = planted != product
    assert 0 < changed.mean() < 0.1
    for name, partner, per_mille in AFFINITIES[domain]:
        # More orders with the product have the partner than by chance, which is about 1 in 20.
        has = [np.unique(order[planted == names.index(item)]) for item in (name, partner)]
        share = np.isin(has[0], has[1]).mean()
        assert share > 0.9 * per_mille / 1000 - 0.05
        assert share > 0.1


def test_each_domain_has_some_and_no_product_is_in_two():
    assert set(AFFINITIES) == set(NAMES)
    for domain, pairs in AFFINITIES.items():
        products = [name for pair in pairs for name in pair[:2]]
        assert len(products) == len(set(products)) >= 4
        assert set(products) <= set(NAMES[domain])
