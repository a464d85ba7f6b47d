"""`commerce-marts generate`: write the raw tables of made-up shops."""

from datetime import datetime
from pathlib import Path

import click
import duckdb
from rich.console import Console

DEFAULT_SEED = 20240601
SCALES = (0.1, 10_000)
NAMES = ("sales", "greenery", "adventure_works", "restaurant")


@click.command()
@click.option("--domains", default=",".join(NAMES), show_default=True, help="Comma separated.")
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
@click.option("--format", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@click.option("--as-seeds", is_flag=True, help="Name files <domain>__<table>.csv, as dbt seeds.")
@click.option("--daily-files", is_flag=True, help="One file a day for tables of transactions.")
@click.option(
    "--tidy",
    is_flag=True,
    help="No returns, corrections, words for nothing or other troubles of real feeds.",
)
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
    tidy: bool,
    start_date: datetime | None,
    end_date: datetime | None,
) -> None:
    """Write the raw tables of made-up shops: the same bytes for the same options.

    `generate --out seeds --as-seeds` writes the seeds of this project. The shops have what real
    feeds have: returns, guests, words for nothing, cancelled orders. Daily files also have
    corrected orders, overlapping windows and files that come twice; --tidy leaves all of it out.
    """
    if as_seeds and (format != "csv" or daily_files):
        raise click.UsageError(
            "dbt seeds are one CSV file per table: leave out --as-seeds, or leave out "
            "--daily-files and --format parquet."
        )
    smallest, largest = SCALES
    if not smallest <= scale <= largest:
        raise click.UsageError(f"--scale is {scale:g}: give {smallest:g} to {largest:,}.")
    # Only here: numpy takes a moment to load, and no other command needs it.
    from commerce_marts.generate.domains import plan_of, write_domain
    from commerce_marts.generate.write import Target

    plans = [
        plan_of(
            *(name, seed, scale, start_date and start_date.date(), end_date and end_date.date()),
            tidy=tidy,
        )
        for name in _chosen(domains)
    ]
    target = Target(out, format, as_seeds, daily_files)
    console = Console(stderr=True)
    try:
        rows = sum(write_domain(plan, target, console) for plan in plans)
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
        if name not in NAMES:
            raise click.UsageError(
                f"there is no domain {name!r}: give --domains as a comma separated choice of "
                f"{', '.join(NAMES)}."
            )
    return chosen
