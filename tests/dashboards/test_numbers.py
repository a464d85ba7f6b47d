"""Pages compute nothing: each number that they show is a mart's, or the sum of a mart's rows."""

import math
import re
from collections import defaultdict
from fnmatch import fnmatchcase

import altair as alt
import duckdb
import pandas as pd
import pytest
from answers import Figure, change, shown, whole_range
from expected_labels import LABELS
from expected_numbers import ADDITIVE, EXPECTED
from views import PAGES, cross_selling

QUESTIONS = [(page.name, question.text) for page in PAGES for question in page.questions]
# Columns that place things in a picture.
DRAWING = ("place", "height", "zero", "at")
NUMBERS = ("amount", "count", "rate", "days", "decimal")
# As they stand in labels and notes: 2024-03-01 and March 2024.
DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b[A-Z][a-z]+ \d{4}\b")


@pytest.fixture(scope="module")
def connection(seeds_warehouse):
    with duckdb.connect(str(seeds_warehouse), read_only=True) as connection:
        yield connection


def test_every_question_has_expected_numbers():
    assert [(page, text) for page, of_page in EXPECTED.items() for text in of_page] == QUESTIONS


@pytest.mark.parametrize(("page", "text"), QUESTIONS)
def test_the_rows_of_a_table_are_those_of_the_mart(page, text, answers, connection):
    rows = EXPECTED[page][text].table
    for choice, answer in answers_to(text, answers(page)):
        if answer.table is None:
            assert rows_of(connection, rows, "1", choice) == [], (choice, answer.empty)
            continue
        select = ", ".join(
            expression(rows, name, kind, column)
            for name, (_, kind, column) in answer.columns.items()
        )
        expected = rows_of(connection, rows, select, choice)
        found = differences(cells(answer.table, answer.columns), expected, choice.currency)
        assert found == [], choice


@pytest.mark.parametrize(("page", "text"), QUESTIONS)
def test_figures_and_what_they_are_compared_with_are_the_marts(page, text, answers, connection):
    expected = EXPECTED[page][text]

    def values(rows_by_label, figure, choice):
        """None where the figure has no such rows, or where there is no period before."""
        fitting = [of for label, of in rows_by_label.items() if fnmatchcase(figure.label, label)]
        if not fitting:
            return [(None,)]
        select = expression(fitting[0], figure.label, figure.kind, figure.column)
        return rows_of(connection, fitting[0], select, choice) or [(None,)]

    for choice, answer in answers_to(text, answers(page)):
        for figure in answer.figures:
            assert any(fnmatchcase(figure.label, label) for label in expected.figures), figure.label
            for value, rows_by_label in (
                (figure.value, expected.figures),
                (figure.before, expected.before),
            ):
                of_mart = values(rows_by_label, figure, choice)
                what = (choice, figure.label)
                assert differences([(value,)], of_mart, choice.currency) == [], what


@pytest.mark.parametrize(("page", "text"), QUESTIONS)
def test_a_day_in_words_is_that_of_the_numbers(page, text, answers, connection):
    rows = EXPECTED[page][text].day
    for choice, answer in answers_to(text, answers(page)):
        words = " ".join([answer.note, *(figure.label for figure in answer.figures)])
        days = {pd.Timestamp(day) for day in DAY.findall(words)}
        if rows is None or answer.empty:
            assert days == set(), choice
        else:
            [(day,)] = rows_of(connection, rows, rows.columns["day"], choice)
            assert days == {pd.Timestamp(day)}, choice


@pytest.mark.parametrize(("page", "text"), QUESTIONS)
def test_a_picture_has_the_numbers_of_the_table_or_of_the_mart(page, text, answers, connection):
    rows = EXPECTED[page][text].picture
    for choice, answer in answers_to(text, answers(page)):
        frames = [] if answer.chart is None else frames_of(answer.chart)
        if rows is None:
            for frame in frames:
                assert strangers_of(frame, answer.table) == [], choice
        elif frames:
            frame = next(frame for frame in frames if {*rows.columns} <= {*frame})
            expected = rows_of(connection, rows, ", ".join(rows.columns.values()), choice)
            found = differences(cells(frame, rows.columns), expected, choice.currency)
            assert found == [], choice


def test_a_label_stands_on_no_other_column(answers):
    labels = defaultdict(lambda: defaultdict(set))
    for page in PAGES:
        for _, _, answer in answers(page.name):
            of_figures = [(one.label, one.kind, one.column) for one in answer.figures]
            for label, kind, column in [*answer.columns.values(), *of_figures]:
                if kind != "text":
                    labels[kind][DAY.sub("", label).strip()].add(column.rsplit(".", 1)[1])
    # Some columns have no value on the seeds, and are not shown.
    assert labels == {
        kind: {label: {*LABELS[kind].get(label, "").split()} for label in of_kind}
        for kind, of_kind in labels.items()
    }


