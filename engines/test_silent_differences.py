"""What engines read differently without a word: each macro gives the same value on DuckDB and on Spark.

No committed seed shows these differences, so the values stand here, with what both have to give.
"""

import json
import subprocess
from datetime import date, datetime
from decimal import Decimal

import pytest
from engines import ROOT, connected, end, spark_session

TIMESTAMP = "cast('{}' as timestamp)"


def hashed(x, y):
    return "(select {{ row_hash(['x', 'y']) }} from (select " + f"{x} as x, {y} as y) as t)"


def as_json(x, y):
    row = (
        "(select {{ row_as_struct(['x', 'y']) }} as r from (select " + f"{x} as x, {y} as y) as s)"
    )
    return "(select {{ row_as_json('t.r') }} from " + row + " as t)"


NULL = "cast(null as {{ dbt.type_string() }})"


def text(value):
    """A text as the macro for literals writes it; Jinja gets it as JSON."""
    return "{{ sql_text(fromjson(" + repr(json.dumps(value)) + ")) }}"


def on_text(macro, value):
    """macro('...') of a text."""
    return "{{ " + macro.format("sql_text(fromjson(" + repr(json.dumps(value)) + "))") + " }}"


CASES = {
    # --- literals
    "an apostrophe": (text("O'Brien"), "O'Brien"),
    "a backslash": (text("a\\d 'b' \\"), "a\\d 'b' \\"),
    "a new line": (text("a\nb"), "a\nb"),
    "two apostrophes": (text("''"), "''"),
    "a list of literals": (text("x") + " in {{ sql_texts(['x', \"O'Brien\"]) }}", True),
    # --- trim
    "tabs and new lines": (on_text("trimmed({})", "\t x y\r\n"), "x y"),
    "a no-break space": (on_text("trimmed({})", "\u00a0x\u2003"), "x"),
    "a zero-width space and a byte order mark": (on_text("trimmed({})", "\ufeffx\u200b"), "x"),
    "nothing but blanks": (on_text("trimmed({})", " \t\u00a0"), None),
    "a letter that is newer than Java": (on_text("trimmed({})", "x\U0001fae8"), "x\U0001fae8"),
    "blanks within": (on_text("trimmed({})", " a \t b "), "a \t b"),
    # --- hash
    "a hash tells where the null is": (
        f"{hashed(NULL, text('a'))} <> {hashed(text('a'), NULL)}",
        True,
    ),
    "a hash tells where a text ends": (
        f"{hashed(text('ab'), text('c'))} <> {hashed(text('a'), text('bc'))}",
        True,
    ),
    "a hash of equal rows is equal": (
        f"{hashed(NULL, text('a'))} = {hashed(NULL, text('a'))}",
        True,
    ),
    "a hash of null is not null": (f"{hashed(NULL, NULL)} is not null", True),
    # --- JSON
    "a null field stays": (as_json(NULL, text("a")), '{"x":null,"y":"a"}'),
    "JSON escapes": (
        as_json(text('a"b\\c\n\t/'), text("\u00e9\u2028\U0001f600")),
        '{"x":"a\\"b\\\\c\\n\\t/","y":"\u00e9\u2028\U0001f600"}',
    ),
    "a field of JSON": (
        on_text("json_field({}, 'x')", '{"x":"O\'B \\\\ \\"q\\"","y":null}'),
        'O\'B \\ "q"',
    ),
    "a null field of JSON": (on_text("json_field({}, 'y')", '{"x":"a","y":null}'), None),
    "a missing field of JSON": (on_text("json_field({}, 'z')", '{"x":"a"}'), None),
    # --- Unicode
    "a letter and its accent": (on_text("one_unicode_form({})", "Cafe\u0301"), "Caf\u00e9"),
    "two marks": (on_text("one_unicode_form({})", "e\u0323\u0302"), "\u1ec7"),
    "two marks above": (
        on_text("one_unicode_form({})", "a\u0302\u0301 U\u0308\u030c"),
        "\u1ea5 \u01d9",
    ),
    "a mark that no letter has": (on_text("one_unicode_form({})", "q\u0301"), "q\u0301"),
    "a mark beside an emoji": (
        on_text("one_unicode_form({})", "\U0001f600 A\u030a\U0001f600"),
        "\U0001f600 \u00c5\U0001f600",
    ),
    "a sign that is a letter": (on_text("one_unicode_form({})", "\u212b\u2126"), "\u00c5\u03a9"),
    "lower case": (f"lower({text('ÅÉẞ')})", "åéß"),
    # --- time
    **{
        f"{given} on the clock of {zone}": (
            on_text("text_to_timestamp({}, '" + zone + "')", given),
            expected,
        )
        for given, zone, expected in [
            ("2024-03-10", "UTC", datetime(2024, 3, 10)),
            ("2024-03-10T12:34", "UTC", datetime(2024, 3, 10, 12, 34)),
            ("2024-03-10 12:34:56.7", "UTC", datetime(2024, 3, 10, 12, 34, 56, 700000)),
            ("2024-03-10 12:34:56.123456789", "UTC", datetime(2024, 3, 10, 12, 34, 56, 123456)),
            ("2024-03-10T12:00:00Z", "UTC", datetime(2024, 3, 10, 12)),
            ("2024-03-10T12:00:00z", "UTC", None),
            ("2024-03-10T12:00:00+02:00", "UTC", datetime(2024, 3, 10, 10)),
            ("2024-03-10T12:00:00+0230", "UTC", datetime(2024, 3, 10, 9, 30)),
            ("2024-03-10T12:00:00-05", "UTC", datetime(2024, 3, 10, 17)),
            ("2024-03-10T12:00:00Z", "Europe/Oslo", datetime(2024, 3, 10, 13)),
            ("2024-03-10T12:00:00", "Europe/Oslo", datetime(2024, 3, 10, 12)),
            ("2024-02-30", "UTC", None),
            ("2024-03-10T25:00:00", "UTC", None),
            ("10.03.2024", "UTC", None),
            ("epoch", "UTC", None),
        ]
    },
    "local time in UTC": (
        on_text("text_to_timestamp({}, 'America/New_York', true)", "2024-07-01 20:00:00"),
        datetime(2024, 7, 2),
    ),
    "an hour that summer time skips": (
        "{{ to_utc(\"cast('2024-03-31 02:30:00' as timestamp)\", sql_text('Europe/Oslo')) }}",
        datetime(2024, 3, 31, 1, 30),
    ),
    "an hour that winter time repeats": (
        "{{ to_utc(\"cast('2024-10-27 02:30:00' as timestamp)\", sql_text('Europe/Oslo')) }}",
        datetime(2024, 10, 27, 1, 30),
    ),
    "UTC on a local clock": (
        "{{ to_local_time(\"cast('2024-10-27 00:30:00' as timestamp)\", sql_text('Europe/Oslo')) }}",
        datetime(2024, 10, 27, 2, 30),
    ),
    "a time zone": (on_text("known_time_zone({})", "Europe/Oslo"), "Europe/Oslo"),
    "no time zone": (on_text("known_time_zone({})", "Mars/Olympus"), None),
    "a time zone in lower case": (on_text("known_time_zone({})", "europe/oslo"), None),
    "an offset is no time zone": (on_text("known_time_zone({})", "+02:00"), None),
    # --- dates
    "an added minute keeps fractions": (
        "{{ dbt.dateadd('minute', 1, \"cast('2024-03-10 12:00:00.123456' as timestamp)\") }}",
        datetime(2024, 3, 10, 12, 1, 0, 123456),
    ),
    "a month after the 31st": (
        "cast({{ dbt.dateadd('month', 1, \"cast('2024-01-31' as date)\") }} as date)",
        date(2024, 2, 29),
    ),
    "an added day": (
        "cast({{ dbt.dateadd('day', -1, \"cast('2024-03-01' as date)\") }} as date)",
        date(2024, 2, 29),
    ),
    **{
        f"{part}s between {first} and {second}": (
            '{{ dbt.datediff("'
            + TIMESTAMP.format(first)
            + '", "'
            + TIMESTAMP.format(second)
            + "\", '"
            + part
            + "') }}",
            expected,
        )
        for part, first, second, expected in [
            ("day", "2024-03-09 23:59:00", "2024-03-10 00:01:00", 1),
            ("day", "2024-03-10 00:01:00", "2024-03-09 23:59:00", -1),
            ("hour", "2024-03-10 10:59:00", "2024-03-10 11:01:00", 1),
            ("hour", "2024-03-10 10:01:00", "2024-03-10 10:59:00", 0),
            ("minute", "2024-03-10 10:00:59", "2024-03-10 10:02:00", 2),
            ("second", "2024-03-10 10:00:00.9", "2024-03-10 10:00:01.1", 1),
            ("month", "2024-01-31 00:00:00", "2024-02-01 00:00:00", 1),
            ("month", "2024-03-01 00:00:00", "2023-12-31 00:00:00", -3),
            ("year", "2023-12-31 00:00:00", "2024-01-01 00:00:00", 1),
        ]
    },
    "a month's first day is a date": (
        "{{ month_start(\"cast('2024-03-10' as date)\") }}",
        date(2024, 3, 1),
    ),
    "a truncated date is a timestamp to neither": (
        "cast({{ dbt.date_trunc('month', \"cast('2024-03-10' as date)\") }} as date) = cast('2024-03-01' as date)",
        True,
    ),
    "the last day": (
        "cast({{ dbt.last_day(\"cast('2024-02-10' as date)\", 'month') }} as date)",
        date(2024, 2, 29),
    ),
    "Sunday": ("{{ iso_weekday(\"cast('2024-03-10' as date)\") }}", 7),
    # --- numbers
    "whole numbers are divided with a fraction": (
        "{{ ratio('cast(1 as bigint)', 'cast(2 as bigint)') }}",
        0.5,
    ),
    "a division by zero": ("{{ ratio('1', '0') }}", None),
    "an amount is rounded up at half": ("{{ amount('1.0000005') }}", Decimal("1.000001")),
    "a negative amount too": ("{{ amount('-1.0000005') }}", Decimal("-1.000001")),
    **{
        f"{given!r} as {kind}": (on_text("typed({}, '" + kind + "')", given), expected)
        for given, kind, expected in [
            ("1e3", "decimal", Decimal(1000)),
            ("1_000", "decimal", None),
            (".5", "decimal", Decimal("0.5")),
            ("1.", "decimal", Decimal(1)),
            ("-0.0000005", "decimal", Decimal("-0.000001")),
            ("1e12", "decimal", None),
            ("+7", "decimal", Decimal(7)),
            ("NaN", "decimal", None),
            ("1.0", "quantity", 1),
            ("1.5", "quantity", None),
            ("0", "quantity", None),
            ("T", "boolean", True),
            ("no", "boolean", False),
            ("x", "boolean", None),
            ("31-12-2024", "date_key", date(2024, 12, 31)),
            ("31-02-2024", "date_key", None),
            ("2024-12-31", "date", date(2024, 12, 31)),
            ("eur", "currency", "EUR"),
        ]
    },
    "the second part of a text": (
        "{{ dbt.split_part(\"'rejected: price: x'\", \"': '\", 2) }}",
        "price",
    ),
    "a part that is not there": ("{{ dbt.split_part(\"'rejected'\", \"': '\", 2) }}", None),
    "a SHA-256": (
        "{{ sha256(\"'abc'\") }}",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ),
    "a list in order": (
        "(select {{ first_place_with_enough('p', 'q', '2') }} from (select {{ ordered_list('v', 'n') }} as q, {{ ordered_list('n', 'n') }} as p from (select cast(2 as bigint) as n, cast(5 as bigint) as v union all select cast(1 as bigint), cast(1 as bigint)) as rows_of_list) as lists)",
        2,
    ),
}


