"""The Streamlit app. `commerce-marts dashboard` starts it; `views/` holds what it shows.

streamlit run dashboards/app.py -- --warehouse warehouse/commerce.duckdb
"""

import hmac
import io
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st
from answers import (
    Answer,
    Choice,
    Page,
    change,
    domains_of,
    heading,
    no_shop,
    questions_of,
    shown,
    whole_range,
)
from marts import FRESH_FOR, Marts, NothingToShowError, Published, warehouse_of
from views import PAGES

from commerce_marts.export import harmless

# Streamlit's own formats of numbers in tables.
FORMATS = {
    **{"amount": "%,.2f", "count": "%,.0f", "rate": "percent", "days": "%.1f", "decimal": "%,.2f"},
    **{"day": "YYYY-MM-DD", "month": "YYYY-MM", "time": "YYYY-MM-DD HH:mm"},
}
DELTA_COLOURS = {"good": "normal", "bad": "inverse", "neither": "off"}


@st.cache_resource
def published(warehouse: str | None) -> Published:
    """One per process, because it keeps a folder of links."""
    return Published(warehouse_of(warehouse))


def show(page: Page, warehouse: str | None) -> None:
    """One page from top to bottom."""
    st.title(page.title)
    try:
        with published(warehouse).marts() as marts:
            show_answers(page, marts)
    except NothingToShowError as problem:
        st.error(str(problem))


def show_answers(page: Page, marts: Marts) -> None:
    """The filters and, below them, every question with its answer."""
    choice = chosen(page, marts)
    if choice is None:
        st.info(no_shop(page))
        return
    show_age(marts, choice)
    for number, question in enumerate(questions_of(page, choice.domain)):
        st.subheader(question.text, divider="gray")
        show_answer(question.answered(marts, choice), marts, choice, f"{page.name}_{number}")


def chosen(page: Page, marts: Marts) -> Choice | None:
    """The filters, which stand in the page's address; None where no shop of the page is there."""
    domains = domains_of(page, marts)
    if not domains:
        return None
    with st.sidebar:
        domain = domains[0]
        if len(domains) > 1:
            domain = st.selectbox("Shop", domains, key="shop", bind="query-params") or domain
        choice = whole_range(marts, domain)
        if page.has_dates:
            choice = replace(choice, **dates(choice))
        for one in page.filters:
            # Each shop has filters of its own: another one has other days and locations.
            key = f"{domain}_{one.name}"
            if one.options is None:
                value = st.text_input(one.label, key=key, bind="query-params") or None
            else:
                names = one.options(marts, choice)
                value = st.selectbox(
                    one.label,
                    list(names),
                    index=None,
                    format_func=lambda value, names=names: names.get(value, value),
                    placeholder=one.nothing,
                    key=key,
                    bind="query-params",
                )
            choice = choice.with_filters({one.name: value})
    return choice


def dates(choice: Choice) -> dict[str, date]:
    """Both days of the range; while a reader has picked only the first, the last one stays."""
    first, last = choice.start, choice.end
    picked = st.date_input(
        "Dates",
        (first, last),
        first,
        last,
        format="YYYY-MM-DD",
        key=f"{choice.domain}_dates",
        bind="query-params",
    )
    picked = picked if isinstance(picked, tuple) else (picked,)
    return dict(zip(("start", "end"), picked, strict=False))


def show_age(marts: Marts, choice: Choice) -> None:
    """As of which day, and whether the warehouse is old."""
    facts = marts.domains.set_index("domain").loc[choice.domain]
    st.caption(
        f"{choice.domain}, as of {facts['as_of_date']:%Y-%m-%d};"
        f" built {facts['built_at']:%Y-%m-%d %H:%M} UTC."
    )
    age = marts.age()
    if age > FRESH_FOR:
        st.warning(
            f"These numbers are old: the warehouse was built {age.days} days and"
            f" {age.seconds // 3600} hours ago."
        )


def show_answer(answer: Answer, marts: Marts, choice: Choice, key: str) -> None:
    """Figures, picture, table, downloads."""
    if answer.empty:
        st.info(answer.empty)
        return
    if answer.figures:
        # Columns of equal width cut long amounts off, and stand one below the other on a telephone.
        with st.container(horizontal=True, gap="medium"):
            for figure in answer.figures:
                st.metric(
                    figure.label,
                    shown(figure.value, figure.kind, choice.currency),
                    change(figure),
                    help=marts.comment(figure.column),
                    delta_color=DELTA_COLOURS[figure.more_is],
                    width="content",
                )
    if answer.note:
        st.caption(answer.note)
    if answer.chart is not None:
        st.altair_chart(answer.chart, key=f"{key}_chart")
    if answer.table is not None:
        rows = answer.table[list(answer.columns)]
        st.dataframe(
            rows,
            hide_index=True,
            key=f"{key}_table",
            column_config={
                name: column_config(
                    heading(label, kind, choice.currency), kind, marts.comment(column)
                )
                for name, (label, kind, column) in answer.columns.items()
            },
        )
        downloads(rows, key)


def column_config(label: str, kind: str, comment: str) -> object:
    """A column with its label, format and explanation."""
    if kind == "text":
        return st.column_config.Column(label, help=comment)
    if kind in ("day", "month", "time"):
        return st.column_config.DatetimeColumn(label, help=comment, format=FORMATS[kind])
    return st.column_config.NumberColumn(label, help=comment, format=FORMATS[kind])


def downloads(rows: pd.DataFrame, key: str) -> None:
    """The table as CSV and as Excel."""

    def as_excel() -> bytes:
        file = io.BytesIO()
        # Text that looks like a formula stays text.
        options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
        with pd.ExcelWriter(file, engine="xlsxwriter", engine_kwargs=options) as writer:
            rows.to_excel(writer, index=False)
        return file.getvalue()

    with st.container(horizontal=True):
        st.download_button(
            "CSV",
            lambda: rows.map(harmless).to_csv(index=False),
            f"{key}.csv",
            "text/csv",
            key=f"{key}_csv",
        )
        st.download_button("Excel", as_excel, f"{key}.xlsx", key=f"{key}_xlsx")


def is_let_in() -> bool:
    """Whether the reader has typed the password, where there is one."""
    file = os.environ.get("COMMERCE_MARTS_PASSWORD_FILE")
    if file is None or st.session_state.get("is_let_in"):
        return True
    typed = st.text_input("Password", type="password")
    if typed:
        password = Path(file).read_text(encoding="utf-8").splitlines()[0]
        if hmac.compare_digest(typed.encode(), password.encode()):
            st.session_state["is_let_in"] = True
            st.rerun()
        # Nobody can try thousands of words.
        time.sleep(1)
        st.error("That is not the password.")
    return False


def main(arguments: list[str]) -> None:
    """The menu, and the page that was chosen."""
    warehouse = arguments[1] if arguments[:1] == ["--warehouse"] else None
    st.set_page_config(page_title="commerce_marts", layout="wide")
    if not is_let_in():
        return

    def shower(page: Page) -> Callable[[], None]:
        return lambda: show(page, warehouse)

    st.navigation(
        [
            st.Page(shower(page), title=page.title, url_path=page.name, default=page is PAGES[0])
            for page in PAGES
        ]
    ).run()


if __name__ == "__main__":
    main(sys.argv[1:])
