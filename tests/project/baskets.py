"""Pairs and suggestions computed in plain Python, apart from the models, and shuffled baskets."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Basket:
    """An order: its products, and what is known about it."""

    order_id: str
    products: frozenset[str]
    channel: str = ""
    customer_id: str | None = None
    ordered_at: str = ""
    order_date: date = date.min


@dataclass(frozen=True)
class Pair:
    """The figures of two products."""

    pair_orders: int
    product_orders: int
    other_orders: int
    lift: float
    lift_low: float
    lift_high: float
    affinity: float
    channel_affinity: float

    @property
    def affinity_low(self) -> float:
        return self.affinity * self.lift_low / self.lift

    @property
    def channel_affinity_low(self) -> float:
        return self.channel_affinity * self.lift_low / self.lift


def orders_by_product(baskets: Iterable[Basket]) -> Counter:
    return Counter(product for basket in baskets for product in basket.products)


def chance_share(baskets: list[Basket]) -> float:
    """Orders with two products by chance = orders of one * orders of the other * this."""
    sizes = [len(basket.products) for basket in baskets]
    same = sum(count * count for count in orders_by_product(baskets).values())
    free = sum(sizes) ** 2 - same
    return sum(size * (size - 1) for size in sizes) / free if free else 0.0


def lift_and_interval(pair, first, second, orders, z):
    lift = pair * orders / (first * second)
    variance = 1 / pair - 1 / first - 1 / second + (2 * lift - 1) / orders
    factor = math.exp(z * math.sqrt(max(variance, 0)))
    return lift, lift / factor, lift * factor


def pair_counts(baskets: Iterable[Basket], minimum: int) -> dict[tuple[str, str], int]:
    counts = Counter(
        pair for basket in baskets for pair in combinations(sorted(basket.products), 2)
    )
    return {pair: count for pair, count in counts.items() if count >= minimum}


def pairs_of(baskets: list[Basket], minimum: int, z: float) -> dict[tuple[str, str], Pair]:
    """All pairs with at least so many orders, by their two products."""
    orders, counts = len(baskets), orders_by_product(baskets)
    bias = orders * chance_share(baskets)
    channels = defaultdict(list)
    for basket in baskets:
        channels[basket.channel].append(basket)
    by_channel = [(orders_by_product(part), chance_share(part)) for part in channels.values()]
    pairs = {}
    for (one, other), count in pair_counts(baskets, minimum).items():
        figures = lift_and_interval(count, counts[one], counts[other], orders, z)
        by_chance = sum(part[one] * part[other] * share for part, share in by_channel)
        pairs[one, other] = Pair(
            *(count, counts[one], counts[other], *figures, figures[0] / bias, count / by_chance)
        )
    return pairs


def number_from(*parts: object) -> int:
    return int.from_bytes(sha256("/".join(map(str, parts)).encode()).digest()[:8], "big")


def shuffled(baskets: list[Basket], seed: int) -> list[Basket]:
    """The baskets with all products dealt out anew, by a hash.

    Each basket keeps its size and each product its number of orders; no basket has one twice.
    """
    order = [place for place, basket in enumerate(baskets) for _ in basket.products]
    labels = [product for basket in baskets for product in sorted(basket.products)]
    dealt = sorted(range(len(labels)), key=lambda line: number_from(seed, line))
    labels = [labels[line] for line in dealt]
    contents: list[Counter] = [Counter() for _ in baskets]
    for place, product in zip(order, labels, strict=True):
        contents[place][product] += 1
    for line, place in enumerate(order):
        attempt = 0
        while contents[place][labels[line]] > 1:
            # Swapped with a line that makes no basket have a product twice.
            other = number_from(seed, line, "swap", attempt) % len(order)
            attempt += 1
            mine, theirs, there = labels[line], labels[other], order[other]
            if place == there or contents[place][theirs] or contents[there][mine]:
                continue
            for where, out, into in ((place, mine, theirs), (there, theirs, mine)):
                contents[where][out] -= 1
                contents[where][into] += 1
            labels[line], labels[other] = theirs, mine
    return [
        Basket(basket.order_id, frozenset(+content), basket.channel)
        for basket, content in zip(baskets, contents, strict=True)
    ]


def at_least(count: int, mean: float) -> float:
    """The probability of at least `count` events where so many are expected (Poisson)."""
    below, term = 0.0, math.exp(-mean)
    for number in range(count):
        below += term
        term *= mean / (number + 1)
    return max(1 - below, 0.0)


def suggested_by_chance(
    baskets: list[Basket], minimum: int, z: float, minimum_affinity: float
) -> float:
    """How many pairs would be suggested if no product had any affinity.

    Of each pair, listed or not: the fewest orders that would make it suggested, and how likely so
    many are by chance. This is the right number and not (pairs that are listed) / 2,000, because
    a pair is listed for having many orders.
    """
    orders, counts = len(baskets), orders_by_product(baskets)
    share = chance_share(baskets)
    total = 0.0
    for one, other in combinations(sorted(counts), 2):
        first, second = counts[one], counts[other]
        expected = first * second * share
        for count in range(minimum, min(first, second) + 1):
            _, low, _ = lift_and_interval(count, first, second, orders, z)
            if low / (orders * share) > minimum_affinity:
                total += at_least(count, expected)
                break
    return total


def most_by_chance(expected: float) -> int:
    """A number that chance exceeds once in a thousand shuffles."""
    return next(number for number in range(1000) if at_least(number + 1, expected) < 0.001)


@dataclass(frozen=True)
class Rules:
    """What orders teach: popular products, best first, and a product's best partners with a score.

    The score is the confidence, or the lift.
    """

    popular: list[str]
    partners: dict[str, list[tuple[str, float]]]


def rules_of(
    baskets: list[Basket], minimum: int, largest: int, best: int, by_lift: bool = False
) -> Rules:
    counts = orders_by_product(baskets)
    popular = sorted(counts, key=lambda product: (-counts[product], product))
    rank = {product: place for place, product in enumerate(popular)}
    small = [basket for basket in baskets if len(basket.products) <= largest]
    in_small = orders_by_product(small)
    partners = defaultdict(list)
    for (one, other), count in pair_counts(small, minimum).items():
        scores = count / in_small[one], count / in_small[other]
        if by_lift:
            scores = (count * len(small) / in_small[one] / in_small[other],) * 2
        partners[one].append((other, scores[0]))
        partners[other].append((one, scores[1]))
    for product, found in partners.items():
        found.sort(key=lambda partner: (-partner[1], rank[partner[0]]))
        partners[product] = found[:best]
    return Rules(popular, dict(partners))


def product_lists(rules: Rules, product: str, size: int) -> tuple[list[str], list[str]]:
    """What is suggested beside a product, by rules and by popularity."""
    others = [other for other in rules.popular if other != product]
    if product not in rules.popular:
        return [], []
    partners = [partner for partner, _ in rules.partners.get(product, ())]
    return [*partners, *(p for p in others if p not in partners)][:size], others[:size]


def customer_lists(
    rules: Rules, history: list[Basket], size: int, last: int
) -> tuple[list[str], list[str]]:
    """What is suggested to somebody who has bought that, by rules and by popularity."""
    rank = {product: place for place, product in enumerate(rules.popular)}
    bought = {product for basket in history for product in basket.products}
    bought_at = {
        product: max(basket.ordered_at for basket in history if product in basket.products)
        for product in bought
    }
    recent = sorted(bought, key=lambda product: (rank.get(product, len(rank)), product))
    recent.sort(key=lambda product: bought_at[product], reverse=True)
    scores: dict[str, float] = defaultdict(float)
    for product in recent[:last]:
        for partner, score in rules.partners.get(product, ()):
            if partner not in bought:
                scores[partner] += score
    scored = sorted(scores, key=lambda product: (-round(scores[product], 9), rank[product]))
    lacking = [product for product in rules.popular if product not in bought]
    return [*scored, *(p for p in lacking if p not in scores)][:size], lacking[:size]


def left_out_baskets(baskets: list[Basket], start: date) -> dict[str, Basket]:
    """Each customer's last order, if it is of that day or later."""
    last: dict[str, Basket] = {}
    for basket in sorted(baskets, key=lambda basket: (basket.ordered_at, basket.order_id)):
        if basket.customer_id is not None:
            last[basket.customer_id] = basket
    return {customer: basket for customer, basket in last.items() if basket.order_date >= start}


