"""A warehouse with support priorities, and syncs of it."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from uuid import uuid4

import duckdb
import front_desk
import pytest
from front_desk import TOKEN
from processes import started
from users import DAY, SEGMENTS, User


@pytest.fixture
def warehouse(tmp_path) -> Path:
    return tmp_path / "warehouse" / "commerce.duckdb"


@pytest.fixture
def write(warehouse) -> Callable[..., None]:
    """write(users, day): the warehouse with these users, in the place of an earlier one."""

    def run(users: Iterable[User], day: date = DAY) -> None:
        warehouse.parent.mkdir(exist_ok=True)
        new = warehouse.with_name("new.duckdb")
        with duckdb.connect(str(new)) as connection:
            connection.execute(
                "create schema core; create schema rfm;"
                "create table core.dim_domains (domain text, as_of_date date);"
                "create table rfm.support_priority"
                " (user_id text, email text, rfm_segment text, monetary decimal(38, 6),"
                " priority bigint);"
                "create table rfm.customer_rfm_segments"
                " (domain text, customer_id text, rfm_segment text, behaviour_group text)"
            )
            connection.execute("insert into core.dim_domains values ('greenery', ?)", [day])
            rows = []
            for user in users:
                segment, group = SEGMENTS.get(user.priority, (None, None))
                rows.append((user.user_id, user.email, segment, user.monetary, user.priority))
                connection.execute(
                    "insert into rfm.customer_rfm_segments values ('greenery', ?, ?, ?)",
                    [user.user_id, segment, group],
                )
            if rows:
                connection.executemany(
                    "insert into rfm.support_priority values (?, ?, ?, ?, ?)", rows
                )
        new.replace(warehouse)

    return run


@pytest.fixture
def desk():
    """desk(contacts, ...): a running desk; contacts are e-mail addresses or {address: fields}."""
    opened = []

    def run(contacts=(), **settings):
        known = contacts if isinstance(contacts, dict) else {email: {} for email in contacts}
        context = front_desk.running(front_desk.FrontDesk(contacts=known, **settings))
        opened.append(context)
        return context.__enter__()

    yield run
    for context in opened:
        context.__exit__(None, None, None)


@pytest.fixture
def start(warehouse, tmp_path):
    """start(desk, *options): a running `commerce-marts sync support-desk`."""

    def run(desk=None, *options, token=TOKEN):
        where = ("--url", desk.url) if desk else ()
        # Later options win.
        command = ("sync", "support-desk", "--warehouse", warehouse, "--per-minute", 1_000_000)
        environment = {"COMMERCE_MARTS_DESK_TOKEN": token, "NO_PROXY": "127.0.0.1"}
        return started([*command, *where, *options], environment, tmp_path / f"output {uuid4()}")

    return run


@pytest.fixture
def sync(start, tmp_path):
    """sync(desk, *options): a finished sync. No output and no file may hold its token."""

    def run(desk=None, *options, token=TOKEN, expect=0):
        result = start(desk, *options, token=token).finished()
        assert_nobody_tells_the_token(tmp_path)
        assert result.returncode == expect, result.stdout + result.stderr
        return result

    return run


def assert_nobody_tells_the_token(folder: Path) -> None:
    """The files are also what the commands have printed."""
    for file in folder.rglob("*"):
        assert not file.is_file() or TOKEN.encode() not in file.read_bytes(), file
