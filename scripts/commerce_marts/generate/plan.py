"""The settings of a generator run: seed, scale and dates."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from commerce_marts.generate.draws import Ints, Stream

EPOCH = date(1970, 1, 1)
SECONDS_PER_DAY = 86_400


@dataclass(frozen=True)
class Plan:
    """The settings of one domain: they determine everything that it writes.

    The domain's volumes are stated for a period of `usual_days`; a shorter period has
    proportionally less. A tidy plan has no returns, no guests but those of the restaurants, no
    words for nothing, no faulty rows, and no order that comes twice.
    """

    domain: str
    seed: int
    scale: float
    start: date
    end: date
    usual_days: int
    tidy: bool = False

    def stream(self, *name: object) -> Stream:
        """This domain's random stream of that name (table and column)."""
        return Stream(self.seed, self.domain, *name)

    def volume(self, usual: int) -> int:
        """The count of something that is `usual` at scale 1 and the usual length; at least one."""
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
