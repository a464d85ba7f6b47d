"""How customers of any shop behave: who they are, when they come, what they buy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from commerce_marts.generate.draws import Ints, Stream, weighted_values
from commerce_marts.generate.plan import Plan

DAYS_PER_BLOCK = 7


@dataclass(frozen=True)
class Habits:
    """Tables of (value, weight) by which customers differ.

    `activity`: how often one buys, relative to the others. `stays`: days from the first to the
    last day as a customer. `established`: per mille who were customers before the period.
    """

    activity: tuple[tuple[int, int], ...]
    stays: tuple[tuple[int, int], ...]
    established: int


@dataclass(frozen=True)
class Buyers:
    """Customers, sorted by group (a store, or 0); days count from the start of the period."""

    group: Ints
    first_day: Ints
    last_day: Ints
    weight: Ints

    def pick(self, stream: Stream, groups: Ints, days: Ints) -> Ints:
        """A customer of that group for each order; -1 where nobody is active. `days` are sorted.

        Who is active is decided once a week, so a first order may come some days early.
        """
        picked = np.full(days.size, -1, dtype=np.int64)
        group_ends = np.searchsorted(self.group, np.arange(groups.max(initial=0) + 1), "right")
        blocks, starts = np.unique(days // DAYS_PER_BLOCK, return_index=True)
        for block, rows in zip(blocks, np.split(np.arange(days.size), starts[1:]), strict=True):
            if rows.size == 0:
                continue
            week = block * DAYS_PER_BLOCK
            active = (self.first_day < week + DAYS_PER_BLOCK) & (self.last_day >= week)
            edges = np.cumsum(self.weight * active)
            tops = np.concatenate(([0], edges))[group_ends]
            bottoms = np.concatenate(([0], tops[:-1]))
            group = groups[rows]
            totals = (tops - bottoms)[group]
            draws = bottoms[group] + stream.below(totals)
            customer = np.searchsorted(edges, draws, side="right")
            picked[rows] = np.where(totals > 0, customer, -1)
        return picked


def draw_buyers(
    plan: Plan, habits: Habits, group: Ints, opened: ArrayLike = 0, name: str = "buyers"
) -> Buyers:
    """Customers of the given groups; none starts before the day on which its group `opened`."""
    count = group.size
    since = np.broadcast_to(np.asarray(opened, dtype=np.int64), count)
    later = since + plan.stream(name, "first_day").below(np.maximum(plan.days - since, 1))
    established = plan.stream(name, "established").chance(habits.established, count)
    first_day = np.where(established, since, later)
    stays = weighted_values(habits.stays, plan.stream(name, "stays"), count)
    # Lengthen each stay by up to a half: otherwise all would leave on the same few days.
    stays += plan.stream(name, "stays_spread").below(stays // 2 + 1)
    weight = weighted_values(habits.activity, plan.stream(name, "activity"), count)
    return Buyers(group, first_day, first_day + stays, weight)


def day_weights(
    plan: Plan, weekdays: tuple[int, ...], months: tuple[int, ...], growth: int = 0
) -> Ints:
    """A weight per day of the period: weekday (Monday first) x month x growth.

    `growth` is how many percent busier the last day is than the first.
    """
    days = plan.calendar
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    grown = 100 + growth * np.arange(plan.days) // plan.days
    # 1970-01-01 was a Thursday.
    return np.asarray(weekdays)[(days + 3) % 7] * np.asarray(months)[month] * grown


def quarters(plan: Plan, days: Ints) -> Ints:
    """The quarter of the year (0 to 3) of days counted from the start of the period."""
    dates = (plan.first_day + days).astype("datetime64[D]")
    return dates.astype("datetime64[M]").astype(np.int64) % 12 // 3


def baskets(stream: Stream, sizes: Ints, table: ArrayLike, rows: Ints) -> tuple[Ints, Ints]:
    """Lines as (order, product): each order draws its size from its row of product weights.

    A product drawn twice for one order is kept once, so an order may have fewer lines.
    """
    orders = np.repeat(np.arange(sizes.size), sizes)
    products = stream.choose_by_row(table, rows[orders])
    width = np.asarray(table).shape[1]
    return np.divmod(np.unique(orders * width + products), width)


def seconds_in_day(stream: Stream, hours: ArrayLike, rows: Ints) -> Ints:
    """A second of the day for each row, with that row's weights per hour."""
    hour = stream.choose_by_row(hours, rows)
    return hour * 3600 + stream.below(3600, rows.size)


def days_within(stream: Stream, weights: Ints, first: Ints, last: Ints) -> Ints:
    """A day from first to last (both included) for each element, drawn with the days' weights."""
    edges = np.concatenate(([0], np.cumsum(weights)))
    draws = edges[first] + stream.below(edges[last + 1] - edges[first])
    return np.searchsorted(edges[1:], draws, side="right")
