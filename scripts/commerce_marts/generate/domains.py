"""The domains that can be generated: which days each covers, and how it is written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from math import inf

import click
from rich.console import Console
from rich.progress import Progress

from commerce_marts.generate import adventure_works, greenery, restaurant, sales
from commerce_marts.generate.deliveries import repeats
from commerce_marts.generate.plan import Plan
from commerce_marts.generate.write import Table, Target, write

# Seconds since 1970 are kept in 32 bits, and nothing is older than what staging finds plausible.
YEARS = (1990, 2037)


@dataclass(frozen=True)
class Domain:
    """A generator and the period that it covers unless told otherwise.

    From the scale `long_from` on, `long_period` takes the place of `period`: its volumes are the
    same, spread over more days.
    """

    tables: Callable[[Plan], Iterator[Table]]
    table_count: int
    period: tuple[date, date]
    long_period: tuple[date, date] | None = None
    long_from: float = inf


DOMAINS = {
    "sales": Domain(sales.tables, 3, sales.PERIOD),
    "greenery": Domain(greenery.tables, 8, greenery.PERIOD),
    "adventure_works": Domain(adventure_works.tables, 13, adventure_works.PERIOD),
    "restaurant": Domain(
        restaurant.tables, 5, restaurant.PERIOD, restaurant.LONG_PERIOD, restaurant.LONG_FROM_SCALE
    ),
}


def plan_of(
    name: str,
    seed: int,
    scale: float,
    start: date | None,
    end: date | None,
    tidy: bool = False,
) -> Plan:
    """What the domain is asked for. Raises UsageError for dates that cannot be."""
    domain = DOMAINS[name]
    is_long = domain.long_period and scale >= domain.long_from
    usual_start, usual_end = domain.long_period if is_long else domain.period
    usual_days = (usual_end - usual_start).days + 1
    first, last = start or usual_start, end or usual_end
    if last < first:
        raise click.UsageError(
            f"{name} would end ({last}) before it starts ({first}): "
            "give both --start-date and --end-date, in this order."
        )
    if first.year < YEARS[0] or last.year > YEARS[1]:
        raise click.UsageError(
            f"{first} to {last} is too far away: give dates from {YEARS[0]} to {YEARS[1]}."
        )
    return Plan(name, seed, scale, first, last, usual_days, tidy)


def write_domain(plan: Plan, target: Target, console: Console) -> int:
    """Writes the domain's tables; returns their number of rows."""
    domain, repeated, rows = DOMAINS[plan.domain], repeats(plan), 0
    with Progress(console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(plan.domain, total=domain.table_count)
        for table in domain.tables(plan):
            progress.update(task, description=f"{plan.domain}.{table.name}")
            rows += write(plan.domain, table, target, repeated)
            progress.advance(task)
    return rows