def holdout_of(
    baskets: list[Basket], as_of: date, variables: dict[str, int], by_lift: bool = False
) -> dict[str, tuple[int, int, int]]:
    """Of each list of suggestions: tests, hits of rules, hits of popularity."""
    start = as_of - timedelta(days=variables["basket_holdout_days"] - 1)
    largest, size = variables["basket_maximum_products"], variables["basket_suggestions_count"]
    known = [basket for basket in baskets if basket.order_date < start]
    rules = rules_of(
        *(known, variables["basket_minimum_orders"], largest),
        *(variables["basket_best_partners_count"], by_lift),
    )
    left_out = left_out_baskets(baskets, start)
    by_customer = defaultdict(list)
    for basket in baskets:
        by_customer[basket.customer_id].append(basket)
    products, customers = [], []
    for customer, basket in left_out.items():
        if 1 < len(basket.products) <= largest:
            for product in basket.products:
                lists = product_lists(rules, product, size)
                products.append([bool(set(found) & basket.products) for found in lists])
        history = [other for other in by_customer[customer] if other != basket]
        lists = customer_lists(rules, history, size, variables["basket_last_products_count"])
        if history and lists[1]:
            customers.append([bool(set(found) & basket.products) for found in lists])
    return {
        name: (len(tests), sum(rules for rules, _ in tests), sum(popular for _, popular in tests))
        for name, tests in (
            ("product_suggestions", products),
            ("customer_product_suggestions", customers),
        )
    }


