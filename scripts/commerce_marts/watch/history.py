"""The history of builds: a line of JSON for each build that ended, in a file beside the warehouse.

    commerce.duckdb.history.jsonl

Lines are only appended, so full builds, rollbacks and failed builds leave it as it is. The runner
copies all of it into core.build_history of each new warehouse.

A build keeps what is known of it so far in its own folder. If it is killed, the next build finds
the record there.
"""

import errno
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import duckdb

from commerce_marts.errors import shown_path
from commerce_marts.publish.findings import without_rows

PUBLISHED, FAILED, STOPPED, KILLED = "published", "failed", "stopped", "killed"
UNPUBLISHED = (FAILED, STOPPED)
# What a line that is not a record raises when it is read.
NO_RECORD = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
REASON_LINES, REASON_LENGTH = 5, 600
# What is said of every failure.
NO_REASON = re.compile("Nothing was published|dbt's log: ")
NOTE = "record.json"
TOTALS = """
    select
        domain, as_of_date, orders_count, order_lines_count, rejected_rows_count,
        excluded_rows_count, revenue
    from core.build_info
"""
COLUMNS = """
    select column_name, data_type from duckdb_columns()
    where schema_name = 'core' and table_name = 'build_history'
"""


@dataclass(frozen=True)
class DomainRecord:
    """What a build did with one domain; None where it did not come that far.

    `revenue` is in the domain's currency. `deliveries_taken_count` is None for seeds.
    """

    as_of_date: date | None = None
    deliveries_taken_count: int | None = None
    orders_count: int | None = None
    order_lines_count: int | None = None
    rejected_rows_count: int | None = None
    excluded_rows_count: int | None = None
    revenue: Decimal | None = None


@dataclass(frozen=True)
class BuildRecord:
    """A build that ended; or is under way: `ended_at` is None, and `status` is as if it is killed.

    Times are UTC. `is_daily` is None where it failed before that was known.
    """

    build_id: str
    started_at: datetime
    ended_at: datetime | None = None
    status: str = KILLED
    raw_from: str = ""
    full_build_reason: str | None = None
    failure_reason: str | None = None
    git_commit: str = ""
    is_daily: bool | None = None
    domains: Mapping[str, DomainRecord] = field(default_factory=dict)

    @property
    def duration(self) -> timedelta | None:
        """From the start to the end; None where nobody saw the end."""
        return self.ended_at and self.ended_at - self.started_at

    def as_json(self) -> dict[str, Any]:
        """For json.dumps: times and days in ISO 8601; revenue as text, which loses no digit."""
        return json.loads(json.dumps(asdict(self), default=as_text))

    def rows(self) -> list[dict[str, Any]]:
        """The rows of core.build_history: one per domain, {column: value}."""
        of_build = {
            **vars(self),
            "started_at": self.started_at.replace(tzinfo=None),
            "ended_at": self.ended_at and self.ended_at.replace(tzinfo=None),
            "duration_seconds": self.duration and self.duration.total_seconds(),
        }
        del of_build["domains"]
        return [{"domain": name, **of_build, **vars(of)} for name, of in self.domains.items()]


def history_file(target: Path) -> Path:
    """Where the history of a warehouse lies."""
    return target.with_name(f"{target.name}.history.jsonl")


def read(target: Path) -> tuple[list[BuildRecord], list[str]]:
    """All records, oldest first, and a sentence on what cannot be read."""
    file = history_file(target)
    found: dict[str, BuildRecord] = {}
    problems = []
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError:
        return [], []
    except OSError as error:
        return [], [f"The history {shown_path(file)} cannot be read: {error.strerror}."]
    for number, line in enumerate(lines, start=1):
        try:
            record = _record(line)
        except NO_RECORD:
            problems.append(
                f"{shown_path(file)}, line {number}: this is not the record of a build, so it is "
                "left out. A build that was killed while it wrote leaves half a line. Remove the "
                "line to end this message."
            )
        else:
            found.setdefault(record.build_id, record)
    return sorted(found.values(), key=lambda record: record.build_id), problems


