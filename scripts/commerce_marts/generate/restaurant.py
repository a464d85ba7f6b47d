"""restaurant: the order feed of a franchise with an ordering app, in several time zones."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import isqrt
from typing import get_args, get_type_hints
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from commerce_marts.generate import names
from commerce_marts.generate.affinities import with_affinities
from commerce_marts.generate.deliveries import Earlier, days_until_corrected
from commerce_marts.generate.draws import Ints, Stream, weighted_values
from commerce_marts.generate.plan import EPOCH, SECONDS_PER_DAY, Plan
from commerce_marts.generate.records import concatenated, rows_at
from commerce_marts.generate.shapes import amount, code, day, digits, lookup, utc
from commerce_marts.generate.shop import (
    Buyers,
    Habits,
    baskets,
    day_weights,
    draw_buyers,
    seconds_in_day,
)
from commerce_marts.generate.write import Table

PERIOD = (date(2023, 1, 1), date(2024, 12, 31))
# From this scale on, the same number of orders is spread over three years instead of two.
LONG_PERIOD, LONG_FROM_SCALE = (date(2022, 1, 1), date(2024, 12, 31)), 10
CUSTOMERS, ORDERS = 1_000, 20_000
# This part of all orders is spread evenly, so that even the quietest day has orders.
EVEN_PER_MILLE = 770

HABITS = Habits(
    activity=((2, 34), (5, 32), (12, 20), (30, 10), (70, 4)),
    stays=((20, 14), (90, 18), (240, 20), (900, 48)),
    established=300,
)
WEEKDAYS = (20, 20, 30, 55, 150, 180, 95)
MONTHS = (70, 75, 90, 100, 120, 130, 120, 105, 95, 95, 100, 130)
GROWTH = 60
GUESTS, VISITS_ELSEWHERE = 250, 80

# Orders per local hour, midnight first. All restaurants are closed from two to ten in the
# morning, so no order falls into an hour in which clocks change.
WEEKDAY_HOURS = {
    "office": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 12, 30, 20, 6, 3, 4, 8, 9, 5, 2, 1, 0, 0),
    "family": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 6, 12, 9, 4, 4, 8, 18, 22, 14, 6, 2, 0, 0),
    "campus": (5, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 6, 14, 10, 5, 4, 6, 12, 15, 12, 9, 8, 8, 7),
}
WEEKEND_HOURS = {
    "office": (2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 8, 16, 14, 7, 5, 6, 12, 16, 12, 6, 4, 3, 2),
    "family": (2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 4, 10, 16, 13, 8, 6, 10, 20, 24, 16, 8, 4, 3, 2),
    "campus": (12, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 5, 12, 11, 7, 5, 7, 12, 15, 13, 11, 11, 13, 14),
}
PROFILES = list(WEEKDAY_HOURS)
HOURS = np.array([*WEEKDAY_HOURS.values(), *WEEKEND_HOURS.values()])
# Which of the menu's weights applies at each local hour: 0 lunch, 1 dinner, 2 late.
DAYPARTS = np.array([2] * 3 + [0] * 13 + [1] * 6 + [2] * 2)

# Name, city, state, time zone, weight, profile, opening (per mille of the period, 0: before it).
STORES = (
    ("Fulton Street", "New York", "NY", "America/New_York", 30, "office", 0),
    ("Peachtree Corner", "Atlanta", "GA", "America/New_York", 18, "family", 0),
    ("Lakeview", "Chicago", "IL", "America/Chicago", 24, "family", 0),
    ("Guadalupe", "Austin", "TX", "America/Chicago", 20, "campus", 0),
    ("Union Station", "Denver", "CO", "America/Denver", 13, "office", 0),
    ("Echo Park", "Los Angeles", "CA", "America/Los_Angeles", 22, "campus", 0),
    ("Ballard", "Seattle", "WA", "America/Los_Angeles", 19, "family", 460),
)
ZONES = list(dict.fromkeys(zone for _, _, _, zone, *_ in STORES))

APPS = ("Fork", "Fork Kiosk", "Fork Web", "Fork DEVELOPMENT")
APP_WEIGHTS = {"guest": (0, 58, 42), "customer": (70, 8, 22)}
TEST_APP, TEST_ORDERS = 3, 6
LINES_PER_ORDER = {
    "others": ((1, 56), (2, 27), (3, 11), (4, 4), (5, 2)),
    "members": ((1, 44), (2, 31), (3, 15), (4, 7), (5, 3)),
}
QUANTITY = ((1, 84), (2, 12), (3, 3), (4, 1))

# Category, item, cents, and weights at lunch, at dinner, late at night.
MENU = (
    ("Sandwiches", "Turkey Club", 1095, 34, 16, 14),
    ("Sandwiches", "Falafel Wrap", 995, 28, 14, 16),
    ("Sandwiches", "Pulled Pork", 1195, 22, 20, 18),
    ("Sandwiches", "Grilled Cheese", 795, 16, 8, 24),
    ("Sandwiches", "Tuna Melt", 1045, 16, 8, 6),
    ("Bowls", "Teriyaki Bowl", 1295, 26, 26, 10),
    ("Bowls", "Burrito Bowl", 1245, 28, 28, 16),
    ("Bowls", "Lentil Bowl", 1145, 16, 12, 4),
    ("Bowls", "Salmon Bowl", 1595, 10, 18, 3),
    ("Salads", "Caesar", 995, 22, 10, 2),
    ("Salads", "Greek", 945, 16, 8, 2),
    ("Salads", "Kale and Apple", 1045, 10, 5, 1),
    ("Soups", "Tomato", 595, 14, 8, 4),
    ("Soups", "Chicken Noodle", 645, 14, 10, 4),
    ("Pizza", "Margherita", 1345, 8, 30, 26),
    ("Pizza", "Pepperoni", 1495, 8, 32, 34),
    ("Pizza", "Four Cheese", 1545, 4, 16, 12),
    ("Sides", "Fries", 395, 26, 30, 40),
    ("Sides", "Onion Rings", 445, 10, 14, 20),
    ("Sides", "Slaw", 345, 8, 8, 2),
    ("Sides", "Garlic Bread", 495, 6, 18, 16),
    ("Drinks", "Lemonade", 345, 30, 22, 14),
    ("Drinks", "Iced Tea", 325, 26, 16, 8),
    ("Drinks", "Cola", 295, 26, 26, 32),
    ("Drinks", "Cold Brew", 425, 18, 4, 6),
    ("Desserts", "Brownie", 375, 10, 14, 16),
    ("Desserts", "Cheesecake", 595, 5, 14, 8),
    ("Desserts", "Cookie", 225, 14, 10, 16),
    (None, "Daily Special", 1195, 8, 8, 0),
    (None, "Gift Card", 2500, 1, 1, 0),
    ("https://fork.example/menu/catering", "Party Tray", 6900, 3, 2, 0),
    ("https://fork.example/menu/kids", "Kids Plate", 695, 5, 8, 0),
)
ITEM_PRICES = np.array([cents for _, _, cents, *_ in MENU])
# What an item costs in cents: 24 to 36 per cent of its price.
ITEM_COSTS = [int(cents) * (24 + 5 * i % 13) // 100 for i, cents in enumerate(ITEM_PRICES)]
DAYPART_ITEMS = np.array([weights for _, _, _, *weights in MENU]).T

# Option group, option, cents, weight.
EXTRAS = (
    ("Add-ons", "Avocado", 225, 24),
    ("Add-ons", "Bacon", 250, 20),
    ("Add-ons", "Extra Cheese", 150, 26),
    ("Add-ons", "Fried Egg", 175, 10),
    ("Size", "Large", 300, 22),
    ("Sauce", "Garlic Dip", 75, 20),
    ("Sauce", "Hot Sauce", 0, 18),
    ("Requests", "No Onions", 0, 14),
)
EXTRAS_PER_LINE = ((0, 74), (1, 20), (2, 6))
EXTRA_QUANTITY, SAME_ROW_TWICE = ((1, 94), (2, 6)), 15

# Option group, option, per cent off each line or cents off the first one, since and until (per
# mille of the period), how many orders per mille use it: others, members of the programme.
PROMOTIONS = (
    ("Codes", "STUDENT10", 10, 0, 0, 1000, 28, 18),
    ("Offers", "Lunch Break", 0, 200, 60, 170, 120, 120),
    ("Offers", "Spring Fifteen", 15, 0, 200, 290, 170, 190),
    ("Offers", "Porch Season", 0, 300, 350, 420, 190, 190),
    ("Offers", "Winter Warmer", 20, 0, 470, 530, 230, 260),
    ("Offers", "Game Night", 10, 0, 640, 760, 110, 120),
    ("Offers", "Back Again", 0, 400, 860, 930, 150, 170),
    ("Rewards", "Free Side", 0, 395, 160, 1000, 0, 75),
)
# The start is in per mille of the period. Customers who buy more often join more often.
PROGRAMME_START, JOIN_BASE, JOIN_PER_ACTIVITY, DAYS_TO_JOIN = 150, 250, 12, 120
CARD_EVERY = 3
ORPHANED_OPTIONS = 4
# Orders per mille of which a line is refunded, in the forenoon of one of these days later.
REFUNDED, REFUND_DAYS, REFUND_HOUR = 16, (1, 9), 10
# Guests are without an id; for so many per mille of them the feed has a word instead.
GUEST, GUEST_CALLED_NULL, GUEST_WORD = -1, -2, 40
WITHOUT_EMAIL = 15
# The till of the newest restaurant also records tax, one in so many cents, and what an item costs.
NEW_TILL, TAX_ONE_IN = len(STORES) - 1, 10


@dataclass(frozen=True)
class Stores:
    """Each restaurant's place, and the day of the period on which it opens."""

    base: Ints
    chain: Ints
    weight: Ints
    profile: Ints
    zone: Ints
    opens: Ints


