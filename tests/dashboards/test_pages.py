"""The pages on the seeds: they answer every question, explain every number, and fail nowhere."""

import duckdb
import pytest
from answers import change, shown
from marts import NothingToShowError, Published
from streamlit.testing.v1 import AppTest
from views import PAGES

PAGES_BY_NAME = {page.name: page for page in PAGES}


def show_page(name, warehouse):
    """Runs inside AppTest, as a script of its own."""
    import app
    import views

    [page] = [page for page in views.PAGES if page.name == name]
    app.show(page, warehouse)


def opened(name, warehouse):
    return AppTest.from_function(show_page, args=(name, str(warehouse)), default_timeout=60).run()


@pytest.mark.parametrize("name", PAGES_BY_NAME)
def test_every_question_has_an_answer_or_says_why_not(name, answers):
    for choice, question, answer in answers(name):
        has_content = answer.figures or answer.chart is not None or answer.table is not None
        assert bool(answer.empty) != bool(has_content), (choice, question.text)
    answered = {question.text for _, question, answer in answers(name) if not answer.empty}
    assert answered == {question.text for question in PAGES_BY_NAME[name].questions}


@pytest.mark.parametrize("name", PAGES_BY_NAME)
def test_every_number_is_explained_by_the_comment_of_its_column(name, answers, marts):
    for _, question, answer in answers(name):
        columns = [figure.column for figure in answer.figures]
        columns += [column for _, _, column in answer.columns.values()]
        assert [column for column in columns if not marts.comment(column)] == [], question.text
        if answer.table is not None:
            assert {*answer.columns} <= {*answer.table.columns}


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


def test_a_shop_that_is_not_there_is_said(published):
    sales = published("sales_warehouse", "--domains", "sales")
    app = opened("greenery_kpi_dashboard", sales)
    assert not app.exception
    assert [info.value for info in app.info] == [
        "This page is about greenery, which this warehouse does not have."
    ]


def test_a_publish_shows_on_the_next_page_also_while_a_connection_is_open(
    seeds_warehouse, tmp_path
):
    target = tmp_path / "commerce.duckdb"

    def publish(number):
        new = tmp_path / f"new_{number}" / "commerce.duckdb"
        new.parent.mkdir()
        with duckdb.connect(str(new)) as connection:
            connection.execute("create schema core")
            connection.execute(f"create table core.dim_domains as select {number} as build")
        new.replace(target)

    publish(0)
    published = Published(target)
    held = duckdb.connect(str(published.marts().path), read_only=True)
    for number in range(1, 11):
        publish(number)
        marts = published.marts()
        assert marts.frame("from core.dim_domains")["build"].tolist() == [number]
    assert held.execute("from core.dim_domains").fetchall() == [(0,)]
    held.close()


def test_without_a_file_there_is_nothing_to_show(tmp_path):
    with pytest.raises(NothingToShowError, match="There is no "):
        Published(tmp_path / "commerce.duckdb").marts()
