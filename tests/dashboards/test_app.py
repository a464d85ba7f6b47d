"""Streamlit's AppTest on every page: all shops and filters, small shops, old files, password."""

import shutil
import sys
from datetime import timedelta

import duckdb
import pytest
from answers import change, domains_of, no_shop, questions_of, shown, whole_range
from marts import Marts
from streamlit.testing.v1 import AppTest
from views import PAGES

PAGES_BY_NAME = {page.name: page for page in PAGES}
DOMAINS = ("sales", "greenery", "adventure_works", "restaurant")


@pytest.fixture(autouse=True)
def the_tests_stay_the_main_module(monkeypatch):
    """AppTest leaves its script as `__main__`; a process that a later test starts would run it."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


def show_page(name, warehouse):
    """Runs inside AppTest, as a script of its own."""
    import app
    import views

    [page] = [page for page in views.PAGES if page.name == name]
    app.show(page, warehouse)


def opened(name, warehouse):
    return AppTest.from_function(show_page, args=(name, str(warehouse)), default_timeout=60).run()


def assert_sound(app, page, domain):
    """No error, every question of the shop, and the day of the data."""
    assert not app.exception
    assert not app.error
    assert [title.value for title in app.title] == [page.title]
    assert [header.value for header in app.subheader] == [
        question.text for question in questions_of(page, domain)
    ]
    assert app.caption[0].value.startswith(f"{domain}, as of ")


def with_shop(app, domain):
    if any(box.key == "shop" for box in app.selectbox):
        app.selectbox("shop").set_value(domain).run()
    return app


@pytest.mark.parametrize("name", PAGES_BY_NAME)
def test_every_shop_and_filter_can_be_chosen(name, seeds_warehouse):
    page = PAGES_BY_NAME[name]
    app = opened(name, seeds_warehouse)
    with Marts(seeds_warehouse) as marts:
        for domain in domains_of(page, marts):
            assert_sound(with_shop(app, domain), page, domain)
            first, last = (whole_range(marts, domain).start, whole_range(marts, domain).end)
            if page.has_dates:
                half = (first, first + (last - first) // 2)
                app.date_input(f"{domain}_dates").set_value(half).run()
                assert_sound(app, page, domain)
                # A single day, and one without any order may be among those.
                app.date_input(f"{domain}_dates").set_value((last, last)).run()
                assert_sound(app, page, domain)
            for one in page.filters:
                key = f"{domain}_{one.name}"
                if one.options is None:
                    for typed in ("nobody of this name", "a"):
                        app.text_input(key).set_value(typed).run()
                        assert_sound(app, page, domain)
                elif options := list(one.options(marts, whole_range(marts, domain))):
                    app.selectbox(key).set_value(options[-1]).run()
                    assert_sound(app, page, domain)


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_page_opens_on_a_single_shop(domain, domain_warehouse):
    warehouse = domain_warehouse(domain)
    with Marts(warehouse) as marts:
        shops = {page.name: domains_of(page, marts) for page in PAGES}
    assert shops["overview"] == shops["data_quality"] == [domain]
    for page in PAGES:
        app = opened(page.name, warehouse)
        if shops[page.name]:
            assert_sound(app, page, domain)
        else:
            assert not app.exception
            assert [info.value for info in app.info] == [no_shop(page)]
    assert no_shop(PAGES_BY_NAME["greenery_kpi_dashboard"]) == (
        "This page is about greenery, which this warehouse does not have."
    )


def assert_every_shop_opens(name, warehouse):
    page = PAGES_BY_NAME[name]
    with Marts(warehouse) as marts:
        domains = domains_of(page, marts)
    for domain in domains:
        assert_sound(with_shop(opened(name, warehouse), domain), page, domain)


@pytest.mark.parametrize("name", PAGES_BY_NAME)
def test_every_page_opens_on_the_smallest_shops(name, smallest_warehouse):
    assert_every_shop_opens(name, smallest_warehouse)


@pytest.mark.real_data
@pytest.mark.parametrize("name", PAGES_BY_NAME)
def test_every_page_opens_on_real_data(name, real_warehouse):
    assert_every_shop_opens(name, real_warehouse)


@pytest.mark.parametrize("name", PAGES_BY_NAME)
def test_the_app_shows_what_the_page_answers(name, answers, seeds_warehouse):
    page = PAGES_BY_NAME[name]
    app = opened(name, seeds_warehouse)
    assert not app.exception
    assert not app.error
    assert [title.value for title in app.title] == [page.title]
    choice, *_ = answers(name)[0]
    shown_first = [
        (question, answer) for chosen, question, answer in answers(name) if chosen == choice
    ]
    assert [header.value for header in app.subheader] == [
        question.text for question, _ in shown_first
    ]
    figures = [figure for _, answer in shown_first for figure in answer.figures]
    assert [(metric.label, metric.value, metric.delta) for metric in app.metric] == [
        (
            figure.label,
            shown(figure.value, figure.kind, choice.currency),
            change(figure) or "",
        )
        for figure in figures
    ]


def test_an_empty_folder_an_other_file_and_a_missing_area_are_said_in_words(
    tmp_path, seeds_warehouse
):
    app = opened("overview", tmp_path / "none.duckdb")
    assert [error.value for error in app.error] == [
        f"There is no {tmp_path}/none.duckdb. `commerce-marts build` (or `make build`) writes it."
    ]
    other = tmp_path / "other.duckdb"
    duckdb.connect(str(other)).close()
    [error] = opened("overview", other).error
    assert "it is not from commerce-marts, or from a version before" in error.value
    other.write_text("no database")
    [error] = opened("overview", other).error
    assert error.value.startswith("other.duckdb cannot be read: ")


def test_a_file_of_an_older_version_says_so_where_it_matters(seeds_warehouse, tmp_path):
    old = tmp_path / "commerce.duckdb"
    shutil.copyfile(seeds_warehouse, old)
    with duckdb.connect(str(old)) as connection:
        connection.execute("drop table forecast.revenue_alerts")
        connection.execute("alter table retention.net_sales_bridge_monthly drop column net_sales")
    app = opened("overview", old)
    assert not app.exception
    assert not app.error
    *of_column, of_table = [info.value for info in app.info]
    assert len(of_column) == 2
    for text in of_column:
        assert text.startswith("commerce.duckdb was built by another version of commerce_marts")
        assert "net_sales" in text
    assert of_table.startswith(
        "This warehouse has no forecast.revenue_alerts: it was built without"
    )


def test_a_table_that_is_read_whole_may_lack_a_column(seeds_warehouse, tmp_path):
    old = tmp_path / "commerce.duckdb"
    shutil.copyfile(seeds_warehouse, old)
    column = "following_orders_per_order_difference"
    with duckdb.connect(str(old)) as connection:
        connection.execute(f"alter table discounts.discount_effectiveness drop column {column}")
    app = opened("restaurant_operations_review", old)
    assert not app.exception
    assert [info.value for info in app.info if "no column" in info.value] == [
        f"This warehouse has no column '{column}' in discounts.discount_effectiveness: it was"
        " built by another version of commerce_marts, so build it again."
    ]


def test_old_numbers_have_a_banner(seeds_warehouse, tmp_path):
    old = tmp_path / "commerce.duckdb"
    shutil.copyfile(seeds_warehouse, old)
    assert [warning.value for warning in opened("overview", old).warning] == []
    with duckdb.connect(str(old)) as connection:
        connection.execute(
            "update core.build_info set built_at = built_at - ?", [timedelta(days=3, minutes=5)]
        )
    [warning] = opened("overview", old).warning
    assert warning.value.startswith("These numbers are old: the warehouse was built 3 days and ")


def test_nothing_is_shown_before_the_password(seeds_warehouse, tmp_path, monkeypatch):
    def run_app(warehouse):
        import app

        app.main(["--warehouse", warehouse])

    password = tmp_path / "password"
    password.write_text("open, sesame\n")
    monkeypatch.setenv("COMMERCE_MARTS_PASSWORD_FILE", str(password))
    app = AppTest.from_function(run_app, args=(str(seeds_warehouse),), default_timeout=60).run()
    assert not app.title
    app.text_input[0].set_value("open, barley").run()
    assert [error.value for error in app.error] == ["That is not the password."]
    assert not app.title
    app.text_input[0].set_value("open, sesame").run()
    assert [title.value for title in app.title] == [PAGES[0].title]


def test_others_are_let_in_with_a_password_only(run_cli, seeds_warehouse, tmp_path):
    command = ("dashboard", "--warehouse", seeds_warehouse, "--host", "0.0.0.0")
    refused = run_cli(*command)
    assert refused.returncode == 2
    assert "give the file of a password with --password-file" in refused.stderr
    assert "TLS is the work of a proxy" in " ".join(refused.stderr.split())
    empty = tmp_path / "empty"
    empty.write_text("\n")
    refused = run_cli(*command, "--password-file", empty)
    assert refused.returncode == 2
    assert "its first line must be the password" in refused.stderr