@pytest.fixture(scope="session")
def macros_alone(tmp_path_factory):
    """A project of our macros without models, which dbt reads in a third of the time."""
    folder = tmp_path_factory.mktemp("macros_alone")
    for name in ("dbt_project.yml", "profiles.yml", "packages.yml", "dbt_packages", "macros"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.fixture(scope="session")
def compiled(macros_alone):
    """compiled(target): all cases as one select, with a column for each."""

    def compile_for(target):
        program = ROOT / (".venv" if target == "dev" else ".venv/engines") / "bin/dbt"
        sql = "select " + ", ".join(f"{case[0]} as c{n}" for n, case in enumerate(CASES.values()))
        shown = subprocess.run(
            [program, "-q", "compile", "--target", target, "--inline", sql, "--output", "json", "--no-introspect",
             "--no-populate-cache", "--target-path", macros_alone / target],
            cwd=macros_alone, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return json.loads(shown.stdout[shown.stdout.index("{") :])["compiled"]

    return compile_for


@pytest.fixture(scope="session")
def values(compiled, spark_environment):
    """The values of all cases, by engine."""
    on_duckdb = connected().execute(compiled("dev")).fetchone()
    spark = spark_session(spark_environment)
    on_spark = spark.sql(compiled("spark")).toArrow()
    end(spark)
    row = connected().register("on_spark", on_spark).execute("from on_spark").fetchone()
    return {"duckdb": on_duckdb, "spark": [without_zone(value) for value in row]}


def without_zone(value):
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
@pytest.mark.parametrize("case", CASES)
def test_value_is_the_same_on_each_engine(values, case, engine):
    value = values[engine][list(CASES).index(case)]
    expected = CASES[case][1]
    assert value == expected
    assert type(value) is type(expected)
