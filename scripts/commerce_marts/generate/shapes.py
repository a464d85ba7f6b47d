"""SQL expressions that turn the generators' whole numbers into the raw contract's values.

The generators hold facts as small whole numbers (an index, cents, seconds since 1970) and DuckDB
writes the text: this keeps ten million rows fast and small. A negative number is null.
"""

from collections.abc import Iterable


def _text(value: str | None) -> str:
    return "null" if value is None else "'" + value.replace("'", "''") + "'"


def lookup(column: str, values: Iterable[str | None]) -> str:
    """The text at that index of `values`; null for a negative index."""
    listed = ", ".join(map(_text, values))
    return f"([{listed}])[case when {column} >= 0 then {column} + 1 end]"


def digits(column: str, width: int) -> str:
    """A number padded with zeros to at least `width` digits."""
    return f"printf('%0{width}d', {column})"


def code(prefix: str, column: str, width: int) -> str:
    """An id such as C0042 (longer where the number needs it); null for a negative number."""
    return f"case when {column} >= 0 then '{prefix}' || {digits(column, width)} end"


def number(column: str) -> str:
    """The whole number itself; null for a negative one."""
    return f"case when {column} >= 0 then {column} end"


def amount(column: str, places: int = 2) -> str:
    """A decimal from whole units of its last place: cents for two places."""
    unit = f"{10**-places:.{places}f}"
    return f"cast(cast({column} as decimal(18, 0)) * {unit} as decimal(18, {places}))"


def uuid(kind: str, column: str) -> str:
    """An id in the form of a UUID, a hash of kind and number; null for a negative number."""
    hashed = f"cast(cast(md5('{kind}/' || {column}) as uuid) as varchar)"
    return f"case when {column} >= 0 then {hashed} end"


def utc(column: str) -> str:
    """2024-05-31T23:59:59Z from seconds since 1970; null for a negative number."""
    moment = f"make_timestamp(cast({column} as bigint) * 1000000)"
    return f"case when {column} >= 0 then strftime({moment}, '%Y-%m-%dT%H:%M:%SZ') end"


def day(column: str, time: str = "") -> str:
    """2024-05-31 from days since 1970, followed by a fixed `time`; null for a negative one."""
    text = f"cast(date '1970-01-01' + cast({column} as integer) as varchar)"
    return f"case when {column} >= 0 then {text} || '{time}' end"
