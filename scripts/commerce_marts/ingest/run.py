"""One run of `commerce-marts ingest`: every table is read, merged, and told."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import duckdb
import sqlalchemy as sa

from commerce_marts.errors import RunnerError, shown_path
from commerce_marts.ingest.landed import (
    Counts,
    Merge,
    State,
    Work,
    merge,
    refuse_open_file,
    states_of,
    strangers,
)
from commerce_marts.ingest.secret import shown_url, telling_no_secret
from commerce_marts.ingest.source import (
    CHANGED_AT,
    Moment,
    Source,
    clock_of,
    read_into,
    reading,
    resource_of,
    source_of,
)
from commerce_marts.ingest.tables import Table
from commerce_marts.publish.lock import only_one


@dataclass(frozen=True)
class Request:
    """A run that may start: the tables of a domain, where they are, and the file they go into."""

    domain: str
    tables: tuple[Table, ...]
    url: sa.URL
    into: Path
    full_compare: bool
    full_refresh: bool
    accept_vanished: bool
    max_vanished_share: float


@dataclass(frozen=True)
class Reading:
    """A table that is about to be read: all of it, or what has changed since then."""

    source: Source
    is_first: bool
    up_to: Moment | None
    since: Moment | None

    @property
    def is_whole(self) -> bool:
        """Whether every row is read, so that deleted ones are seen."""
        return self.since is None


def land(request: Request) -> None:
    """Lands the tables and tells how many rows. Raises RunnerError with what is wrong."""
    with only_one(request.into, "load"):
        refuse_open_file(request.into)
        began = time.monotonic()
        work = Work(request.into)
        try:
            if done := work.open():
                click.echo(f"Going on with the run that was stopped: {done} tables are done.")
            with telling_no_secret(request.url), reading(request.url) as engine:
                rows = _land_all(request, engine, work)
            work.publish()
        except (duckdb.Error, OSError) as error:
            raise RunnerError(
                f"{shown_path(request.into)} was not written: {error}\nSee whether its folder is "
                f"writable and has room for a second copy of the file, then run this again."
            ) from error
        finally:
            work.leave()
    click.echo(
        f"Landed {request.domain} from {shown_url(request.url)} in {shown_path(request.into)}: "
        f"{len(request.tables)} tables, {rows:,} rows new, changed or gone, in "
        f"{time.monotonic() - began:.1f} s."
    )


def _land_all(request: Request, engine: sa.Engine, work: Work) -> int:
    """Merges every table into the work; returns how many rows are new, changed or gone."""
    now, rows = clock_of(engine), 0
    for group in _groups(_readings(request, engine, work)):
        for reading_, counts in _landed(request, engine, work, now, group):
            click.echo(f"{reading_.source.table.name}: {counts}")
            _tell_future(reading_.source.table, counts)
            rows += counts.new + counts.changed + counts.gone
    return rows


def _readings(request: Request, engine: sa.Engine, work: Work) -> list[Reading]:
    """What to read of each table. Raises before anything is read where the source has changed."""
    states = states_of(work, request.domain)
    others = strangers(work, request.domain, request.tables)
    if others and not request.full_refresh:
        raise RunnerError(
            f"{shown_path(request.into)} has raw_{request.domain}.{others[0]}, which ingest did "
            f"not land. Name another file with --into, or replace the table with --full-refresh."
        )
    readings = []
    inspector = sa.inspect(engine)
    for table in request.tables:
        source = source_of(engine, inspector, table)
        state = None if request.full_refresh else states.get(table.name)
        if state is not None and state.definition != table.definition:
            click.echo(f"{table.name}: its entry in --tables has changed, so it is landed again.")
            state = None
        if state is None:
            if source.absent:
                names = ", ".join(source.absent)
                click.echo(
                    f"{table.name}: {table.shown_source} has no {names}, which may be missing."
                )
            readings.append(Reading(source, is_first=True, up_to=None, since=None))
            continue
        _refuse_other_kinds(source, state)
        _tell_new_columns(source, state)
        since = None if request.full_compare else _since(table, state)
        readings.append(Reading(source, is_first=False, up_to=state.changed_up_to, since=since))
    return readings


def _since(table: Table, state: State) -> Moment | None:
    """From when on to read: earlier than what was read, for rows that were committed late."""
    if state.changed_up_to is None:
        return None
    overlap = timedelta(minutes=table.overlap_minutes)
    if not isinstance(state.changed_up_to, datetime):
        overlap = max(overlap, timedelta(days=1))
    return state.changed_up_to - overlap


def _groups(readings: Sequence[Reading]) -> Iterator[list[Reading]]:
    """Whole large tables one by one, so that a stopped run keeps what is done; the rest at once."""
    large = [r for r in readings if r.is_whole and r.source.table.has_transactions]
    if others := [reading_ for reading_ in readings if reading_ not in large]:
        yield others
    yield from ([reading_] for reading_ in large)


def _landed(
    request: Request, engine: sa.Engine, work: Work, now: datetime, group: Sequence[Reading]
) -> Iterator[tuple[Reading, Counts]]:
    work.forget_incoming()
    resources = [resource_of(engine, reading_.source, reading_.since) for reading_ in group]
    read_into(work.incoming, work.folder, resources)
    for reading_ in group:
        wanted = Merge(
            source=reading_.source,
            domain=request.domain,
            is_first=reading_.is_first,
            is_whole=reading_.is_whole,
            loaded_at=datetime.now(UTC).replace(tzinfo=None),
            now=now,
            up_to=reading_.up_to,
            max_gone=1.0 if request.accept_vanished else request.max_vanished_share,
        )
        yield reading_, merge(work, wanted)


def _refuse_other_kinds(source: Source, state: State) -> None:
    for name, kind in source.kinds.items():
        before = state.kinds.get(name, kind)
        if before != kind and not _is_wider(kind, before):
            shown = source.table.changed_at if name == CHANGED_AT else name
            raise RunnerError(
                f"{source.table.name}: column {shown} in {source.table.shown_source} was "
                f"{before}, and is {kind} now. Nothing was landed. If that is meant, land the "
                f"tables again with --full-refresh; otherwise give an SQL expression for it in "
                f"--tables."
            )
    gone = [name for name in state.kinds if name not in source.kinds]
    if gone:
        raise RunnerError(
            f"{source.table.name}: {source.table.shown_source} has no column for {gone[0]} any "
            f"more. It has {', '.join(source.column_names)}. Nothing was landed. Name its column "
            f"in --tables, or land the tables without it: --full-refresh."
        )


def _is_wider(kind: str, before: str) -> bool:
    """Whether a decimal has room for every value of the one before."""
    sizes = [
        [int(size) for size in text[8:-1].split(",")]
        for text in (kind, before)
        if text.startswith("decimal(")
    ]
    if len(sizes) < 2:
        return False
    (precision, scale), (precision_before, scale_before) = sizes
    return scale >= scale_before and precision - scale >= precision_before - scale_before


def _tell_new_columns(source: Source, state: State) -> None:
    new = [name for name in source.column_names if name not in state.column_names]
    if new and source.table.source:
        verb = (
            "is not in the contract and is" if len(new) == 1 else "are not in the contract and are"
        )
        click.echo(
            f"{source.table.name}: {source.table.source} has the new column"
            f"{'s' * (len(new) > 1)} {', '.join(new)}, which {verb} ignored."
        )


def _tell_future(table: Table, counts: Counts) -> None:
    if counts.future:
        click.echo(
            f"{table.name}: {counts.future:,} row{'s' * (counts.future != 1)} of "
            f"{table.shown_source} with a {table.changed_at} in the future, read each time."
        )
