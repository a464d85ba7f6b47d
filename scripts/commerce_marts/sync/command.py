"""`commerce-marts sync`: what the marts say, sent to the systems that people work in."""

import csv
import importlib.util
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from commerce_marts.errors import RunnerError, shown_path
from commerce_marts.export import harmless
from commerce_marts.project import project_at
from commerce_marts.publish.lock import only_one
from commerce_marts.sync.address import (
    FRONT,
    TOKEN_VARIABLE,
    URL_VARIABLE,
    token_checked,
    url_checked,
)
from commerce_marts.sync.changes import Changes, changes_since, refuse_to_clear_most
from commerce_marts.sync.contacts import Contacts, contacts_of, warehouse_checked
from commerce_marts.sync.fields import FieldMapping, mapping_read
from commerce_marts.sync.state import State, opened_state, state_path

LIBRARIES = ("httpx", "tenacity")
SHOWN = 10
# A log gets one line for each fifth of the contacts.
PROGRESS_LINES = 5
PATH = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True)
class SyncRequest:
    """A sync that may start."""

    warehouse: Path
    mapping: FieldMapping
    url: str
    per_minute: float
    timeout: float
    reads: bool
    accept_cleared: bool


@click.group()
def sync() -> None:
    """Send what the marts say to the systems that people work in."""


@sync.command("support-desk")
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
@click.option(
    "--csv", "csv_file", type=FILE, help="Write all contacts to this file, and send nothing."
)
@click.option("--url", default=FRONT, envvar=URL_VARIABLE, show_envvar=True, help="The desk's API.")
@click.option("--fields", type=FILE, help="YAML: which column is sent as which custom field.")
@click.option(
    "--per-minute",
    type=click.FloatRange(min=0, min_open=True),
    default=50,
    help="Requests a minute that this sync may use.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=30,
    help="Seconds to wait for an answer.",
)
@click.option(
    "--without-reading",
    is_flag=True,
    help="Half the requests. Front then erases the other custom fields of each contact.",
)
@click.option(
    "--accept-cleared",
    is_flag=True,
    help="Sync although more than half of the contacts lose their fields.",
)
@click.option("--warehouse", type=PATH, help="The file. Default: warehouse/commerce.duckdb.")
@click.option("--project-dir", type=PATH, help="The dbt project. Default: around this folder.")
def support_desk(
    dry_run: bool,
    csv_file: Path | None,
    url: str,
    fields: Path | None,
    per_minute: float,
    timeout: float,
    without_reading: bool,
    accept_cleared: bool,
    warehouse: Path | None,
    project_dir: Path | None,
) -> None:
    """Send the support priority of customers to the contacts of the support desk.

    Only what has changed since the last successful sync is sent, by Front's API: one contact for
    each e-mail address. The token comes from the environment variable COMMERCE_MARTS_DESK_TOKEN. A
    sync may be stopped or killed at any time; the next one goes on. The exit code is 0 if all was
    sent, 1 if a contact failed; it is tried again by the next sync.
    """
    if dry_run and csv_file:
        raise click.UsageError("Use --dry-run or --csv, not both: each sends nothing.")
    request = SyncRequest(
        warehouse=warehouse_checked(warehouse or project_at(project_dir).default_warehouse),
        mapping=mapping_read(fields),
        url=url_checked(url),
        per_minute=per_minute,
        timeout=timeout,
        reads=not without_reading,
        accept_cleared=accept_cleared,
    )
    if csv_file:
        _write_csv(request, csv_file)
    elif dry_run:
        with opened_state(state_path(request.warehouse), request.url, read_only=True) as state:
            changes = _changes(request, state)
        for line in _requests(changes):
            click.echo(line)
    else:
        _send(request, token_checked(os.environ.get(TOKEN_VARIABLE)))


def _send(request: SyncRequest, token: str) -> None:
    """Sends the changes. Raises RunnerError where a contact failed."""
    missing = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    if missing:
        raise RunnerError(
            f"A sync needs {' and '.join(missing)}, which is not installed: pip install -c "
            "requirements-dev.lock -c requirements.lock -e '.[sync]'"
        )
    # A build does not need these libraries.
    from commerce_marts.sync.desk import opened_desk
    from commerce_marts.sync.send import Result, send

    path = state_path(request.warehouse)
    with only_one(path, "sync"), opened_state(path, request.url) as state:
        changes = _changes(request, state)
        if not request.accept_cleared:
            refuse_to_clear_most(changes, state.all())
        result = Result()
        if changes.changes:
            with opened_desk(
                request.url, token, request.per_minute, request.timeout, request.reads
            ) as desk:
                progress = _progress(len(changes.changes))
                result = send(changes.changes, desk, state, request.mapping, progress)
    counts = ", ".join(f"{outcome} {len(emails):,}" for outcome, emails in result.done.items())
    click.echo(f"{_capital(counts) or 'Nothing was sent'}, failed {len(result.failed):,}.")
    if missing_contacts := result.done.get("not at the desk"):
        click.echo(f"Not at the desk, asked for again by each sync: {_counted(missing_contacts)}.")
    if result.failed or result.stopped:
        raise RunnerError(_failure(result.failed, result.stopped))


