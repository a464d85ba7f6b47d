"""Kill -9 during a sync: no update is lost, and none is made twice."""

import os
import signal
import time
from collections import defaultdict
from itertools import cycle
from random import Random

import pytest
from front_desk import Request
from users import User, fields_of

CONTACTS = 1_000
KILLS = 20
FRONTS_LIMIT = 50
# At Front's own rate 1,000 contacts take 20 minutes, and 40 if they are read first.
MINUTES = [
    pytest.param(0.25, id="a minute of a quarter of a second"),
    pytest.param(60.0, id="a true minute", marks=pytest.mark.long),
]


class Killer:
    """Kills the sync when the desk receives a request, has made the change, or has answered.

    `at`: from which request on, and at which of these moments, in order. Reading changes nothing.
    """

    def __init__(self, at: list[tuple[int, str]]):
        self.at, self.random = at, Random(2)
        self.pid, self.kills = 0, 0

    def __call__(self, number: int, what: str) -> str | None:
        if not self.at or number < self.at[0][0] or what != self.at[0][1]:
            return None
        self.at.pop(0)
        if what == "answered":
            # While the sync writes down what the desk has confirmed.
            time.sleep(self.random.uniform(0, 0.004))
        while not self.pid:
            time.sleep(0.001)
        self.kills += 1
        os.kill(self.pid, signal.SIGKILL)
        self.pid = 0
        return "lost"


@pytest.mark.parametrize("window", MINUTES)
@pytest.mark.parametrize("reads", [True, False], ids=["with reading", "without reading"])
def test_a_thousand_contacts_lose_and_double_nothing_under_twenty_kills(
    write, desk, start, sync, reads, window
):
    users = [
        User(f"U{number}", f"u{number}@example.com", number % 5 + 1) for number in range(CONTACTS)
    ]
    write(users)
    others = {"Language": "French"}
    front = desk({user.email: dict(others) for user in users}, limit=FRONTS_LIMIT, window=window)
    last = CONTACTS * (2 if reads else 1)
    numbers = sorted(Random(1).sample(range(2, last - 5), KILLS))
    killer = Killer(list(zip(numbers, cycle(("received", "changed", "answered")), strict=False)))
    front.moment = killer
    options = ["--per-minute", FRONTS_LIMIT * 60 / window]
    options += [] if reads else ["--without-reading"]

    runs = []
    while not runs or (runs[-1].returncode != 0 and len(runs) <= KILLS):
        running = start(front, *options)
        killer.pid = running.pid
        runs.append(running.finished())
    codes = [run.returncode for run in runs]
    assert codes == [-signal.SIGKILL] * KILLS + [0], runs[-1]
    assert killer.kills == KILLS

    kept = others if reads else {}
    assert front.contacts == {user.email: {**kept, **fields_of(user.priority)} for user in users}
    made = defaultdict[str, list[Request]](list)
    for request in front.of("PATCH", 204):
        made[request.email].append(request)
    assert len(made) == CONTACTS
    repeated = [requests for requests in made.values() if len(requests) > 1]
    if reads:
        # The next sync sees what the killed one had done.
        assert repeated == []
    else:
        assert sum(len(requests) - 1 for requests in repeated) <= KILLS
        for first, *again in repeated:
            assert [request.fields for request in again] == [first.fields] * len(again)

    # All is known to be sent.
    front.requests.clear()
    sync(front, *options)
    assert front.requests == []
