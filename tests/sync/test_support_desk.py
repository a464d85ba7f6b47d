"""commerce-marts sync support-desk: the desk's contacts have what the mart says, and no more."""

import csv
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from front_desk import TOKEN, TYPES
from users import DAY, User, fields_of

USERS = [User(f"U{number}", f"u{number}@example.com", number) for number in range(1, 6)]
EMAILS = [user.email for user in USERS]
ROOT = Path(__file__).resolve().parents[2]


def changed(users, number, **changes):
    """The users, one of them with other values."""
    return [replace(user, **changes) if user.user_id == f"U{number}" else user for user in users]


def test_contacts_get_the_fields_of_the_mart_in_the_types_of_the_desk(sync, write, desk):
    write(USERS)
    front = desk(EMAILS)
    result = sync(front)
    assert front.contacts == {f"u{number}@example.com": fields_of(number) for number in range(1, 6)}
    assert "Sent 5, failed 0." in result.stdout
    assert front.headers_seen[0]["Authorization"] == f"Bearer {TOKEN}"


def test_only_what_changed_is_sent_the_next_time(sync, write, desk):
    write(USERS)
    front = desk(EMAILS)
    sync(front)
    front.requests.clear()
    assert "as they were sent: 5." in sync(front).stdout
    assert front.requests == []

    write(changed(USERS, 3, priority=1))
    sync(front)
    [patch] = front.of("PATCH")
    assert (patch.email, patch.fields) == ("u3@example.com", fields_of(1))


def test_a_new_day_alone_changes_no_contact(sync, write, desk):
    write(USERS)
    front = desk(EMAILS)
    sync(front)
    front.requests.clear()
    write(changed(USERS, 2, priority=3), day=date(2024, 7, 1))
    sync(front)
    [patch] = front.of("PATCH")
    assert patch.fields == fields_of(3, as_of=1719792000)
    assert front.contacts["u1@example.com"] == fields_of(1)


def test_other_custom_fields_of_a_contact_stay(sync, write, desk):
    write(USERS[:1])
    front = desk({"u1@example.com": {"Language": "French", "Customer segment": "old"}})
    sync(front)
    assert front.contacts["u1@example.com"] == {"Language": "French", **fields_of(1)}


def test_without_reading_each_contact_takes_one_request(sync, write, desk):
    write(USERS)
    front = desk({email: {"Language": "French"} for email in EMAILS})
    sync(front, "--without-reading")
    assert [request.email for request in front.of("GET")] == [""]
    assert len(front.of("PATCH")) == 5
    assert front.contacts["u1@example.com"] == fields_of(1)


def test_a_contact_that_has_the_values_already_is_not_patched(sync, write, desk):
    write(USERS)
    front = desk({email: fields_of(number) for number, email in enumerate(EMAILS, start=1)})
    assert "Already there 5, failed 0." in sync(front).stdout
    assert front.of("PATCH") == []
    front.requests.clear()
    sync(front)
    assert front.requests == []


def test_an_address_is_one_contact_with_the_highest_priority(sync, write, desk):
    write(
        [
            User("U1", "One@Example.com ", 4),
            User("U2", "one@example.com", 2),
            User("U3", "ONE@EXAMPLE.COM", None),
            User("U4", "two@example.com", 5, monetary=10),
            User("U5", "two@example.com", 5, monetary=20),
            User("U6", "three@example.com", 3),
        ]
    )
    front = desk(["one@example.com", "two@example.com", "three@example.com"])
    result = sync(front)
    assert front.contacts["one@example.com"] == fields_of(2)
    assert len(front.of("PATCH")) == 3
    assert "Users with a support priority as of 2024-06-30: 6. Contacts: 3." in result.stdout
    assert (
        "Addresses of several users, the highest priority is sent: "
        "2 (one@example.com, two@example.com)." in result.stdout
    )


def test_users_without_an_address_are_told_with_a_count(sync, write, desk):
    write([*USERS, User("U6", None), User("U7", "  "), User("U8", "none at all")])
    result = sync(desk(EMAILS))
    assert "Users without an e-mail address, left out: 2." in result.stdout
    assert "Users whose e-mail is not an address, left out: 1 (none at all)." in result.stdout


def test_contacts_that_the_desk_lacks_are_told_and_asked_for_again(sync, write, desk):
    users = [User(f"U{number}", f"u{number:02}@example.com", 1) for number in range(20)]
    write(users)
    front = desk([user.email for user in users[:5]])
    result = sync(front)
    assert "Sent 5, not at the desk 15, failed 0." in result.stdout
    listed = ", ".join(f"u{number:02}@example.com" for number in range(5, 15))
    assert f"asked for again by each sync: 15 ({listed} and 5 more)" in result.stdout

    front.contacts["u05@example.com"] = {}
    front.requests.clear()
    result = sync(front)
    assert "not at the desk the last time, sent after the others: 15." in result.stdout
    assert "Sent 1, not at the desk 14, failed 0." in result.stdout
    assert [request.email for request in front.of("PATCH")] == ["u05@example.com"]


