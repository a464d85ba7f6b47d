"""`commerce-marts status`: what is published, how old it is, and how the last build ended."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import duckdb

from commerce_marts.errors import OptionError, RunnerError
from commerce_marts.publish.versions import is_withdrawn, kept_versions
from commerce_marts.publish.warehouse import reading_published, show_status
from commerce_marts.watch import history
from commerce_marts.watch.alerts import (
    Topic,
    failure_topic,
    remembered_by,
    revenue_alerts_of,
    send_alerts,
    what,
)
from commerce_marts.watch.channels import TO, WEBHOOK, channels_of
from commerce_marts.watch.freshness import Limits, build_age, data_age, stale
from commerce_marts.watch.history import BuildRecord

BUILD = ("build_id", "built_at", "git_commit", "dbt_version", "duckdb_version")
DOMAIN = (
    *("domain", "as_of_date", "orders_count", "order_lines_count", "rejected_rows_count"),
    *("excluded_rows_count", "revenue"),
)


def check_status(path: Path, limits: Limits, as_json: bool, alert: bool) -> None:
    """Prints the status; with `alert`, tells people what is wrong.

    Raises RunnerError where nothing is published or it is older than the limits, and OptionError
    where nobody can be told.
    """
    target, now = path.resolve(), datetime.now(UTC)
    channels, problems_of_settings = channels_of(os.environ)
    if alert and not channels:
        settings = " ".join(problems_of_settings) or f"Set {WEBHOOK} or {TO} in the environment."
        raise OptionError(f"--alert: nobody can be told. {settings}")
    records, problems_of_history = history.read(target)
    last = records[-1] if records else None
    published: dict[str, Any] = {"published": None, "domains": [], "revenue_alerts": []}
    problems: Mapping[str, str] = {}
    error = None
    try:
        published = _published(path, now)
        as_of_dates = {row["domain"]: row["as_of_date"] for row in published["domains"]}
        problems = stale(limits, published["published"]["built_at"], as_of_dates, now)
        if not as_json:
            show_status(path, _in_words(last) if last else "")
    except OptionError:
        raise
    except RunnerError as not_published:
        error = not_published
        problems = {not_published.message: not_published.message}
    if as_json:
        facts = {
            "warehouse": str(path),
            "problems": list(problems.values()),
            **published,
            "kept": [
                {"build_id": folder.name, "is_withdrawn": is_withdrawn(folder)}
                for folder in kept_versions(target)
            ],
            "last_build": last and last.as_json(),
            "history_problems": problems_of_history,
            "alerts": {one.name: remembered_by(target, one) for one in channels},
        }
        click.echo(json.dumps(facts, indent=2, default=history.as_text, ensure_ascii=False))
    for problem in () if as_json else problems_of_history:
        click.echo(problem, err=True)
    if alert:
        events = {key: f"{what(target)}: {problem}" for key, problem in problems.items()}
        send_alerts(target, [Topic("stale", events, is_state=True), *_failure(target, last)])
    if problems:
        raise error or RunnerError("\n".join(problems.values()))


def _published(path: Path, now: datetime) -> dict[str, Any]:
    """What the published file says of its build and domains. Raises RunnerError."""
    with reading_published(path), duckdb.connect(str(path), read_only=True) as connection:
        columns = ", ".join((*BUILD, *DOMAIN))
        rows = connection.execute(f"select {columns} from core.build_info order by domain")
        builds = [dict(zip((*BUILD, *DOMAIN), row, strict=True)) for row in rows.fetchall()]
        build = {name: builds[0][name] for name in BUILD}
        build["built_at"] = build["built_at"].replace(tzinfo=UTC)
        build["age_seconds"] = build_age(build["built_at"], now).total_seconds()
        build["size_bytes"] = path.stat().st_size
        domains = []
        for row in builds:
            age = data_age(row["as_of_date"], now)
            of_domain = {name: row[name] for name in DOMAIN}
            domains.append({**of_domain, "data_age_seconds": age and age.total_seconds()})
        alerts = list(revenue_alerts_of(path).values())
        return {"published": build, "domains": domains, "revenue_alerts": alerts}


def _failure(target: Path, last: BuildRecord | None) -> list[Topic]:
    """The last build, if it did not publish: also where its own alert was not sent."""
    return [failure_topic(target, last)] if last and last.status in history.UNPUBLISHED else []


def _in_words(record: BuildRecord) -> str:
    """One line such as `failed after 12 s, 2024-01-05 05:15 UTC: ...`."""
    after = f" after {record.duration.total_seconds():.0f} s" if record.duration else ""
    reason = f": {record.failure_reason.splitlines()[0]}" if record.failure_reason else ""
    return f"{record.status}{after}, started {record.started_at:%Y-%m-%d %H:%M:%S UTC}{reason}"
