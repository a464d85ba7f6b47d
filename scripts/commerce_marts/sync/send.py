"""Sends changes to the desk, one contact at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from commerce_marts.sync.changes import Change
from commerce_marts.sync.desk import ContactError, Desk, DeskError, Outcome
from commerce_marts.sync.fields import FieldMapping, Fields, as_type
from commerce_marts.sync.state import State

# So many contacts without an answer, one after the other, mean that the desk is down.
FAILED_IN_A_ROW = 10


@dataclass
class Result:
    """What became of the contacts: {outcome: e-mail addresses}, {e-mail address: reason}."""

    done: dict[Outcome, list[str]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    # Why the rest was not tried.
    stopped: str = ""


def send(
    changes: Sequence[Change],
    desk: Desk,
    state: State,
    mapping: FieldMapping,
    progress: Callable[[int], None],
) -> Result:
    """Sends the changes in their order, and writes each into the state before the next.

    `progress` is told how many are done. A contact that fails does not stop the others; a desk that
    refuses everything does. Raises OptionError where a custom field has another type; nothing is
    sent then.
    """
    result, in_a_row = Result(), 0
    try:
        types = _checked_types(desk, mapping)
        # All at once, so that nothing is sent where a field has a wrong type.
        fields_of = {one.email: _typed(one.fields, types) for one in changes if one.fields}
        for number, change in enumerate(changes, start=1):
            state.is_sending(change.email, change.fields or {})
            try:
                outcome = _send_one(change, fields_of.get(change.email), desk, mapping)
            except ContactError as error:
                state.has_failed(change.email, str(error))
                result.failed[change.email] = str(error)
                in_a_row += 1
                if in_a_row == FAILED_IN_A_ROW:
                    result.stopped = f"{in_a_row} contacts in a row failed"
                    break
            else:
                _record(change, outcome, state)
                result.done.setdefault(outcome, []).append(change.email)
                in_a_row = 0
            progress(number)
    except DeskError as error:
        result.stopped = error.message
    return result


def _send_one(change: Change, fields: Fields | None, desk: Desk, mapping: FieldMapping) -> Outcome:
    if fields is None:
        return desk.clear(change.email, change.ours)
    return desk.update(change.email, fields, change.ours, mapping.compared_names(change.ours))


def _record(change: Change, outcome: Outcome, state: State) -> None:
    if change.fields is None:
        state.forget(change.email)
    elif outcome == "not at the desk":
        state.is_missing(change.email)
    else:
        state.has_sent(change.email, change.fields)


def _typed(fields: Fields, types: Mapping[str, str]) -> Fields:
    return {
        name: as_type(value, types[name], name) if name in types else value
        for name, value in fields.items()
    }


def _checked_types(desk: Desk, mapping: FieldMapping) -> Mapping[str, str]:
    """The types of the desk's custom fields. Empty where it does not list them."""
    types = desk.field_types()
    if types is None:
        if desk.reads:
            raise DeskError(
                "The desk does not list its custom fields as Front's API does. Check the address: "
                "--url. A desk that has no such list, and keeps custom fields that a request "
                "leaves out, is synced with --without-reading."
            )
        return {}
    missing = [name for name in mapping.fields.values() if name not in types]
    if missing:
        raise DeskError(
            f"The desk has no custom field {', '.join(map(repr, missing))} for contacts; it has "
            f"{', '.join(map(repr, types)) or 'none'}. Make it there, or name another with "
            "--fields FILE."
        )
    return types
