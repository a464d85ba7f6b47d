"""Ten days of the three other shops, which do not look at each other, in one chain."""

import pytest
from days import (
    SHOPS,
    assert_built_in_full,
    assert_full_refresh,
    assert_told,
)


@pytest.mark.parametrize("story", SHOPS.all_stories, ids=lambda story: story.title)
def test_what_happens_to_files_is_seen_each_day(story, days_of):
    assert_told(days_of(SHOPS), story)


@pytest.mark.parametrize("day", SHOPS.compared)
def test_a_day_is_a_full_refresh_of_its_files(day, days_of, build_of, tmp_path):
    build = build_of(*SHOPS.domains)
    assert_full_refresh(SHOPS, day, days_of(SHOPS), build, tmp_path)


def test_hardly_a_day_is_built_in_full(days_of):
    assert_built_in_full(SHOPS, days_of(SHOPS))
