"""The answers of every page on the seeds, for every shop and filter."""

from dataclasses import replace
from functools import cache

import duckdb
import pytest
from answers import domains_of, questions_of, whole_range
from marts import Marts
from views import PAGES


@pytest.fixture(scope="session")
def marts(seeds_warehouse):
    return Marts(seeds_warehouse)


def choices(page, marts):
    """Every shop of the page: with nothing chosen, with one filter each, and with all at once.

    All at once is with fewer days, which begin and end within a week and a month.
    """
    for domain in domains_of(page, marts):
        whole = whole_range(marts, domain)
        choice = whole.with_filters(dict.fromkeys(f.name for f in page.filters))
        yield choice
        values = {
            # The only free text is a customer.
            one.name: customers(marts, domain)
            if one.options is None
            else [*one.options(marts, choice)]
            for one in page.filters
        }
        # One of the middle: the first product is the first of every pair that it is in.
        chosen = {name: found[len(found) // 2] for name, found in values.items() if found}
        yield from (choice.with_filters({name: value}) for name, value in chosen.items())
        together = choice.with_filters(chosen)
        if page.has_dates:
            days = whole.end - whole.start
            yield replace(together, start=whole.start + 4 * days // 7, end=whole.end - days // 9)
        elif len(chosen) > 1:
            yield together


def customers(marts, domain):
    rows = marts.frame(
        "select max(customer_id) as customer_id from basket.customer_product_suggestions"
        " where domain = $domain",
        {"domain": domain},
    )
    return rows["customer_id"].dropna().tolist()


@pytest.fixture(scope="session")
def answers(marts):
    """answers(name of a page): [(choice, question, answer)], for every choice."""

    @cache
    def of_page(name):
        [page] = [page for page in PAGES if page.name == name]
        # While one connection is open, those of the pages open quickly.
        with duckdb.connect(str(marts.path), read_only=True):
            return [
                (choice, question, question.answered(marts, choice))
                for choice in choices(page, marts)
                for question in questions_of(page, choice.domain)
            ]

    return of_page