def compile_pairs(run_dbt: Callable, folder: Path, variables: dict[str, float]) -> str:
    """Writes the SQL of the models of pairs into the folder; returns an error or an empty text."""
    done = run_dbt(
        *("compile", "-q", "--profiles-dir", ROOT, "--target", "publish"),
        *("--select", "fct_daily_pairs", "fct_pairs", "--vars", json.dumps(variables)),
        *("--target-path", folder, "--log-path", folder),
        env={"COMMERCE_MARTS_BUILD_FILE": str(folder / "commerce.duckdb")},
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def modelled_pairs(folder: Path, baskets: list[Basket]) -> dict[tuple[str, str], dict]:
    """The rows of fct_pairs about products if these were a shop's orders, by its compiled SQL."""
    models = folder / "compiled/commerce_marts/models/marts/basket"
    daily_pairs = (models / "fct_daily_pairs.sql").read_text()
    pairs = (models / "fct_pairs.sql").read_text()
    lines = [
        {"o": basket.order_id, "p": product, "c": basket.channel, "k": len(basket.products)}
        for basket in baskets
        for product in sorted(basket.products)
    ]
    with duckdb.connect() as connection:
        connection.execute("create table lines as select unnest($1, recursive := true)", [lines])
        connection.execute("attach ':memory:' as commerce; create schema commerce.basket")
        connection.execute(
            "create schema commerce.core; create table commerce.core.dim_domains as"
            " select 'shop' as domain, date '2024-06-30' as as_of_date"
        )
        connection.execute(
            "create table commerce.basket.fct_order_products as select 'shop' as domain,"
            " o as order_id, p as product_id, 'X' as category, c as channel, k as products_count,"
            " true as is_paired, date '2020-01-01' as order_date from lines"
        )
        connection.execute(f"create table commerce.basket.fct_daily_pairs as {daily_pairs}")
        result = connection.execute(f"select * from ({pairs}) where kind = 'product'")
        names = [name for name, *_ in result.description]
        found = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return {(row["item_id"], row["other_item_id"]): row for row in found}
