"""adventure_works: a bicycle maker that sells to shops and, online, to people.

The tables have the form of Microsoft's sample database; everything in them is made up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from commerce_marts.generate import names
from commerce_marts.generate.affinities import with_affinities
from commerce_marts.generate.deliveries import Earlier, days_until_corrected
from commerce_marts.generate.draws import Ints, skewed, weighted_values
from commerce_marts.generate.plan import Plan
from commerce_marts.generate.shapes import amount, code, day, digits, lookup, number
from commerce_marts.generate.shop import (
    Buyers,
    Habits,
    baskets,
    day_weights,
    draw_buyers,
    quarters,
)
from commerce_marts.generate.write import Table

PERIOD = (date(2022, 7, 1), date(2024, 6, 30))
PERSONS, STORES, ONLINE_ORDERS, STORE_ORDERS = 1_100, 60, 2_070, 440
SALES_PEOPLE = 10
UNKNOWN_PERSON, WITHOUT_CONTACT = 4, 60

PERSON_HABITS = Habits(
    activity=((1, 40), (3, 32), (8, 18), (20, 8), (50, 2)),
    stays=((40, 20), (150, 16), (350, 18), (800, 46)),
    established=300,
)
STORE_HABITS = Habits(
    activity=((2, 30), (4, 34), (8, 24), (20, 12)),
    stays=((120, 10), (400, 16), (900, 74)),
    established=600,
)
ONLINE_WEEKDAYS = (92, 85, 88, 95, 100, 128, 134)
STORE_WEEKDAYS = (130, 120, 115, 110, 90, 12, 6)
MONTHS = (55, 65, 95, 120, 140, 150, 130, 110, 90, 75, 85, 120)
GROWTH = 30
ONLINE_LINES = ((1, 44), (2, 30), (3, 16), (4, 7), (5, 3))
STORE_LINES = ((3, 14), (6, 24), (9, 26), (13, 20), (18, 12), (24, 4))
ONLINE_QUANTITY = ((1, 90), (2, 8), (3, 2))
STORE_QUANTITY = ((1, 18), (2, 22), (4, 24), (6, 16), (9, 8), (12, 6), (18, 4), (26, 1), (44, 1))

# Name, country, group, weight among persons, weight among stores.
TERRITORIES = (
    ("Pacific Northwest", "US", "North America", 16, 9),
    ("New England", "US", "North America", 5, 8),
    ("Great Plains", "US", "North America", 4, 10),
    ("Sun Belt", "US", "North America", 20, 11),
    ("Atlantic South", "US", "North America", 5, 8),
    ("Canada", "CA", "North America", 9, 7),
    ("France", "FR", "Europe", 8, 3),
    ("Germany", "DE", "Europe", 9, 2),
    ("Australia", "AU", "Pacific", 15, 2),
    ("Britain", "GB", "Europe", 9, 2),
)
# Code, country, name, territory (from 1), weight within the territory.
STATES = (
    ("WA", "US", "Washington", 1, 5),
    ("OR", "US", "Oregon", 1, 3),
    ("ID", "US", "Idaho", 1, 1),
    ("MA", "US", "Massachusetts", 2, 4),
    ("NH", "US", "New Hampshire", 2, 1),
    ("VT", "US", "Vermont", 2, 1),
    ("MN", "US", "Minnesota", 3, 3),
    ("IA", "US", "Iowa", 3, 1),
    ("IL", "US", "Illinois", 3, 5),
    ("CA", "US", "California", 4, 9),
    ("AZ", "US", "Arizona", 4, 2),
    ("TX", "US", "Texas", 4, 3),
    ("FL", "US", "Florida", 5, 4),
    ("GA", "US", "Georgia", 5, 2),
    ("NC", "US", "North Carolina", 5, 2),
    ("BC", "CA", "British Columbia", 6, 4),
    ("ON", "CA", "Ontario", 6, 3),
    ("QC", "CA", "Quebec", 6, 2),
    ("75", "FR", "Paris", 7, 3),
    ("59", "FR", "Nord", 7, 2),
    ("69", "FR", "Rhone", 7, 1),
    ("BY", "DE", "Bavaria", 8, 3),
    ("HH", "DE", "Hamburg", 8, 2),
    ("HE", "DE", "Hesse", 8, 2),
    ("NSW", "AU", "New South Wales", 9, 4),
    ("VIC", "AU", "Victoria", 9, 3),
    ("QLD", "AU", "Queensland", 9, 2),
    ("ENG", "GB", "England", 10, 6),
    ("SCT", "GB", "Scotland", 10, 1),
)

# Category: weight per quarter of the year; subcategory: lowest and highest list price in currency,
# weight online, weight in stores, number of products, product line.
CATEGORIES = {
    "Bikes": (
        (6, 13, 11, 7),
        {
            "Trail Bikes": (540, 3200, 30, 34, 8, "M"),
            "Race Bikes": (780, 3500, 28, 32, 8, "R"),
            "Gravel Bikes": (950, 2600, 18, 20, 6, "R"),
            "City Bikes": (420, 1500, 14, 12, 6, "S"),
            "Travel Bikes": (740, 2400, 14, 22, 6, "T"),
        },
    ),
    "Components": (
        (9, 10, 10, 9),
        {
            "Bars and Stems": (40, 120, 0, 12, 3, "R"),
            "Bottom Shells": (50, 120, 0, 5, 2, None),
            "Brake Sets": (60, 110, 0, 9, 3, None),
            "Chain Drives": (20, 60, 0, 8, 2, None),
            "Crank Arms": (170, 400, 0, 8, 3, None),
            "Shifters": (90, 130, 0, 8, 2, None),
            "Front Forks": (150, 230, 0, 6, 2, "M"),
            "Trail Frames": (260, 1360, 0, 18, 4, "M"),
            "Race Frames": (330, 1430, 0, 18, 4, "R"),
            "Travel Frames": (330, 1000, 0, 10, 3, "T"),
            "Pedal Sets": (40, 80, 0, 14, 3, None),
            "Seats": (27, 53, 0, 12, 3, None),
            "Wheel Sets": (60, 360, 0, 14, 4, None),
        },
    ),
    "Clothing": (
        (9, 10, 10, 12),
        {
            "Rain Jackets": (64, 140, 16, 12, 3, "S"),
            "Riding Caps": (9, 15, 30, 20, 2, "S"),
            "Riding Gloves": (24, 38, 22, 18, 3, "S"),
            "Riding Jerseys": (50, 54, 46, 34, 4, "S"),
            "Riding Shorts": (60, 75, 20, 20, 3, "S"),
            "Wool Socks": (9, 10, 18, 14, 2, "S"),
            "Winter Tights": (75, 90, 6, 12, 2, "S"),
        },
    ),
    "Accessories": (
        (9, 12, 11, 10),
        {
            "Roof Racks": (110, 130, 10, 10, 2, None),
            "Work Stands": (120, 160, 6, 2, 2, None),
            "Water Bottles": (5, 10, 90, 14, 3, "S"),
            "Degreasers": (8, 12, 26, 10, 2, "S"),
            "Mudguards": (20, 35, 50, 2, 2, "M"),
            "Headgear": (35, 60, 76, 30, 3, "S"),
            "Rucksacks": (55, 70, 16, 8, 2, "S"),
            "Lamps": (14, 45, 20, 6, 3, None),
            "Padlocks": (20, 30, 8, 6, 2, "S"),
            "Saddle Bags": (25, 125, 12, 6, 2, "T"),
            "Air Pumps": (20, 25, 10, 6, 2, "S"),
            "Tyres and Tubes": (3, 35, 130, 4, 5, "M"),
        },
    ),
}
SERIES = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gingko", "Hazel")
COLORS = ("Black", "Red", "Silver", "Blue", "Yellow", None)
SUBCATEGORIES = [
    (subcategory, category_number, seasons, *row)
    for category_number, (seasons, rows) in enumerate(CATEGORIES.values())
    for subcategory, row in rows.items()
]
PRODUCT_SUBCATEGORY = np.repeat(
    np.arange(len(SUBCATEGORIES)), [products for *_, products, _ in SUBCATEGORIES]
)
PRODUCT_NAMES = [
    f"{SERIES[number % len(SERIES)]} {subcategory.removesuffix('s')}"
    for subcategory, *_, products, _ in SUBCATEGORIES
    for number in range(products)
]
FIRST_PRODUCT_ID, FIRST_STORE_ID, FIRST_PERSON_ID = 701, 301, 2001
FIRST_SALES_PERSON_ID, FIRST_ORDER_ID, FIRST_CUSTOMER_ID = 274, 50001, 11001


@dataclass(frozen=True)
class Offer:
    """A special offer: `since` and `until` in per mille of the period, `largest` -1 for any.

    It is for one subcategory or all, and used `per_mille` times in a thousand where it applies.
    """

    description: str
    percent: int
    type: str
    category: str
    since: int = 0
    until: int = 1000
    subcategory: str | None = None
    per_mille: int = 1000
    smallest: int = 0
    largest: int = -1


VOLUME, SEASON = "Volume Discount", "Seasonal Discount"
EXCESS, NEW, LAST = "Excess Inventory", "New Product", "Discontinued Product"
SHOPS, PEOPLE = "Reseller", "Customer"
OFFERS = (
    Offer("No Discount", 0, "No Discount", "No Discount", per_mille=0),
    Offer("Case price, 10 to 19 pieces", 2, VOLUME, SHOPS, smallest=10, largest=19),
    Offer("Case price, 20 to 39 pieces", 5, VOLUME, SHOPS, smallest=20, largest=39),
    Offer("Pallet price, from 40 pieces", 10, VOLUME, SHOPS, smallest=40),
    Offer("Trail closing-out", 30, LAST, SHOPS, 180, 300, "Trail Bikes", 700),
    Offer("Safe heads in spring", 15, SEASON, PEOPLE, 370, 450, "Headgear", 700),
    Offer("New tyres, new season", 20, SEASON, PEOPLE, 380, 460, "Tyres and Tubes", 600),
    Offer("Race frame overstock", 25, EXCESS, SHOPS, 500, 660, "Race Frames", 800),
    Offer("Gravel launch", 10, NEW, PEOPLE, 560, 720, "Gravel Bikes", 800),
    Offer("Gloves before the frost", 15, SEASON, PEOPLE, 620, 740, "Riding Gloves", 800),
    Offer("Half price bottles", 50, EXCESS, PEOPLE, 820, 940, "Water Bottles", 600),
    Offer("City bikes to the shops", 15, NEW, SHOPS, 860, 1000, "City Bikes", 800),
)
IN_PROCESS, REJECTED, SHIPPED, CANCELLED = 1, 4, 5, 6
REJECTED_SHARE, CANCELLED_SHARE = 6, 11
DAYS_TO_SHIP, DAYS_TO_DUE = 7, 12
# A store pays 60 per cent of the list price. Tax and freight are per mille of the sub-total.
STORE_PRICE = 60
TAX, FREIGHT = {"online": 80, "store": 96}, {"online": 25, "store": 30}

RETURNED = 30
RETURN_DAYS = (2, 45)
REASONS = (
    ("Wrong size", 34),
    ("Damaged on the way", 20),
    ("Not as described", 16),
    ("Changed my mind", 22),
    ("Defective", 8),
)
STORE_WORDS = (
    ("Corner", "Harbour", "Hillside", "Old Mill", "River", "Station", "Summit", "Valley"),
    ("Bike", "Chain", "Cycle", "Pedal", "Spoke", "Wheel", "Saddle", "Gear"),
    ("Barn", "Works", "House", "Depot"),
)


@dataclass(frozen=True)
class Customers:
    """Stores first, then persons: territory and state (from 0), and whether a person is known."""

    is_store: NDArray[np.bool_]
    territory: Ints
    state: Ints
    has_person: NDArray[np.bool_]


@dataclass(frozen=True)
class Products:
    """Amounts in cents, and the last day of the period on which a product is sold, or -1."""

    list_price: Ints
    standard_cost: Ints
    ends: Ints


@dataclass(frozen=True)
class Orders:
    """Orders by date: day of the period, customer, whether online, and status.

    `corrected_after` is how many days later the order comes again, no longer in process; 0: never.
    """

    day: Ints
    customer: Ints
    is_online: NDArray[np.bool_]
    status: Ints
    corrected_after: Ints


@dataclass(frozen=True)
class Lines:
    """Order lines: unit price in 1/10,000, discount in per cent, total in millionths."""

    order: Ints
    product: Ints
    quantity: Ints
    offer: Ints
    unit_price: Ints
    discount: Ints
    total: Ints


def tables(plan: Plan) -> Iterator[Table]:
    """The adventure_works tables of RAW_CONTRACT; lines add up to headers to the last digit."""
    customers, products = _customers(plan), _products(plan)
    orders = _orders(plan, customers)
    lines = _lines(plan, orders, products)
    yield _customer_table(plan, customers)
    yield _person_table(plan, customers)
    yield _store_table(plan, customers)
    yield _address_table(plan, customers)
    yield from _place_tables()
    yield from _product_tables(plan, products)
    yield _offer_table(plan)
    yield _header_table(plan, orders, customers, lines)
    yield _detail_table(plan, orders, lines)
    yield _return_table(plan, orders, lines)


def _customers(plan: Plan) -> Customers:
    stores, persons = plan.volume(STORES), plan.volume(PERSONS)
    *_, person_weights, store_weights = zip(*TERRITORIES, strict=True)
    territory = np.concatenate(
        (
            plan.stream("customer", "store_territory").choose(store_weights, stores),
            plan.stream("customer", "person_territory").choose(person_weights, persons),
        )
    )
    weights = np.zeros((len(TERRITORIES), len(STATES)), dtype=np.int64)
    for state, (*_, number_of_territory, weight) in enumerate(STATES):
        weights[number_of_territory - 1, state] = weight
    is_store = np.arange(stores + persons) < stores
    has_person = np.where(
        is_store,
        ~plan.stream("customer", "person_id").chance(WITHOUT_CONTACT, is_store.size),
        ~plan.stream("customer", "unknown").chance(UNKNOWN_PERSON, is_store.size),
    )
    state = plan.stream("address", "state").choose_by_row(weights, territory)
    return Customers(is_store, territory, state, has_person)


def _products(plan: Plan) -> Products:
    lows, highs = (np.array([row[i] for row in SUBCATEGORIES])[PRODUCT_SUBCATEGORY] for i in (3, 4))
    count = lows.size
    list_price = 100 * lows + 100 * plan.stream("product", "list_price").below(highs - lows + 1) - 1
    cost_share = plan.stream("product", "standard_cost").between(52, 68, count)
    # Every twelfth product is discontinued in the second half of the period.
    ends = plan.days // 2 + plan.stream("product", "sell_end_date").below(plan.days // 2 + 1, count)
    leaves = np.arange(count) % 12 == 5
    return Products(list_price, list_price * cost_share // 100, np.where(leaves, ends, -1))


def _orders(plan: Plan, customers: Customers) -> Orders:
    stores = int(customers.is_store.sum())
    persons = customers.is_store.size - stores
    online = _orders_of(plan, "online", ONLINE_ORDERS, persons, PERSON_HABITS, ONLINE_WEEKDAYS)
    store = _orders_of(plan, "store", STORE_ORDERS, stores, STORE_HABITS, STORE_WEEKDAYS)
    day = np.concatenate((store[0], online[0]))
    customer = np.concatenate((store[1], stores + online[1]))
    order = np.argsort(day, kind="stable")
    day, customer = day[order], customer[order]
    rejected = plan.stream("header", "rejected").chance(REJECTED_SHARE, day.size)
    cancelled = plan.stream("header", "cancelled").chance(CANCELLED_SHARE, day.size)
    status = np.where(day + DAYS_TO_SHIP < plan.days, SHIPPED, IN_PROCESS)
    if not plan.tidy:
        status = np.where(cancelled, CANCELLED, np.where(rejected, REJECTED, status))
    after = DAYS_TO_SHIP + days_until_corrected(plan, plan.stream("header", "corrected"), day)
    comes_again = (after > DAYS_TO_SHIP) & (day + after < plan.days) & (status != IN_PROCESS)
    return Orders(
        day, customer, ~customers.is_store[customer], status, np.where(comes_again, after, 0)
    )


def _orders_of(
    plan: Plan, kind: str, usual: int, customers: int, habits: Habits, weekdays: tuple[int, ...]
) -> tuple[Ints, Ints]:
    buyers: Buyers = draw_buyers(plan, habits, np.zeros(customers, dtype=np.int64), name=kind)
    weights = day_weights(plan, weekdays, MONTHS, GROWTH)
    day = np.sort(plan.stream(kind, "order_date").choose(weights, plan.volume(usual)))
    customer = buyers.pick(plan.stream(kind, "customer_id"), np.zeros_like(day), day)
    placed = customer >= 0  # in a very short period there may be no customer yet
    return day[placed], customer[placed]


def _lines(plan: Plan, orders: Orders, products: Products) -> Lines:
    count = orders.day.size
    sizes = np.where(
        orders.is_online,
        weighted_values(ONLINE_LINES, plan.stream("detail", "online_lines"), count),
        weighted_values(STORE_LINES, plan.stream("detail", "store_lines"), count),
    )
    rows = 2 * quarters(plan, orders.day) + orders.is_online
    order, product = baskets(
        plan.stream("detail", "product_id"), sizes, _product_weights(plan), rows
    )
    product = with_affinities(plan, PRODUCT_NAMES, order, product)
    ended = (products.ends[product] >= 0) & (orders.day[order] > products.ends[product])
    kept = ~ended | np.concatenate(([True], order[1:] != order[:-1]))
    order, product = order[kept], product[kept]
    is_online = orders.is_online[order]
    quantity = np.where(
        is_online,
        weighted_values(ONLINE_QUANTITY, plan.stream("detail", "online_quantity"), order.size),
        weighted_values(STORE_QUANTITY, plan.stream("detail", "store_quantity"), order.size),
    )
    # Expensive products are ordered in small quantities.
    quantity = np.where(products.list_price[product] > 40_000, (quantity + 3) // 4, quantity)
    offer = _offers_used(plan, orders.day[order], is_online, product, quantity)
    percent = np.array([offer.percent for offer in OFFERS])[offer]
    unit_price = products.list_price[product] * np.where(is_online, 100, STORE_PRICE)
    total = quantity * unit_price * (100 - percent)
    return Lines(order, product, quantity, offer, unit_price, percent, total)


def _product_weights(plan: Plan) -> Ints:
    """Weights of products: for each quarter a row for stores, then one for persons online."""
    popularity = skewed(PRODUCT_SUBCATEGORY.size, head=30) // 1000
    popularity = popularity[plan.stream("product", "rank").shuffled(popularity.size)]
    rows = []
    for quarter in range(4):
        for channel in (6, 5):
            weights = [row[2][quarter] * row[channel] for row in SUBCATEGORIES]
            rows.append(np.array(weights)[PRODUCT_SUBCATEGORY] * popularity)
    return np.array(rows)


def _offers_used(
    plan: Plan, day: Ints, is_online: NDArray[np.bool_], product: Ints, quantity: Ints
) -> Ints:
    moment = day * 1000 // plan.days
    subcategories = np.array([name for name, *_ in SUBCATEGORIES])[PRODUCT_SUBCATEGORY[product]]
    offer = np.zeros(day.size, dtype=np.int64)
    for index, terms in enumerate(OFFERS):
        fits = (terms.since <= moment) & (moment < terms.until) & (quantity >= terms.smallest)
        fits &= is_online == (terms.category == PEOPLE)
        if terms.largest >= 0:
            fits &= quantity <= terms.largest
        if terms.subcategory:
            fits &= subcategories == terms.subcategory
        stream = plan.stream("detail", "special_offer_id", index)
        chance = stream.chance(terms.per_mille, day.size)
        offer[fits & chance] = index
    return offer


def _person_number(customers: Customers) -> Ints:
    """The number of each customer's person, -1 where there is none."""
    return np.where(customers.has_person, np.arange(customers.is_store.size), -1)


