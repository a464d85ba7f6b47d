"""Every threshold can be changed, and a var that nobody reads is refused."""

import json
import re
from pathlib import Path

import pytest
import yaml

from commerce_marts.dbt import BUILD_VARS
from commerce_marts.errors import OptionError
from commerce_marts.plan.request import user_vars_read
from commerce_marts.project import project_at

ROOT = Path(__file__).resolve().parents[2]
VARS = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]
# They describe the raw data, where a build reads it, and the build itself.
NO_THRESHOLDS = {
    *("domains", "missing_shapes", "raw_contract", "raw_from", "raw_dir", "raw_database"),
    *("null_words", "guest_customer_ids", "orders_are_delivered_whole", "tables_hold_deliveries"),
    *("order_id_is_unique_per", "clv_parameters"),
    *("incremental", "forgotten_list", "unchanged_domains"),
    *("build_id", "built_at", "git_commit"),
}
PROJECT = ("dbt_project.yml", "profiles.yml", "packages.yml", "package-lock.yml", "dbt_packages")
PROJECT += ("selectors.yml", "macros", "models", "seeds", "tests", "analyses")
AS_OF_DATE = "2024-06-30"
# An allowed value of each threshold that is not the default.
OTHER_VALUES = {
    "earliest_plausible_date": "2000-01-01",
    "latest_plausible_date": "2099-12-31",
    "max_quarantined_share": 0.5,
    "max_reused_id_share": 0.5,
    "max_split_order_share": 0.5,
    "max_vanished_share": 0.5,
    "statuses_that_are_no_sale": {"greenery": ["preparing"], "adventure_works": []},
    "rounding_tolerance": 0.05,
    "domain_timezones": {"sales": "Europe/Oslo", "greenery": "America/New_York"},
    "default_currency": "EUR",
    "restaurant_test_app_pattern": "%DEV%",
    "restaurant_item_price_is_per_unit": True,
    "restaurant_default_timezone": "Asia/Tokyo",
    "as_of_date": AS_OF_DATE,
    "stock_cover_days": 14,
    "clv_high_share": 0.3,
    "clv_low_share": 0.1,
    "clv_horizon_days": 90,
    "clv_minimum_repeat_buyers": 10,
    "clv_maximum_groups": 1000,
    "churn_at_risk_days": 60,
    "churn_period_days": 7,
    "churn_period_count": 4,
    "business_day_start_hour": 4,
    "dayparts": [{"name": "Day", "start_hour": 6}, {"name": "Night", "start_hour": 18}],
    "minimum_group_size": 10,
    "loyalty_window_days": 14,
    "same_store_period_days": 90,
    "same_store_tolerance_days": 30,
    "discount_window_days": 7,
    "discount_follow_up_days": 14,
    "forecast_horizon_days": 14,
    "forecast_backtest_origins": 3,
    "forecast_level_days": 84,
    "forecast_dispersion_days": 91,
    "forecast_minimum_days": 14,
    "forecast_weekday_days": 56,
    "forecast_season_days": 168,
    "forecast_closed_days": 21,
    "forecast_minimum_growth": 0.8,
    "forecast_maximum_growth": 1.25,
    "forecast_interval_z": 1.96,
    "forecast_one_sided_z": 1.645,
    "reorder_lead_days": 14,
    "reorder_review_days": 14,
    "reorder_service_z": 2.33,
    "alert_z": 4,
    "alert_minimum_days": 91,
    "funnel_conversion_window_minutes": 10,
    "rfm_score_boundaries": [0.1, 0.3, 0.5, 0.9],
    "rfm_high_score": 5,
    "rfm_low_score": 1,
    "rfm_new_customer_days": 30,
    "rfm_history_days": 7,
    "basket_minimum_orders": 5,
    "basket_maximum_products": 20,
    "basket_interval_z": 1.96,
    "basket_minimum_affinity": 1.1,
    "basket_suggestions_count": 2,
    "basket_last_products_count": 4,
    "basket_best_partners_count": 2,
    "basket_holdout_days": 45,
}


@pytest.fixture(scope="session")
def models_by_name(manifest):
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }


