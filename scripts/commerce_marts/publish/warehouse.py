"""A published warehouse: its rows in core.build_info, and how they are printed."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from commerce_marts.errors import RunnerError, shown_path
from commerce_marts.publish.versions import KeptVersion, kept_versions

ROWS_SHOWN = 5
REASONS_SHOWN = 3


@dataclass(frozen=True)
class DomainBuild:
    """One row of core.build_info: a domain and the totals of its build."""

    domain: str
    build_id: str
    built_at: datetime
    as_of_date: date | None
    git_commit: str
    dbt_version: str
    duckdb_version: str
    orders_count: int
    order_lines_count: int
    rejected_rows_count: int
    excluded_rows_count: int
    revenue: Decimal | None


def domain_builds(path: Path) -> tuple[DomainBuild, ...]:
    """The rows of the file's core.build_info, by domain. Raises duckdb.Error if it has none."""
    columns = ", ".join(DomainBuild.__dataclass_fields__)
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            f"select {columns} from core.build_info order by domain"
        ).fetchall()
    return tuple(DomainBuild(*row) for row in rows)


def published_builds(path: Path) -> tuple[DomainBuild, ...]:
    """The same rows. Raises RunnerError if the file is not a published warehouse."""
    if not path.is_file():
        rollback_hint = "bring a kept version back with `commerce-marts rollback`, "
        raise RunnerError(
            f"Nothing is published at {path}. Publish it with `commerce-marts build`, "
            f"{rollback_hint if kept_versions(path) else ''}or name another file with --warehouse."
        )
    try:
        return domain_builds(path)
    except duckdb.CatalogException as error:
        raise RunnerError(
            f"{path} was not written by commerce-marts: it has no table core.build_info with the "
            f"columns that this version expects."
        ) from error
    except duckdb.BinderException as error:
        raise RunnerError(
            f"{path} was written by another version of commerce-marts: core.build_info has other "
            f"columns. Publish it again with `commerce-marts build`."
        ) from error
    except duckdb.Error as error:
        raise RunnerError(f"{path} cannot be read: {_first_line(error)}") from error


def rejected_look_up_rows(path: Path, domains: Sequence[str]) -> list[str]:
    """One line for each row of a look-up table that stopped the build, up to ROWS_SHOWN in all.

    A missing quarantine table is skipped: the build stopped before it.
    """
    lines: list[str] = []
    with suppress(duckdb.Error), duckdb.connect(str(path), read_only=True) as connection:
        for domain in domains:
            with suppress(duckdb.CatalogException):
                rows = connection.table(f"quarantine.{domain}_rows")
                lines += [
                    _look_up_line(row)
                    for row in rows.filter("is_look_up and left_out_kind = 'rejected'")
                    .order("table_name, source_file, row_key")
                    .limit(ROWS_SHOWN)
                    .project("domain, table_name, source_file, row_key, reason, raw_row")
                    .fetchall()
                ]
    return lines[:ROWS_SHOWN]


def too_many_rejected_rows(path: Path, run_results: Path) -> list[str]:
    """The failed tests of the rejected share: one line per table, its reasons below.

    Runs the SQL of the failed tests on the built file. Empty if none of them failed.
    """
    lines: list[str] = []
    with suppress(OSError, ValueError, duckdb.Error):
        results = json.loads(run_results.read_text())["results"]
        with duckdb.connect(str(path), read_only=True) as connection:
            for result in results:
                code = result.get("compiled_code") or ""
                if result["status"] == "fail" and "as rejected_share" in code:
                    failures = connection.execute(
                        f"select * from ({code})"
                        " order by table_name, reason_rows_count desc, reason"
                    )
                    names = [column[0] for column in failures.description or ()]
                    lines += _share_lines(
                        [dict(zip(names, row, strict=True)) for row in failures.fetchall()]
                    )
    return lines