def append(target: Path, record: BuildRecord) -> None:
    """Adds the record, unless its build is there. Raises OSError where nothing was added."""
    line = json.dumps(record.as_json()).encode()
    with history_file(target).open("a+b", buffering=0) as file:
        file.seek(0)
        content = file.read()
        if json.dumps(record.build_id).encode() in content:
            return
        # After half a line, which a killed build may leave.
        cut = b"\n" * (not content.endswith(b"\n") and bool(content))
        try:
            if file.write(cut + line + b"\n") != len(cut + line) + 1:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), file.name)
        except OSError:
            file.truncate(len(content))
            raise
        os.fsync(file.fileno())


def append_or_tell(target: Path, record: BuildRecord) -> None:
    """The same; where it fails, says so on stderr: no build fails for its history."""
    try:
        append(target, record)
    except OSError as error:
        click.echo(
            f"Build {record.build_id} ({record.status}) is not in the history: cannot write "
            f"{shown_path(history_file(target))}: {error.strerror}. Everything else is unchanged.",
            err=True,
        )


def note(folder: Path, record: BuildRecord) -> BuildRecord:
    """Keeps the record of a build under way in its folder. Raises OSError."""
    part = folder / f"{NOTE}.part"
    part.write_text(json.dumps(record.as_json()))
    part.replace(folder / NOTE)
    return record


def noted(folder: Path) -> BuildRecord | None:
    """What a build has noted in its folder; None where it did not come that far."""
    try:
        return _record((folder / NOTE).read_bytes())
    except (OSError, *NO_RECORD):
        return None


def ended(record: BuildRecord, status: str, reason: str | None = None) -> BuildRecord:
    """The record of a build that ends now."""
    return replace(record, status=status, failure_reason=reason, ended_at=datetime.now(UTC))


def first_lines(message: str) -> str:
    """The reason of a failure: the first lines of its message, without rows of data."""
    lines = without_rows(message).splitlines()
    lines = [line.strip() for line in lines if not NO_REASON.match(line)]
    text = "\n".join(filter(None, lines[:REASON_LINES]))
    return text if len(text) <= REASON_LENGTH else f"{text[: REASON_LENGTH - 1]}…"


def with_totals(record: BuildRecord, connection: duckdb.DuckDBPyConnection) -> BuildRecord:
    """The record with what core.build_info of the new warehouse says of each domain."""
    totals = connection.execute(TOTALS)
    names = [column[0] for column in totals.description or ()][1:]
    domains = {
        domain: replace(
            record.domains.get(domain, DomainRecord()), **dict(zip(names, values, strict=True))
        )
        for domain, *values in totals.fetchall()
    }
    return replace(record, domains=domains)


def write_table(records: Sequence[BuildRecord], connection: duckdb.DuckDBPyConnection) -> None:
    """Fills core.build_history of the new warehouse; does nothing where it has no such table."""
    rows = [row for record in records for row in record.rows()]
    types = dict(connection.execute(COLUMNS).fetchall())
    if not types:
        return
    connection.execute("delete from core.build_history")
    selects = ", ".join(f"unnest(cast(? as {types[name]}[])) as {name}" for name in types)
    # By columns: row by row, DuckDB takes a millisecond for each.
    columns = [[row[name] for row in rows] for name in types]
    connection.execute(f"insert into core.build_history by name select {selects}", columns)


def _record(line: bytes) -> BuildRecord:
    """Raises one of NO_RECORD."""
    values = {**json.loads(line)}
    domains = {name: _domain_record(of) for name, of in values["domains"].items()}
    known = {name: values[name] for name in _names(BuildRecord) if name in values}
    known["started_at"] = datetime.fromisoformat(values["started_at"])
    known["ended_at"] = values["ended_at"] and datetime.fromisoformat(values["ended_at"])
    return BuildRecord(**{**known, "domains": domains})


def _domain_record(values: Mapping[str, Any]) -> DomainRecord:
    known = {name: values[name] for name in _names(DomainRecord) if name in values}
    day, revenue = known.get("as_of_date"), known.get("revenue")
    known["as_of_date"] = day and date.fromisoformat(day)
    known["revenue"] = None if revenue is None else Decimal(revenue)
    return DomainRecord(**known)


def _names(of: type) -> list[str]:
    return [one.name for one in fields(of)]


def as_text(value: object) -> str:
    """A value that JSON has no form for: a time or day in ISO 8601, or its text."""
    return value.isoformat() if isinstance(value, date) else str(value)
