"""`commerce-marts generate`: write the raw tables of made-up shops."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from math import inf
from pathlib import Path

import click
import duckdb
from rich.console import Console
from rich.progress import Progress

from commerce_marts.generate import adventure_works, greenery, restaurant, sales
from commerce_marts.generate.plan import Plan
from commerce_marts.generate.write import FORMATS, Table, Target, write

DEFAULT_SEED = 20240601
SCALES = (0.1, 10_000)
# Times are 32-bit seconds since 1970, and staging rejects dates before 1990.
YEARS = (1990, 2037)


@dataclass(frozen=True)
class Domain:
    """A generator and its default period.

    From scale `long_from` on, `long_period` replaces `period`: the same volumes are spread over
    more days.
    """

    tables: Callable[[Plan], Iterator[Table]]
    table_count: int
    period: tuple[date, date]
    long_period: tuple[date, date] | None = None
    long_from: float = inf


DOMAINS = {
    "sales": Domain(sales.tables, 3, sales.PERIOD),
    "greenery": Domain(greenery.tables, 7, greenery.PERIOD),
    "adventure_works": Domain(adventure_works.tables, 13, adventure_works.PERIOD),
    "restaurant": Domain(
        restaurant.tables, 4, restaurant.PERIOD, restaurant.LONG_PERIOD, restaurant.LONG_FROM_SCALE
    ),
}


@click.command()
@click.option("--domains", default=",".join(DOMAINS), show_default=True, help="Comma separated.")
@click.option("--scale", default=1.0, show_default=True, help="Multiplies the number of rows.")
@click.option(
    "--seed", default=DEFAULT_SEED, show_default=True, help="Another seed gives another shop."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("raw"),
    show_default=True,
    help="Files go to OUT/<domain>/; only files of the same name are overwritten.",
)
@click.option("--format", type=click.Choice(list(FORMATS)), default="csv", show_default=True)
@click.option("--as-seeds", is_flag=True, help="Name files <domain>__<table>.csv, as dbt seeds.")
@click.option("--daily-files", is_flag=True, help="One file a day for tables of transactions.")
@click.option("--start-date", type=click.DateTime(["%Y-%m-%d"]), help="Default: the domain's.")
@click.option("--end-date", type=click.DateTime(["%Y-%m-%d"]), help="Default: the domain's.")
def generate(
    domains: str,
    scale: float,
    seed: int,
    out: Path,
    format: str,
    as_seeds: bool,
    daily_files: bool,
    start_date: datetime | None,
    end_date: datetime | None,
) -> None:
    """Write the raw tables of made-up shops: the same bytes for the same options.

    `generate --out seeds --as-seeds` writes the seeds of this project.
    """
    if as_seeds and (format != "csv" or daily_files):
        raise click.UsageError(
            "dbt seeds are one CSV file per table: leave out --as-seeds, or leave out "
            "--daily-files and --format parquet."
        )
    smallest, largest = SCALES
    if not smallest <= scale <= largest:
        raise click.UsageError(f"--scale is {scale:g}: give {smallest:g} to {largest:,}.")
    plans = [
        _plan(name, seed, scale, start_date and start_date.date(), end_date and end_date.date())
        for name in _chosen(domains)
    ]
    target = Target(out, format, as_seeds, daily_files)
    console = Console(stderr=True)
    try:
        rows = sum(_write_domain(plan, target, console) for plan in plans)
    except FileExistsError as error:
        raise click.ClickException(
            f"{error.filename} holds the same table in another form: remove it, or give another "
            "folder with --out."
        ) from error
    except (OSError, duckdb.IOException) as error:
        raise click.ClickException(
            f"cannot write to {out}: {_reason(error)}. Give another folder with --out."
        ) from error
    console.print(f"{rows:,} rows of {', '.join(plan.domain for plan in plans)} in {out}")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error).splitlines()[0]


def _chosen(domains: str) -> list[str]:
    chosen = list(dict.fromkeys(name.strip() for name in domains.split(",")))
    for name in chosen:
        if name not in DOMAINS:
            raise click.UsageError(
                f"there is no domain {name!r}: give --domains as a comma separated choice of "
                f"{', '.join(DOMAINS)}."
            )
    return chosen


def _plan(name: str, seed: int, scale: float, start: date | None, end: date | None) -> Plan:
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
            f"{first} to {last} is out of range: give dates from {YEARS[0]} to {YEARS[1]}."
        )
    return Plan(name, seed, scale, first, last, usual_days)


def _write_domain(plan: Plan, target: Target, console: Console) -> int:
    domain, rows = DOMAINS[plan.domain], 0
    with Progress(console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(plan.domain, total=domain.table_count)
        for table in domain.tables(plan):
            progress.update(task, description=f"{plan.domain}.{table.name}")
            rows += write(plan.domain, table, target)
            progress.advance(task)
    return rows
