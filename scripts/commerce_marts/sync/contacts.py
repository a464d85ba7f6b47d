"""The contacts of the support desk, as the published warehouse knows them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from commerce_marts.errors import OptionError, RunnerError, shown_path
from commerce_marts.sync.fields import FieldMapping, Fields

# The first user of an address is the one that is sent.
USERS = """
    select
        lower(trim(users.email)) as address,
        users.*,
        segments.behaviour_group,
        domains.as_of_date
    from rfm.support_priority as users
    left join rfm.customer_rfm_segments as segments
        on segments.domain = 'greenery' and users.user_id = segments.customer_id
    left join core.dim_domains as domains
        on domains.domain = 'greenery'
    order by address, users.priority nulls last, users.monetary desc nulls last, users.user_id
"""
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True)
class Contact:
    """A contact of the desk. `fields` is empty where every mapped column is null."""

    email: str
    priority: int | None
    fields: Fields


@dataclass(frozen=True)
class Contacts:
    """All contacts, first those to answer first; and who is left out of them."""

    contacts: tuple[Contact, ...]
    as_of_date: date | None
    users_count: int
    without_address: int
    # What stands in the place of an address and is none.
    no_addresses: tuple[str, ...]
    # Addresses of several users.
    shared_addresses: tuple[str, ...]


def warehouse_checked(warehouse: Path) -> Path:
    """The file, absolute. Raises OptionError where there is none."""
    if not warehouse.is_file():
        raise OptionError(
            f"There is no {shown_path(warehouse)}. `commerce-marts build` writes it; --warehouse "
            "names another file."
        )
    return warehouse.absolute()


def contacts_of(warehouse: Path, mapping: FieldMapping) -> Contacts:
    """Reads the contacts with one short read-only connection.

    Raises RunnerError where the file cannot be read or has no greenery.
    """
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            cursor = connection.execute(USERS)
            names = [column[0] for column in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise RunnerError(
            f"{shown_path(warehouse)} has no support priorities, which come from the domain "
            f"greenery: `commerce-marts build --domains greenery,...` makes them. "
            f"({str(error).splitlines()[0]})"
        ) from error
    except duckdb.Error as error:
        raise RunnerError(
            f"{shown_path(warehouse)} cannot be read: {str(error).splitlines()[0]} See "
            "`commerce-marts status`."
        ) from error
    return _contacts(rows, mapping)


def _contacts(rows: Iterable[Mapping[str, Any]], mapping: FieldMapping) -> Contacts:
    """`rows` are sorted by address, the first user of an address first."""
    rows = list(rows)
    contacts, no_addresses, shared, without_address = [], [], [], 0
    for address, group in groupby(rows, key=lambda row: row["address"]):
        users = list(group)
        if not address:
            without_address += len(users)
        elif not ADDRESS.fullmatch(address):
            no_addresses += [address] * len(users)
        else:
            shared += [address] * (len(users) > 1)
            first = users[0]
            contacts.append(Contact(address, first["priority"], mapping.of_row(first)))
    contacts.sort(key=lambda contact: (contact.priority is None, contact.priority, contact.email))
    return Contacts(
        contacts=tuple(contacts),
        as_of_date=rows[0]["as_of_date"] if rows else None,
        users_count=len(rows),
        without_address=without_address,
        no_addresses=tuple(no_addresses),
        shared_addresses=tuple(shared),
    )