def left_out_lines(path: Path, domains: Sequence[str]) -> list[str]:
    """One line for each domain, table and reason for which rows were left out, most rows first."""
    lines: list[str] = []
    with suppress(duckdb.Error), duckdb.connect(str(path), read_only=True) as connection:
        for domain in domains:
            with suppress(duckdb.CatalogException):
                rows = connection.table(f"quarantine.{domain}_rows").aggregate(
                    "domain, table_name, left_out_kind, reason, count(*) as rows_count"
                )
                lines += [
                    f"{domain}.{table_name}: {_rows(count)} left out, {kind}: {reason}"
                    for domain, table_name, kind, reason, count in rows.order(
                        "rows_count desc, table_name, reason"
                    ).fetchall()
                ]
    return lines


def builds_table(builds: Sequence[DomainBuild]) -> Table:
    """The printed table: one line per domain."""
    table = Table("domain", box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("orders", "rows", "rejected", "revenue", "data as of"):
        table.add_column(title, justify="right")
    for build in builds:
        table.add_row(
            build.domain,
            f"{build.orders_count:,}",
            f"{build.order_lines_count:,}",
            f"{build.rejected_rows_count:,}",
            "-" if build.revenue is None else f"{build.revenue:,.2f}",
            "-" if build.as_of_date is None else build.as_of_date.isoformat(),
        )
    return table


def show_status(path: Path, console: Console) -> None:
    """Prints the published build and the kept ones. Raises RunnerError if nothing is published."""
    builds = published_builds(path)
    console.print(builds_table(builds))
    first = builds[0] if builds else None
    facts: Mapping[str, Any] = {
        "file": shown_path(path),
        "size": f"{path.stat().st_size / 1e6:,.1f} MB",
    }
    if first is not None:
        facts = {
            **facts,
            "build": first.build_id,
            "built at": f"{first.built_at:%Y-%m-%d %H:%M:%S} UTC",
            "git commit": first.git_commit,
            "versions": f"dbt {first.dbt_version}, DuckDB {first.duckdb_version}",
        }
    console.print()
    for name, value in facts.items():
        console.print(f"{name:<11}{value}", highlight=False, soft_wrap=True, markup=False)
    kept = kept_versions(path.resolve())
    if kept:
        console.print()
        console.print(_kept_table(kept))


def _kept_table(versions: Sequence[KeptVersion]) -> Table:
    table = Table("kept build", box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("built at", "size", ""):
        table.add_column(title, justify="right" if title == "size" else "left")
    for version in versions:
        table.add_row(
            version.build_id,
            f"{version.built_at:%Y-%m-%d %H:%M:%S} UTC",
            f"{version.file.stat().st_size / 1e6:,.1f} MB",
            "withdrawn" if version.is_withdrawn else "",
        )
    return table


def _share_lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for name in dict.fromkeys(row["table_name"] for row in rows):
        reasons = [row for row in rows if row["table_name"] == name]
        first = reasons[0]
        table = f"{first['domain']}.{name}"
        if not first["raw_rows_count"]:
            lines.append(f"{table} is empty. Deliver its rows, or leave the domain out.")
            continue
        lines.append(
            f"{table}: {first['rejected_rows_count']:,} of {_rows(first['raw_rows_count'])} cannot "
            f"be used, {first['rejected_share']:.1%}; max_quarantined_share allows "
            f"{float(first['max_quarantined_share']):.1%}"
        )
        for row in reasons[:REASONS_SHOWN]:
            lines.append(f"  {_rows(row['reason_rows_count'])}: {row['reason']}")
            key = f"key {row['example_key']}" if row["example_key"] else row["example_raw_row"]
            where = f"{row['example_file']}, " if row["example_file"] else ""
            value = _value_of(row["reason"], row["example_raw_row"])
            lines.append(f"    such as {where}{key}{value}")
        unseen = len(reasons) - REASONS_SHOWN
        if unseen > 0:
            lines.append(f"  ... and {unseen} more reasons")
    return lines


def _rows(count: int) -> str:
    return f"{count:,} row{'s' * (count != 1)}"


def _value_of(reason: str, raw_row: str) -> str:
    # A reason about a column begins with the column's name.
    value = json.loads(raw_row).get(reason.split()[0])
    return "" if value is None else f", it is {value!r}"


def _look_up_line(row: tuple[Any, ...]) -> str:
    domain, table_name, source_file, row_key, reason, raw_row = row
    where = f" in {source_file}" if source_file else ""
    return f"{domain}.{table_name}{where}, key {row_key}: {reason}{_value_of(reason, raw_row)}"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
