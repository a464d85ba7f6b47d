"""The answers of the pages on the seeds: to every question, and every number is explained."""

import pytest
from views import PAGES

PAGES_BY_NAME = {page.name: page for page in PAGES}


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
