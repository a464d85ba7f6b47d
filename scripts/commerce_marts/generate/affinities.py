"""Products that people buy together more often than chance: the only ones that the shops have.

Each is a product, its partner, and per mille of the orders with the product and another line in
which a line becomes the partner. So an order keeps its number of lines. Products are named as in
the domain's table of products (or its menu), and each stands in one pair only.
tests/project/test_basket.py finds exactly these pairs in the seeds.
"""

from collections.abc import Sequence

import numpy as np

from commerce_marts.generate.draws import Ints
from commerce_marts.generate.plan import Plan

AFFINITIES = {
    "sales": (
        ("Classic Desk Lamp", "Classic Monitor Stand", 450),
        ("Nordic Kettle", "Classic Teapot", 400),
        ("Classic Throw", "Nordic Cushion", 350),
    ),
    "greenery": (
        ("Swiss Cheese Plant", "Heartleaf Philodendron", 550),
        ("Moth Orchid", "Pearl Strings", 500),
    ),
    "adventure_works": (
        ("Alder Tyres and Tube", "Birch Degreaser", 350),
        ("Birch Riding Jersey", "Cedar Riding Short", 300),
        ("Elm Gravel Bike", "Alder Water Bottle", 450),
    ),
    "restaurant": (
        ("Pepperoni", "Garlic Bread", 160),
        ("Caesar", "Tomato", 150),
        ("Brownie", "Cold Brew", 180),
    ),
}


def with_affinities(
    plan: Plan, names: Sequence[str], order: Ints, product: Ints, part: object = ""
) -> Ints:
    """The product of each line, ascending within an order as before, with the affinities planted.

    `names` are the products' names by number. `part` tells calls for parts of the orders apart.
    """
    product = product.copy()
    count = int(order.max(initial=-1)) + 1
    starts = np.searchsorted(order, np.arange(count))
    sizes = np.bincount(order, minlength=count)
    for name, partner_name, per_mille in AFFINITIES[plan.domain]:
        stream = plan.stream("affinities", name, part)
        place, partner = np.flatnonzero(product == names.index(name)), names.index(partner_name)
        has_partner = np.zeros(count, dtype=bool)
        has_partner[order[product == partner]] = True
        lines = place[(sizes[order[place]] > 1) & ~has_partner[order[place]]]
        lines = lines[stream.chance(per_mille, lines.size)]
        # Any other line of the order, each as likely.
        other = starts[order[lines]] + stream.below(sizes[order[lines]] - 1)
        product[other + (other >= lines)] = partner
    return product[np.lexsort((product, order))]
