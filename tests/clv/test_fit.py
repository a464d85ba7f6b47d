"""The fit finds the parameters that customers were made with, and says where it cannot."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def fits():
    """The Python model as a module."""
    path = ROOT / "models/marts/clv/fct_clv_fits.py"
    spec = importlib.util.spec_from_file_location("fct_clv_fits", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def fitted(fits):
    """fitted(repeats, days_to_last, days_observed, mean_spend): one customer per element."""

    def results(*columns):
        arrays = [np.asarray(column, dtype=float) for column in columns]
        return dict(zip(fits.RESULTS, fits.fit(*arrays, np.ones(len(arrays[0]))), strict=True))

    return results


@pytest.fixture(scope="session")
def made_up():
    """20,000 customers: rates of gamma(0.6, 5), chances to leave of beta(0.8, 2.5), gamma spend."""
    draws = np.random.default_rng(11)
    size = 20_000
    rate, chance = draws.gamma(0.6, 1 / 5, size), draws.beta(0.8, 2.5, size)
    observed = draws.integers(100, 1000, size) / 7
    now, last, repeats = np.zeros(size), np.zeros(size), np.zeros(size)
    there = np.ones(size, dtype=bool)
    while there.any():
        now = now + draws.exponential(1 / np.maximum(rate, 1e-9))
        there &= now <= observed
        last, repeats = np.where(there, now, last), repeats + there
        there &= draws.random(size) > chance
    scale = draws.gamma(4, 1 / 15, size)
    spend = draws.gamma(6 * np.maximum(repeats, 1)) / scale / np.maximum(repeats, 1)
    return repeats, last * 7, observed * 7, np.where(repeats > 0, spend, np.nan)


def test_the_fit_finds_the_parameters_of_made_up_customers(fitted, made_up):
    found = fitted(*made_up)
    names = ("purchase_rate_r", "purchase_rate_alpha", "dropout_a", "dropout_b")
    assert [found[name] for name in names] == pytest.approx((0.6, 5, 0.8, 2.5), rel=0.15)
    names = ("spend_p", "spend_q", "spend_v")
    assert [found[name] for name in names] == pytest.approx((6, 4, 15), rel=0.15)
    assert not found["is_at_bound"]
    assert not found["is_spend_at_bound"]


def test_gradients_are_the_slopes_of_their_functions(fits, made_up):
    repeats, last, observed, spend = (column[:500] for column in made_up)
    bought_again = repeats > 0
    weights = np.arange(1.0, 501)
    functions = (
        fits.PurchaseLikelihood(repeats.astype(int), last / 7, observed / 7, weights),
        fits.SpendLikelihood(repeats[bought_again], spend[bought_again], weights[bought_again]),
    )
    for function in functions:
        point = np.linspace(-0.5, 0.7, function.size)
        _, gradient = function(point)
        step = 1e-6
        for place in range(function.size):
            move = np.eye(function.size)[place] * step
            slope = (function(point + move)[0] - function(point - move)[0]) / (2 * step)
            assert gradient[place] == pytest.approx(slope, rel=1e-5)


def test_the_order_of_customers_does_not_matter(fitted, made_up):
    shuffled = np.random.default_rng(5).permutation(len(made_up[0]))
    assert fitted(*made_up) == fitted(*(column[shuffled] for column in made_up))


def test_another_currency_changes_the_scale_of_spend_only(fitted, made_up):
    small, large = fitted(*made_up), fitted(*made_up[:3], made_up[3] * 10_000)
    assert large["spend_v"] == pytest.approx(small["spend_v"] * 10_000, rel=1e-5)
    for name in ("purchase_rate_r", "spend_p", "spend_q"):
        assert large[name] == pytest.approx(small[name], rel=1e-5)


@pytest.mark.parametrize("history", [(3, 300, 300), (3, 30, 300), (10, 100, 365), (1, 5, 300)])
def test_equal_customers_put_the_purchase_rate_at_its_bound(fitted, history):
    found = fitted(*([value] * 100 for value in (*history, 20.0)))
    assert found["is_at_bound"]
    assert found["is_purchase_rate_at_bound"]


def test_without_spend_the_purchases_are_still_fitted(fitted, made_up):
    found = fitted(*made_up[:3], np.full(len(made_up[0]), np.nan))
    assert found["purchase_rate_r"] == pytest.approx(0.6, rel=0.15)
    assert found["spend_p"] is None
    assert found["is_spend_at_bound"] is None
