"""The same thing has the same column name in all marts, so names can be guessed."""

import re

import pytest

# Words that are not used here, and the word to use instead.
INSTEAD_OF = {
    **dict.fromkeys(("average", "mean"), "avg_..."),
    **dict.fromkeys(("pct", "percent", "percentage"), "..._rate or ..._share"),
    **dict.fromkeys(("num", "nr", "number", "cnt", "no"), "<things>_count"),
    **dict.fromkeys(("total", "sum"), "<things>_count, revenue or ..._amount"),
    **dict.fromkeys(("amt", "turnover", "income"), "..._amount or revenue"),
    **dict.fromkeys(("secs", "mins", "hrs"), "..._seconds, ..._minutes or ..._hours"),
}
UNITS_OF_TIME = ("days", "weeks", "months", "hours", "minutes", "seconds")
DURATIONS = {"duration", "tenure", "delay", "age", "gap", "cover", "wait", "elapsed"}
CALENDAR = {"calendar_year", "month_of_year", "day_of_month", "iso_weekday", "hour_of_day"}
MONEY = {"revenue", "spend", "value", "price", "cost", "margin", "monetary"}

# Terms of market basket analysis.
PAIRS = {
    *("pair_orders", "other_orders", "support", "confidence", "other_confidence"),
    *("lift", "lift_low", "lift_high", "affinity", "affinity_low"),
    *("channel_affinity", "channel_affinity_low"),
}

# Names that users know, and names fixed by the design.
FIXED = {
    # The five sales marts and fact_sales were in use before the rules.
    "customer_lifetime_value": {"total_orders", "total_revenue"},
    "category_performance": {"total_sales", "total_revenue"},
    "monthly_revenue_orders": {"total_orders", "total_revenue"},
    "customer_order_frequency": {"total_orders"},
    "top_10_customers_by_revenue": {"total_orders", "total_revenue"},
    "fact_sales": {
        *("total_quantity_sold", "total_sales_amount", "subtotal", "total_due"),
        "counts_as_sale",
    },
    "location_performance": {"total_revenue"},
    # The readers of the funnel use these names for its levels and steps.
    "product_funnel_rates": {"unique_session_count"},
    "product_funnel_rates_agg": {
        *("unique_session_count", "page_viewed_count", "add_to_cart_count", "checkout_count"),
    },
    "funnel_levels_agg": {
        *("level_1", "level_2", "level_3"),
        *("level_1_to_2_drop_off_count", "level_2_to_3_drop_off_count"),
    },
    # The common shape of an order.
    "fct_orders": {"line_count", "total_amount", "counts_as_sale"},
    "fct_order_lines": {"counts_as_sale"},
    "fct_orders_as_of": {"line_count", "total_amount"},
    # The common shape of a return.
    "fct_returns": {"amount", "counts_as_sale"},
    "returns_before_linking": {"amount", "counts_as_sale"},
    "fct_returns_as_of": {"amount"},
    # Recency and frequency are terms of RFM; the support desk imports priority.
    "customer_rfm_segments": {"recency", "frequency", "customers_ranked"},
    "fct_hourly_rfm_segments": {"recency", "frequency", "customers_ranked"},
    "fct_current_rfm_segments": {"recency", "frequency", "customers_ranked"},
    "fct_rfm_states": {"frequency"},
    "support_priority": {"priority"},
    # An order with two categories counts in both. The name orders_count would hide that.
    "fct_daily_category_revenue": {"orders_with_category"},
    "sales_trends_daily": {"orders_with_category"},
    "sales_trends_weekly": {"orders_with_category"},
    "sales_trends_monthly": {"orders_with_category"},
    # Not a share: 2 means that a customer has been away for twice the usual gap.
    "customer_churn_indicators": {"overdue_ratio"},
    # Terms of predicted lifetime value: parameters of BG/NBD and gamma-gamma, expected values, and
    # measures of how good a prediction was.
    "clv_model_parameters": {
        *("purchase_rate_r", "purchase_rate_alpha", "dropout_a", "dropout_b", "log_likelihood"),
        *("spend_p", "spend_q", "spend_v", "spend_log_likelihood", "frequency_spend_correlation"),
    },
    "fct_clv_expected_purchases": {
        *("purchase_rate_r", "purchase_rate_alpha", "dropout_a", "dropout_b"),
        "expected_purchases_if_alive",
    },
    "fct_clv_scores": {"expected_purchases", "expected_order_value", "predicted_value"},
    "customer_clv_predictions": {"expected_purchases", "total_value"},
    "clv_holdout_customers": {
        *("expected_purchases", "past_rate_purchases", "past_rate_if_recent_purchases"),
        "last_period_purchases",
    },
    "clv_holdout_summary": {
        *("mean_absolute_error", "root_mean_squared_error", "gini", "brier_score"),
    },
    "clv_holdout_deciles": {"decile", "avg_expected_purchases", "avg_actual_purchases"},
    # The bridge leads from an order's gross_amount to its total_amount.
    "net_sales_bridge_monthly": {"total_amount"},
    # Money per customer, which the design names like this.
    "customer_cohorts": {"cumulative_net_sales_per_customer"},
    # The orders of a pair stand beside those of its two products.
    "product_pairs": {*PAIRS, "product_orders"},
    "category_pairs": {*PAIRS, "category_orders"},
    "fct_pairs": {
        *(*PAIRS, "item_orders"),
        *("holdout_pair_orders", "holdout_item_orders", "holdout_other_orders"),
    },
    "product_suggestions": {"confidence"},
    "fct_product_suggestions": {"confidence"},
    "customer_product_suggestions": {"summed_confidence"},
    "fct_customer_suggestions": {"summed_confidence"},
    # The shop's own word for its stock; reorder point and dispersion are terms of stock keeping.
    "product_stock_cover": {"inventory"},
    "product_reorder": {"inventory", "dispersion", "reorder_point"},
    # Terms by which forecasts are compared; units or revenue, whichever is forecast.
    "demand_forecast_accuracy": {"wape", "mase", "seasonal_naive_wape", "cover_80"},
    "revenue_alerts": {"z_score"},
    "fct_forecast_indices": {"demand_index"},
    "fct_forecasts": {
        *("expected", "expected_low", "expected_high", "standard_deviation", "naive_error"),
    },
}


