"""sales: a home goods shop that delivers one row per order line."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from commerce_marts.generate import names
from commerce_marts.generate.draws import Ints, skewed, weighted_values
from commerce_marts.generate.plan import Plan
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
        },
        {
            "customer_id": code("C", "customer + 1", 4),
            "first_name": names.FIRST_NAME,
            "last_name": names.LAST_NAME,
            "email": names.email("customer"),
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
    quantity = weighted_values(QUANTITY, plan.stream("sales", "quantity"), order.size)
    # Earlier orders keep the old price.
    raised_on = plan.stream("products", "raised_on").below(plan.days, len(PRODUCTS))
    was_cheaper = (product % OLD_PRICE_EVERY == 0) & (order_day[order] < raised_on[product])
    price = np.where(was_cheaper, prices[product] * OLD_PRICE_PERCENT // 100, prices[product])
    days = plan.first_day + order_day[order]
    return Table(
        "sales",
        {
            "order_number": order,
            "customer": customer[order],
            "product": product,
            "day": days,
            "quantity": quantity,
            "paid": quantity * price,
        },
        {
            "order_id": f"'S' || {digits('order_number + 10001', 5)}",
            "customer_id": code("C", "customer + 1", 4),
            "product_id": code("P", "product + 1", 3),
            "order_date": day("day"),
            "quantity": "quantity",
            "total_price": amount("paid"),
        },
        days,
    )
