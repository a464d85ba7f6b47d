"""sales: a home goods shop that delivers one row per order line."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from commerce_marts.generate import names
from commerce_marts.generate.affinities import with_affinities
from commerce_marts.generate.deliveries import Earlier, days_until_corrected
from commerce_marts.generate.draws import Ints, skewed, weighted_values
from commerce_marts.generate.plan import Plan
from commerce_marts.generate.records import concatenated, rows_at
from commerce_marts.generate.shapes import amount, code, day, digits, lookup
from commerce_marts.generate.shop import (
    Buyers,
    Habits,
    baskets,
    day_weights,
    draw_buyers,
    quarters,
)
from commerce_marts.generate.write import Table

PERIOD = (date(2023, 1, 1), date(2024, 12, 31))
CUSTOMERS, ORDERS = 300, 2_400

HABITS = Habits(
    activity=((2, 30), (3, 34), (6, 22), (14, 10), (36, 4)),
    stays=((30, 12), (90, 14), (240, 18), (800, 56)),
    established=350,
)
WEEKDAYS = (90, 80, 85, 95, 120, 150, 130)
MONTHS = (80, 75, 85, 95, 100, 95, 85, 80, 95, 105, 140, 175)
GROWTH = 35
LINES_PER_ORDER = ((1, 40), (2, 27), (3, 17), (4, 10), (5, 6))
QUANTITY = ((1, 66), (2, 22), (3, 7), (4, 3), (6, 2))

# Category: lowest and highest price in cents, weight per quarter of the year, kinds of products.
CATEGORIES = {
    "Kitchen": (900, 14900, (10, 8, 8, 14), "Kettle|Skillet|Teapot|Mixing Bowl|Cutting Board"),
    "Garden": (600, 9900, (4, 16, 12, 2), "Watering Can|Planter|Trowel|Hose Reel|Bird Feeder"),
    "Office": (400, 24900, (9, 6, 11, 7), "Desk Lamp|Notebook|Pen Tray|Monitor Stand|Chair Mat"),
    "Lighting": (1900, 18900, (7, 4, 6, 11), "Table Lamp|Lantern|Wall Light|Floor Lamp|Candle"),
    "Textiles": (1200, 12900, (8, 5, 6, 12), "Throw|Cushion|Towel Set|Curtain|Rug"),
    "Storage": (700, 7900, (9, 7, 7, 6), "Basket|Shelf Box|Coat Rack|Drawer Unit|Jar Set"),
}
VARIANTS = ("Classic", "Nordic")
PRODUCTS = [
    (f"{variant} {kind}", category, low, high, weights)
    for category, (low, high, weights, kinds) in CATEGORIES.items()
    for kind in kinds.split("|")
    for variant in VARIANTS
]
# Every fifth product cost this per cent of its price until one day, which differs by product.
OLD_PRICE_EVERY, OLD_PRICE_PERCENT = 5, 92
# What a product costs the shop, in per cent of its list price; one in so many has no known cost.
COST_PERCENT, UNKNOWN_COST_EVERY = (38, 64), 30

# Lines per mille that come back, the days until then, and orders per mille whose return has an id
# of its own. Of the returns, so many per mille are money alone: this per cent of the line.
RETURNED, RETURN_DAYS, OWN_RETURN_ID, MONEY_ALONE, MONEY_PERCENT = 34, (2, 40), 180, 90, 20
# Orders per mille without a customer; of these, per mille where a word stands for nothing.
GUESTS, GUEST_WORD = 60, 160
GUEST, GUEST_CALLED_NULL = -1, -2
WITHOUT_EMAIL = 12


@dataclass(frozen=True)
class Lines:
    """Order lines and returns: order, day of the period, product, quantity, cents paid.

    `return_number` counts the orders that have returns from 1, and is 0 for what was sold.
    """

    order: Ints
    day: Ints
    product: Ints
    quantity: Ints
    paid: Ints
    return_number: Ints


def tables(plan: Plan) -> Iterator[Table]:
    """The sales tables of RAW_CONTRACT: customers, products, sales."""
    customers = plan.volume(CUSTOMERS)
    buyers = draw_buyers(plan, HABITS, np.zeros(customers, dtype=np.int64))
    prices = _prices(plan)
    yield _customers(plan, customers)
    yield Table(
        "products",
        {"product": np.arange(len(PRODUCTS)), "price": prices},
        {
            "product_id": code("P", "product + 1", 3),
            "product_name": lookup("product", [name for name, *_ in PRODUCTS]),
            "category": lookup("product", [category for _, category, *_ in PRODUCTS]),
            "price": amount("price"),
        },
    )
    yield _sales(plan, buyers, prices)


def _prices(plan: Plan) -> Ints:
    """Cents per product, all ending in 49 or 99."""
    lows, highs = np.array([(low, high) for _, _, low, high, _ in PRODUCTS]).T
    # The lower of two draws: cheap products are more common than expensive ones.
    steps = (highs - lows) // 50 + 1
    first = plan.stream("products", "price").below(steps)
    second = plan.stream("products", "price", 2).below(steps)
    return (lows + 50 * np.minimum(first, second)) // 50 * 50 + 49


def _troubled(plan: Plan, table: str, column: str, per_mille: int, count: int) -> NDArray[np.bool_]:
    """`count` booleans, each true `per_mille` times in a thousand; none in a tidy plan."""
    return plan.stream(table, column).chance(0 if plan.tidy else per_mille, count)


def _customers(plan: Plan, count: int) -> Table:
    def picks(column: str, limit: int) -> Ints:
        return plan.stream("customers", column).below(limit, count)

    return Table(
        "customers",
        {
            "customer": np.arange(count),
            "first_name": picks("first_name", len(names.FIRST_NAMES)),
            "last_name": picks("last_name", len(names.LAST_NAMES)),
            "house": 1 + picks("house", 990),
            "street": picks("street", len(names.STREETS)),
            "city": picks("city", len(names.CITIES)),
            "state": plan.stream("customers", "state").choose(names.STATE_WEIGHTS, count),
            "zip_end": picks("zip_end", 100),
            "lacks_email": _troubled(plan, "customers", "lacks_email", WITHOUT_EMAIL, count),
        },
        {
            "customer_id": code("C", "customer + 1", 4),
            "first_name": names.FIRST_NAME,
            "last_name": names.LAST_NAME,
            "email": f"case when lacks_email then 'N/A' else {names.email('customer')} end",
            "address": names.STREET,
            "city": names.CITY,
            "state": lookup("state", names.STATE_CODES),
            "postal_code": names.ZIP_CODE,
        },
    )


def _sales(plan: Plan, buyers: Buyers, prices: Ints) -> Table:
    orders = plan.volume(ORDERS)
    weights = day_weights(plan, WEEKDAYS, MONTHS, GROWTH)
    order_day = np.sort(plan.stream("sales", "order_date").choose(weights, orders))
    customer = buyers.pick(
        plan.stream("sales", "customer_id"), np.zeros(orders, dtype=np.int64), order_day
    )
    is_guest = _troubled(plan, "sales", "is_guest", GUESTS, orders)
    says_null = plan.stream("sales", "guest_word").chance(GUEST_WORD, orders)
    customer[is_guest] = np.where(says_null, GUEST_CALLED_NULL, GUEST)[is_guest]
    sizes = weighted_values(LINES_PER_ORDER, plan.stream("sales", "lines"), orders)
    in_quarter = np.array([weights for *_, weights in PRODUCTS]).T
    popularity = skewed(len(PRODUCTS), head=20)[
        plan.stream("products", "rank").shuffled(len(PRODUCTS))
    ]
    order, product = baskets(
        plan.stream("sales", "product_id"),
        sizes,
        in_quarter * popularity,
        quarters(plan, order_day),
    )
    product = with_affinities(plan, [name for name, *_ in PRODUCTS], order, product)
    quantity = weighted_values(QUANTITY, plan.stream("sales", "quantity"), order.size)
    # Earlier orders keep the old price.
    raised_on = plan.stream("products", "raised_on").below(plan.days, len(PRODUCTS))
    was_cheaper = (product % OLD_PRICE_EVERY == 0) & (order_day[order] < raised_on[product])
    price = np.where(was_cheaper, prices[product] * OLD_PRICE_PERCENT // 100, prices[product])
    cost_percent = plan.stream("products", "cost").between(*COST_PERCENT, len(PRODUCTS))
    unit_cost = prices * cost_percent // 100
    unit_cost[::UNKNOWN_COST_EVERY] = 0
    sold = Lines(order, order_day[order], product, quantity, quantity * price, np.zeros_like(order))
    returned = _returns(plan, sold)
    after = days_until_corrected(plan, plan.stream("sales", "corrected"), order_day)
    lines = concatenated((sold, returned))
    delivered_on = lines.day + np.where(lines.return_number == 0, after[lines.order], 0)
    by_day = np.argsort(lines.day, kind="stable")
    first = _before_correction(sold, after, prices)
    has_own_id = plan.stream("returns", "own_id").chance(OWN_RETURN_ID, orders)

    def facts(lines: Lines) -> dict[str, NDArray]:
        return {
            "order_number": lines.order,
            "return_number": lines.return_number * has_own_id[lines.order],
            "customer": customer[lines.order],
            "product": lines.product,
            "day": plan.first_day + lines.day,
            "quantity": lines.quantity,
            "paid": lines.paid,
            "cost": lines.quantity * unit_cost[lines.product],
        }

    return Table(
        "sales",
        facts(rows_at(lines, by_day)),
        {
            "order_id": "case when return_number > 0 "
            f"then 'R-' || {digits('return_number + 500', 5)} "
            f"else 'S' || {digits('order_number + 10001', 5)} end",
            "customer_id": f"case when customer = {GUEST_CALLED_NULL} then 'NULL' "
            f"when customer >= 0 then {code('C', 'customer + 1', 4)} end",
            "product_id": code("P", "product + 1", 3),
            "order_date": day("day"),
            "quantity": "quantity",
            "total_price": amount("paid"),
            "cost_amount": f"case when cost != 0 then {amount('cost')} end",
        },
        plan.first_day + delivered_on[by_day],
        Earlier(
            facts(first),
            plan.first_day + first.day,
            plan.first_day + first.day + after[first.order],
        ),
    )


def _returns(plan: Plan, sold: Lines) -> Lines:
    """What comes back, with negative quantity and amount; an order's returns come on one day."""
    count = sold.order.size
    wait = plan.stream("returns", "wait").between(*RETURN_DAYS, sold.order.max(initial=0) + 1)
    day = sold.day + wait[sold.order]
    comes_back = _troubled(plan, "returns", "is_returned", RETURNED, count) & (day < plan.days)
    quantity = 1 + plan.stream("returns", "quantity").below(sold.quantity)
    amount_back = sold.paid * quantity // sold.quantity
    money_alone = plan.stream("returns", "money_alone").chance(MONEY_ALONE, count)
    quantity = np.where(money_alone, 0, quantity)
    amount_back = np.where(money_alone, sold.paid * MONEY_PERCENT // 100, amount_back)
    rows = np.flatnonzero(comes_back)
    rows = rows[np.lexsort((rows, day[rows]))]
    order = sold.order[rows]
    numbers = 1 + np.unique(order, return_inverse=True)[1]
    return Lines(order, day[rows], sold.product[rows], -quantity[rows], -amount_back[rows], numbers)


def _before_correction(sold: Lines, after: Ints, prices: Ints) -> Lines:
    """The corrected orders' lines as they came first: at another price, or with a line more."""
    lines = rows_at(sold, np.flatnonzero(after[sold.order] > 0))
    is_last = np.append(lines.order[1:] != lines.order[:-1], True)[: lines.order.size]
    # The product after the order's last one is not in the order: an order's products ascend.
    gets_more = is_last & (lines.order % 2 == 0) & (lines.product + 1 < prices.size)
    more = rows_at(lines, gets_more)
    more = replace(
        more,
        product=more.product + 1,
        quantity=np.ones_like(more.order),
        paid=prices[more.product + 1],
    )
    was_cheaper = is_last & ~gets_more
    paid = np.where(was_cheaper, lines.paid * 9 // 10, lines.paid)
    return concatenated((replace(lines, paid=paid), more))
