"""A support desk with the shape of Front's API: contacts with custom fields.

Documented by Front: a PATCH that has some custom fields erases the others, so a contact is read
first, and its other fields are sent back with ours.
"""

import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal, TypeVar
from urllib.parse import quote

import httpx
import tenacity

from commerce_marts.errors import RunnerError
from commerce_marts.sync.fields import Fields

T = TypeVar("T")
Outcome = Literal["sent", "already there", "not at the desk", "cleared"]

ATTEMPTS = 5
# A desk that is used up by others answers 429 for a while, each time with a pause.
ATTEMPTS_WHEN_BUSY = 10
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 600.0
SCOPES = "contacts:read, contacts:write and custom_fields:read"
SHOWN_LETTERS = 200


class ContactError(Exception):
    """A contact was not updated, and the next may be. The message is the reason."""


class NoAnswerError(ContactError):
    """The desk did not answer, or with a fault of its own."""


class BusyError(NoAnswerError):
    """The desk wants fewer requests."""

    def __init__(self, message: str, seconds: float | None) -> None:
        super().__init__(message)
        self.seconds = seconds


class DeskError(RunnerError):
    """No contact can be updated now."""


class Pacer:
    """Spaces requests evenly, and allows no minute more than `per_minute` of them.

    Requests that belong together follow each other at once; the next waits longer for it.
    """

    def __init__(
        self,
        per_minute: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.seconds_between = 60 / per_minute
        self.clock, self.sleep = clock, sleep
        self.next_at = clock()
        self.recent: deque[float] = deque(maxlen=max(1, int(per_minute)))

    def take(self, follows: bool) -> None:
        """Returns when a request may be sent. `follows` means that it belongs to the one before."""
        allowed_at = self.clock() if follows else self.next_at
        if len(self.recent) == self.recent.maxlen:
            allowed_at = max(allowed_at, self.recent[0] + 60)
        while (seconds := allowed_at - self.clock()) > 0:
            self.sleep(seconds)
        self.recent.append(self.clock())
        self.next_at = max(self.next_at, self.clock()) + self.seconds_between


@dataclass(frozen=True, repr=False)
class Desk:
    """The desk at an address. `reads` tells whether a contact is read before it is changed."""

    client: httpx.Client
    pacer: Pacer
    token: str
    reads: bool

    def field_types(self) -> Mapping[str, str] | None:
        """{custom field of contacts: its type}; None where the desk does not list them.

        Raises DeskError where the desk cannot be reached, or refuses.
        """
        try:
            response = self._again(lambda: self._request("GET", "/contacts/custom_fields"))
        except ContactError as error:
            raise DeskError(
                f"The desk at {self.client.base_url} does not list its custom fields: {error}. "
                f"Check the address, --url, and that the token has the scopes {SCOPES}."
            ) from None
        if response.status_code in (404, 405, 501):
            return None
        try:
            return {field["name"]: field["type"] for field in response.json()["_results"]}
        except (ValueError, KeyError, TypeError):
            raise DeskError(
                f"{self.client.base_url} does not list custom fields as Front's API does. Check "
                "the address: --url."
            ) from None

    def update(self, email: str, fields: Fields, ours: Set[str], compared: Set[str]) -> Outcome:
        """Gives the contact these fields, and none of the others in `ours`.

        Fields that are nobody's of `ours` stay. Nothing is sent where the `compared` ones are there
        already. Raises ContactError, or DeskError if the others would fail too.
        """
        return self._again(lambda: self._update(email, fields, ours, compared))

    def clear(self, email: str, ours: Set[str]) -> Outcome:
        """Takes these fields from the contact. Raises as `update`."""
        return self._again(lambda: self._clear(email, ours))

    def _update(self, email: str, fields: Fields, ours: Set[str], compared: Set[str]) -> Outcome:
        if not self.reads:
            return "sent" if self._patch(email, fields, follows=False) else "not at the desk"
        current = self._current(email)
        if current is None:
            return "not at the desk"
        if all(current.get(name) == fields.get(name) for name in compared):
            return "already there"
        others = {name: value for name, value in current.items() if name not in ours}
        return "sent" if self._patch(email, {**others, **fields}) else "not at the desk"

    def _clear(self, email: str, ours: Set[str]) -> Outcome:
        nothing: dict[str, None] = dict.fromkeys(sorted(ours))
        if not self.reads:
            return "cleared" if self._patch(email, nothing, follows=False) else "not at the desk"
        current = self._current(email)
        if current is None:
            return "not at the desk"
        others = {name: value for name, value in current.items() if name not in ours}
        # Front erases what is not sent. It does not document what an object without any field, or
        # null, does, so the contact is read again.
        for sent in (others, {**others, **nothing}):
            if not ours & current.keys():
                return "cleared"
            self._patch(email, sent)
            current = self._current(email, follows=True) or {}
        if left := ours & current.keys():
            raise ContactError(f"the desk keeps {', '.join(sorted(left))}")
        return "cleared"

    def _current(self, email: str, follows: bool = False) -> dict[str, Any] | None:
        """The custom fields that have a value; None if there is no such contact."""
        response = self._request("GET", _path(email), follows=follows)
        if response.status_code == 404:
            return None
        if response.status_code in (405, 501):
            raise DeskError(
                f"{self.client.base_url} does not let contacts be read (status "
                f"{response.status_code}). If it keeps the custom fields that a request leaves "
                "out, sync with --without-reading."
            )
        try:
            fields = response.json()["custom_fields"] or {}
            return {name: value for name, value in fields.items() if value is not None}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ContactError("the desk did not answer with a contact") from None

    def _patch(self, email: str, fields: Mapping[str, Any], follows: bool = True) -> bool:
        """Whether there is such a contact."""
        body = {"custom_fields": fields}
        response = self._request("PATCH", _path(email), body, follows=follows)
        if response.status_code in (405, 501):
            raise DeskError(
                f"{self.client.base_url} does not let contacts be changed (status "
                f"{response.status_code}). Check the address: --url."
            )
        return response.status_code != 404

    def _request(
        self, method: str, path: str, body: object = None, follows: bool = False
    ) -> httpx.Response:
        """The answer, if its status is below 300 or 404, 405 or 501.

        `follows` means that it belongs to the request before.
        """
        self.pacer.take(follows)
        try:
            response = self.client.request(method, path, json=body)
        except httpx.TimeoutException:
            raise NoAnswerError("no answer in time") from None
        except httpx.TransportError as error:
            raise NoAnswerError(f"no answer: {self._shown(str(error))}") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ContactError(self._shown(str(error))) from None
        status = response.status_code
        if status < 300 or status in (404, 405, 501):
            return response
        reason = f"status {status}{self._reason(response)}"
        if status == 429:
            raise BusyError(reason, _retry_after(response))
        if status == 401:
            raise DeskError(f"The desk refused the token: {reason}. It needs the scopes {SCOPES}.")
        if status >= 500 or status == 408:
            raise NoAnswerError(reason)
        raise ContactError(reason)

    def _again(self, work: Callable[[], T]) -> T:
        """What `work` returns; done again, with growing pauses, where there was no answer.

        It is done again as a whole, because the desk may have done what it did not confirm.
        """
        growing = tenacity.wait_exponential_jitter(
            FIRST_PAUSE_SECONDS, max=LONGEST_PAUSE_SECONDS, jitter=FIRST_PAUSE_SECONDS / 2
        )

        def pause(state: tenacity.RetryCallState) -> float:
            error = state.outcome and state.outcome.exception()
            seconds = error.seconds if isinstance(error, BusyError) else None
            return growing(state) if seconds is None else seconds

        def is_enough(state: tenacity.RetryCallState) -> bool:
            error = state.outcome and state.outcome.exception()
            if isinstance(error, BusyError):
                too_long = (error.seconds or 0) > LONGEST_PAUSE_SECONDS
                return too_long or state.attempt_number >= ATTEMPTS_WHEN_BUSY
            return state.attempt_number >= ATTEMPTS

        try:
            return tenacity.Retrying(
                retry=tenacity.retry_if_exception_type(NoAnswerError),
                wait=pause,
                stop=is_enough,
                sleep=self.pacer.sleep,
                reraise=True,
            )(work)
        except BusyError as error:
            wanted = (
                "" if error.seconds is None else f", and wants a pause of {error.seconds:,.0f} s"
            )
            raise DeskError(
                f"The desk has no requests left for this sync ({error}{wanted}). Sync again "
                "later, or with a lower --per-minute."
            ) from None

    def _reason(self, response: httpx.Response) -> str:
        """What the desk says of it, such as `: Bad request`."""
        try:
            error = response.json()["_error"]
            text = str(error.get("message") or error.get("title") or "")
        except (ValueError, KeyError, TypeError, AttributeError):
            return ""
        return f": {self._shown(text)}" if text else ""

    def _shown(self, text: str) -> str:
        """One short line, without the token, which a desk may repeat."""
        return " ".join(text.replace(self.token, "***").split())[:SHOWN_LETTERS]


@contextmanager
def opened_desk(
    url: str, token: str, per_minute: float, timeout: float, reads: bool
) -> Iterator[Desk]:
    """The desk at a checked address; `timeout` is in seconds."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    with httpx.Client(base_url=url, headers=headers, timeout=timeout) as client:
        yield Desk(client, Pacer(per_minute), token, reads)


def _path(email: str) -> str:
    return f"/contacts/alt:email:{quote(email, safe='@')}"


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that the desk wants to be left alone: a number, or a date, in its header."""
    text = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
