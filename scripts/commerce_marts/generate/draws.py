"""Deterministic draws: whole numbers only, so that every machine gives the same bytes.

`exp`, `log` and `sin` differ between processors and numpy may change its distributions, so
everything here uses only a bit generator's raw words, integer weights and integer search.
"""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]


class Stream:
    """A named sequence of random words, determined by the name alone.

    Each column has its own stream, so a new column does not change the others.
    """

    def __init__(self, *name: object) -> None:
        digest = sha256("/".join(map(str, name)).encode()).digest()
        self._bits = np.random.Philox(key=int.from_bytes(digest[:16], "little"))

    def below(self, limit: ArrayLike, size: int | None = None) -> Ints:
        """Whole numbers in [0, limit): `size` of them, or one per element of `limit` (< 2**31)."""
        limits = np.asarray(limit, dtype=np.uint64)
        count = limits.size if size is None else size
        words = np.asarray(self._bits.random_raw(count)) >> np.uint64(32)
        return ((words * limits) >> np.uint64(32)).astype(np.int64)

    def between(self, low: int, high: int, size: int) -> Ints:
        """`size` whole numbers from low to high, both included."""
        return low + self.below(high - low + 1, size)

    def chance(self, per_mille: ArrayLike, size: int) -> NDArray[np.bool_]:
        """`size` booleans, each true `per_mille` times in a thousand."""
        return self.below(1000, size) < np.asarray(per_mille)

    def choose(self, weights: ArrayLike, size: int) -> Ints:
        """`size` positions in `weights` (whole numbers), each as likely as its weight."""
        edges = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(edges, self.below(edges[-1], size), side="right")

    def choose_by_row(self, table: ArrayLike, rows: Ints) -> Ints:
        """A position per element of `rows`, drawn with the weights of that row of `table`."""
        weights = np.asarray(table, dtype=np.int64)
        edges = np.cumsum(weights)
        totals = weights.sum(axis=1)
        before = np.concatenate(([0], np.cumsum(totals)[:-1]))
        draws = before[rows] + self.below(totals[rows])
        return np.searchsorted(edges, draws, side="right") - rows * weights.shape[1]

    def shuffled(self, size: int) -> Ints:
        """The numbers 0 to size - 1 in random order."""
        return np.argsort(np.asarray(self._bits.random_raw(size)), kind="stable")


def weighted_values(table: Sequence[tuple[int, int]], stream: Stream, size: int) -> Ints:
    """`size` values from a table of (value, weight) pairs."""
    values, weights = zip(*table, strict=True)
    return np.asarray(values, dtype=np.int64)[stream.choose(weights, size)]


def skewed(count: int, head: int = 3) -> Ints:
    """Zipf-like weights for `count` items: a few get most, fewer with a larger `head`."""
    return 1_000_000 // (np.arange(count, dtype=np.int64) + head)
