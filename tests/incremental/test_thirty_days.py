"""Day by day is the same as all at once: thirty days of a restaurant, with all that may happen."""

import pytest
from chain import WAREHOUSE, arguments, faults_of_day
from days import (
    RESTAURANT,
    assert_built_in_full,
    assert_full_refresh,
    assert_told,
)
from same_rows import differences


@pytest.mark.parametrize("story", RESTAURANT.all_stories, ids=lambda story: story.title)
def test_what_happens_to_files_is_seen_each_day(story, days_of):
    assert_told(days_of(RESTAURANT), story)


@pytest.mark.parametrize("day", RESTAURANT.compared)
def test_a_day_is_a_full_refresh_of_its_files(day, days_of, build_of, tmp_path):
    build = build_of(*RESTAURANT.domains)
    assert_full_refresh(RESTAURANT, day, days_of(RESTAURANT), build, tmp_path)


def test_hardly_a_day_is_built_in_full(days_of):
    assert_built_in_full(RESTAURANT, days_of(RESTAURANT))


def test_a_build_that_took_only_new_files_would_be_found(days_of, build_of, tmp_path):
    loaded = days_of(RESTAURANT)
    built = build_of("restaurant")(
        *arguments(RESTAURANT, RESTAURANT.days, loaded / "first_seen", tmp_path)
    )
    assert built.returncode == 0, built.stdout + built.stderr
    found = differences(loaded / "warehouse" / WAREHOUSE, tmp_path / WAREHOUSE)
    assert {
        "restaurant.stg_order_items",
        "restaurant.stg_order_item_options",
        "restaurant.stg_restaurants",
        "left_out.restaurant__stg_order_items",
        "quarantine.restaurant_rows",
        "core.fct_orders",
        "clv.customer_clv",
        "trends.sales_trends_daily",
    } <= {text.split(":")[0] for text in found}
    faults = faults_of_day(RESTAURANT, RESTAURANT.days, tmp_path / WAREHOUSE)
    assert sum(bool(told) for told in faults.values()) >= 10