def _changes(request: SyncRequest, state: State) -> Changes:
    """What must be sent; says who is left out, and why."""
    contacts = contacts_of(request.warehouse, request.mapping)
    changes = changes_since(contacts, state.all(), request.mapping)
    _tell(contacts)
    updates = len(changes.changes) - changes.cleared
    click.echo(
        f"Contacts new or changed: {updates:,}; that left and lose their fields: "
        f"{changes.cleared:,}; as they were sent: {changes.unchanged:,}."
    )
    if changes.tried_before:
        click.echo(
            f"Of these, failed or not at the desk the last time, sent after the others: "
            f"{changes.tried_before:,}."
        )
    if changes.changes:
        requests = len(changes.changes) * (2 if request.reads else 1)
        click.echo(
            f"At {request.per_minute:,.10g} requests a minute this takes about "
            f"{max(1, round(requests / request.per_minute)):,} min."
        )
    return changes


def _tell(contacts: Contacts) -> None:
    """Says how many users there are, and which of them are not contacts."""
    day = f" as of {contacts.as_of_date}" if contacts.as_of_date else ""
    click.echo(
        f"Users with a support priority{day}: {contacts.users_count:,}. "
        f"Contacts: {len(contacts.contacts):,}."
    )
    if contacts.without_address:
        click.echo(f"Users without an e-mail address, left out: {contacts.without_address:,}.")
    if wrong := contacts.no_addresses:
        click.echo(f"Users whose e-mail is not an address, left out: {_counted(wrong)}.")
    if shared := contacts.shared_addresses:
        click.echo(f"Addresses of several users, the highest priority is sent: {_counted(shared)}.")


def _requests(changes: Changes) -> Iterable[str]:
    """The first requests as lines of text."""
    for change in changes.changes[:SHOWN]:
        if change.fields is None:
            yield f"  clear {change.email}: {', '.join(sorted(change.ours))}"
        else:
            fields = json.dumps(change.fields, ensure_ascii=False)
            yield f"  PATCH contacts/alt:email:{change.email} custom_fields {fields}"
    if len(changes.changes) > SHOWN:
        yield f"  and {len(changes.changes) - SHOWN:,} more"
    yield "Nothing was sent: this is a dry run."


def _write_csv(request: SyncRequest, file: Path) -> None:
    """Writes all contacts in one step: a header, then a row for each."""
    contacts = contacts_of(request.warehouse, request.mapping)
    _tell(contacts)
    names = list(request.mapping.fields.values())
    part = file.with_name(f".{file.name}.part")
    try:
        with part.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(map(harmless, ["email", *names]))
            for contact in contacts.contacts:
                values = [contact.email, *(contact.fields.get(name) for name in names)]
                writer.writerow(map(harmless, values))
        part.replace(file)
    except OSError as error:
        raise RunnerError(
            f"{shown_path(file)} cannot be written: {error.strerror}. Name another with --csv."
        ) from error
    click.echo(f"Wrote {shown_path(file)}. Nothing was sent.")


def _progress(total: int) -> Callable[[int], None]:
    """A function that is told how many contacts are done, and prints each fifth."""

    def show(done: int) -> None:
        if PROGRESS_LINES * done // total > PROGRESS_LINES * (done - 1) // total:
            click.echo(f"  {done:,} of {total:,} contacts done")

    return show


def _failure(failed: Mapping[str, str], stopped: str) -> str:
    lines = [f"{email}: {reason}" for email, reason in failed.items()]
    more = [f"and {len(lines) - SHOWN:,} more"] if len(lines) > SHOWN else []
    if lines:
        lines = [f"Contacts that failed: {len(lines):,}:", *lines[:SHOWN], *more]
    if stopped:
        lines.append(f"The sync stopped, and the other contacts were not tried. {stopped}")
    lines.append("What was sent is kept. The next `commerce-marts sync support-desk` goes on.")
    return "\n".join(lines)


def _counted(texts: Sequence[str]) -> str:
    """How many there are, and the first of them."""
    more = len(texts) - SHOWN
    others = f" and {more:,} more" if more > 0 else ""
    return f"{len(texts):,} ({', '.join(texts[:SHOWN])}{others})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
