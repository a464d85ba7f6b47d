"""What a page consists of. The app and the report show the same pages, each in its own way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

import altair as alt
import pandas as pd
from marts import Marts, OtherVersionError

# What stands in a cell: a number, a text, a day or time, or nothing.
Value = float | str | date | None
Kind = Literal["amount", "count", "rate", "days", "decimal", "day", "month", "time", "text"]


@dataclass(frozen=True)
class Choice:
    """What a reader chose: a domain, days `start` to `end`, and values of the page's filters."""

    domain: str
    currency: str
    start: date
    end: date
    filters: Mapping[str, str | None] = field(default_factory=dict)

    def parameters(self, *names: str) -> dict[str, object]:
        """These for a query: $domain, $start, $end, or a filter's name (null: not chosen)."""
        known = {"domain": self.domain, "start": self.start, "end": self.end, **self.filters}
        return {name: known[name] for name in names}

    def with_filters(self, chosen: Mapping[str, str | None]) -> "Choice":
        """The same with more filters."""
        return replace(self, filters={**self.filters, **chosen})


@dataclass(frozen=True)
class Filter:
    """A choice beside shop and dates: one of `options` ({value: label}), or free text."""

    name: str
    label: str
    options: Callable[[Marts, Choice], Mapping[str, str]] | None = None
    # What the list says where nothing is chosen.
    nothing: str = "All"


@dataclass(frozen=True)
class Figure:
    """One number. `column` is the `schema.table.column` that explains it.

    It is compared with `before`; `more_is` says how to read it if there is more now.
    """

    label: str
    value: Value
    kind: Kind
    column: str
    before: float | None = None
    more_is: Literal["good", "bad", "neither"] = "good"


@dataclass(frozen=True)
class Answer:
    """Figures, then the picture, then the table; or `empty`, which says why there are none.

    `columns`: {column of the table: (label, kind, the column that explains it)}.
    """

    figures: Sequence[Figure] = ()
    chart: alt.TopLevelMixin | None = None
    table: pd.DataFrame | None = None
    columns: dict[str, tuple[str, Kind, str]] = field(default_factory=dict)
    note: str = ""
    empty: str = ""

    @property
    def filled_columns(self) -> dict[str, tuple[str, Kind, str]]:
        """The columns with a value in any row: what a shop does not record is not shown."""
        return {
            name: of
            for name, of in self.columns.items()
            if self.table is not None and self.table[name].notna().any()
        }


@dataclass(frozen=True)
class Question:
    """A question with the tables that its answer reads.

    Where its marts are of some shops only, `domains` names them: others do not see it.
    """

    text: str
    reads: tuple[str, ...]
    answer: Callable[[Marts, Choice], Answer]
    domains: tuple[str, ...] = ()

    def answered(self, marts: Marts, choice: Choice) -> Answer:
        """The answer; where a table is missing or has no row of the domain, the words for it."""
        missing = [table for table in self.reads if not marts.has(table)]
        if missing:
            return Answer(
                empty=f"This warehouse has no {' and no '.join(missing)}: it was built without"
                " this shop or area, or by an earlier version."
            )
        try:
            answer = self.answer(marts, choice)
        except OtherVersionError as problem:
            return Answer(empty=str(problem))
        except KeyError as column:
            return Answer(
                empty=f"This warehouse has no column {column} in {' and '.join(self.reads)}: it was"
                " built by another version of commerce_marts, so build it again."
            )
        if answer.empty:
            reasons = [marts.why_empty(table, choice.domain) for table in self.reads]
            known = next((reason for reason in reasons if reason), None)
            # A reason is the end of a sentence.
            return Answer(empty=f"Nothing to show, because {known}." if known else answer.empty)
        return replace(answer, columns=answer.filled_columns)


@dataclass(frozen=True)
class Page:
    """A page: `name` is its address and its exposure in models/exposures.yml.

    `domains` are the shops that it can show, all where there are none. A shop with `has` null or
    false in core.dim_domains is not among them.
    """

    name: str
    title: str
    questions: Sequence[Question]
    domains: tuple[str, ...] = ()
    has: str | None = None
    has_dates: bool = True
    filters: tuple[Filter, ...] = ()


def explained(
    table: str, labels: Mapping[str, tuple[str, Kind]]
) -> dict[str, tuple[str, Kind, str]]:
    """Columns of an answer, each explained by the column of the same name in `schema.table`."""
    return {name: (label, kind, f"{table}.{name}") for name, (label, kind) in labels.items()}


def figures(
    columns: Mapping[str, tuple[str, Kind, str]],
    now: Mapping[str, Value],
    before: Mapping[str, float | None] | None = None,
) -> list[Figure]:
    """One figure per column, compared with the same column of `before`."""
    return [
        Figure(label, now[name], kind, column, None if before is None else before.get(name))
        for name, (label, kind, column) in columns.items()
    ]


DATE_FORMATS = {"day": "%Y-%m-%d", "month": "%Y-%m", "time": "%Y-%m-%d %H:%M"}


def shown(value: Value, kind: Kind, currency: str = "") -> str:
    """A value as people read it; a dash where there is none."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return "-"
    if isinstance(value, str):
        return value
    if kind in ("day", "month", "time"):
        return f"{value:{DATE_FORMATS[kind]}}"
    if kind == "amount":
        return f"{value:,.{0 if abs(value) >= 1000 else 2}f} {currency}".rstrip()
    if kind == "rate":
        return f"{value:.1%}"
    if kind == "count":
        return f"{value:,.0f}"
    return f"{value:,.1f} days" if kind == "days" else f"{value:,.2f}"


def heading(label: str, kind: Kind, currency: str) -> str:
    """What stands above a column: amounts name their currency once, and not in each cell."""
    return f"{label} ({currency})" if kind == "amount" else label


def change(figure: Figure) -> str | None:
    """How a figure differs from the one before, as people read it; None where there is none."""
    if figure.before is None or isinstance(figure.value, str) or figure.value is None:
        return None
    if pd.isna(figure.before) or pd.isna(figure.value):
        return None
    if figure.kind == "rate":
        return f"{100 * (figure.value - figure.before):+.1f} points"
    return f"{figure.value / figure.before - 1:+.1%}" if figure.before > 0 else None


def domains_of(page: Page, marts: Marts) -> list[str]:
    """The shops of the warehouse that the page can show; the one that it is named after first."""
    rows = marts.domains
    if page.has is not None:
        rows = rows[rows[page.has].fillna(False).astype(bool)]
    found = [name for name in rows["domain"] if not page.domains or name in page.domains]
    return sorted(found, key=lambda name: not page.name.startswith(name))


def questions_of(page: Page, domain: str) -> list[Question]:
    """The questions of the page that are about a shop."""
    return [one for one in page.questions if not one.domains or domain in one.domains]


def no_shop(page: Page) -> str:
    """Why the page has nothing to show."""
    if page.domains:
        return (
            f"This page is about {' and '.join(page.domains)}, which this warehouse does not have."
        )
    return "No shop of this warehouse has what this page is about."


def whole_range(marts: Marts, domain: str) -> Choice:
    """All days of a shop, and no other filter."""
    facts = marts.domains.set_index("domain").loc[domain]
    first, last = (facts[name].date() for name in ("first_order_date", "as_of_date"))
    return Choice(domain, facts["currency"], first, last)