def fault_of(name: str, data_type: str) -> str | None:
    """The rule that a column's name breaks; None if it follows the rules."""
    words = name.split("_")
    for word in words:
        if word in INSTEAD_OF:
            return f"not '{word}': {INSTEAD_OF[word]}"
    if {"avg", "median"} & set(words[1:]):
        return "avg and median come first"
    if "count" in words and not re.search(r"s_(\w+_)?count$", name):
        return "a count is <things>_count, with the things in the plural"
    # A difference of two measures and the bounds of its interval are named after the measure.
    measure = re.sub(r"_difference(_lower|_upper)?$", "", name)
    if {"rate", "share"} & set(words) and not re.search(r"_(rate|share)$", measure):
        return "rate and share come last"
    if {"change", "growth"} & set(words) and not re.search(
        r"_(change|growth)_(rate|amount)$", measure
    ):
        return "a change is ..._change_rate, ..._growth_rate or ..._amount"
    if DURATIONS & set(words) and words[-1] not in UNITS_OF_TIME:
        return "a duration ends in its unit"
    return _fault_of_type(words, measure, data_type)


def _fault_of_type(words: list[str], measure: str, data_type: str) -> str | None:
    has_unit_of_time = bool(set(words) & set(UNITS_OF_TIME))
    if data_type == "boolean" and words[0] not in ("is", "has", "was"):
        return "a flag is is_..., has_... or was_..."
    if data_type == "bigint":
        is_known = words[-1] in ("count", "rank", "score", "quantity") or "units" in words
        if not (is_known or has_unit_of_time or "_".join(words) in CALENDAR):
            return "a whole number is a _count, _rank, _score, _quantity, units or a unit of time"
    if data_type == "double":
        # An expected number of units, the bounds of its interval and its error are fractions.
        is_mean = words[0] in ("avg", "median") and (has_unit_of_time or "units" in words)
        is_mean |= bool(re.search(r"^units_(expected|low|high)$|_error_units$", measure))
        is_share = re.search(r"_(rate|share|percentile|probability)$", measure)
        if not (is_mean or is_share or "per" in words or words[-1] in UNITS_OF_TIME):
            return "a fraction ends in _rate, _share or a unit of time, or names what it is per"
    if data_type.startswith("decimal"):
        is_amount = re.search(r"_amount$|^net_sales|_net_sales$", measure)
        if not (is_amount or MONEY & set(words)):
            return "money is revenue or ..._amount"
    return None


@pytest.fixture(scope="session")
def mart_columns(manifest):
    """(model, column, data type) for each column of the marts."""
    return [
        (model["name"], name, column["data_type"])
        for model in manifest["nodes"].values()
        if model["resource_type"] == "model" and "/marts/" in model["original_file_path"]
        for name, column in model["columns"].items()
    ]


def test_columns_of_marts_are_named_by_the_rules(mart_columns):
    assert len(mart_columns) > 500
    faults = {
        f"{model}.{name}": fault
        for model, name, data_type in mart_columns
        if name not in FIXED.get(model, ()) and (fault := fault_of(name, data_type))
    }
    assert faults == {}


def test_a_fixed_name_is_there_and_breaks_a_rule(mart_columns):
    types = {(model, name): data_type for model, name, data_type in mart_columns}
    for model, names in FIXED.items():
        for name in names:
            assert (model, name) in types, f"{model} has no column {name}: take it off the list"
            assert fault_of(name, types[model, name]), f"{model}.{name} keeps the rules"


@pytest.mark.parametrize(
    ("name", "data_type"),
    [
        ("average_order_value", "decimal(18, 6)"),
        ("mean_order_value", "decimal(18, 6)"),
        ("order_value_avg", "decimal(18, 6)"),
        ("discount_pct", "double"),
        ("percent_discounted", "double"),
        ("rate_of_return", "double"),
        ("returned", "double"),
        ("revenue_change", "decimal(18, 6)"),
        ("revenue_growth", "double"),
        ("num_orders", "bigint"),
        ("total_orders", "bigint"),
        ("order_count", "bigint"),
        ("orders", "bigint"),
        ("total_revenue", "decimal(38, 6)"),
        ("freight", "decimal(18, 6)"),
        ("session_duration", "bigint"),
        ("avg_delivery", "double"),
        ("loyal", "boolean"),
        ("units", "double"),
    ],
)
def test_a_name_against_the_rules_is_found(name, data_type):
    assert fault_of(name, data_type)


@pytest.mark.parametrize(
    ("name", "data_type"),
    [
        ("orders_count", "bigint"),
        ("orders_with_promotion_count", "bigint"),
        ("revenue", "decimal(18, 6)"),
        ("previous_revenue", "decimal(38, 6)"),
        ("avg_order_value", "decimal(18, 6)"),
        ("avg_days_between_orders", "double"),
        ("repeat_order_rate_difference_lower", "double"),
        ("revenue_change_amount", "decimal(18, 6)"),
        ("same_store_growth_rate", "double"),
        ("tenure_days", "bigint"),
        ("order_id", "string"),
        ("units_expected", "double"),
        ("units_high", "double"),
    ],
)
def test_a_name_by_the_rules_passes(name, data_type):
    assert fault_of(name, data_type) is None