@pytest.mark.parametrize("empty_is_nothing", [False, True])
def test_a_contact_that_left_loses_our_fields_and_keeps_the_others(
    sync, write, desk, empty_is_nothing
):
    write(USERS)
    front = desk({**{email: {} for email in EMAILS}, "u2@example.com": {"Language": "French"}})
    front.empty_is_nothing = front.null_is_allowed = empty_is_nothing
    sync(front)
    write(
        [
            user
            for user in changed(USERS, 3, email="new@example.com")
            if user.user_id not in ("U1", "U2")
        ]
    )
    front.contacts["new@example.com"] = {}
    result = sync(front)
    assert "Sent 1, cleared 3, failed 0." in result.stdout
    assert left(front, "u1@example.com") == {}
    assert left(front, "u2@example.com") == {"Language": "French"}
    assert left(front, "u3@example.com") == {}
    assert left(front, "u4@example.com")["Support priority"] == 4
    front.requests.clear()
    sync(front)
    assert front.requests == []


def left(front, email):
    """The fields of a contact that have a value."""
    return {name: value for name, value in front.contacts[email].items() if value is not None}


def test_a_contact_whose_values_became_null_is_cleared(sync, write, desk, tmp_path):
    mapping = tmp_path / "fields.yml"
    mapping.write_text("fields: {priority: Support priority, as_of_date: Customer segment as of}")
    write(USERS[:2])
    front = desk(EMAILS)
    sync(front, "--fields", mapping)
    write(changed(USERS[:2], 1, priority=None))
    assert "Cleared 1, failed 0." in sync(front, "--fields", mapping).stdout
    assert front.contacts["u1@example.com"] == {}


def test_a_desk_that_keeps_fields_that_are_cleared_is_told(sync, write, desk):
    write(USERS)
    front = desk(EMAILS, empty_is_nothing=True)
    sync(front)
    write(USERS[1:])
    # It refuses null too.
    result = sync(front, expect=1)
    assert "u1@example.com: status 400: custom_fields: Customer group: invalid" in result.stderr
    assert front.contacts["u1@example.com"] == fields_of(1)
    front.empty_is_nothing = False
    assert "Cleared 1, failed 0." in sync(front).stdout


def test_most_contacts_are_not_cleared_by_an_empty_mart(sync, write, desk):
    users = [User(f"U{number}", f"u{number}@example.com") for number in range(30)]
    write(users)
    front = desk([user.email for user in users])
    sync(front)
    front.requests.clear()
    write(users[:10])
    result = sync(front, expect=1)
    assert "20 of the 30 contacts that were sent are no longer in" in result.stderr
    assert "--accept-cleared" in result.stderr
    assert front.requests == []
    assert "Cleared 20" in sync(front, "--accept-cleared").stdout


def test_a_mapping_says_which_column_is_which_field(sync, write, desk, tmp_path):
    mapping = tmp_path / "fields.yml"
    mapping.write_text("fields: {priority: Rang, monetary: Umsatz, user_id: Kunde}")
    write([User("U1", "u1@example.com", 2, monetary=12)])
    front = desk(
        ["u1@example.com"], types={"Rang": "string", "Umsatz": "number", "Kunde": "string"}
    )
    sync(front, "--fields", mapping)
    assert front.contacts["u1@example.com"] == {"Rang": "2", "Umsatz": 12, "Kunde": "U1"}

    mapping.write_text("fields: {priority: Rang}")
    sync(front, "--fields", mapping)
    assert front.contacts["u1@example.com"] == {"Rang": "2"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("fields: {prioritty: Rang}", "there is no column prioritty. Choose from user_id, "),
        ("fields: {priority: Rang, monetary: Rang}", "'Rang' is empty or stands twice"),
        ("fields: {as_of_date: Day}", "must map a column beside as_of_date"),
        ("[priority]", "must map columns to custom fields: fields: {priority: Support"),
        ("fields: {", "cannot be read"),
    ],
)
def test_a_wrong_mapping_is_refused(sync, write, desk, tmp_path, content, message):
    mapping = tmp_path / "fields.yml"
    mapping.write_text(content)
    write(USERS)
    assert message in " ".join(sync(desk(), "--fields", mapping, expect=2).stderr.split())


def test_a_custom_field_that_the_desk_lacks_stops_before_anything_is_sent(sync, write, desk):
    write(USERS)
    front = desk(EMAILS, types={name: type_ for name, type_ in TYPES.items() if name != "Language"})
    del front.types["Customer group"]
    result = sync(front, expect=1)
    assert "The desk has no custom field 'Customer group' for contacts; it has" in result.stderr
    front.types["Customer group"] = "boolean"
    result = sync(front, expect=2)
    assert "has type boolean, and 'VIP' does not fit. Give it type string" in result.stderr
    assert front.of("PATCH") == []


def test_addresses_with_odd_letters_arrive_as_they_are(sync, write, desk):
    emails = ["o'brien+shop/1%2f?x#y@example.com", "münch@exämple.de", "a&b=c;d@example.com"]
    write([User(email, email, 2) for email in emails])
    front = desk(emails)
    sync(front)
    assert all(front.contacts[email] == fields_of(2) for email in emails)