@dataclass(frozen=True)
class Feed:
    """All orders, lines and options; small types, because there may be ten million lines.

    Orders: second of creation (UTC, since 1970), store, user (negative: guest), whether by a
    member, app, days until the order is delivered again (0: never). Lines: second (that of the
    order, or of the refund), their order, number in it, item, quantity and amount in cents, both
    negative for a refund. Options: their order and line number, position in EXTRAS + PROMOTIONS,
    cents, quantity.
    """

    created_at: NDArray[np.int32]
    store: NDArray[np.int16]
    user: NDArray[np.int32]
    is_member: NDArray[np.bool_]
    app: NDArray[np.int8]
    corrected_after: NDArray[np.int8]
    line_at: NDArray[np.int32]
    line_order: NDArray[np.int32]
    line_number: NDArray[np.int8]
    item: NDArray[np.int8]
    quantity: NDArray[np.int8]
    price: NDArray[np.int32]
    option_order: NDArray[np.int32]
    option_line: NDArray[np.int8]
    option: NDArray[np.int8]
    option_price: NDArray[np.int32]
    option_quantity: NDArray[np.int8]


# The number type of each column of Feed.
TYPES = {name: get_args(get_args(hint)[1])[0] for name, hint in get_type_hints(Feed).items()}


def tables(plan: Plan) -> Iterator[Table]:
    """The restaurant tables of RAW_CONTRACT, with the quirks of the real feed.

    A few orders are test traffic, one item row has no line id, a few options have no line (none of
    these in a tidy plan), some option rows come twice, and date_dim covers the last year only.
    """
    stores = _stores(plan)
    homes = _homes(plan, stores)
    feed = _feed(plan, stores, homes)
    yield _restaurants_table(plan, stores)
    yield _customers_table(plan, stores, homes)
    yield _date_dim_table(plan.end.year)
    yield _order_items_table(plan, feed)
    yield _options_table(plan, feed)


