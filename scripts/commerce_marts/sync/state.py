"""What was sent to each contact last: an SQLite file beside the warehouse.

    contacts (desk, email)   one row per contact of a desk
        fields               JSON of the custom fields that the desk has confirmed; null if none
        sent_at              when it did, UTC
        pending              JSON of what is sent and not confirmed; {} clears; null if nothing is
        problem              why the last try failed; null after a success
        tried_at             when the last try was, UTC

A row is on the disk before its contact is sent, so that a killed sync is known to be in doubt about
it, and again before the next contact is sent.
"""

import json
import sqlite3
from collections.abc import Iterator, Set
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from commerce_marts.errors import RunnerError, shown_path
from commerce_marts.sync.fields import Fields

TABLE = """
    create table if not exists contacts (
        desk text not null,
        email text not null,
        fields text,
        sent_at text,
        pending text,
        problem text,
        tried_at text not null,
        primary key (desk, email)
    ) without rowid
"""


@dataclass(frozen=True)
class LastTry:
    """What is known of a contact. `fields` is None where the desk has confirmed nothing of ours.

    `pending` was sent, and is not None where the desk has not confirmed it.
    """

    fields: Fields | None
    pending: Fields | None = None
    problem: str | None = None

    @property
    def at_the_desk(self) -> bool:
        """Whether the desk has something of ours, or may have."""
        return self.fields is not None or bool(self.pending)

    @property
    def names(self) -> Set[str]:
        """The custom fields of ours that the desk has, or may have."""
        return {*(self.fields or ()), *(self.pending or ())}


def state_path(warehouse: Path) -> Path:
    """The file of the state of a warehouse."""
    return warehouse.with_name(f"{warehouse.name}.support_desk.sqlite")


@dataclass(frozen=True)
class State:
    """The rows of one desk, which its address names."""

    connection: sqlite3.Connection
    desk: str

    def all(self) -> dict[str, LastTry]:
        """By e-mail address."""
        rows = self.connection.execute(
            "select email, fields, pending, problem from contacts where desk = ?", [self.desk]
        )
        return {
            email: LastTry(_read(fields), _read(pending), problem)
            for email, fields, pending, problem in rows
        }

    def is_sending(self, email: str, fields: Fields) -> None:
        """The desk may have these fields from now on, or have lost all if there are none."""
        self.connection.execute(
            "insert into contacts (desk, email, pending, tried_at) values (?, ?, ?, ?)"
            " on conflict do update set pending = excluded.pending, tried_at = excluded.tried_at",
            [self.desk, email, _written(fields), _now()],
        )

    def has_sent(self, email: str, fields: Fields) -> None:
        """The desk has confirmed these fields."""
        self.connection.execute(
            "update contacts set fields = ?, sent_at = ?, pending = null, problem = null"
            " where desk = ? and email = ?",
            [_written(fields), _now(), self.desk, email],
        )

    def is_missing(self, email: str) -> None:
        """The desk has no such contact, so it has nothing of ours."""
        self.connection.execute(
            "update contacts set fields = null, sent_at = null, pending = null, problem = ?"
            " where desk = ? and email = ?",
            ["not at the desk", self.desk, email],
        )

    def has_failed(self, email: str, problem: str) -> None:
        """The desk may have what it had before, or what is pending."""
        self.connection.execute(
            "update contacts set problem = ? where desk = ? and email = ?",
            [problem, self.desk, email],
        )

    def forget(self, email: str) -> None:
        """Nothing of ours is left at the desk."""
        self.connection.execute(
            "delete from contacts where desk = ? and email = ?", [self.desk, email]
        )


@contextmanager
def opened_state(path: Path, desk: str, read_only: bool = False) -> Iterator[State]:
    """Opens the state, and makes an empty one where there is none.

    With `read_only` nothing is written. Raises RunnerError where the file is something else, or
    cannot be written.
    """
    source = ":memory:" if read_only and not path.exists() else path.absolute().as_uri()
    mode = "?mode=ro" if read_only and path.exists() else ""
    try:
        # Without a transaction of its own, each statement is on the disk when it returns.
        connection = sqlite3.connect(f"{source}{mode}", uri=True, isolation_level=None)
        with closing(connection):
            if not read_only:
                _prepare(connection)
            elif not mode:
                connection.execute(TABLE)
            yield State(connection, desk)
            if not read_only:
                # At rest all is in the one file.
                connection.execute("pragma journal_mode = delete")
    except sqlite3.Error as error:
        raise RunnerError(
            f"{shown_path(path)}, which holds what was sent last, cannot be used: {error}. Free "
            "some space, make it writable, or move it away; without it the next sync compares "
            "every contact with the desk again."
        ) from error


def _prepare(connection: sqlite3.Connection) -> None:
    # One write to the disk for each statement, not four.
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    # What is deleted is a person's address: its bytes are overwritten.
    connection.execute("pragma secure_delete = on")
    connection.execute(TABLE)


def _written(fields: Fields) -> str:
    return json.dumps(fields, ensure_ascii=False)


def _read(fields: str | None) -> Fields | None:
    return None if fields is None else json.loads(fields)


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
