"""`commerce-marts generate`: write a made-up shop's raw tables."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from commerce_marts.generate import greenery, sales
from commerce_marts.generate.plan import Plan
from commerce_marts.generate.write import FORMATS, Table, Target, write

DEFAULT_SEED = 20240601
SMALLEST_SCALE = 0.1


@dataclass(frozen=True)
class Domain:
    """A generator and the period that it covers unless told otherwise."""

    tables: Callable[[Plan], Iterator[Table]]
    period: tuple[date, date]


DOMAINS = {
    "sales": Domain(sales.tables, sales.PERIOD),
    "greenery": Domain(greenery.tables, greenery.PERIOD),
}


@click.command()
@click.option("--domains", default=",".join(DOMAINS), show_default=True, help="Comma separated.")
@click.option(
    "--scale", default=1.0, show_default=True, help="How many times the rows of scale 1."
)
@click.option("--seed", default=DEFAULT_SEED, show_default=True, help="Another seed, another shop.")
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
    if not scale >= SMALLEST_SCALE:
        raise click.UsageError(f"--scale is {scale:g}: give {SMALLEST_SCALE:g} or more.")
    plans = [
        _plan(name, seed, scale, start_date and start_date.date(), end_date and end_date.date())
        for name in _chosen(domains)
    ]
    target = Target(out, format, as_seeds, daily_files)
    console = Console(stderr=True)
    try:
        with Progress(console=console, transient=True) as progress:
            rows = sum(_write_domain(plan, target, progress) for plan in plans)
    except OSError as error:
        raise click.ClickException(
            f"cannot write to {out}: {error.strerror}. Give another folder with --out."
        ) from error
    console.print(f"{rows:,} rows of {', '.join(plan.domain for plan in plans)} in {out}")


def _chosen(domains: str) -> list[str]:
    chosen = list(dict.fromkeys(name.strip() for name in domains.split(",") if name.strip()))
    unknown = [name for name in chosen if name not in DOMAINS]
    if unknown or not chosen:
        raise click.UsageError(
            f"--domains {domains!r} names no domain of {', '.join(DOMAINS)}: "
            "give one or more of these, comma separated."
            if not chosen
            else f"there is no domain {unknown[0]!r}: choose from {', '.join(DOMAINS)}."
        )
    return chosen


def _plan(name: str, seed: int, scale: float, start: date | None, end: date | None) -> Plan:
    usual_start, usual_end = DOMAINS[name].period
    usual_days = (usual_end - usual_start).days + 1
    first, last = start or usual_start, end or usual_end
    if last < first:
        raise click.UsageError(
            f"{name} would end ({last}) before it starts ({first}): "
            "give both --start-date and --end-date, in this order."
        )
    return Plan(name, seed, scale, first, last, usual_days)


def _write_domain(plan: Plan, target: Target, progress: Progress) -> int:
    task = progress.add_task(plan.domain, total=None)
    rows = 0
    for table in DOMAINS[plan.domain].tables(plan):
        progress.update(task, description=f"{plan.domain}.{table.name}")
        rows += write(plan.domain, table, target)
    progress.update(task, total=1, completed=1, description=plan.domain)
    return rows
