"""What has changed since it was sent last."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from commerce_marts.errors import RunnerError
from commerce_marts.sync.contacts import Contacts
from commerce_marts.sync.fields import FieldMapping, Fields
from commerce_marts.sync.state import LastTry

# Fewer may always be cleared.
CLEARED_UNASKED = 10


@dataclass(frozen=True)
class Change:
    """A contact that the desk must get, or must be cleared of where `fields` is None."""

    email: str
    fields: Fields | None
    # Custom fields that are of this sync, now or when it was sent last.
    ours: Set[str]


@dataclass(frozen=True)
class Changes:
    """All changes in the order in which they are sent."""

    changes: tuple[Change, ...]
    unchanged: int
    # How many of the changes failed, or were not at the desk, the last time.
    tried_before: int

    @property
    def cleared(self) -> int:
        """How many contacts lose their fields."""
        return sum(change.fields is None for change in self.changes)


def changes_since(
    contacts: Contacts, sent: Mapping[str, LastTry], mapping: FieldMapping
) -> Changes:
    """Compares the contacts with what was sent to each last.

    What failed the last time comes after the rest, so that it never keeps the rest waiting.
    """
    names = frozenset(mapping.fields.values())
    # A contact whose columns are all null has no value, as one that is not there.
    now = {one.email: one.fields for one in contacts.contacts if mapping.compared(one.fields)}
    updates, cleared = [], []
    for email, fields in now.items():
        last = sent.get(email, LastTry(None))
        is_sent = last.fields is not None and last.pending is None
        if not is_sent or mapping.compared(fields) != mapping.compared(last.fields or {}):
            updates.append(Change(email, fields, names | last.names))
    for email, known in sorted(sent.items()):
        if known.at_the_desk and email not in now:
            cleared.append(Change(email, None, names | known.names))

    def had_a_problem(change: Change) -> bool:
        return change.email in sent and sent[change.email].problem is not None

    changes = sorted([*updates, *cleared], key=had_a_problem)
    return Changes(tuple(changes), len(now) - len(updates), sum(map(had_a_problem, changes)))


def refuse_to_clear_most(changes: Changes, sent: Mapping[str, LastTry]) -> None:
    """Raises RunnerError where more than half of the contacts would lose their fields."""
    known = sum(last.at_the_desk for last in sent.values())
    if changes.cleared > max(CLEARED_UNASKED, known / 2):
        raise RunnerError(
            f"{changes.cleared:,} of the {known:,} contacts that were sent are no longer in "
            "rfm.support_priority, and would lose their fields. Nothing was sent. Look at "
            "`commerce-marts status`; if they have really left, sync with --accept-cleared."
        )