def _customer_table(plan: Plan, customers: Customers) -> Table:
    count = customers.is_store.size
    return Table(
        "customer",
        {
            "customer": FIRST_CUSTOMER_ID + np.arange(count),
            "person": np.where(
                customers.has_person, FIRST_PERSON_ID + _person_number(customers), -1
            ),
            "store": np.where(customers.is_store, FIRST_STORE_ID + np.arange(count), -1),
            "territory": 1 + customers.territory,
        },
        {
            "customer_id": "customer",
            "person_id": number("person"),
            "store_id": number("store"),
            "territory_id": "territory",
            "account_number": code("AW", "customer", 8),
        },
    )


def _person_table(plan: Plan, customers: Customers) -> Table:
    contacts = FIRST_PERSON_ID + np.flatnonzero(customers.has_person)
    person = np.concatenate((FIRST_SALES_PERSON_ID + np.arange(SALES_PEOPLE), contacts))
    count = person.size
    kind = np.concatenate(
        (np.zeros(SALES_PEOPLE, dtype=int), 2 - customers.is_store[customers.has_person])
    )

    def picks(column: str, limit: int) -> Ints:
        return plan.stream("person", column).below(limit, count)

    has_middle = plan.stream("person", "has_middle_name").chance(400, count)
    return Table(
        "person",
        {
            "person": person,
            "kind": kind,
            "title": plan.stream("person", "title").choose((2, 3, 195), count),
            "first_name": picks("first_name", len(names.FIRST_NAMES)),
            "middle": np.where(has_middle, picks("middle_name", 26), -1),
            "last_name": picks("last_name", len(names.LAST_NAMES)),
            "promotion": plan.stream("person", "email_promotion").choose((56, 26, 18), count),
        },
        {
            "business_entity_id": "person",
            "person_type": lookup("kind", ["SP", "SC", "IN"]),
            "title": lookup("title", ["Mr.", "Ms.", None]),
            "first_name": names.FIRST_NAME,
            "middle_name": lookup("middle", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            "last_name": names.LAST_NAME,
            "email_promotion": "promotion",
        },
    )


def _store_table(plan: Plan, customers: Customers) -> Table:
    count = int(customers.is_store.sum())
    kinds = np.prod([len(words) for words in STORE_WORDS])
    # When all combinations of the three words are used, the next round adds a number.
    combination = plan.stream("store", "name").shuffled(int(kinds))[np.arange(count) % kinds]
    first, second, third = np.unravel_index(combination, [len(words) for words in STORE_WORDS])
    return Table(
        "store",
        {
            "store": FIRST_STORE_ID + np.arange(count),
            "first": first,
            "second": second,
            "third": third,
            "round": np.arange(count) // kinds,
        },
        {
            "business_entity_id": "store",
            "name": " || ' ' || ".join(
                lookup(word, words)
                for word, words in zip(("first", "second", "third"), STORE_WORDS, strict=True)
            )
            + " || case when round > 0 then ' ' || (round + 1) else '' end",
        },
    )


def _address_table(plan: Plan, customers: Customers) -> Table:
    count = customers.is_store.size

    def picks(column: str, limit: int) -> Ints:
        return plan.stream("address", column).below(limit, count)

    return Table(
        "address",
        {
            "address": 1 + np.arange(count),
            "house": 1 + picks("house", 9_900),
            "street": picks("street", len(names.STREETS)),
            "city": picks("city", len(names.CITIES)),
            "state": 1 + customers.state,
            "postal_code": 1_000 + picks("postal_code", 98_000),
        },
        {
            "address_id": "address",
            "address_line1": names.STREET,
            "city": names.CITY,
            "state_province_id": "state",
            "postal_code": digits("postal_code", 5),
        },
    )


def _place_tables() -> Iterator[Table]:
    state, territory = np.arange(len(STATES)), np.arange(len(TERRITORIES))
    yield Table(
        "state_province",
        {"state": state, "territory": np.array([territory for *_, territory, _ in STATES])},
        {
            "state_province_id": "state + 1",
            # The database keeps codes in a column of fixed width, padded with blanks.
            "state_province_code": lookup("state", [f"{code:<3}" for code, *_ in STATES]),
            "country_region_code": lookup("state", [country for _, country, *_ in STATES]),
            "name": lookup("state", [name for _, _, name, *_ in STATES]),
            "territory_id": "territory",
        },
    )
    yield Table(
        "sales_territory",
        {"territory": territory},
        {
            "territory_id": "territory + 1",
            "name": lookup("territory", [name for name, *_ in TERRITORIES]),
            "country_region_code": lookup("territory", [row[1] for row in TERRITORIES]),
            "group": lookup("territory", [row[2] for row in TERRITORIES]),
        },
    )


def _product_tables(plan: Plan, products: Products) -> Iterator[Table]:
    count = PRODUCT_SUBCATEGORY.size
    singular = [name.removesuffix("s") for name, *_ in SUBCATEGORIES]
    # Highest, middle, lowest class: thirds of the subcategory's range of prices.
    lows, highs = (np.array([row[i] for row in SUBCATEGORIES])[PRODUCT_SUBCATEGORY] for i in (3, 4))
    third = (products.list_price // 100 - lows) * 3 // (highs - lows + 1)
    yield Table(
        "product",
        {
            "product": np.arange(count),
            "subcategory": PRODUCT_SUBCATEGORY,
            "color": plan.stream("product", "color").choose((34, 20, 16, 12, 8, 10), count),
            "cost": products.standard_cost,
            "price": products.list_price,
            "third": np.maximum(third, 0),
            "style": plan.stream("product", "style").choose((60, 15, 10, 15), count),
            "since": np.full(count, plan.first_day - 200),
            "until": np.where(products.ends >= 0, plan.first_day + products.ends, -1),
        },
        {
            "product_id": f"product + {FIRST_PRODUCT_ID}",
            "name": lookup("product", PRODUCT_NAMES),
            "product_number": (
                f"upper({lookup('subcategory', [name[:2] for name in singular])}) || '-' || "
                f"{digits(f'product + {FIRST_PRODUCT_ID}', 4)}"
            ),
            "color": lookup("color", COLORS),
            "standard_cost": amount("cost"),
            "list_price": amount("price"),
            "product_line": lookup("subcategory", [row[-1] for row in SUBCATEGORIES]),
            "class": lookup("third", "LMH"),
            "style": lookup("style", ["U", "M", "W", None]),
            "product_subcategory_id": "subcategory + 1",
            "sell_start_date": day("since", " 00:00:00"),
            "sell_end_date": day("until", " 00:00:00"),
        },
    )
    yield Table(
        "product_subcategory",
        {
            "subcategory": np.arange(len(SUBCATEGORIES)),
            "category": np.array([category for _, category, *_ in SUBCATEGORIES]),
        },
        {
            "product_subcategory_id": "subcategory + 1",
            "product_category_id": "category + 1",
            "name": lookup("subcategory", [name for name, *_ in SUBCATEGORIES]),
        },
    )
    yield Table(
        "product_category",
        {"category": np.arange(len(CATEGORIES))},
        {"product_category_id": "category + 1", "name": lookup("category", CATEGORIES)},
    )


def _offer_table(plan: Plan) -> Table:
    since = np.array([offer.since for offer in OFFERS])
    until = np.array([offer.until for offer in OFFERS])
    return Table(
        "special_offer",
        {
            "offer": np.arange(len(OFFERS)),
            "percent": np.array([offer.percent for offer in OFFERS]),
            # The first and the last day on which an offer can be used.
            "since": plan.first_day - (-since * plan.days // 1000),
            "until": plan.first_day - (-until * plan.days // 1000) - 1,
            "smallest": np.array([offer.smallest for offer in OFFERS]),
            "largest": np.array([offer.largest for offer in OFFERS]),
        },
        {
            "special_offer_id": "offer + 1",
            "description": lookup("offer", [offer.description for offer in OFFERS]),
            "discount_pct": amount("percent"),
            "type": lookup("offer", [offer.type for offer in OFFERS]),
            "category": lookup("offer", [offer.category for offer in OFFERS]),
            "start_date": day("since", " 00:00:00"),
            "end_date": day("until", " 00:00:00"),
            "min_qty": "smallest",
            "max_qty": number("largest"),
        },
    )


def _header_table(plan: Plan, orders: Orders, customers: Customers, lines: Lines) -> Table:
    count = orders.day.size
    # Money in 1/10,000: lines have six digits; the header has four, rounded half up.
    starts = np.searchsorted(lines.order, np.arange(count))
    sub_total = (np.add.reduceat(lines.total, starts) + 50) // 100

    def charged(per_mille: dict[str, int]) -> Ints:
        rate = np.where(orders.is_online, per_mille["online"], per_mille["store"])
        return (sub_total * rate + 500) // 1000

    tax, freight = charged(TAX), charged(FREIGHT)
    territory = customers.territory[orders.customer]
    days = plan.first_day + orders.day
    facts = {
        "order_number": FIRST_ORDER_ID + np.arange(count),
        "ordered": days,
        "due": days + DAYS_TO_DUE,
        "shipped": np.where(orders.status == SHIPPED, days + DAYS_TO_SHIP, -1),
        "status": orders.status,
        "is_online": orders.is_online,
        "customer": FIRST_CUSTOMER_ID + orders.customer,
        "seller": np.where(orders.is_online, -1, FIRST_SALES_PERSON_ID + territory),
        "territory": 1 + territory,
        "address": 1 + orders.customer,
        "sub_total": sub_total,
        "tax": tax,
        "freight": freight,
    }
    rows = np.flatnonzero(orders.corrected_after)
    first = {name: values[rows] for name, values in facts.items()}
    first["status"], first["shipped"] = np.full_like(rows, IN_PROCESS), np.full_like(rows, -1)
    delivered_on = days + orders.corrected_after
    return Table(
        "sales_order_header",
        facts,
        {
            "sales_order_id": "order_number",
            "order_date": day("ordered", " 00:00:00"),
            "due_date": day("due", " 00:00:00"),
            "ship_date": day("shipped", " 00:00:00"),
            "status": "status",
            "online_order_flag": "case when is_online then 't' else 'f' end",
            "customer_id": "customer",
            "sales_person_id": number("seller"),
            "territory_id": "territory",
            "bill_to_address_id": "address",
            "ship_to_address_id": "address",
            "sub_total": amount("sub_total", 4),
            "tax_amt": amount("tax", 4),
            "freight": amount("freight", 4),
            "total_due": amount("sub_total + tax + freight", 4),
        },
        delivered_on,
        Earlier(first, days[rows], delivered_on[rows]),
    )


def _detail_table(plan: Plan, orders: Orders, lines: Lines) -> Table:
    facts = {
        "order_number": FIRST_ORDER_ID + lines.order,
        "line": 1 + np.arange(lines.order.size),
        "quantity": lines.quantity,
        "product": FIRST_PRODUCT_ID + lines.product,
        "offer": 1 + lines.offer,
        "unit_price": lines.unit_price,
        "percent": lines.discount,
        "total": lines.total,
    }
    days = plan.first_day + orders.day[lines.order]
    delivered_on = days + orders.corrected_after[lines.order]
    rows = np.flatnonzero(delivered_on > days)
    first = {name: values[rows] for name, values in facts.items()}
    return Table(
        "sales_order_detail",
        facts,
        {
            "sales_order_id": "order_number",
            "sales_order_detail_id": "line",
            "order_qty": "quantity",
            "product_id": "product",
            "special_offer_id": "offer",
            "unit_price": amount("unit_price", 4),
            "unit_price_discount": amount("percent"),
            "line_total": amount("total", 6),
        },
        delivered_on,
        Earlier(first, days[rows], delivered_on[rows]),
    )


def _return_table(plan: Plan, orders: Orders, lines: Lines) -> Table:
    count = lines.order.size
    shortest, longest = RETURN_DAYS
    waited = plan.stream("return", "returned_on").between(shortest, longest, count)
    returned_on = orders.day[lines.order] + DAYS_TO_SHIP + waited
    comes_back = plan.stream("return", "is_returned").chance(0 if plan.tidy else RETURNED, count)
    comes_back &= (orders.status[lines.order] == SHIPPED) & (returned_on < plan.days)
    quantity = 1 + plan.stream("return", "returned_qty").below(lines.quantity)
    rows = np.flatnonzero(comes_back)
    rows = rows[np.argsort(returned_on[rows], kind="stable")]
    days = plan.first_day + returned_on[rows]
    reasons, weights = zip(*REASONS, strict=True)
    return Table(
        "sales_order_return",
        {
            "number": 1 + np.arange(rows.size),
            "order_number": FIRST_ORDER_ID + lines.order[rows],
            "line": 1 + rows,
            "day": days,
            "quantity": quantity[rows],
            "reason": plan.stream("return", "reason").choose(weights, count)[rows],
        },
        {
            "return_id": code("R", "number", 4),
            "sales_order_id": "order_number",
            "sales_order_detail_id": "line",
            "returned_on": day("day"),
            "returned_qty": "quantity",
            "reason": lookup("reason", reasons),
        },
        days,
    )
