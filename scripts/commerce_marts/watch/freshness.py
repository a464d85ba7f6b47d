"""Whether what is published is too old: its build, or the last day of its data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from commerce_marts.errors import OptionError

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class Limits:
    """The oldest build that is allowed, and how long ago the data of each domain may end.

    `of_all_domains` holds for domains without an age of their own. None is no limit.
    """

    build: timedelta | None = None
    of_all_domains: timedelta | None = None
    of_domain: Mapping[str, timedelta] = field(default_factory=dict)


def limits_read(max_age: str | None, max_data_age: str | None) -> Limits:
    """The limits of `--max-age 26h` and `--max-data-age 3d`, or `sales=3d,greenery=26h`.

    Raises OptionError for text that is no age.
    """
    build = _age("--max-age", max_age) if max_age is not None else None
    if max_data_age is None:
        return Limits(build)
    if "=" not in max_data_age:
        return Limits(build, _age("--max-data-age", max_data_age))
    pairs = [pair.strip().partition("=") for pair in max_data_age.split(",")]
    ages = {name.strip(): _age("--max-data-age", age) for name, _, age in pairs}
    return Limits(build, None, ages)


def build_age(built_at: datetime, now: datetime) -> timedelta:
    """How long ago the build started; both are UTC."""
    return max(now - built_at, timedelta())


def data_age(as_of_date: date | None, now: datetime) -> timedelta | None:
    """How long ago (UTC) the last day of a domain ended; 0 on that day; None without any day."""
    if as_of_date is None:
        return None
    end = datetime.combine(as_of_date, time(), UTC) + timedelta(days=1)
    return max(now - end, timedelta())


def stale(
    limits: Limits, built_at: datetime, as_of_dates: Mapping[str, date | None], now: datetime
) -> dict[str, str]:
    """{what names the event: a sentence} of all that is older than it may be; times are UTC.

    Raises OptionError where a limit is for a domain that is not published.
    """
    if unknown := limits.of_domain.keys() - as_of_dates:
        raise OptionError(
            f"--max-data-age: '{min(unknown)}' is not published. Choose from "
            f"{', '.join(as_of_dates)}."
        )
    found = {}
    age = build_age(built_at, now)
    if limits.build is not None and age > limits.build:
        found[f"built {built_at:%Y-%m-%d %H:%M:%S}"] = (
            f"The published build is {in_words(age)} old (of {built_at:%Y-%m-%d %H:%M} UTC); "
            f"--max-age allows {in_words(limits.build)}. Look whether the scheduler started a "
            "build since, and why it did not publish."
        )
    for domain, day in as_of_dates.items():
        limit = limits.of_domain.get(domain, limits.of_all_domains)
        age_of_data = data_age(day, now)
        if limit is None or (age_of_data is not None and age_of_data <= limit):
            continue
        end = "there is no day of data"
        if age_of_data is not None:
            end = f"the data end with {day}, {in_words(age_of_data)} ago"
        found[f"data {domain} {day}"] = (
            f"{domain}: {end}; --max-data-age allows {in_words(limit)}. Look whether its "
            "deliveries arrive."
        )
    return found


def in_words(age: timedelta) -> str:
    """Such as `45 minutes`, `26 hours` and `3.5 days`."""
    hours = age.total_seconds() / 3600
    unit, count = ("hour", hours) if hours >= 2 else ("minute", hours * 60)
    if hours >= 48:
        unit, count = "day", hours / 24
    number = f"{count:.1f}".removesuffix(".0")
    return f"{number} {unit}{'s' * (number != '1')}"


def _age(option: str, text: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,6})([mhd])", text.strip())
    if match is None:
        raise OptionError(f"{option}: '{text}' is not an age. Write it as 90m, 26h or 3d.")
    return timedelta(**{UNITS[match[2]]: int(match[1])})