def test_figures_count_the_pairs_that_a_long_table_leaves_out(marts, monkeypatch):
    choice = whole_range(marts, "restaurant").with_filters({"product": None})
    whole = cross_selling.product_pairs(marts, choice)
    monkeypatch.setattr(cross_selling, "MOST_PAIRS", 1)
    short = cross_selling.product_pairs(marts, choice)
    assert len(short.table) == 1
    assert short.figures == whole.figures


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (-1234.56, "amount", "-1,235 USD"),
        (999.5, "amount", "999.50 USD"),
        (1234.0, "count", "1,234"),
        (0.1234, "rate", "12.3%"),
        (0.1234, "decimal", "0.12"),
        (12.34, "days", "12.3 days"),
        (pd.Timestamp("2024-03-01 05:06"), "day", "2024-03-01"),
        (pd.Timestamp("2024-03-01 05:06"), "month", "2024-03"),
        (pd.Timestamp("2024-03-01 05:06"), "time", "2024-03-01 05:06"),
        (float("nan"), "amount", "-"),
    ],
)
def test_a_number_is_written_as_what_it_is(value, kind, text):
    assert shown(value, kind, "USD") == text


@pytest.mark.parametrize(
    ("kind", "now", "before", "text"),
    [
        ("amount", 110.0, 100.0, "+10.0%"),
        ("count", 75.0, 100.0, "-25.0%"),
        ("rate", 0.45, 0.5, "-5.0 points"),
        ("amount", 110.0, 0.0, None),
        ("amount", 110.0, None, None),
        ("amount", None, 100.0, None),
    ],
)
def test_a_change_is_relative_and_that_of_a_rate_in_points(kind, now, before, text):
    assert change(Figure("", now, kind, "", before)) == text


def frames_of(chart):
    """The rows of a chart and of its layers."""
    own = [chart.data] if isinstance(chart.data, pd.DataFrame) else []
    layers = chart.layer if isinstance(chart, alt.LayerChart) else []
    return own + [frame for layer in layers for frame in frames_of(layer)]


def strangers_of(frame, table):
    """Rows of a picture with a number that is not in the table's row with the same names."""
    names = [name for name in frame.select_dtypes(exclude=["number", "bool"]) if name in table]

    def names_and_numbers(of):
        numbers = [name for name in of.select_dtypes("number") if name not in DRAWING]
        return zip(plain_rows(cells(of, names)), plain_rows(cells(of, numbers)), strict=True)

    of_table = defaultdict(lambda: {None})
    for key, numbers in names_and_numbers(table):
        of_table[key].update(numbers)
    return [row for row in names_and_numbers(frame) if not of_table[row[0]].issuperset(row[1])]


def answers_to(text, answers):
    return [(choice, answer) for choice, question, answer in answers if question.text == text]


def expression(rows, name, kind, column):
    """SQL for the value of a column of the table, or of a figure, by its explaining column."""
    written = rows.columns.get(name, rows.columns.get("*"))
    if written is not None:
        return written
    if not rows.adds_up or kind not in NUMBERS:
        return column
    assert column.rsplit(".", 1)[1] in ADDITIVE.split(), f"{column} is summed: does it add up?"
    return f"sum({column})"


def rows_of(connection, rows, select, choice):
    """The rows by SQL, as tuples."""
    sql = f"select {select} from {rows.sql}".replace("{domain}", choice.domain)
    return connection.execute(sql, choice.parameters(*{*re.findall(r"\$(\w+)", sql)})).fetchall()


def cells(frame, names):
    """Columns of a frame as rows."""
    return frame[list(names)].itertuples(index=False, name=None)


def differences(shown_rows, expected_rows, currency):
    """Rows that are shown beside those that are expected, where they differ."""
    both = [sorted(plain_rows(rows, currency), key=order) for rows in (shown_rows, expected_rows)]
    assert len(both[0]) == len(both[1]), f"{len(both[0])} rows instead of {len(both[1])}"
    return [
        (row, expected)
        for row, expected in zip(*both, strict=True)
        if not all(map(are_same, row, expected))
    ]


def plain_rows(rows, currency=""):
    return [tuple(plain(cell, currency) for cell in row) for row in rows]


def plain(value, currency):
    """A cell as it is compared: a text, a float, a timestamp or None."""
    if isinstance(value, dict):
        return shown(**value, currency=currency)
    if value is None or pd.isna(value):
        return None
    if isinstance(value, str):
        return value
    return pd.Timestamp(value) if hasattr(value, "year") else float(value)


def order(row):
    """A row's place: by texts and days first, then by numbers as far as they are exact."""
    numbers = [f"{cell:.6g}" for cell in row if isinstance(cell, float)]
    return [str(cell) for cell in row if not isinstance(cell, float)], numbers


def are_same(one, other):
    """Sums of floats depend on the order of the rows."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return one == other
