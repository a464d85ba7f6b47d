"""Grain: one row per domain and cutoff that has enough repeat buyers.

Trap: it is an intermediate step. clv_model_parameters says which parameters are good for use.

Parameters of two models of customers, fitted per domain and cutoff by maximum likelihood.

BG/NBD (Fader, Hardie and Lee 2005, "Counting your customers the easy way", equation 6): how often a
customer buys, and when a customer stops. Gamma-gamma (Fader and Hardie 2013, "The gamma-gamma model
of monetary value", equation 1a): what a customer spends on a day with purchases.

Everything else is SQL: fct_clv_fit_groups selects whom to fit, clv_model_parameters says what the
result is good for. The fit is kept until its input changes.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

Numbers = NDArray[np.float64]
# Logarithms of the parameters stay within these bounds. A fit that ends there has found no maximum.
BOUND = 9.0
NEAR_BOUND = 1e-3
DAYS_PER_WEEK = 7.0

RESULTS = {
    "purchase_rate_r": "double",
    "purchase_rate_alpha": "double",
    "dropout_a": "double",
    "dropout_b": "double",
    "log_likelihood": "double",
    "is_at_bound": "boolean",
    "is_purchase_rate_at_bound": "boolean",
    "spend_p": "double",
    "spend_q": "double",
    "spend_v": "double",
    "spend_log_likelihood": "double",
    "is_spend_at_bound": "boolean",
}


def maximum(
    minus_log_likelihood: "PurchaseLikelihood | SpendLikelihood",
) -> tuple[Numbers, float, NDArray[np.bool_]]:
    """The parameters where the function is smallest, its value, and which are near a bound."""
    found = minimize(
        minus_log_likelihood,
        np.zeros(minus_log_likelihood.size),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-BOUND, BOUND)] * minus_log_likelihood.size,
        options={"ftol": 1e-14, "gtol": 1e-8, "maxiter": 5000, "maxfun": 20000},
    )
    return np.exp(found.x), found.fun, np.abs(found.x) > BOUND - NEAR_BOUND


class PurchaseLikelihood:
    """Minus the log likelihood of BG/NBD in ln r, ln alpha, ln a, ln b, and its gradient.

    repeats: purchase days after the first; last, observed: weeks from the first one to the last one
    and to the cutoff; weights: customers of whom this is true. Arrays of one shape.
    """

    size = 4

    def __init__(
        self, repeats: NDArray[np.int64], last: Numbers, observed: Numbers, weights: Numbers
    ) -> None:
        self.repeats, self.last, self.observed, self.weights = repeats, last, observed, weights
        self.bought_again = repeats > 0
        self.steps = np.arange(repeats.max() if len(repeats) else 0, dtype=float)

    def over_steps(self, terms: Numbers) -> Numbers:
        """Sums of the first terms, as many as each customer has repeats."""
        return np.concatenate(([0.0], np.cumsum(terms)))[self.repeats]

    def __call__(self, logarithms: Numbers) -> tuple[float, Numbers]:
        r, alpha, a, b = np.exp(logarithms)
        k = r + self.repeats
        before_dropout = np.maximum(b + self.repeats - 1, 1e-300)
        alive = -k * np.log(alpha + self.observed)
        with np.errstate(divide="ignore"):
            gone = np.where(
                self.bought_again,
                np.log(a) - np.log(before_dropout) - k * np.log(alpha + self.last),
                -np.inf,
            )
        either = np.logaddexp(alive, gone)
        # Ratios of gamma functions are products over the repeats, which are few.
        log_likelihood = (
            self.over_steps(np.log(r + self.steps))
            + r * np.log(alpha)
            + self.over_steps(np.log(b + self.steps) - np.log(a + b + self.steps))
            + either
        )
        p_alive, p_gone = np.exp(alive - either), np.exp(gone - either)
        shared = self.over_steps(1 / (a + b + self.steps))
        gradient = (
            self.over_steps(1 / (r + self.steps))
            + np.log(alpha)
            - p_alive * np.log(alpha + self.observed)
            - p_gone * np.log(alpha + self.last),
            r / alpha - k * (p_alive / (alpha + self.observed) + p_gone / (alpha + self.last)),
            p_gone / a - shared,
            self.over_steps(1 / (b + self.steps)) - shared - p_gone / before_dropout,
        )
        scale = np.exp(logarithms)
        return -self.weights @ log_likelihood, -scale * [self.weights @ part for part in gradient]


class SpendLikelihood:
    """Minus the log likelihood of gamma-gamma in ln p, ln q, ln v, and its gradient.

    repeats: purchase days after the first (1 ..); spend: their mean net spend, above 0; weights.
    """

    size = 3

    def __init__(self, repeats: Numbers, spend: Numbers, weights: Numbers) -> None:
        self.repeats, self.spend, self.weights = repeats, spend, weights

    def __call__(self, logarithms: Numbers) -> tuple[float, Numbers]:
        p, q, v = np.exp(logarithms)
        shape = p * self.repeats
        total = np.log(self.repeats * self.spend + v)
        log_likelihood = (
            gammaln(shape + q)
            - gammaln(shape)
            - gammaln(q)
            + q * np.log(v)
            + (shape - 1) * np.log(self.spend)
            + shape * np.log(self.repeats)
            - (shape + q) * total
        )
        both = digamma(shape + q)
        gradient = (
            self.repeats
            * (both - digamma(shape) + np.log(self.spend) + np.log(self.repeats) - total),
            both - digamma(q) + np.log(v) - total,
            q / v - (shape + q) / (self.repeats * self.spend + v),
        )
        scale = np.exp(logarithms)
        return -self.weights @ log_likelihood, -scale * [self.weights @ part for part in gradient]


def fit(
    repeats: Numbers,
    days_to_last: Numbers,
    days_observed: Numbers,
    mean_spend: Numbers,
    weights: Numbers,
) -> list[float | bool | None]:
    """A value for each of RESULTS; those of spend are None if no repeat buyer spent anything.

    One element per group of equal customers: purchase days after the first, days from the first
    one to the last one and to the cutoff, mean net spend of the days after the first (nan if
    unknown), customers.
    """
    # Sorted, so that the sums do not depend on the order in which rows arrive.
    groups, place = np.unique(
        np.column_stack([repeats, days_to_last, days_observed]), axis=0, return_inverse=True
    )
    counts = np.bincount(place.ravel(), weights=weights)
    (r, alpha, a, b), minus_purchases, near_bound = maximum(
        PurchaseLikelihood(
            groups[:, 0].astype(int),
            groups[:, 1] / DAYS_PER_WEEK,
            groups[:, 2] / DAYS_PER_WEEK,
            counts,
        )
    )
    found = [r, alpha, a, b, -minus_purchases, near_bound.any(), near_bound[:2].any()]
    known = (repeats > 0) & (mean_spend > 0)
    if not known.any():
        return [*map(plain, found), *[None] * 5]
    spend, place = np.unique(
        np.column_stack([repeats[known], mean_spend[known]]), axis=0, return_inverse=True
    )
    counts = np.bincount(place.ravel(), weights=weights[known])
    # In units of the mean, so that the bounds mean the same in every currency.
    unit = np.average(spend[:, 1], weights=counts)
    (p, q, v), minus_spend, near_bound = maximum(
        SpendLikelihood(spend[:, 0], spend[:, 1] / unit, counts)
    )
    found += [p, q, v * unit, -minus_spend - counts.sum() * np.log(unit), near_bound.any()]
    return [*map(plain, found)]


def plain(value: np.generic | float) -> float | bool:
    """The same number as a type that DuckDB takes as a parameter."""
    return bool(value) if isinstance(value, np.bool_) else float(value)


def fingerprint(columns: list[Numbers]) -> str:
    """A text that changes with the input, the code and the library of a fit."""
    ordered = np.lexsort(columns)
    parts = [Path(__file__).read_bytes(), scipy.__version__.encode()]
    parts += [np.ascontiguousarray(column[ordered]).tobytes() for column in columns]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def kept_fits(dbt: Any, session: Any) -> dict[tuple[str, ...], list[float | bool | None]]:
    """The fits of the table as it is before this run, by domain, cutoff and fingerprint."""
    place = (dbt.this.database, dbt.this.schema, dbt.this.identifier)
    where = "table_catalog = ? and table_schema = ? and table_name = ?"
    found = session.execute(f"select 1 from information_schema.tables where {where}", place)
    if not found.fetchall():
        return {}
    # After a change of this file the columns may be others, but then the fingerprints are, too.
    found = session.execute(f"select * from {dbt.this}")
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {
        (row["domain"], row["cutoff"], row["fingerprint"]): [row.get(name) for name in RESULTS]
        for row in rows
    }


def model(dbt: Any, session: Any) -> Any:
    """One row per domain and cutoff of fct_clv_fit_groups, with RESULTS and a fingerprint."""
    dbt.config(materialized="table")
    groups = dbt.ref("fct_clv_fit_groups").fetchnumpy()
    kept = kept_fits(dbt, session)
    rows = []
    keys = list(zip(groups["domain"].tolist(), groups["cutoff"].tolist(), strict=True))
    for domain, cutoff in sorted(set(keys)):
        chosen = np.array([key == (domain, cutoff) for key in keys])
        columns = [
            np.ma.filled(np.ma.asarray(groups[name][chosen], dtype=float), np.nan)
            for name in (
                "repeat_purchases_count",
                "days_to_last_purchase",
                "days_observed",
                "avg_spend_per_repeat_purchase",
                "customers_count",
            )
        ]
        key = (domain, cutoff, fingerprint(columns))
        rows.append([*key, *(kept.get(key) or fit(*columns))])
    names = ["domain", "cutoff", "fingerprint", *RESULTS]
    types = ["varchar"] * 3 + list(RESULTS.values())
    nothing = ", ".join(
        f"cast(null as {kind}) as {name}" for name, kind in zip(names, types, strict=True)
    )
    if not rows:
        return session.sql(f"select {nothing} where false")
    values = ", ".join("(" + ", ".join("?" * len(names)) + ")" for _ in rows)
    selected = ", ".join(
        f"cast({name} as {kind}) as {name}" for name, kind in zip(names, types, strict=True)
    )
    return session.sql(
        f"select {selected} from (values {values}) as fits({', '.join(names)})",
        params=[value for row in rows for value in row],
    )
