"""Ten days of all shops, whose deliveries hold an order whole."""

import pytest
from days import (
    WHOLE_ORDERS,
    assert_full_builds,
    assert_no_mismatch,
    assert_same_as_full_build,
)


@pytest.mark.parametrize("story", WHOLE_ORDERS.all_stories, ids=lambda story: story.title)
def test_each_day_has_the_rows_of_the_story(story, days_of):
    assert_no_mismatch(days_of(WHOLE_ORDERS), story)


@pytest.mark.parametrize("day", WHOLE_ORDERS.compared)
def test_a_day_equals_a_full_build_of_its_files(day, days_of, build_of, tmp_path):
    build = build_of(*WHOLE_ORDERS.domains)
    assert_same_as_full_build(WHOLE_ORDERS, day, days_of(WHOLE_ORDERS), build, tmp_path)


def test_every_day_but_the_first_has_a_daily_build(days_of):
    assert_full_builds(WHOLE_ORDERS, days_of(WHOLE_ORDERS))
