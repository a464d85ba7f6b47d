"""What several tests of the dashboards look at."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from answers import domains_of, questions_of, whole_range
from marts import Marts
from views import PAGES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def docs_page(made_once, run_dbt, seeds_warehouse) -> Path:
    """The page that `make docs` writes, of the seeds."""

    def make(folder: Path) -> str:
        makefile = (ROOT / "Makefile").read_text()
        [line] = [line for line in makefile.splitlines() if " docs generate " in line]
        _, *arguments = line.split()
        profile = (ROOT / "profiles.yml").read_text()
        (folder / "profiles.yml").write_text(
            profile.replace("path: warehouse/commerce.duckdb", f"path: {seeds_warehouse}")
        )
        arguments[arguments.index("target/docs")] = str(folder)
        made = run_dbt(*arguments, "--profiles-dir", folder, "--log-path", folder)
        return "" if made.returncode == 0 else made.stdout + made.stderr

    return made_once("docs_page", make) / "static_index.html"


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
        return [
            (choice, question, question.answered(marts, choice))
            for choice in choices(page, marts)
            for question in questions_of(page, choice.domain)
        ]

    return of_page