def _stores(plan: Plan) -> Stores:
    count = len(STORES) * max(isqrt(int(plan.scale)), 1)
    base, chain = np.arange(count) % len(STORES), np.arange(count) // len(STORES)
    opens = np.array([opens for *_, opens in STORES])[base]
    # Where a city's first restaurant opens late, its further ones open one after the other.
    opens = np.where(opens > 0, (opens + 137 * chain) % 1000, 0)
    return Stores(
        base=base,
        chain=chain,
        weight=np.array([weight for *_, weight, _, _ in STORES])[base],
        profile=np.array([PROFILES.index(profile) for *_, profile, _ in STORES])[base],
        zone=np.array([ZONES.index(zone) for _, _, _, zone, *_ in STORES])[base],
        opens=opens * plan.days // 1000,
    )


def _homes(plan: Plan, stores: Stores) -> Ints:
    """The restaurant that each user orders from most often."""
    return np.sort(plan.stream("users", "home").choose(stores.weight, plan.volume(CUSTOMERS)))


def _user_numbers(plan: Plan) -> NDArray[np.int32]:
    """The number in each user's id."""
    count = plan.volume(CUSTOMERS)
    return 1 + plan.stream("users", "user_id").shuffled(count).astype(np.int32)


def _feed(plan: Plan, stores: Stores, homes: Ints) -> Feed:
    buyers = draw_buyers(plan, HABITS, homes, opened=stores.opens[homes])
    joins = _joining_days(plan, buyers)
    offsets = _utc_offsets(plan)
    per_day = _orders_per_day(plan)
    months = plan.calendar.astype("datetime64[D]").astype("datetime64[M]")
    starts = np.flatnonzero(np.diff(months.astype(np.int64), prepend=-1))
    parts: list[Feed] = []
    placed = 0
    for days in np.split(np.arange(plan.days), starts[1:]):
        orders = _orders_of_month(plan, stores, buyers, joins, offsets, days, per_day[days])
        parts.append(_with_lines(plan, orders, str(months[days[0]]), placed))
        placed += orders.local_day.size
    feed = concatenated(parts)
    return feed if plan.tidy else _with_quirks(plan, feed)


