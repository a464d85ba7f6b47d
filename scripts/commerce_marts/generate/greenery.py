"""greenery: a plant shop with a web site, and the events of its visitors."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from commerce_marts.generate import names
from commerce_marts.generate.affinities import with_affinities
from commerce_marts.generate.deliveries import Earlier, days_until_corrected
from commerce_marts.generate.draws import Ints, weighted_values
from commerce_marts.generate.plan import SECONDS_PER_DAY, Plan
from commerce_marts.generate.records import concatenated, rows_at
from commerce_marts.generate.shapes import amount, digits, lookup, utc, uuid
from commerce_marts.generate.shop import baskets, day_weights, days_within, seconds_in_day
from commerce_marts.generate.write import Table

PERIOD = (date(2024, 3, 3), date(2024, 6, 30))

# Sessions by what happens in them: V page_view, A add_to_cart, C checkout. A session with none of
# the three has only a new account, a shipped package or a product removed from the cart.
SESSIONS = {"": 412, "V": 87, "VA": 150, "VC": 86, "VAC": 205, "A": 59, "C": 43, "AC": 66}
USERS, BUYERS, ONE_ORDER, TWO_ORDERS = 130, 128, 25, 22
NEWCOMERS, SHIPPED_APART, ADDRESSES = 24, 330, 150

# Weights by which the remaining orders go to buyers with three orders or more.
LOYALTY = ((1, 55), (4, 25), (12, 14), (30, 6))
STAYS = ((25, 8), (50, 14), (80, 18), (200, 60))
WEEKDAYS = (80, 75, 80, 85, 105, 150, 145)
MONTHS = (60, 70, 95, 120, 140, 110, 85, 80, 90, 80, 70, 85)
# Starts of sessions per hour (UTC); none in the last hour, so that each ends on its day.
HOURS = (8, 4, 2, 1, 1, 2, 6, 14, 24, 34, 40, 44, 52, 46, 40, 38, 40, 48, 62, 78, 84, 62, 30, 0)

LINES_PER_ORDER = ((1, 38), (2, 28), (3, 18), (4, 10), (5, 6))
QUANTITY = ((1, 52), (2, 26), (3, 14), (4, 8))
EXTRA_VIEWS = ((0, 34), (1, 28), (2, 18), (3, 12), (5, 8))
ALSO_VIEWED, ALSO_CARTED, PLAIN_PAGE, TAKEN_OUT, VIEWED_AFTER = 780, 720, 300, 150, 50
PAGES = ("", "plants", "care-guide", "sale")

# Name, price in cents, inventory, weight. Three that sell well are short.
PRODUCTS = (
    ("Golden Pothos", 3050, 6, 52),
    ("Lucky Bamboo", 1525, 56, 30),
    ("Heartleaf Philodendron", 4500, 51, 46),
    ("Swiss Cheese Plant", 5075, 77, 58),
    ("Pearl Strings", 8050, 58, 60),
    ("Emerald Fern", 2500, 89, 34),
    ("Viper's Bowstring", 2550, 8, 40),
    ("Moth Orchid", 5075, 58, 50),
    ("Nest Fern", 1550, 49, 22),
    ("Prayer Plant", 4025, 94, 28),
    ("Spathe Flower", 6050, 99, 26),
    ("Crane Flower", 6500, 97, 24),
    ("Banjo Fig", 8550, 82, 44),
    ("Weeping Fig", 2025, 44, 20),
    ("Coin Plant", 2050, 85, 36),
    ("Wing Begonia", 9500, 65, 12),
    ("Friendship Tree", 1500, 94, 26),
    ("Goosefoot Vine", 3095, 100, 56),
    ("Parlour Palm", 7000, 74, 18),
    ("Ribbon Plant", 1500, 67, 32),
    ("Braided Pachira", 3050, 59, 24),
    ("Desert Cactus", 1500, 81, 54),
    ("Ivy Arum, marbled", 1525, 88, 22),
    ("Mirror Plant", 9500, 83, 10),
    ("Flamingo Flower", 6095, 95, 16),
    ("Song Tree", 5025, 73, 20),
    ("Burn Aloe", 1500, 0, 38),
    ("Burgundy Rubber Tree", 2050, 92, 18),
    ("Elephant's Foot", 8075, 93, 14),
    ("Sword Fern", 2000, 77, 22),
)
PRICES, POPULARITY = (np.array([product[i] for product in PRODUCTS]) for i in (1, 3))

# Promo, its discount in currency, from and until (per mille of the period), how many orders per
# mille use it while it runs. The last one is larger than the smallest orders.
PROMOS = (
    ("early-sprout", 5, 30, 190, 220),
    ("Repot Week", 8, 220, 320, 300),
    ("pot luck", 3, 380, 700, 120),
    ("MAYBLOSSOM", 12, 480, 600, 260),
    ("Second Leaf", 10, 740, 1000, 140),
    ("jungle", 17, 850, 950, 180),
)
BIGGEST_PROMO = 5
# Cents by promo, after 0 for none.
DISCOUNTS = np.array([0, *(100 * discount for _, discount, *_ in PROMOS)])

# Service, lowest and highest days to the estimated delivery, weight.
SERVICES = (("ups", 2, 5, 42), ("fedex", 1, 4, 26), ("usps", 3, 7, 20), ("dhl", 2, 6, 12))
DAYS_LATE = ((-2, 18), (-1, 28), (0, 36), (1, 9), (2, 5), (5, 4))
# Sales tax per mille of the goods, by the name of the state; elsewhere no tax is recorded.
TAX = {"California": 75, "Texas": 62, "Washington": 90, "New York": 40, "Minnesota": 68}
# Orders per mille of which a line comes back, the days from delivery to return, and how many per
# mille of these are money alone: this per cent of the line. An order never comes back in full,
# and no order is cancelled or a guest's: all 400 orders of 128 buyers count in every mart.
RETURNED, RETURN_DAYS, MONEY_ALONE, MONEY_PERCENT = 70, (2, 24), 150, 25
WITHOUT_PHONE = 30
SHIPPING_CENTS, SHIPPED_AFTER_HOURS, LOST, GIFT = (199, 999), (2, 40), 10, 300

EVENT_TYPES = (
    "account_created",
    "page_view",
    "add_to_cart",
    "delete_from_cart",
    "checkout",
    "package_shipped",
)
ACCOUNT, VIEW, CART, TAKE_OUT, CHECKOUT, SHIPPED = range(6)
SITE = "https://greenery.com"


@dataclass(frozen=True)
class Users:
    """Each user's sign-up (seconds since 1970), active days of the period, and order count."""

    created_at: Ints
    first_day: Ints
    last_day: Ints
    orders: Ints
    address: Ints
    is_new: NDArray[np.bool_]