@pytest.fixture(scope="session")
def thresholds_read(manifest):
    """thresholds_read(node): the thresholds that its code and the macros it calls read."""
    reading = re.compile(r"\b(?:build_)?var\(\s*['\"](\w+)")

    def macros_below(node, found):
        for unique_id in node["depends_on"].get("macros", []):
            if unique_id not in found and unique_id.startswith("macro.commerce_marts."):
                found.add(unique_id)
                macros_below(manifest["macros"][unique_id], found)
        return found

    def names(node):
        macros = [manifest["macros"][name]["macro_sql"] for name in macros_below(node, set())]
        found = {name for text in (node["raw_code"], *macros) for name in reading.findall(text)}
        # A var that is named after a domain concerns that domain only: all staging models call the
        # macros that read it, but only that domain's contract makes them read it.
        others = tuple(f"{domain}_" for domain in VARS["domains"] if domain not in node["tags"])
        return {name for name in found & set(OTHER_VALUES) if not name.startswith(others)}

    return names


def test_every_threshold_has_another_value_here():
    assert set(OTHER_VALUES) == set(VARS) - NO_THRESHOLDS
    assert not [name for name, value in OTHER_VALUES.items() if value == VARS[name]]


def test_a_unit_test_pins_every_threshold_that_its_model_reads(
    manifest, models_by_name, thresholds_read
):
    pinned_anywhere = set()
    for test in manifest["unit_tests"].values():
        pins = test["overrides"] or {"vars": {}, "env_vars": {}}
        thresholds = thresholds_read(models_by_name[test["model"]])
        pinned_anywhere |= thresholds
        assert not thresholds - set(pins["vars"]), test["name"]
        # The runner sets these in the environment, which overrides --vars.
        if thresholds & set(BUILD_VARS):
            assert pins["env_vars"] == {"COMMERCE_MARTS_VARS": "{}"}, test["name"]
    assert len(pinned_anywhere) > 15


def test_all_unit_tests_and_a_build_of_all_domains_pass_with_every_threshold_moved(
    published, tmp_path, manifest, query
):
    # Its own project folder, because each build keeps its run_results.json there.
    for path in ROOT.iterdir():
        if path.name in PROJECT:
            (tmp_path / path.name).symlink_to(path)
    others = {name: value for name, value in OTHER_VALUES.items() if name != "as_of_date"}
    warehouse = published(
        "moved_thresholds",
        *("--as-of-date", AS_OF_DATE, "--vars", json.dumps(others), "--project-dir", tmp_path),
    )
    results = json.loads((tmp_path / "target/publish/run_results.json").read_text())["results"]
    done = {result["unique_id"] for result in results if result["status"] == "pass"}
    assert set(manifest["unit_tests"]) <= done
    as_of_dates = query(warehouse, "select domain, as_of_date::varchar from core.build_info")
    assert dict(as_of_dates) == dict.fromkeys(VARS["domains"], AS_OF_DATE)
    assert query(
        warehouse, "select distinct daypart from trends.sales_trends_daily order by 1"
    ) == [
        ("(all day)",),
        ("Day",),
        ("Night",),
    ]


@pytest.mark.parametrize("command", ["build", "check"])
def test_an_unknown_var_is_refused_with_the_nearest_name(command, run_cli, tmp_path):
    (tmp_path / "sales").mkdir()
    place = ("--warehouse", tmp_path / "commerce.duckdb")
    where = place if command == "build" else ("--raw-dir", tmp_path)
    refused = run_cli(command, "--domains", "sales", "--vars", "{churn_risk_days: 3}", *where)
    assert refused.returncode == 2
    said = "--vars: there is no var 'churn_risk_days'. Did you mean churn_at_risk_days?"
    assert said in refused.stdout + refused.stderr
    assert not (tmp_path / "commerce.duckdb").exists()


def test_vars_of_dbt_utils_are_allowed_and_a_name_like_no_other_is_not():
    project = project_at(ROOT)
    given = {"surrogate_key_treat_nulls_as_empty_strings": True, "clv_low_share": 0.1}
    assert user_vars_read(json.dumps(given), project) == given
    with pytest.raises(OptionError, match=r"there is no var 'xyz'. dbt_project.yml lists all vars"):
        user_vars_read("{xyz: 1}", project)
