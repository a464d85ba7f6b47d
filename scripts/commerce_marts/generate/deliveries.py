"""How daily files differ from one file: orders come again, windows overlap, files come twice.

A corrected order is delivered on its own day as it was first, and on a later day as it is: the
last delivery of every order holds the rows that a single file has. A single file holds no
corrections, because rows of one file would contradict each other.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commerce_marts.generate.draws import Ints, Stream
from commerce_marts.generate.plan import Plan

# Orders per mille that are delivered again, and how many days later at most.
CORRECTED, LATEST = 12, 6
# One file in so many days also holds the WINDOW days before it; one in so many comes twice.
OVERLAP_EVERY, WINDOW, COPY_EVERY = 60, 2, 90


@dataclass(frozen=True)
class Earlier:
    """The rows of corrected orders as they were delivered first.

    `facts` has the columns of the table's facts, `days` the day of the delivery, and
    `corrected_on` the day on which the order comes again.
    """

    facts: dict[str, NDArray]
    days: Ints
    corrected_on: Ints


@dataclass(frozen=True)
class Repeats:
    """Days (since 1970) whose files also hold earlier days, and days whose files come twice."""

    overlapping: frozenset[int] = frozenset()
    copied: frozenset[int] = frozenset()


def repeats(plan: Plan) -> Repeats:
    """The days of this plan's repeats: none if it is tidy or only a few days long."""
    if plan.tidy or plan.days <= WINDOW:
        return Repeats()

    def some(name: str, every: int) -> frozenset[int]:
        count = max(plan.days // every, 1)
        days = WINDOW + plan.stream("deliveries", name).below(plan.days - WINDOW, count)
        return frozenset((plan.first_day + days).tolist())

    return Repeats(some("overlapping", OVERLAP_EVERY), some("copied", COPY_EVERY))


def days_until_corrected(plan: Plan, stream: Stream, order_day: Ints) -> NDArray[np.int8]:
    """Days from each order to its correction, 0 for none; `order_day` is a day of the period."""
    count = order_day.size
    if plan.tidy:
        return np.zeros(count, dtype=np.int8)
    # One draw says both: whether, and after how many days.
    draw = stream.below(1000 * LATEST, count)
    after = np.where(draw < CORRECTED * LATEST, 1 + draw % LATEST, 0)
    return np.where(order_day + after < plan.days, after, 0).astype(np.int8)