@dataclass(frozen=True)
class Sessions:
    """The shopping sessions, in the order of their start; the n-th with a checkout is order n."""

    user: Ints
    start: Ints
    has_view: NDArray[np.bool_]
    has_cart: NDArray[np.bool_]
    has_checkout: NDArray[np.bool_]


@dataclass(frozen=True)
class Orders:
    """Orders by number: times in seconds since 1970, amounts in cents, -1 for what is missing."""

    user: Ints
    session: Ints
    created_at: Ints
    cost: Ints
    shipping: Ints
    tax: Ints
    promo: Ints
    address: Ints
    service: Ints
    shipped_at: Ints
    estimated_at: Ints
    delivered_at: Ints
    corrected_after: Ints


@dataclass(frozen=True)
class Lines:
    """Lines by order and product: the order's number, the product's, and the quantity."""

    order: Ints
    product: Ints
    quantity: Ints


@dataclass(frozen=True)
class Steps:
    """Events of sessions before they have a time: `place` gives their order."""

    type: Ints
    session: Ints
    place: Ints
    product: Ints
    page: Ints


@dataclass(frozen=True)
class Events:
    """Events in any order; -1 for no product or order; `page` is a page that shows no product."""

    session: Ints
    user: Ints
    at: Ints
    type: Ints
    product: Ints
    order: Ints
    page: Ints


