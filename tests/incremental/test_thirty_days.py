"""Thirty days of a restaurant: daily builds give the same rows as a full build."""

import pytest
from chain import WAREHOUSE, arguments, mismatches_of_day
from days import (
    RESTAURANT,
    assert_full_builds,
    assert_no_mismatch,
    assert_same_as_full_build,
)
from same_rows import differences


@pytest.mark.parametrize("story", RESTAURANT.all_stories, ids=lambda story: story.title)
def test_each_day_has_the_rows_of_the_story(story, days_of):
    assert_no_mismatch(days_of(RESTAURANT), story)


@pytest.mark.parametrize("day", RESTAURANT.compared)
def test_a_day_equals_a_full_build_of_its_files(day, days_of, build_of, tmp_path):
    build = build_of(*RESTAURANT.domains)
    assert_same_as_full_build(RESTAURANT, day, days_of(RESTAURANT), build, tmp_path)


def test_only_the_expected_days_have_a_full_build(days_of):
    assert_full_builds(RESTAURANT, days_of(RESTAURANT))


def test_these_tests_would_find_a_build_that_takes_only_new_files(days_of, build_of, tmp_path):
    loaded = days_of(RESTAURANT)
    built = build_of("restaurant")(
        *arguments(RESTAURANT, RESTAURANT.days, loaded / "first_seen", tmp_path)
    )
    assert built.returncode == 0, built.stdout + built.stderr
    texts = differences(loaded / "warehouse" / WAREHOUSE, tmp_path / WAREHOUSE)
    assert {
        "restaurant.stg_order_items",
        "restaurant.stg_order_item_options",
        "restaurant.stg_restaurants",
        "left_out.restaurant__stg_order_items",
        "quarantine.restaurant_rows",
        "core.fct_orders",
        "clv.customer_clv",
        "trends.sales_trends_daily",
    } <= {text.split(":")[0] for text in texts}
    mismatches = mismatches_of_day(RESTAURANT, RESTAURANT.days, tmp_path / WAREHOUSE)
    assert sum(map(bool, mismatches.values())) >= 10
