"""Ten days of the three other shops, built together."""

import pytest
from days import (
    SHOPS,
    assert_full_builds,
    assert_no_mismatch,
    assert_same_as_full_build,
)


@pytest.mark.parametrize("story", SHOPS.all_stories, ids=lambda story: story.title)
def test_each_day_has_the_rows_of_the_story(story, days_of):
    assert_no_mismatch(days_of(SHOPS), story)


@pytest.mark.parametrize("day", SHOPS.compared)
def test_a_day_equals_a_full_build_of_its_files(day, days_of, build_of, tmp_path):
    build = build_of(*SHOPS.domains)
    assert_same_as_full_build(SHOPS, day, days_of(SHOPS), build, tmp_path)


def test_only_the_expected_days_have_a_full_build(days_of):
    assert_full_builds(SHOPS, days_of(SHOPS))