def tables(plan: Plan) -> Iterator[Table]:
    """The greenery tables of RAW_CONTRACT; all amounts agree to the cent."""
    users = _users(plan)
    sessions = _sessions(plan, users)
    wanted_by, wanted = baskets(
        plan.stream("order_items", "product_id"),
        weighted_values(LINES_PER_ORDER, plan.stream("order_items", "lines"), sessions.user.size),
        POPULARITY[None, :],
        np.zeros(sessions.user.size, dtype=np.int64),
    )
    wanted = with_affinities(plan, [name for name, *_ in PRODUCTS], wanted_by, wanted)
    bought = sessions.has_checkout[wanted_by]
    order_of = np.cumsum(sessions.has_checkout) - 1
    line_order, line_product = order_of[wanted_by[bought]], wanted[bought]
    quantity = weighted_values(QUANTITY, plan.stream("order_items", "quantity"), line_order.size)
    lines = Lines(line_order, line_product, quantity)
    events, checkout_at = _shopping_events(plan, sessions, wanted_by, wanted)
    cost = np.bincount(line_order, weights=quantity * PRICES[line_product]).astype(np.int64)
    orders = _orders(plan, users, sessions, checkout_at, cost)
    others = _other_events(plan, users, sessions, orders, wanted_by, wanted)
    events = concatenated((events, others))
    events = rows_at(events, np.lexsort((events.type, events.session, events.at)))

    yield _users_table(plan, users)
    yield _addresses_table(plan)
    yield _products_table(plan)
    yield _promos_table()
    more = _lines_taken_off(orders, lines)
    yield _orders_table(plan, orders, more)
    yield _order_items_table(plan, orders, lines, more)
    yield _returns_table(plan, orders, lines)
    yield _events_table(plan, events)