def _joining_days(plan: Plan, buyers: Buyers) -> Ints:
    """The day of the period on which each customer joins; never: the period's length."""
    count = buyers.weight.size
    joins = plan.stream("users", "joins").chance(
        JOIN_BASE + JOIN_PER_ACTIVITY * buyers.weight, count
    )
    later = plan.stream("users", "joining_day").below(DAYS_TO_JOIN, count)
    since = np.maximum(buyers.first_day, plan.days * PROGRAMME_START // 1000)
    return np.where(joins, since + later, plan.days)


def _orders_per_day(plan: Plan) -> Ints:
    orders = plan.volume(ORDERS)
    even = orders * EVEN_PER_MILLE // 1000 // plan.days
    weights = day_weights(plan, WEEKDAYS, MONTHS, GROWTH)
    more = plan.stream("orders", "day").choose(weights, orders - even * plan.days)
    return even + np.bincount(more, minlength=plan.days)


def _utc_offsets(plan: Plan) -> Ints:
    """Seconds to add to local time, by zone, day and time: 0 before two in the morning, 1 after."""

    def seconds(zone: str, day: int, hour: int) -> int:
        local = datetime.combine(plan.start + timedelta(days=day), time(hour), ZoneInfo(zone))
        return -int(local.utcoffset() / timedelta(seconds=1))

    return np.array(
        [[[seconds(zone, day, h) for h in (0, 12)] for day in range(plan.days)] for zone in ZONES]
    )


@dataclass(frozen=True)
class MonthOrders:
    """A month's orders by time, before they have lines.

    `refunded_at` is the second of a refund, -1 for none.
    """

    local_day: Ints
    daypart: Ints
    created_at: Ints
    store: Ints
    user: Ints
    is_member: NDArray[np.bool_]
    corrected_after: NDArray[np.int8]
    refunded_at: Ints


def _orders_of_month(
    plan: Plan,
    stores: Stores,
    buyers: Buyers,
    joins: Ints,
    offsets: Ints,
    days: Ints,
    per_day: Ints,
) -> MonthOrders:
    def stream(column: str) -> Stream:
        return plan.stream("orders", column, plan.start + timedelta(days=int(days[0])))

    local_day = np.repeat(days, per_day)
    count, row = local_day.size, np.repeat(np.arange(days.size), per_day)
    open_stores = stores.weight * (stores.opens <= days[:, None])
    store = stream("restaurant_id").choose_by_row(open_stores, row)
    elsewhere = stream("elsewhere").choose_by_row(open_stores, row)
    home = np.where(stream("visits").chance(VISITS_ELSEWHERE, count), elsewhere, store)
    user = buyers.pick(stream("user_id"), home, local_day)
    user[stream("guest").chance(GUESTS, count)] = GUEST
    called_null = stream("guest_word").chance(0 if plan.tidy else GUEST_WORD, count)
    user[called_null & (user < 0)] = GUEST_CALLED_NULL
    # Friday is day 4 of the week; 1970-01-01 was a Thursday.
    is_weekend = (plan.first_day + local_day + 3) % 7 >= 4
    hours = stores.profile[store] + len(PROFILES) * is_weekend
    second = seconds_in_day(stream("hour"), HOURS, hours)
    offset = offsets[stores.zone[store], local_day, (second >= 2 * 3600).astype(int)]
    created_at = (plan.first_day + local_day) * SECONDS_PER_DAY + second + offset
    is_member = (user >= 0) & (local_day >= joins[user])
    refund_day = local_day + stream("refund_day").between(*REFUND_DAYS, count)
    is_refunded = stream("refund").chance(0 if plan.tidy else REFUNDED, count)
    is_refunded &= refund_day < plan.days
    refund_zone_offset = offsets[stores.zone[store], np.where(is_refunded, refund_day, 0), 1]
    refunded_at = (plan.first_day + refund_day) * SECONDS_PER_DAY + refund_zone_offset
    refunded_at += 3600 * REFUND_HOUR + stream("refund_second").below(7200, count)
    orders = MonthOrders(
        local_day,
        DAYPARTS[second // 3600],
        created_at,
        store,
        user,
        is_member,
        days_until_corrected(plan, stream("corrected"), local_day),
        np.where(is_refunded, refunded_at, -1),
    )
    return rows_at(orders, np.argsort(created_at, kind="stable"))


def _with_lines(plan: Plan, orders: MonthOrders, month: str, placed: int) -> Feed:
    """The month's feed; `placed` is the number of earlier orders."""

    def stream(column: str) -> Stream:
        return plan.stream("order_items", column, month)

    count = orders.local_day.size
    app = np.where(
        orders.user < 0,
        stream("guest_app").choose(APP_WEIGHTS["guest"], count),
        stream("app").choose(APP_WEIGHTS["customer"], count),
    )
    sizes = np.where(
        orders.is_member,
        weighted_values(LINES_PER_ORDER["members"], stream("member_lines"), count),
        weighted_values(LINES_PER_ORDER["others"], stream("lines"), count),
    )
    order, item = baskets(stream("item"), sizes, DAYPART_ITEMS, orders.daypart)
    item = with_affinities(plan, [name for _, name, *_ in MENU], order, item, month)
    starts = np.flatnonzero(np.diff(order, prepend=-1))
    number = np.arange(order.size) - starts[order] + 1
    quantity = weighted_values(QUANTITY, stream("item_quantity"), order.size)
    price = quantity * ITEM_PRICES[item]

    line, option, option_price, option_quantity = (
        np.concatenate(pair)
        for pair in zip(
            _extras(stream, order.size),
            _discounts(plan, stream, orders, order, number, price),
            strict=True,
        )
    )
    options_amount = np.bincount(line, option_price * option_quantity, order.size).astype(np.int64)
    refunds = _refunds(stream, orders, order, quantity, price + options_amount)
    by_line = np.argsort(line, kind="stable")
    line = line[by_line]
    columns = (
        orders.created_at,
        orders.store,
        orders.user,
        orders.is_member,
        app,
        orders.corrected_after,
        np.concatenate((orders.created_at[order], orders.refunded_at[order[refunds.line]])),
        placed + np.concatenate((order, order[refunds.line])),
        np.concatenate((number, number[refunds.line])),
        np.concatenate((item, item[refunds.line])),
        np.concatenate((quantity, -refunds.quantity)),
        np.concatenate((price, -refunds.amount)),
        placed + order[line],
        number[line],
        option[by_line],
        option_price[by_line],
        option_quantity[by_line],
    )
    return Feed(*(v.astype(kind) for v, kind in zip(columns, TYPES.values(), strict=True)))


@dataclass(frozen=True)
class Refunds:
    """Refunded lines of a month: their positions, and the quantity and cents that come back."""

    line: Ints
    quantity: Ints
    amount: Ints


def _refunds(
    stream: Callable[[str], Stream], orders: MonthOrders, order: Ints, quantity: Ints, paid: Ints
) -> Refunds:
    """One line of each refunded order: all or some of it, at what was paid with its options."""
    sizes = np.bincount(order, minlength=orders.refunded_at.size)
    refunded = np.flatnonzero(orders.refunded_at >= 0)
    picked = stream("refund_line").below(sizes[refunded])
    line = np.searchsorted(order, refunded) + picked
    some = 1 + stream("refund_quantity").below(quantity[line])
    refunds = Refunds(line, some, paid[line] * some // quantity[line])
    return rows_at(refunds, refunds.amount > 0)


Options = tuple[Ints, Ints, Ints, Ints]


def _extras(stream: Callable[[str], Stream], lines: int) -> Options:
    """The extras of lines: line, option, cents, quantity."""
    line = np.repeat(np.arange(lines), weighted_values(EXTRAS_PER_LINE, stream("extras"), lines))
    option = stream("option").choose([weight for *_, weight in EXTRAS], line.size)
    quantity = weighted_values(EXTRA_QUANTITY, stream("option_quantity"), line.size)
    times = 1 + stream("same_row_twice").chance(SAME_ROW_TWICE, line.size)
    prices = np.array([cents for _, _, cents, _ in EXTRAS])
    line, option, quantity = (np.repeat(v, times) for v in (line, option, quantity))
    return line, option, prices[option], quantity


def _discounts(
    plan: Plan,
    stream: Callable[[str], Stream],
    orders: MonthOrders,
    order: Ints,
    number: Ints,
    price: Ints,
) -> Options:
    """The discounts on lines, as options with negative cents: line, option, cents, quantity."""
    percents, cents, since, until, others, members = (
        np.array([row[i] for row in PROMOTIONS]) for i in range(2, 8)
    )
    # A row of weights per thousandth of the period and membership: none, then each promotion.
    moment = np.arange(1000)[:, None, None]
    running = (since <= moment) & (moment < until)
    weights = running * np.stack((others, members))
    none = 1000 - weights.sum(axis=2, keepdims=True)
    table = np.concatenate((none, weights), axis=2).reshape(2000, -1)
    row = 2 * (orders.local_day * 1000 // plan.days) + orders.is_member
    promotion = stream("promotion").choose_by_row(table, row) - 1
    used = promotion[order]
    percent = percents[used]
    line = np.flatnonzero((used >= 0) & ((percent > 0) | (number == 1)))
    used = used[line]
    off = np.where(
        percents[used] > 0,
        price[line] * percents[used] // 100,
        np.minimum(cents[used], price[line]),
    )
    return line, len(EXTRAS) + used, -off, np.ones_like(line)


def _with_quirks(plan: Plan, feed: Feed) -> Feed:
    """The feed with test traffic, a row without line id (number 0) and options without a line."""
    orders = feed.created_at.size
    tests = plan.stream("quirks", "test_traffic").below(orders, plan.volume(TEST_ORDERS))
    feed.app[tests] = TEST_APP
    is_second = (feed.line_number == 2) & (feed.quantity > 0)
    second_lines = np.flatnonzero(is_second & (feed.app[feed.line_order] != TEST_APP))
    line_of_option = feed.option_order.astype(np.int64) * 100 + feed.option_line
    keeps = np.ones(line_of_option.size, dtype=bool)
    if second_lines.size:
        without_id = second_lines[second_lines.size // 3]
        keeps = line_of_option != feed.line_order[without_id] * 100 + 2
        feed.line_number[without_id] = 0
    count = min(ORPHANED_OPTIONS, orders)
    orphan = plan.stream("quirks", "orphans").below(orders, count)
    added = {
        "option_order": orphan,
        "option_line": np.full(count, 90),
        "option": np.arange(count) % len(EXTRAS),
        "option_price": np.array([EXTRAS[i % len(EXTRAS)][2] for i in range(count)]),
        "option_quantity": np.ones(count),
    }
    columns = {name: getattr(feed, name) for name in TYPES}
    for name, values in added.items():
        columns[name] = np.concatenate((columns[name][keeps], values.astype(TYPES[name])))
    return Feed(**columns)


ORDER_ID = digits("order_number + 10001", 5)


def _order_items_table(plan: Plan, feed: Feed) -> Table:
    order = feed.line_order
    user = feed.user.copy()
    user[user >= 0] = _user_numbers(plan)[user[user >= 0]]

    def facts(feed: Feed) -> dict[str, NDArray]:
        order = feed.line_order
        return {
            "app": feed.app[order],
            "store": feed.store[order],
            "created_at": feed.line_at,
            "order_number": order,
            "customer": user[order],
            "is_member": feed.is_member[order],
            "line": feed.line_number,
            "item": feed.item,
            "price": feed.price,
            "quantity": feed.quantity,
        }

    days = feed.line_at // SECONDS_PER_DAY
    after = feed.corrected_after[order]
    after[feed.quantity < 0] = 0
    days += after
    first = _lines_before_correction(feed)
    first_days = first.line_at // SECONDS_PER_DAY
    has_new_till = f"store % {len(STORES)} = {NEW_TILL}"
    costs = f"([{', '.join(map(str, ITEM_COSTS))}])[item + 1]"
    return Table(
        "order_items",
        facts(feed),
        {
            "app_name": lookup("app", APPS),
            "restaurant_id": code("R", "store + 1", 2),
            "creation_time_utc": utc("created_at"),
            "order_id": ORDER_ID,
            "user_id": f"case when customer = {GUEST_CALLED_NULL} then 'NULL' "
            f"else {code('', 'customer', 5)} end",
            "printed_card_number": (
                f"case when is_member and customer % {CARD_EVERY} = 0 "
                "then 'FK' || (100000 + cast(customer as bigint) * 37) end"
            ),
            "is_loyalty": "is_member",
            "currency": "'USD'",
            "lineitem_id": "case when line > 0 then line end",
            "item_category": lookup("item", [category for category, *_ in MENU]),
            "item_name": lookup("item", [name for _, name, *_ in MENU]),
            "item_price": amount("price"),
            "item_quantity": "quantity",
            "tax_amount": f"case when {has_new_till} then {amount(f'price // {TAX_ONE_IN}')} end",
            "cost_amount": f"case when {has_new_till} then {amount(f'quantity * {costs}')} end",
        },
        days,
        Earlier(facts(first), first_days, first_days + feed.corrected_after[first.line_order]),
    )


def _discounted(feed: Feed) -> NDArray[np.bool_]:
    """Whether each order has a discount."""
    discounted = np.zeros(feed.created_at.size, dtype=bool)
    discounted[feed.option_order[feed.option_price < 0]] = True
    return discounted


def _lines_before_correction(feed: Feed) -> Feed:
    """The feed with the lines of corrected orders as they came first: some cheaper, some one more.

    Orders with a discount had the same lines and a smaller discount.
    """
    rows = np.flatnonzero((feed.corrected_after[feed.line_order] > 0) & (feed.quantity > 0))
    order, number, item = feed.line_order[rows], feed.line_number[rows], feed.item[rows]
    at, quantity, price = feed.line_at[rows], feed.quantity[rows], feed.price[rows].copy()
    is_last = np.append(order[1:] != order[:-1], True)[: order.size]
    is_last &= ~_discounted(feed)[order]
    gets_more = is_last & (order % 2 == 0)
    price[is_last & ~gets_more] //= 2
    other = (item[gets_more] + 7) % len(MENU)
    more = (
        at[gets_more],
        order[gets_more],
        number[gets_more] + 1,
        other,
        np.ones_like(quantity[gets_more]),
        ITEM_PRICES[other],
    )
    columns = ("line_at", "line_order", "line_number", "item", "quantity", "price")
    lines = (at, order, number, item, quantity, price)
    return replace(
        feed,
        **{
            name: np.concatenate((values, added.astype(values.dtype)))
            for name, values, added in zip(columns, lines, more, strict=True)
        },
    )


def _options_table(plan: Plan, feed: Feed) -> Table:
    groups_and_names = [row[:2] for row in (*EXTRAS, *PROMOTIONS)]

    def facts(rows: NDArray | slice, price: NDArray) -> dict[str, NDArray]:
        return {
            "order_number": feed.option_order[rows],
            "line": feed.option_line[rows],
            "option": feed.option[rows],
            "price": price,
            "quantity": feed.option_quantity[rows],
        }

    days = feed.created_at[feed.option_order] // SECONDS_PER_DAY
    rows = np.flatnonzero(feed.corrected_after[feed.option_order] > 0)
    first_days = days[rows]
    days += feed.corrected_after[feed.option_order]
    price = feed.option_price[rows]
    return Table(
        "order_item_options",
        facts(slice(None), feed.option_price),
        {
            "order_id": ORDER_ID,
            "lineitem_id": "line",
            "option_group_name": lookup("option", [group for group, _ in groups_and_names]),
            "option_name": lookup("option", [name for _, name in groups_and_names]),
            "option_price": amount("price"),
            "option_quantity": "quantity",
        },
        days,
        # A discount was half of what it is.
        Earlier(facts(rows, np.where(price < 0, -(-price // 2), price)), first_days, days[rows]),
    )


def _customers_table(plan: Plan, stores: Stores, homes: Ints) -> Table:
    def picks(column: str, limit: int) -> Ints:
        return plan.stream("customers", column).below(limit, homes.size)

    _, cities, states, *_ = zip(*STORES, strict=True)
    number = _user_numbers(plan)
    order = np.argsort(number)
    lacks_email = plan.stream("customers", "lacks_email").chance(
        0 if plan.tidy else WITHOUT_EMAIL, homes.size
    )
    return Table(
        "customers",
        {
            "customer": number[order],
            "first_name": picks("first_name", len(names.FIRST_NAMES)),
            "last_name": picks("last_name", len(names.LAST_NAMES)),
            "base": stores.base[homes][order],
            "lacks_email": lacks_email,
        },
        {
            "user_id": code("", "customer", 5),
            "first_name": names.FIRST_NAME,
            "last_name": names.LAST_NAME,
            "email": f"case when lacks_email then 'None' else {names.email('customer')} end",
            "city": lookup("base", cities),
            "state": lookup("base", states),
        },
    )


def _restaurants_table(plan: Plan, stores: Stores) -> Table:
    count = stores.base.size
    store_names, cities, states, zones, *_ = zip(*STORES, strict=True)
    before = plan.first_day - 300 - 97 * (np.arange(count) % 17)
    return Table(
        "restaurants",
        {
            "store": np.arange(count),
            "base": stores.base,
            "chain": stores.chain,
            "opened": np.where(stores.opens > 0, plan.first_day + stores.opens, before),
        },
        {
            "restaurant_id": code("R", "store + 1", 2),
            "name": f"{lookup('base', store_names)} || "
            "case when chain > 0 then ' ' || (chain + 1) else '' end",
            "city": lookup("base", cities),
            "state": lookup("base", states),
            "timezone": lookup("base", zones),
            "opened_on": day("opened"),
        },
    )


def _date_dim_table(year: int) -> Table:
    first = date(year, 1, 1)
    days = np.arange((first - EPOCH).days, (date(year + 1, 1, 1) - EPOCH).days)
    holidays = _holidays(year)
    dates = [first + timedelta(days=n) for n in range(days.size)]
    holiday_names = list(holidays.values())
    holiday = np.array([holiday_names.index(holidays[d]) if d in holidays else -1 for d in dates])
    as_date = "(date '1970-01-01' + cast(day_number as integer))"
    return Table(
        "date_dim",
        {"day_number": days, "holiday": holiday},
        {
            "date_key": f"strftime({as_date}, '%d-%m-%Y')",
            "year": f"year({as_date})",
            "month": f"strftime({as_date}, '%B')",
            "week": f"weekofyear({as_date})",
            "day_of_week": f"strftime({as_date}, '%A')",
            "is_weekend": f"isodow({as_date}) >= 6",
            "is_holiday": "holiday >= 0",
            "holiday_name": lookup("holiday", holiday_names),
        },
    )


def _holidays(year: int) -> dict[date, str]:
    def nth(month: int, weekday: int, number: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))

    last_of_may = date(year, 5, 31)
    return {
        date(year, 1, 1): "New Year's Day",
        nth(1, 0, 3): "Martin Luther King Jr. Day",
        last_of_may - timedelta(days=last_of_may.weekday()): "Memorial Day",
        date(year, 7, 4): "Independence Day",
        nth(9, 0, 1): "Labor Day",
        nth(11, 3, 4): "Thanksgiving",
        date(year, 12, 25): "Christmas Day",
    }
