"""What a sync does when the desk is busy, down, slow, or refuses."""

import os
import signal
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from threading import Event

import httpx
import pytest
from front_desk import TOKEN
from users import User, fields_of

from commerce_marts.errors import OptionError
from commerce_marts.sync.address import token_checked, url_checked
from commerce_marts.sync.changes import Change
from commerce_marts.sync.desk import Desk, DeskError, NoAnswerError, Pacer, _retry_after
from commerce_marts.sync.fields import FieldMapping, mapping_read
from commerce_marts.sync.send import send
from commerce_marts.sync.state import opened_state

EMAIL = "u1@example.com"
USERS = [User(f"U{number}", f"u{number}@example.com", number) for number in range(1, 6)]
EMAILS = [user.email for user in USERS]
OURS = frozenset(fields_of(1))


class Clock:
    """A clock that only sleeping moves; it writes down each sleep in seconds."""

    def __init__(self):
        self.now, self.sleeps = 0.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.sleeps.append(seconds)
        self.now += seconds


@contextmanager
def client_of(front, clock, timeout=5.0, per_minute=1e9):
    """The desk as a sync sees it, with a clock that does not wait."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(
        base_url=front.url, headers=headers, timeout=timeout, trust_env=False
    ) as client:
        yield Desk(client, Pacer(per_minute, clock, clock.sleep), TOKEN, reads=True)


def updated(front, clock, timeout=5.0):
    with client_of(front, clock, timeout) as desk:
        return desk.update(EMAIL, fields_of(1), OURS, OURS)


def pauses(clock):
    """The sleeps that are pauses, and not the spacing of requests."""
    return [seconds for seconds in clock.sleeps if seconds > 0.1]


def test_the_pause_that_a_busy_desk_asks_for_is_kept(desk):
    clock = Clock()
    front = desk([EMAIL], fault=lambda number, method, email: 429 if number in (1, 3) else None)
    assert updated(front, clock) == "sent"
    assert pauses(clock) == [1.0, 1.0]
    assert front.contacts[EMAIL] == fields_of(1)


def test_retry_after_is_a_number_of_seconds_or_a_date():
    def seconds(text):
        return _retry_after(httpx.Response(429, headers={"Retry-After": text} if text else {}))

    assert seconds("7") == 7
    assert seconds("0.5") == 0.5
    assert 55 < seconds(format_datetime(datetime.now(UTC) + timedelta(seconds=60))) <= 60
    assert seconds(format_datetime(datetime.now(UTC) - timedelta(hours=1))) == 0
    assert seconds("soon") is None
    assert seconds("") is None


@pytest.mark.parametrize("fault", [500, 503, 408, "drop", "slow"])
def test_a_request_without_an_answer_is_tried_again(desk, fault):
    clock = Clock()
    front = desk([EMAIL], fault=lambda number, method, email: fault if number == 1 else None)
    assert updated(front, clock, timeout=0.3) == "sent"
    assert len(pauses(clock)) == 1
    assert front.contacts[EMAIL] == fields_of(1)


@pytest.mark.parametrize("fault", ["drop", "slow"])
def test_a_change_that_the_desk_made_and_did_not_confirm_is_not_made_twice(desk, fault):
    front = desk([EMAIL], fault=lambda number, method, email: fault if number == 2 else None)
    assert updated(front, Clock(), timeout=0.3) == "already there"
    assert len(front.of("PATCH")) == 1
    assert front.contacts[EMAIL] == fields_of(1)


def test_pauses_grow_and_end_with_the_reason(desk):
    clock = Clock()
    front = desk([EMAIL], fault=lambda number, method, email: 500)
    with pytest.raises(NoAnswerError, match=r"status 500: trouble with Bearer \*\*\*"):
        updated(front, clock)
    assert len(front.requests) == 5
    waited = pauses(clock)
    assert len(waited) == 4
    assert all(later > earlier for earlier, later in pairwise(waited))


def test_a_desk_that_stays_busy_ends_the_sync(desk):
    front = desk([EMAIL], fault=lambda number, method, email: 429)
    with pytest.raises(DeskError, match=r"no requests left for this sync.*lower --per-minute"):
        updated(front, Clock())
    assert len(front.requests) == 10


def test_a_desk_that_is_down_is_not_asked_for_every_contact(desk, tmp_path):
    emails = [f"u{number}@example.com" for number in range(50)]
    front = desk(emails, fault=lambda number, method, email: 503 if number > 12 else None)
    changes = [Change(email, {"Support priority": 1}, OURS) for email in emails]
    mapping = FieldMapping({"priority": "Support priority"})
    with (
        client_of(front, Clock()) as client,
        opened_state(tmp_path / "state.sqlite", front.url) as state,
    ):
        result = send(changes, client, state, mapping, lambda done: None)
        tries = state.all()
    assert result.stopped == "10 contacts in a row failed"
    assert len(result.failed) == 10
    assert len(tries) == 15
    assert {tries[email].problem for email in result.failed} == {
        "status 503: trouble with Bearer ***"
    }


def test_a_desk_that_cannot_be_reached_is_told(desk, tmp_path):
    front = desk([])
    front.url = "http://127.0.0.1:9"
    with (
        client_of(front, Clock()) as client,
        opened_state(tmp_path / "state.sqlite", front.url) as state,
    ):
        result = send([Change(EMAIL, {}, OURS)], client, state, mapping_read(None), print)
    assert "http://127.0.0.1:9 does not list its custom fields: no answer: " in result.stopped


def test_contacts_that_failed_are_told_and_come_last_the_next_time(sync, write, desk):
    write(USERS)
    trouble = {"u1@example.com": 400, "u2@example.com": 422}
    front = desk(EMAILS, fault=lambda number, method, email: trouble.get(email))
    result = sync(front, expect=1)
    assert "Sent 3, failed 2." in result.stdout
    assert "Contacts that failed: 2:" in result.stderr
    assert "u1@example.com: status 400: trouble with Bearer ***" in result.stderr
    assert "The next `commerce-marts sync support-desk` goes on." in result.stderr

    trouble.clear()
    write([*USERS, User("U9", "u9@example.com", 5)])
    front.contacts["u9@example.com"] = {}
    front.requests.clear()
    assert "sent after the others: 2." in sync(front).stdout
    assert [request.email for request in front.of("PATCH")] == [
        *("u9@example.com", "u1@example.com", "u2@example.com")
    ]


def test_faults_now_and_then_lose_and_repeat_nothing(sync, write, desk):
    users = [User(f"U{number}", f"u{number}@example.com", number % 5 + 1) for number in range(40)]
    faults = {5: 500, 17: "drop", 24: "slow", 38: 429, 51: 502, 64: "drop", 79: 500}
    write(users)
    front = desk(
        [user.email for user in users], fault=lambda number, method, email: faults.get(number)
    )
    sync(front, "--timeout", 0.5)
    assert front.contacts == {user.email: fields_of(user.priority) for user in users}
    made = [request.email for request in front.of("PATCH", 204, 0)]
    assert sorted(made) == sorted(front.contacts)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (401, "The desk refused the token: status 401: trouble with Bearer ***"),
        (403, "does not list its custom fields: status 403: trouble with Bearer ***"),
    ],
)
def test_a_refused_token_ends_the_sync_at_once_and_is_not_shown(sync, write, desk, status, message):
    write(USERS)
    front = desk(EMAILS, fault=lambda number, method, email: status)
    result = sync(front, expect=1)
    assert message in result.stderr
    assert "contacts:write" in result.stderr
    assert len(front.requests) == 1


def test_a_contact_that_the_token_may_not_see_does_not_stop_the_others(sync, write, desk):
    write(USERS)
    front = desk(EMAILS, fault=lambda number, method, email: 403 if email == EMAIL else None)
    result = sync(front, expect=1)
    assert "Sent 4, failed 1." in result.stdout
    assert f"{EMAIL}: status 403" in result.stderr


def test_a_token_that_the_desk_does_not_know_ends_the_sync(sync, write, desk):
    write(USERS)
    result = sync(desk(EMAILS), expect=1, token="another-token")
    assert "The desk refused the token: status 401: Bearer *** is not known" in result.stderr
    assert "another-token" not in result.stdout + result.stderr


def test_a_desk_that_cannot_be_read_is_synced_without_reading_only(sync, write, desk):
    write(USERS)
    front = desk(EMAILS, fault=lambda number, method, email: 501 if method == "GET" else None)
    # Its types are not known to the sync, so a date stays text.
    front.types["Customer segment as of"] = "string"
    assert "is synced with --without-reading" in sync(front, expect=1).stderr
    assert front.of("PATCH") == []
    sync(front, "--without-reading")
    assert front.contacts["u1@example.com"] == fields_of(1, as_of="2024-06-30")


@pytest.mark.parametrize("token", ["", "  ", "two words", "schlüssel", "line\nbreak"])
def test_what_is_not_a_token_is_refused_and_not_shown(token):
    with pytest.raises(OptionError, match="COMMERCE_MARTS_DESK_TOKEN") as refused:
        token_checked(token)
    assert not token.strip() or token not in refused.value.message
    assert token_checked(" abc\n") == "abc"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://desk.example.com", "would send the token unencrypted: use https"),
        ("https://somebody:sEcReT@desk.example.com", "must not hold a user"),
        ("api2.frontapp.com", "is not the address of an API"),
        ("ftp://desk.example.com", "is not the address of an API"),
        ("https://desk.example.com?token=1", "is not the address of an API"),
        ("https://desk.example.com:port", "is not the address of an API"),
    ],
)
def test_an_address_that_would_tell_the_token_is_refused(url, message):
    with pytest.raises(OptionError, match=message) as refused:
        url_checked(url)
    assert "sEcReT" not in refused.value.message
    assert url_checked("https://desk.example.com/api/") == "https://desk.example.com/api"


def test_one_sync_runs_at_a_time(sync, start, write, desk):
    write(USERS)
    asked, release = Event(), Event()

    def wait(number, what):
        asked.set()
        release.wait(60)

    front = desk(EMAILS, moment=wait)
    first = start(front)
    try:
        assert asked.wait(60)
        second = sync(front, expect=1)
        assert f"is running (process {first.pid}" in second.stderr
        assert "A sync of " in second.stderr
    finally:
        release.set()
        assert first.finished().returncode == 0
    assert len(front.of("PATCH")) == 5


def test_a_change_in_doubt_is_taken_back_when_the_mart_went_back(sync, start, write, desk):
    write(USERS)
    front = desk(EMAILS)
    sync(front)
    front.requests.clear()
    write([User("U1", EMAIL, 5), *USERS[1:]])

    def kill(number, what):
        if what == "changed" and front.contacts[EMAIL] == fields_of(5):
            os.kill(killed.pid, signal.SIGKILL)

    front.moment = kill
    killed = start(front)
    assert killed.finished().returncode == -signal.SIGKILL
    assert front.contacts[EMAIL] == fields_of(5)

    front.moment = lambda number, what: None
    write(USERS)
    assert "Sent 1, failed 0." in sync(front).stdout
    assert front.contacts[EMAIL] == fields_of(1)


def test_a_minute_has_no_more_requests_than_allowed():
    clock = Clock()
    pacer, sent = Pacer(50, clock, clock.sleep), []
    for number in range(1_000):
        # A contact is read and patched at once; some need one request, some take time.
        for follows in [False] if number % 7 == 0 else [False, True]:
            pacer.take(follows)
            sent.append(clock.now)
            clock.now += 0.05 * (number % 3)
    # A microsecond for the rounding of the sums.
    assert max(sum(start <= at < start + 60 - 1e-6 for at in sent) for start in sent) == 50
    assert len(sent) / (clock.now / 60) == pytest.approx(50, rel=0.01)
    assert max(later - earlier for earlier, later in pairwise(sent)) < 2.6
