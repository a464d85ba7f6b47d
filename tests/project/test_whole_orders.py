"""An order that is delivered again counts once, with the rows of its last delivery.

Hypothesis makes histories: orders that change, and deliveries that hold them whole. The rules are
the SQL that dbt renders for builds and checks, run on the rows of all deliveries.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce_marts.check.rules import rules_for, rules_key
from commerce_marts.project import project_at

ROOT = Path(__file__).resolve().parents[2]
DATES = {"earliest_plausible_date": "1990-01-01", "latest_plausible_date": "2100-12-31"}
# What a row of each table has besides its order and what may change.
FIXED = {
    ("sales", "sales"): {"customer_id": "C1", "order_date": "2024-03-01"},
    ("greenery", "order_items"): {},
    ("restaurant", "order_items"): {
        **{"restaurant_id": "R1", "creation_time_utc": "2024-03-01T12:00:00Z", "user_id": "V1"},
        **{"app_name": "Fork", "currency": "USD"},
    },
}
# The columns with a line's name, its quantity and its amount.
CHANGING = {
    ("sales", "sales"): ("product_id", "quantity", "total_price"),
    ("greenery", "order_items"): ("product_id", "quantity", None),
    ("restaurant", "order_items"): ("lineitem_id", "item_quantity", "item_price"),
}

lines = st.dictionaries(
    st.sampled_from("abc"), st.tuples(st.integers(1, 3), st.integers(1, 9)), min_size=1
)
# A state of an order: its lines; None where a delivery does not hold the order.
histories = st.lists(
    st.dictionaries(st.sampled_from(["O1", "O2", "O3"]), lines), min_size=1, max_size=6
)


@dataclass(frozen=True)
class Rules:
    """The rules of a table, over a connection."""

    table: tuple[str, str]
    columns: tuple[str, ...]
    sql: str = field(repr=False)
    connection: duckdb.DuckDBPyConnection = field(repr=False, compare=False)

    def usable(self, rows):
        """The rows that are not left out, and how many are left out for which kind of reason.

        `rows` are (delivery, values by column).
        """
        self.connection.execute("delete from raw_table")
        for name, values in rows:
            self.connection.execute(
                f"insert into raw_table select {', '.join('?' * len(self.columns))}, ?, '', ?",
                [*map(values.get, self.columns), name, name],
            )
        kinds, usable = Counter(), Counter()
        name, quantity, amount = CHANGING[self.table]
        order = "order_id"
        for reason, *found in self.connection.execute(
            f"select left_out_reason, {order}, {name}, {quantity}, {amount or 'null'}"
            f" from {self.sql} as judged"
        ).fetchall():
            if reason is None:
                usable[
                    tuple(None if v is None else str(v) for v in found[:2]),
                    *map(_number, found[2:]),
                ] += 1
            else:
                kinds[reason.split(":")[0]] += 1
        return usable, kinds


def _number(value):
    return None if value is None else int(value)


@pytest.fixture(scope="module")
def rules():
    """The rules of each table, by table."""
    project = project_at(ROOT)
    keys = {
        (contract["domain"], contract["table"]): rules_key(contract)
        for contract in project.contracts(project.domains)
    }
    found = rules_for(project, DATES, {keys[table] for table in FIXED})
    by_table = {}
    for table in FIXED:
        rule = found[keys[table]]
        columns = tuple(project.raw_contract[table[0]][table[1]]["columns"])
        connection = duckdb.connect()
        texts = ", ".join(
            f'"{name}" varchar' for name in (*columns, "_delivery", "_raw_row", "_source_file")
        )
        connection.execute(f"create table raw_table ({texts})")
        by_table[table] = Rules(table, columns, rule.judged_rows, connection)
    return by_table


def _rows(table, delivery, orders):
    name, quantity, amount = CHANGING[table]
    return [
        (
            delivery,
            FIXED[table]
            | {"order_id": order, name: line, quantity: str(units)}
            | ({amount: str(price)} if amount else {}),
        )
        for order, state in orders.items()
        for line, (units, price) in state.items()
    ]


def _last_states(table, history):
    states = {}
    for delivery in history:
        states |= delivery
    amount = CHANGING[table][2]
    return Counter(
        ((order, line), units, price if amount else None)
        for order, state in states.items()
        for line, (units, price) in state.items()
    )


@pytest.mark.parametrize("table", FIXED, ids="/".join)
@settings(deadline=None, max_examples=30)
@given(history=histories, data=st.data())
def test_the_last_delivery_of_each_order_counts(rules, table, history, data):
    deliveries = [(f"{day:02}", orders) for day, orders in enumerate(history)]
    # An export window overlaps: a day holds orders of the days before as they are by now.
    for day in range(1, len(deliveries)):
        if data.draw(st.booleans()):
            known = {}
            for _, orders in deliveries[:day]:
                known |= orders
            deliveries[day] = (deliveries[day][0], known | deliveries[day][1])
    rows = [row for name, orders in deliveries for row in _rows(table, name, orders)]
    usable, _ = rules[table].usable(data.draw(st.permutations(rows)))
    assert usable == _last_states(table, history)


@pytest.mark.parametrize("table", FIXED, ids="/".join)
@settings(deadline=None, max_examples=10)
@given(history=histories)
def test_the_same_export_twice_changes_nothing(rules, table, history):
    rows = [row for day, orders in enumerate(history) for row in _rows(table, f"{day:02}", orders)]
    last = len(history) - 1
    again = _rows(table, f"{last:02} (1)", history[last])
    usable, kinds = rules[table].usable(rows + again)
    assert usable == _last_states(table, history)
    assert set(kinds) <= {"superseded"}


@pytest.mark.parametrize("table", [t for t in FIXED if CHANGING[t][2]], ids="/".join)
@settings(deadline=None, max_examples=25)
@given(sale=lines, refunds=st.lists(st.tuples(st.integers(2, 5), lines), max_size=4))
def test_a_refund_that_comes_alone_replaces_neither_the_sale_nor_another_refund(
    rules, table, sale, refunds
):
    at = {"sales": "order_date", "restaurant": "creation_time_utc"}[table[0]]
    rows = _rows(table, "01", {"O1": sale})
    _, quantity, amount = CHANGING[table]
    expected = _last_states(table, [{"O1": sale}])
    of_day = {}
    for delivery, (day, state) in enumerate(refunds, start=2):
        of_day[day] = state
        for _, values in _rows(table, "", {"O1": state}):
            back = {quantity: f"-{values[quantity]}", amount: f"-{values[amount]}"}
            rows.append((f"{delivery:02}", values | back | {at: f"2024-03-{day:02}"}))
    # Of two deliveries with refunds of one day, the last one has them whole.
    for state in of_day.values():
        for line, (units, price) in state.items():
            expected[("O1", line), -units, -price] += 1
    usable, _ = rules[table].usable(rows)
    assert usable == expected


@pytest.mark.parametrize("table", FIXED, ids="/".join)
def test_a_broken_correction_supersedes_nothing(rules, table):
    rows = _rows(table, "01", {"O1": {"a": (1, 5), "b": (1, 5)}})
    broken = [
        (d, v | {CHANGING[table][1]: "many"}) for d, v in _rows(table, "02", {"O1": {"a": (2, 5)}})
    ]
    usable, kinds = rules[table].usable(rows + broken)
    assert usable == _last_states(table, [{"O1": {"a": (1, 5), "b": (1, 5)}}])
    assert kinds == {"rejected": 1}


@pytest.mark.parametrize("table", FIXED, ids="/".join)
def test_an_unusable_row_of_a_correction_is_replaced_by_nothing(rules, table):
    rows = _rows(table, "01", {"O1": {"a": (1, 5), "b": (1, 5)}})
    first, second = _rows(table, "02", {"O1": {"a": (2, 5), "b": (2, 5)}})
    rows += [first, (second[0], second[1] | {CHANGING[table][1]: "many"})]
    usable, kinds = rules[table].usable(rows)
    assert usable == _last_states(table, [{"O1": {"a": (2, 5)}}])
    assert kinds == {"rejected": 1, "superseded": 2}
