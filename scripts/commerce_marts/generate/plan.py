"""What a domain is asked for: seed, scale and dates."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from commerce_marts.generate.draws import Ints, Stream

EPOCH = date(1970, 1, 1)
SECONDS_PER_DAY = 86_400


@dataclass(frozen=True)
class Plan:
    """One domain's order: everything it writes follows from these values.

    `usual_days` is the length of the period for which the domain's volumes are stated; a shorter
    period has proportionally less.
    """

    domain: str
    seed: int
    scale: float
    start: date
    end: date
    usual_days: int

    def stream(self, *name: object) -> Stream:
        """The random stream of that name (table and column) in this domain."""
        return Stream(self.seed, self.domain, *name)

    def volume(self, usual: int) -> int:
        """How many of something that numbers `usual` at scale 1; at least one."""
        return max(1, round(usual * self.scale * self.days / self.usual_days))

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def first_day(self) -> int:
        """The first day as days since 1970."""
        return (self.start - EPOCH).days

    @property
    def end_second(self) -> int:
        """The first second after the period, in seconds since 1970."""
        return (self.first_day + self.days) * SECONDS_PER_DAY

    @property
    def calendar(self) -> Ints:
        """Every day of the period as days since 1970."""
        return np.arange(self.first_day, self.first_day + self.days)