def test_a_dry_run_prints_and_sends_and_writes_nothing(sync, write, desk, warehouse):
    users = [User(f"U{number}", f"u{number:02}@example.com", 2) for number in range(15)]
    write(users)
    front = desk([user.email for user in users])
    result = sync(front, "--dry-run", token="")
    assert "Contacts new or changed: 15;" in result.stdout
    assert (
        'PATCH contacts/alt:email:u00@example.com custom_fields {"Support priority": 2, '
        '"Customer segment": "At Risk"' in result.stdout
    )
    assert "u09@example.com" in result.stdout
    assert "u10@example.com" not in result.stdout
    assert "and 5 more" in result.stdout
    assert front.requests == []
    assert [file.name for file in warehouse.parent.iterdir()] == [warehouse.name]

    sync(front)
    write(users[1:])
    assert "clear u00@example.com: Customer group, " in sync(front, "--dry-run").stdout


def test_a_file_has_the_same_rows_and_nothing_that_a_spreadsheet_runs(sync, write, tmp_path):
    file = tmp_path / "desk.csv"
    write([User("U1", "=cmd@example.com", 1), User("U2", "Two@example.com", 5), User("U3", None)])
    result = sync(None, "--csv", file, token="")
    assert "desk.csv. Nothing was sent." in result.stdout
    assert "left out: 1." in result.stdout
    with file.open(newline="") as opened:
        rows = list(csv.reader(opened))
    assert rows == [
        ["email", *list(fields_of(1))],
        ["'=cmd@example.com", "1", "Champions", "VIP", str(DAY)],
        ["two@example.com", "5", "Hibernating", "Churn Risk", str(DAY)],
    ]


def test_a_published_warehouse_has_what_a_sync_reads(run_cli, seeds_warehouse, tmp_path, query):
    file = tmp_path / "desk.csv"
    result = run_cli("sync", "support-desk", "--warehouse", seeds_warehouse, "--csv", file)
    assert result.returncode == 0, result.stderr
    with file.open(newline="") as opened:
        header, *rows = csv.reader(opened)
    assert header == ["email", *fields_of(1)]
    assert sorted(rows) == [
        [str(value) for value in row]
        for row in query(
            seeds_warehouse,
            "select lower(email), priority, users.rfm_segment, behaviour_group, as_of_date"
            " from rfm.support_priority as users join rfm.customer_rfm_segments"
            " on domain = 'greenery' and customer_id = user_id order by all",
        )
    ]


def test_two_desks_have_a_state_of_their_own(sync, write, desk):
    write(USERS)
    trial, real = desk(EMAILS), desk(EMAILS)
    sync(trial)
    sync(real)
    assert real.contacts == trial.contacts


def test_a_warehouse_without_priorities_says_what_to_build(sync, warehouse):
    assert "There is no" in sync(None, expect=2).stderr
    assert not warehouse.parent.exists()
    warehouse.parent.mkdir()
    duckdb.connect(str(warehouse)).close()
    message = sync(None, expect=1).stderr
    assert "has no support priorities, which come from the domain greenery" in message
    assert "commerce-marts build --domains greenery" in message


def test_a_state_that_is_another_file_is_left_and_told(sync, write, desk, warehouse):
    write(USERS)
    state = warehouse.with_name("commerce.duckdb.support_desk.sqlite")
    state.write_text("a note of somebody")
    message = sync(desk(EMAILS), expect=1).stderr
    assert "support_desk.sqlite, which holds what was sent last, cannot be used" in message
    assert "move it away" in message
    assert state.read_text() == "a note of somebody"


def test_who_was_forgotten_is_in_no_byte_of_the_state(sync, write, desk, warehouse):
    write(USERS)
    front = desk(EMAILS)
    sync(front)
    state = warehouse.with_name("commerce.duckdb.support_desk.sqlite")
    assert b"u1@example.com" in state.read_bytes()
    write(USERS[1:])
    sync(front)
    assert b"u1@example.com" not in state.read_bytes()
    with sqlite3.connect(state) as connection:
        assert connection.execute("select count(*) from contacts").fetchone() == (4,)


def test_the_command_line_starts_without_the_libraries_of_a_sync():
    code = (
        "import sys, commerce_marts.cli;"
        "print(sorted({'httpx', 'tenacity', 'httpcore'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_missing_library_is_named_with_its_extra(run_cold_cli, write, warehouse, tmp_path):
    write(USERS)
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util\n"
        "find_spec = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *package: (\n"
        "    None if name == 'httpx' else find_spec(name, *package)\n"
        ")\n"
    )
    environment = {"PYTHONPATH": str(tmp_path), "COMMERCE_MARTS_DESK_TOKEN": TOKEN}
    result = run_cold_cli("sync", "support-desk", "--warehouse", warehouse, env=environment)
    assert result.returncode == 1
    assert "A sync needs httpx, which is not installed" in result.stderr
    assert "'.[sync]'" in result.stderr