def _users(plan: Plan) -> Users:
    count, buyers = plan.volume(USERS), plan.volume(BUYERS)
    orders = sum(plan.volume(number) for kind, number in SESSIONS.items() if "C" in kind)
    is_new = np.zeros(count, dtype=bool)
    is_new[plan.stream("users", "is_new").shuffled(count)[: plan.volume(NEWCOMERS)]] = True
    new_day = plan.stream("users", "new_day").below(max(plan.days * 8 // 10, 1), count)
    old_day = -1 - plan.stream("users", "old_day").below(400, count)
    day = np.where(is_new, new_day, old_day)
    seconds = seconds_in_day(
        plan.stream("users", "created_at"), [HOURS], np.zeros(count, dtype=np.int64)
    )
    first_day = np.minimum(np.where(is_new, new_day + 1, 0), plan.days - 1)
    stays = weighted_values(STAYS, plan.stream("users", "stays"), count)
    return Users(
        created_at=(plan.first_day + day) * SECONDS_PER_DAY + seconds,
        first_day=first_day,
        last_day=np.minimum(first_day + stays, plan.days - 1),
        orders=_orders_per_user(plan, count, min(buyers, count, orders), orders),
        address=plan.stream("users", "address_id").below(plan.volume(ADDRESSES), count),
        is_new=is_new,
    )


def _orders_per_user(plan: Plan, users: int, buyers: int, orders: int) -> Ints:
    """How many orders each user places: one, two, or three and more."""
    place = plan.stream("users", "orders").shuffled(users)
    ones, twos = plan.volume(ONE_ORDER), plan.volume(TWO_ORDERS)
    counts = np.repeat((1, 2, 3), (ones, twos, max(buyers - ones - twos, 0)))[:buyers]
    remaining = orders - counts.sum()
    if remaining < 0:  # a very short period has too few orders for these counts
        counts, remaining = np.ones(buyers, dtype=np.int64), orders - buyers
    often = np.flatnonzero(counts == counts.max())
    weights = weighted_values(LOYALTY, plan.stream("users", "loyalty"), often.size)
    more = often[plan.stream("users", "more_orders").choose(weights, remaining)]
    result = np.zeros(users, dtype=np.int64)
    result[place[:buyers]] = counts + np.bincount(more, minlength=buyers)
    return result


def _sessions(plan: Plan, users: Users) -> Sessions:
    kinds = [kind for kind in SESSIONS if kind]
    counts = [plan.volume(SESSIONS[kind]) for kind in kinds]
    # Kinds with a checkout come last: each user has as many of them as orders.
    by_checkout = np.argsort(["C" in kind for kind in kinds], kind="stable")
    kind = np.repeat(by_checkout, np.array(counts)[by_checkout])
    user = np.concatenate(
        (
            plan.stream("sessions", "user_id").choose(
                users.orders + 1, kind.size - users.orders.sum()
            ),
            np.repeat(np.arange(users.orders.size), users.orders)[
                plan.stream("sessions", "buyer").shuffled(users.orders.sum())
            ],
        )
    )
    weights = day_weights(plan, WEEKDAYS, MONTHS)
    day = days_within(
        plan.stream("sessions", "day"), weights, users.first_day[user], users.last_day[user]
    )
    seconds = seconds_in_day(plan.stream("sessions", "start"), [HOURS], np.zeros_like(kind))
    start = (plan.first_day + day) * SECONDS_PER_DAY + seconds
    order = np.lexsort((user, start))

    def has(letter: str) -> NDArray[np.bool_]:
        return np.array([letter in kind for kind in kinds])[kind][order]

    return Sessions(user[order], start[order], has("V"), has("A"), has("C"))


def _shopping_events(
    plan: Plan, sessions: Sessions, wanted_by: Ints, wanted: Ints
) -> tuple[Events, Ints]:
    """The events of the shopping sessions, and the second of each checkout.

    People view a product and add it to the cart, one product after the other; some view more
    products, and some view a product again that is already in the cart.
    """
    first = np.concatenate(([True], wanted_by[1:] != wanted_by[:-1]))
    lines = wanted_by.size

    def some(column: str, per_mille: int) -> NDArray[np.bool_]:
        return first | plan.stream("events", column).chance(per_mille, lines)

    viewed = sessions.has_view[wanted_by] & some("also_viewed", ALSO_VIEWED)
    carted = sessions.has_cart[wanted_by] & some("also_carted", ALSO_CARTED)
    carted |= sessions.has_cart[wanted_by] & sessions.has_checkout[wanted_by]
    abandoned = sessions.has_cart & ~sessions.has_checkout
    taken_out = first & abandoned[wanted_by]
    taken_out &= plan.stream("events", "taken_out").chance(TAKEN_OUT, lines)
    looking = np.flatnonzero(sessions.has_view)
    extra = np.repeat(
        looking, weighted_values(EXTRA_VIEWS, plan.stream("events", "extra_views"), looking.size)
    )
    extra_product = plan.stream("events", "extra_product").choose(POPULARITY, extra.size)
    plain = plan.stream("events", "plain_page").chance(PLAIN_PAGE, extra.size)
    extra_product[plain] = -1
    page = np.where(plain, plan.stream("events", "page").below(len(PAGES), extra.size), -1)
    paying = np.flatnonzero(sessions.has_checkout)

    # An event's place in its session: products one after the other, then the rest.
    product_place = 10 * (np.arange(lines) - np.flatnonzero(first)[np.cumsum(first) - 1])
    views_after_cart = sessions.has_cart & plan.stream("events", "viewed_after").chance(
        VIEWED_AFTER, sessions.user.size
    )
    view_place = 500 * views_after_cart
    extra_place = plan.stream("events", "extra_place").below(50, extra.size)
    steps = concatenated(
        (
            _steps(
                VIEW,
                wanted_by[viewed],
                (product_place + view_place[wanted_by])[viewed],
                wanted[viewed],
            ),
            _steps(VIEW, extra, extra_place + view_place[extra], extra_product, page),
            _steps(CART, wanted_by[carted], product_place[carted] + 1, wanted[carted]),
            _steps(TAKE_OUT, wanted_by[taken_out], 800, wanted[taken_out]),
            _steps(CHECKOUT, paying, 900),
        )
    )
    steps = rows_at(steps, np.lexsort((steps.product, steps.type, steps.place, steps.session)))
    elapsed = np.cumsum(plan.stream("events", "gap").between(15, 240, steps.type.size))
    begins = np.flatnonzero(np.diff(steps.session, prepend=-1))
    elapsed_before = np.repeat(elapsed[begins], np.diff(np.append(begins, elapsed.size)))
    at = sessions.start[steps.session] + elapsed - elapsed_before
    is_checkout = steps.type == CHECKOUT
    number = np.cumsum(sessions.has_checkout) - 1
    order = np.where(is_checkout, number[steps.session], -1)
    user = sessions.user[steps.session]
    events = Events(steps.session, user, at, steps.type, steps.product, order, steps.page)
    return events, at[is_checkout]


def _steps(
    kind: int, session: Ints, place: ArrayLike, product: ArrayLike = -1, page: ArrayLike = -1
) -> Steps:
    values = np.broadcast_arrays(kind, session, place, product, page)
    return Steps(*(np.asarray(value, dtype=np.int64) for value in values))


def _orders(plan: Plan, users: Users, sessions: Sessions, checkout_at: Ints, cost: Ints) -> Orders:
    session = np.flatnonzero(sessions.has_checkout)
    count, user, created_at = session.size, sessions.user[session], checkout_at + 1
    is_gift = plan.stream("orders", "is_gift").chance(GIFT, count)
    elsewhere = plan.stream("orders", "address_id").below(plan.volume(ADDRESSES), count)
    hours = plan.stream("orders", "shipped_after").between(*SHIPPED_AFTER_HOURS, count)
    shipped_at = created_at + 3600 * hours + plan.stream("orders", "shipped_at").below(3600, count)
    _, lowest, highest, weights = (np.array(column) for column in zip(*SERVICES, strict=True))
    service = plan.stream("orders", "shipping_service").choose(weights, count)
    days = lowest[service] + plan.stream("orders", "estimated_delivery_at").below(
        (highest - lowest)[service] + 1
    )
    late = weighted_values(DAYS_LATE, plan.stream("orders", "delivered_at"), count)
    estimated_at = created_at + SECONDS_PER_DAY * days
    delivered_at = np.maximum(estimated_at + SECONDS_PER_DAY * late, shipped_at + 6 * 3600)
    lost = plan.stream("orders", "lost").chance(LOST, count)
    is_shipped = shipped_at < plan.end_second
    is_delivered = is_shipped & (delivered_at < plan.end_second) & ~lost
    low, high = SHIPPING_CENTS
    placed_on = created_at // SECONDS_PER_DAY
    after = days_until_corrected(
        plan, plan.stream("orders", "corrected"), placed_on - plan.first_day
    )
    # An order comes again once what it says has happened.
    latest = np.where(is_delivered, delivered_at, is_shipped * shipped_at) // SECONDS_PER_DAY
    promo = _promos_used(plan, created_at, cost)
    address = np.where(is_gift, elsewhere, users.address[user])
    rate = np.array([TAX.get(name, 0) for name in names.STATE_NAMES])[_states(plan)[address]]
    return Orders(
        user=user,
        session=session,
        created_at=created_at,
        cost=cost,
        shipping=plan.stream("orders", "shipping_cost").between(low, high, count),
        tax=np.maximum(cost - DISCOUNTS[promo + 1], 0) * rate // 1000,
        promo=promo,
        address=address,
        service=np.where(is_shipped, service, -1),
        shipped_at=np.where(is_shipped, shipped_at, -1),
        estimated_at=np.where(is_shipped, estimated_at, -1),
        delivered_at=np.where(is_delivered, delivered_at, -1),
        corrected_after=np.where(after > 0, np.maximum(after, latest - placed_on), 0),
    )


def _promos_used(plan: Plan, created_at: Ints, cost: Ints) -> Ints:
    """The promo of each order or -1; exactly one order costs less than its promo's discount."""
    elapsed = created_at - plan.first_day * SECONDS_PER_DAY
    moment = elapsed * 1000 // (plan.days * SECONDS_PER_DAY)
    promo = np.full(created_at.size, -1)
    for index, (_, discount, since, until, per_mille) in enumerate(PROMOS):
        running = (since <= moment) & (moment < until)
        used = plan.stream("orders", "promo_id", index).chance(per_mille, created_at.size)
        promo[running & used & (cost > discount * 100)] = index
        if index == BIGGEST_PROMO and running.any():
            candidates = np.flatnonzero(running)
            promo[candidates[np.argmin(cost[candidates])]] = index
    return promo


def _other_events(
    plan: Plan, users: Users, sessions: Sessions, orders: Orders, wanted_by: Ints, wanted: Ints
) -> Events:
    """Other events: new accounts, shipped packages, products removed from the cart later.

    Packages beyond SHIPPED_APART are events of the session in which their order was placed.
    """
    total = plan.volume(SESSIONS[""])
    new = np.flatnonzero(users.is_new)[:total]
    packages = np.flatnonzero(orders.shipped_at >= 0)
    packages = packages[plan.stream("events", "package").shuffled(packages.size)]
    apart = min(plan.volume(SHIPPED_APART), packages.size, total - new.size)
    left = np.flatnonzero(sessions.has_cart & ~sessions.has_checkout)
    taken = left[plan.stream("events", "left_cart").below(left.size, total - new.size - apart)]
    hours = plan.stream("events", "taken_out_later").between(3, 70, taken.size)
    taken_at = np.minimum(sessions.start[taken] + 3600 * hours, plan.end_second - 1)
    numbers = sessions.user.size + np.arange(total)
    first_wanted = wanted[np.searchsorted(wanted_by, taken)]

    def missing(count: int) -> Ints:
        return np.full(count, -1)

    kind = np.repeat((ACCOUNT, TAKE_OUT, SHIPPED), (new.size, taken.size, packages.size))
    return Events(
        session=np.concatenate((numbers, orders.session[packages[apart:]])),
        user=np.concatenate((new, sessions.user[taken], orders.user[packages])),
        at=np.concatenate((users.created_at[new], taken_at, orders.shipped_at[packages])),
        type=kind,
        product=np.concatenate((missing(new.size), first_wanted, missing(packages.size))),
        order=np.concatenate((missing(new.size), missing(taken.size), packages)),
        page=missing(kind.size),
    )


def _id(plan: Plan, kind: str, column: str) -> str:
    return uuid(f"{plan.seed}/{kind}", column)


def _users_table(plan: Plan, users: Users) -> Table:
    count = users.orders.size

    def picks(column: str, limit: int) -> Ints:
        return plan.stream("users", column).below(limit, count)

    updated_at = users.created_at + picks("updated_at", 90 * SECONDS_PER_DAY)
    lacks_phone = plan.stream("users", "lacks_phone").chance(
        0 if plan.tidy else WITHOUT_PHONE, count
    )
    return Table(
        "users",
        {
            "user": np.arange(count),
            "first_name": picks("first_name", len(names.FIRST_NAMES)),
            "last_name": picks("last_name", len(names.LAST_NAMES)),
            "area": np.where(lacks_phone, -1, 200 + picks("area", 700)),
            "line": picks("line", 100),
            "created_at": users.created_at,
            "updated_at": np.minimum(updated_at, plan.end_second - 1),
            "address": users.address,
        },
        {
            "user_id": _id(plan, "user", '"user"'),
            "first_name": names.FIRST_NAME,
            "last_name": names.LAST_NAME,
            "email": names.email('"user"'),
            "phone_number": "case when area < 0 then 'null' "
            f"else area || '-555-01' || {digits('line', 2)} end",
            "created_at": utc("created_at"),
            "updated_at": utc("updated_at"),
            "address_id": _id(plan, "address", "address"),
        },
    )


def _states(plan: Plan) -> Ints:
    """The state of each address."""
    return plan.stream("addresses", "state").choose(names.STATE_WEIGHTS, plan.volume(ADDRESSES))


def _addresses_table(plan: Plan) -> Table:
    count = plan.volume(ADDRESSES)

    def picks(column: str, limit: int) -> Ints:
        return plan.stream("addresses", column).below(limit, count)

    return Table(
        "addresses",
        {
            "address": np.arange(count),
            "house": 1 + picks("house", 9_900),
            "street": picks("street", len(names.STREETS)),
            "state": _states(plan),
            "zip_end": picks("zip_end", 100),
        },
        {
            "address_id": _id(plan, "address", "address"),
            "address": names.STREET,
            "zipcode": names.ZIP_CODE,
            "state": lookup("state", names.STATE_NAMES),
            "country": "'United States'",
        },
    )


def _products_table(plan: Plan) -> Table:
    return Table(
        "products",
        {
            "product": np.arange(len(PRODUCTS)),
            "price": PRICES,
            "inventory": np.array([inventory for _, _, inventory, _ in PRODUCTS]),
        },
        {
            "product_id": _id(plan, "product", "product"),
            "name": lookup("product", [name for name, *_ in PRODUCTS]),
            "price": amount("price"),
            "inventory": "inventory",
        },
    )


def _promos_table() -> Table:
    statuses = ["active" if until == 1000 else "inactive" for *_, until, _ in PROMOS]
    return Table(
        "promos",
        {
            "promo": np.arange(len(PROMOS)),
            "discount": np.array([discount for _, discount, *_ in PROMOS]),
        },
        {
            "promo_id": lookup("promo", [name for name, *_ in PROMOS]),
            "discount": "discount",
            "status": lookup("promo", statuses),
        },
    )


def _lines_taken_off(orders: Orders, lines: Lines) -> Lines:
    """Lines that some orders had until they were corrected: one of another product each."""
    is_last = np.append(lines.order[1:] != lines.order[:-1], True)
    gets_more = is_last & (orders.corrected_after[lines.order] > 0) & (lines.order % 2 == 0)
    # An order's products ascend, so the next one is not in it.
    rows = np.flatnonzero(gets_more & (lines.product + 1 < len(PRODUCTS)))
    return Lines(lines.order[rows], lines.product[rows] + 1, np.ones_like(rows))


def _corrected(orders: Orders) -> tuple[Ints, Ints, Ints]:
    """The corrected orders' numbers, the days of their first deliveries, and of their last."""
    number = np.flatnonzero(orders.corrected_after > 0)
    days = orders.created_at[number] // SECONDS_PER_DAY
    return number, days, days + orders.corrected_after[number]


def _orders_table(plan: Plan, orders: Orders, taken_off: Lines) -> Table:
    count = orders.user.size
    delivered, shipped = orders.delivered_at >= 0, orders.service >= 0
    facts = {
        "order_number": np.arange(count),
        "user": orders.user,
        "promo": orders.promo,
        "address": orders.address,
        "created_at": orders.created_at,
        "cost": orders.cost,
        "shipping": orders.shipping,
        "tax": np.where(orders.tax > 0, orders.tax, -1),
        "total": orders.cost + orders.shipping + orders.tax - DISCOUNTS[orders.promo + 1],
        "package": np.where(shipped, np.arange(count), -1),
        "service": orders.service,
        "estimated_at": orders.estimated_at,
        "delivered_at": orders.delivered_at,
        "status": np.where(delivered, 2, np.where(shipped, 1, 0)),
    }
    number, days, corrected_on = _corrected(orders)
    # As the order was placed: nothing shipped yet, and the line that was taken off later.
    first = {name: values[number] for name, values in facts.items()}
    more = np.zeros(count, dtype=np.int64)
    more[taken_off.order] = PRICES[taken_off.product]
    first["cost"] = first["cost"] + more[number]
    first["total"] = first["total"] + more[number]
    first["status"] = np.zeros_like(number)
    for name in ("package", "service", "estimated_at", "delivered_at"):
        first[name] = np.full_like(number, -1)
    return Table(
        "orders",
        facts,
        {
            "order_id": _id(plan, "order", "order_number"),
            "user_id": _id(plan, "user", '"user"'),
            "promo_id": lookup("promo", [name for name, *_ in PROMOS]),
            "address_id": _id(plan, "address", "address"),
            "created_at": utc("created_at"),
            "order_cost": amount("cost"),
            "shipping_cost": amount("shipping"),
            "order_total": amount("total"),
            "tax_amount": f"case when tax >= 0 then {amount('tax')} end",
            "tracking_id": _id(plan, "package", "package"),
            "shipping_service": lookup("service", [name for name, *_ in SERVICES]),
            "estimated_delivery_at": utc("estimated_at"),
            "delivered_at": utc("delivered_at"),
            "status": lookup("status", ["preparing", "shipped", "delivered"]),
        },
        orders.created_at // SECONDS_PER_DAY + orders.corrected_after,
        Earlier(first, days, corrected_on),
    )


def _order_items_table(plan: Plan, orders: Orders, lines: Lines, taken_off: Lines) -> Table:
    def facts(lines: Lines) -> dict[str, Ints]:
        return {
            "order_number": lines.order,
            "product": lines.product,
            "quantity": lines.quantity,
        }

    placed_on = orders.created_at // SECONDS_PER_DAY
    delivered_on = placed_on + orders.corrected_after
    is_corrected = orders.corrected_after[lines.order] > 0
    first = concatenated((rows_at(lines, is_corrected), taken_off))
    return Table(
        "order_items",
        facts(lines),
        {
            "order_id": _id(plan, "order", "order_number"),
            "product_id": _id(plan, "product", "product"),
            "quantity": "quantity",
        },
        delivered_on[lines.order],
        Earlier(facts(first), placed_on[first.order], delivered_on[first.order]),
    )


def _returns_table(plan: Plan, orders: Orders, lines: Lines) -> Table:
    """Returns of a part of an order: its goods less their share of the promo, or money alone."""
    count = orders.user.size
    comes_back = plan.stream("returns", "is_returned").chance(0 if plan.tidy else RETURNED, count)
    wait = SECONDS_PER_DAY * plan.stream("returns", "wait").between(*RETURN_DAYS, count)
    returned_at = orders.delivered_at + wait + plan.stream("returns", "second").below(3600, count)
    # One line of each order: the first, or any other.
    starts = np.searchsorted(lines.order, np.arange(count))
    sizes = np.diff(np.append(starts, lines.order.size))
    line = starts + plan.stream("returns", "line").below(sizes)
    quantity = 1 + plan.stream("returns", "quantity").below(lines.quantity[line])
    goods = quantity * PRICES[lines.product[line]]
    paid = orders.cost - DISCOUNTS[orders.promo + 1]
    money_alone = plan.stream("returns", "money_alone").chance(MONEY_ALONE, count)
    amount_back = goods * np.maximum(paid, 0) // orders.cost
    amount_back = np.where(money_alone, amount_back * MONEY_PERCENT // 100, amount_back)
    comes_back &= (orders.delivered_at >= 0) & (returned_at < plan.end_second)
    comes_back &= (goods < orders.cost) & (amount_back > 0)
    rows = np.flatnonzero(comes_back)
    rows = rows[np.argsort(returned_at[rows], kind="stable")]
    return Table(
        "returns",
        {
            "return_number": np.arange(rows.size),
            "order_number": rows,
            "product": np.where(money_alone, -1, lines.product[line])[rows],
            "returned_at": returned_at[rows],
            "quantity": np.where(money_alone, 0, quantity)[rows],
            "amount": amount_back[rows],
        },
        {
            "return_id": _id(plan, "return", "return_number"),
            "order_id": _id(plan, "order", "order_number"),
            "product_id": _id(plan, "product", "product"),
            "returned_at": utc("returned_at"),
            "quantity": "quantity",
            "amount": amount("amount"),
        },
        returned_at[rows] // SECONDS_PER_DAY,
    )


def _events_table(plan: Plan, events: Events) -> Table:
    product, order = _id(plan, "product", "product"), _id(plan, "order", "order_number")
    page = (
        f"case when type = {CHECKOUT} then '/checkout/' || {order} "
        f"when type = {SHIPPED} then '/shipping/' || {order} "
        f"when type = {ACCOUNT} then '/signup' "
        f"when product >= 0 then '/product/' || {product} "
        f"else '/' || {lookup('page', PAGES)} end"
    )
    return Table(
        "events",
        {
            "event": np.arange(events.at.size),
            "session": events.session,
            "user": events.user,
            "happened_at": events.at,
            "type": events.type,
            "product": events.product,
            "order_number": events.order,
            "page": events.page,
        },
        {
            "event_id": _id(plan, "event", "event"),
            "session_id": _id(plan, "session", "session"),
            "user_id": _id(plan, "user", '"user"'),
            "page_url": f"'{SITE}' || {page}",
            "created_at": utc("happened_at"),
            "event_type": lookup("type", EVENT_TYPES),
            "order_id": order,
            "product_id": product,
        },
        events.at // SECONDS_PER_DAY,
    )
