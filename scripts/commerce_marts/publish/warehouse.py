"""core.build_info of a warehouse, as a build and `commerce-marts status` print it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
import duckdb
from rich.console import Console
from rich.table import Table

from commerce_marts.errors import RunnerError, shown_path
from commerce_marts.publish.versions import is_withdrawn, kept_versions, published_build

DOMAINS = """
    select
        domain,
        format('{:,}', orders_count) as orders,
        format('{:,}', order_lines_count) as "rows",
        format('{:,}', rejected_rows_count) as rejected,
        coalesce(format('{:,.2f}', revenue), '-') as revenue,
        coalesce(cast(as_of_date as varchar), '-') as "data as of"
    from core.build_info
    order by domain
"""
BUILD = """
    select
        build_id as build,
        strftime(built_at, '%Y-%m-%d %H:%M:%S UTC') as "built at",
        git_commit as "git commit",
        format('dbt {}, DuckDB {}', dbt_version, duckdb_version) as versions
    from core.build_info
    limit 1
"""


def domains_table(file: Path) -> Table:
    """One line per domain of the file. Raises duckdb.Error if core.build_info has other columns."""
    return _table(*_rows(file, DOMAINS))


@contextmanager
def reading_published(path: Path) -> Iterator[None]:
    """While a query reads the published file; gives the right words to what goes wrong.

    Raises RunnerError if nothing is published, or core.build_info has other columns.
    """
    with published_build(path) as build_id:
        if build_id is None:
            kept = kept_versions(path.resolve())
            hint = "bring a kept version back with `commerce-marts rollback`, " if kept else ""
            raise RunnerError(
                f"Nothing is published at {path}. Publish it with `commerce-marts build`, "
                f"{hint}or name another file with --warehouse."
            )
        try:
            yield
        except duckdb.BinderException as error:
            raise RunnerError(
                f"{path} was written by another version of commerce-marts: core.build_info has "
                f"other columns. Publish it again with `commerce-marts build`."
            ) from error


def show_status(path: Path, last_build: str) -> None:
    """Prints the published build, how the last build ended, and the kept versions.

    Raises RunnerError as reading_published() does.
    """
    target = path.resolve()
    kept = kept_versions(target)
    with reading_published(path):
        Console().print(domains_table(path))
        names, [values] = _rows(path, BUILD)
    facts = {"file": shown_path(path), "size": _size(path), **dict(zip(names, values, strict=True))}
    click.echo()
    if last_build:
        facts["last build"] = last_build
    for name, value in facts.items():
        click.echo(f"{name:<11}{value}")
    if kept:
        lines = [
            (
                folder.name,
                f"{datetime.strptime(folder.name[:15], '%Y%m%dT%H%M%S')} UTC",
                _size(folder / target.name),
                "withdrawn" if is_withdrawn(folder) else "",
            )
            for folder in kept
        ]
        click.echo()
        Console().print(_table(("kept build", "built at", "size", ""), lines))


def _rows(file: Path, query: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """Names of the columns, and the rows."""
    with duckdb.connect(str(file), read_only=True) as connection:
        result = connection.execute(query)
        return [column[0] for column in result.description or ()], result.fetchall()


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A printed table: the first column to the left, the others to the right."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in titles:
        table.add_column(title, justify="right" if table.columns else "left")
    for row in rows:
        table.add_row(*row)
    return table


def _size(file: Path) -> str:
    return f"{file.stat().st_size / 1e6:,.1f} MB"
