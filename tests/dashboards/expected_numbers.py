"""Which rows of the marts each question is about, in SQL of the tests' own.

A number is the value of the column that the page names as its explanation, in these rows or summed
over them. Where it is anything else, `columns` has the SQL.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Columns whose sums mean something. A page that sums any other column needs SQL of its own here.
ADDITIVE = """
    carted_sessions_count checked_out_sessions_count converted_sessions_count discount_amount
    expected_purchases freight_amount frequency gross_amount lost_before_cart_sessions_count
    lost_before_purchase_sessions_count monetary net_sales orders_count period_net_sales
    predicted_value returned_amount revenue sessions_count shipping_amount
    shopping_sessions_count suggested_units tax_amount ticket_growth_amount total_amount
    total_due total_quantity_sold total_revenue total_sales_amount traffic_growth_amount units
    units_expected viewed_and_bought_sessions_count viewed_sessions_count
"""


@dataclass(frozen=True)
class Rows:
    """`sql` is what follows `from`; with `adds_up`, amounts and counts are sums.

    `columns`: {column of the table, or label of the figure: SQL instead of the explaining column}.
    In place of a text, a struct of value and kind is a number that the page writes as a text.
    """

    sql: str
    columns: Mapping[str, str] = field(default_factory=dict)
    adds_up: bool = False


def sums(sql: str, columns: Mapping[str, str] | None = None) -> Rows:
    """Rows that are added up, by what `sql` groups by."""
    return Rows(sql, columns or {}, adds_up=True)


@dataclass(frozen=True)
class Expected:
    """The rows of the table, of the figures, and of what the figures are compared with.

    `figures` and `before`: {label, as a pattern of fnmatch: rows}; the first that fits counts.
    `day` is the one day, or month, that a label or the note names. `picture` is for pictures of
    rows that are not in the table; its `columns` are those of the picture.
    """

    table: Rows
    figures: Mapping[str, Rows] = field(default_factory=dict)
    before: Mapping[str, Rows] = field(default_factory=dict)
    day: Rows | None = None
    picture: Rows | None = None


def named(*names: str) -> dict[str, str]:
    """The columns that the SQL itself names so."""
    return {name: f'"{name}"' for name in names}


def words(column: str, by_value: Mapping[object, str]) -> str:
    """What the page says instead of a value."""
    cases = " ".join(f"when {value!r} then '{text}'" for value, text in by_value.items())
    return f"case {column} {cases} end"


BRIDGE = "retention.net_sales_bridge_monthly"
ALERTS = "forecast.revenue_alerts"
PLACES = "core.dim_locations"
PEOPLE = "core.dim_customers"

OF_PLACE = "domain = $domain and ($location is null or location_id = $location)"
OF_CATEGORY = "($category is null or category = $category)"
OF_SERIES = f"{OF_PLACE} and {OF_CATEGORY}"
WITH_PLACES = f"left join {PLACES} using (domain, location_id)"
WITH_PEOPLE = f"left join {PEOPLE} using (domain, customer_id)"


WEEKDAY = "['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][iso_weekday]"
HOUR = "format('{:02d}:00', hour_of_day)"


def months_touched(month: str) -> str:
    """The months that have a day of the chosen dates."""
    return f"{month} <= $end and last_day({month}) >= $start"


# overview

COMPLETE_MONTHS = (
    f"{BRIDGE} where domain = $domain and month_start_date in"
    f" (select month_start_date from {BRIDGE} where domain = $domain and is_complete)"
    " group by month_start_date"
)
NEWEST_MONTH = f"{COMPLETE_MONTHS} order by month_start_date desc limit 1"

OVERVIEW = {
    "How do the shops compare?": Expected(
        sums(
            f"{BRIDGE} inner join core.dim_domains using (domain)"
            " where (domain, month_start_date) in"
            f" (select domain, max(month_start_date) from {BRIDGE} where is_complete group by all)"
            " group by all"
        )
    ),
    "What was sold in the last complete month?": Expected(
        sums(COMPLETE_MONTHS),
        {"*": sums(NEWEST_MONTH)},
        {"*": sums(f"{NEWEST_MONTH} offset 1")},
        Rows(NEWEST_MONTH, {"day": "month_start_date"}),
    ),
    "Was any revenue unlikely?": Expected(
        Rows(
            f"{ALERTS} {WITH_PLACES} where domain = $domain and is_alert"
            " and period_start between $start and $end",
            {"location_name": "coalesce(location_name, 'all')"},
        )
    ),
}

# greenery_kpi_dashboard

HOURS = "sales_reporting.greenery_kpis_hourly"
DAYS = "sales_reporting.greenery_kpis_daily"
ORDERED = "funnel.funnel_ordered_agg"
LEVELS = "funnel.funnel_levels_agg"
STEPS = "funnel.product_funnel_rates_agg"
CONVERSION = "funnel.product_conversion"
STOCK = "sales_reporting.product_stock_cover"
REORDER = "forecast.product_reorder"

WEEKS = (
    f"{DAYS} inner join core.dim_dates using (date_day)"
    " where week_start_date >= $start and week_start_date + 6 <= $end group by week_start_date"
)
NEWEST_WEEK = f"{WEEKS} order by week_start_date desc limit 1"
LAST_HOUR = f"(select max(date_hour) from {HOURS} where cast(date_hour as date) <= $end)"
CHOSEN_HOURS = f"{HOURS} where cast(date_hour as date) between $start and $end"
STRICT_DAYS = f"{ORDERED} where period_type = 'day' and session_date between $start and $end"

WHAT_TO_ORDER = Expected(
    Rows(f"{REORDER} where $domain = 'greenery'"),
    {
        "Plants to order": Rows(REORDER, {"Plants to order": "count_if(is_reorder_due)"}),
        "Units to order": sums(f"{REORDER} where is_reorder_due"),
    },
)

GREENERY = {
    "How do orders and visits go by day?": Expected(
        Rows(f"{DAYS} where date_day between $start and $end"),
        {"*": sums(f"{DAYS} where date_day between $start and $end")},
        {
            "*": sums(
                f"{DAYS} where date_day < $start and $start - date_day <= $end - $start + 1"
                " having count(*) = $end - $start + 1"
            )
        },
    ),
    "How do they go by week?": Expected(
        sums(WEEKS),
        {"*": sums(NEWEST_WEEK)},
        {"*": sums(f"{NEWEST_WEEK} offset 1")},
        Rows(NEWEST_WEEK, {"day": "week_start_date"}),
    ),
    "How do they go by hour?": Expected(
        Rows(f"{CHOSEN_HOURS} order by date_hour desc limit 168"),
        {
            "*": sums(
                f"{HOURS} where date_hour > {LAST_HOUR} - interval 24 hours"
                f" and date_hour <= {LAST_HOUR}"
            )
        },
        {
            "*": sums(
                f"{CHOSEN_HOURS} and date_hour > {LAST_HOUR} - interval 48 hours"
                f" and date_hour <= {LAST_HOUR} - interval 24 hours having count(*) = 24"
            )
        },
        picture=Rows(
            "(select extract(hour from date_hour) as hour_of_day,"
            " extract(isodow from date_hour) as iso_weekday,"
            f" sum(sessions_count) as sessions_count from {CHOSEN_HOURS} group by all)",
            {"hour": HOUR, "weekday": WEEKDAY, **named("sessions_count")},
        ),
    ),
    "How many visits end in an order?": Expected(
        Rows(
            "(select unnest(['Viewed a page', 'In the cart', 'Checked out']) as step,"
            " unnest([page_viewed_count, add_to_cart_count, checkout_count]) as each,"
            " unnest([level_1, level_2, level_3]) as level,"
            " unnest([viewed_sessions_count, carted_sessions_count,"
            ' checked_out_sessions_count]) as "order"'
            f" from {STEPS}, {LEVELS}, {ORDERED} where period_type = 'all')",
            named("step", "each", "level", "order"),
        ),
        {
            "Visits": Rows(STEPS),
            "Of all visits": Rows("funnel.product_funnel_rates"),
            "Of shopping visits": Rows(LEVELS),
            "In strict order": Rows(f"{ORDERED} where period_type = 'all'"),
        },
    ),
    "After which step do most people leave?": Expected(
        Rows(
            "(select unnest(['Before the cart', 'Before the checkout']) as step,"
            " unnest([level_1_to_2_drop_off_count, level_2_to_3_drop_off_count]) as lost,"
            " unnest([level_1_to_2_drop_off_rate, level_2_to_3_drop_off_rate]) as rate"
            f" from {LEVELS})",
            named("step", "lost", "rate"),
        ),
        {"*": Rows(LEVELS)},
    ),
    "How many view, then fill the cart, then check out, by day?": Expected(
        Rows(STRICT_DAYS), {"*": sums(STRICT_DAYS)}
    ),
    "Where do plants lose people?": Expected(Rows(CONVERSION), {"*": sums(CONVERSION)}),
    "Which plants run out first?": Expected(
        Rows(STOCK), {"*": Rows(f"{STOCK} order by cover_days nulls last, product_name limit 1")}
    ),
    "What to order today?": WHAT_TO_ORDER,
}

# restaurant_operations_review

LOCATIONS = "locations.location_performance"
SAME_STORES = f"{LOCATIONS} where {OF_PLACE} and is_same_store"
PEAKS = f"trends.peak_periods where {OF_PLACE}"
PEAK_HOUR = f"{PEAKS} group by iso_weekday, hour_of_day"
SOLD = f"trends.sales_trends_daily where {OF_PLACE} and business_date between $start and $end"
GROUPS = "loyalty.loyalty_program_impact"
JOINING = "loyalty.loyalty_before_after"
DISCOUNTS = "discounts.discount_effectiveness"
PROMOTIONS = "discounts.discount_before_after where domain = $domain"
WEEKLY_REVENUE = "trends.sales_trends_weekly"
COMING_REVENUE = (
    "forecast.fct_forecasts inner join forecast.fct_forecast_origins using (domain, origin_date)"
    " where domain = $domain and is_live and datepart = 'week'"
    " and measure = if($location is null, 'domain_revenue', 'location_revenue')"
    " and location_id = coalesce($location, '(all)')"
)
PER_DAY = {
    name: f"min(trends.peak_periods.{name})" for name in ("orders_per_day", "revenue_per_day")
}
BUSIEST = (
    f"{PEAK_HOUR} order by if($location is null, sum(orders_count), min(orders_per_day)) desc,"
    " iso_weekday, hour_of_day limit 1"
)


def trend(table: str, time: str, before: str, year_before: str) -> Expected:
    """Revenue by period; the earlier revenue is the sum of the whole earlier period."""
    complete = f"{time} in (select {time} from {table} where {OF_PLACE} and is_complete)"

    def revenue_at(interval: str) -> str:
        return (
            f"(select sum(earlier.revenue) from {table} as earlier where {OF_PLACE} and {complete}"
            f" and earlier.{time} = {table}.{time} - interval {interval})"
        )

    periods = (
        f"{table} where {OF_PLACE} and {complete} and {time} between $start and $end"
        f" group by {table}.{time}"
    )
    newest = f"{periods} order by {table}.{time} desc limit 1"
    year_label = "Against the year before"
    return Expected(
        sums(
            periods,
            {
                "previous_revenue": revenue_at(before),
                "year_before_revenue": revenue_at(year_before),
            },
        ),
        {"*": sums(newest)},
        {
            year_label: Rows(newest, {year_label: revenue_at(year_before)}),
            "Against the * before": Rows(newest, {"*": revenue_at(before)}),
        },
        Rows(newest, {"day": time}),
    )


def differences(*of: tuple[str, str, str, str]) -> Rows:
    """A table of differences: what, kind, column, and the mart's rows."""
    names = {"value_text": "", "low_text": "_lower", "high_text": "_upper"}

    def select(what: str, kind: str, column: str, mart: str) -> str:
        texts = ", ".join(
            f"{{'value': cast({column}{end} as double), 'kind': '{kind}'}} as {name}"
            for name, end in names.items()
        )
        return f"select '{what}' as what, {texts} from {mart} and {column} is not null"

    return Rows(f"({' union all '.join(select(*one) for one in of)})", named("what", *names))


MEMBERS = f"{GROUPS} where domain = $domain and customer_group = 'member'"
JOINED = f"{JOINING} where domain = $domain"
DISCOUNTED = f"{DISCOUNTS} where domain = $domain and is_discounted"

RESTAURANT = {
    "Which locations do best, and which worst?": Expected(
        Rows(f"{LOCATIONS} where domain = $domain"),
        {
            "Most revenue": Rows(
                f"{LOCATIONS} where domain = $domain order by revenue_rank, location_name limit 1",
                {"Most revenue": "location_name"},
            ),
            "Least revenue": Rows(
                f"{LOCATIONS} where domain = $domain order by worst_revenue_rank limit 1",
                {"Least revenue": "location_name"},
            ),
            "Revenue": sums(f"{LOCATIONS} where {OF_PLACE}"),
            "Orders": sums(f"{LOCATIONS} where {OF_PLACE}"),
            "*": Rows(f"{LOCATIONS} where domain = $domain and location_id = $location"),
        },
    ),
    "Do locations grow by more orders, or by larger ones?": Expected(
        Rows(SAME_STORES),
        {"*": sums(SAME_STORES)},
        {"Net sales": Rows(SAME_STORES, {"Net sales": "sum(previous_period_net_sales)"})},
    ),
    "How does revenue go by month?": trend(
        "trends.sales_trends_monthly", "month_start_date", "1 month", "12 months"
    ),
    "How does revenue go by week?": trend(WEEKLY_REVENUE, "week_start_date", "7 days", "364 days"),
    "How does revenue go by day?": trend(
        "trends.location_trends_daily", "business_date", "1 day", "364 days"
    ),
    "What sells on the chosen dates?": Expected(
        sums(f"{SOLD} group by category"),
        {
            "Sells most": Rows(f"{SOLD} group by category order by sum(revenue) desc limit 1"),
            "*": sums(SOLD),
        },
    ),
    "When is it busy?": Expected(
        sums(PEAK_HOUR, {"weekday": WEEKDAY, "hour": HOUR, **PER_DAY}),
        {
            "Busiest hour": Rows(BUSIEST, {"Busiest hour": f"{WEEKDAY} || ' ' || {HOUR}"}),
            "Orders": sums(BUSIEST),
            "Orders on such a day": Rows(
                BUSIEST, {"Orders on such a day": PER_DAY["orders_per_day"]}
            ),
        },
    ),
    "What will the next weeks bring?": Expected(
        Rows(COMING_REVENUE),
        {"*": Rows(f"{COMING_REVENUE} order by period_start limit 1")},
        day=Rows(COMING_REVENUE, {"day": "min(period_start)"}),
        picture=Rows(
            "(select period_start, null as revenue, expected, expected_low, expected_high"
            f" from {COMING_REVENUE} union all"
            f" (select week_start_date, sum(revenue), null, null, null from {WEEKLY_REVENUE}"
            f" where {OF_PLACE} and week_start_date in"
            f" (select week_start_date from {WEEKLY_REVENUE} where {OF_PLACE} and is_complete)"
            " group by week_start_date order by week_start_date desc limit 26))",
            named("period_start", "revenue", "expected", "expected_low", "expected_high"),
        ),
    ),
    "How much do loyalty members buy?": Expected(
        Rows(
            f"{GROUPS} where domain = $domain",
            {
                "group": words(
                    "customer_group",
                    {"member": "Members", "non_member": "Other customers", "guest": "Guests"},
                )
            },
        ),
        {"Members: *": Rows(MEMBERS)},
    ),
    "Do members spend more than others?": Expected(
        differences(
            ("Spend per order", "amount", "spend_per_order_difference", MEMBERS),
            ("Spend so far", "amount", "lifetime_value_difference", MEMBERS),
            ("After joining, in 30 days", "amount", "spend_difference", JOINED),
            ("Orders per customer", "decimal", "orders_per_customer_difference", MEMBERS),
            ("Customers who order again", "rate", "repeat_order_rate_difference", MEMBERS),
        ),
        {"*": Rows(JOINED)},
        {"Spend in 30 days, *": Rows(JOINED, {"*": "spend_per_30_days_before"})},
    ),
    "How much is sold with a discount?": Expected(
        Rows(
            f"{DISCOUNTS} where domain = $domain",
            {"kind": "if(is_discounted, 'With a discount', 'Without')"},
        ),
        {"*": Rows(DISCOUNTED)},
    ),
    "Do people order more after a discount?": Expected(
        differences(
            ("Orders after it", "decimal", "following_orders_per_order_difference", DISCOUNTED),
            ("Average order", "amount", "avg_order_value_difference", DISCOUNTED),
        ),
        {
            "Orders after a discount, *": Rows(
                DISCOUNTED,
                {"*": "{'value': following_orders_per_order_difference, 'kind': 'decimal'}"},
            ),
            "*": Rows(DISCOUNTED),
        },
    ),
    "How did sales go before, during and after promotions?": Expected(
        Rows(PROMOTIONS, {"is_window_complete": "if(is_window_complete, 'yes', 'no')"}),
        {
            "Promotions": Rows(PROMOTIONS, {"Promotions": "count(*)"}),
            "Discount": sums(PROMOTIONS),
        },
    ),
}

# sales_performance_report

PRODUCTS = "sales_reporting.product_performance"
LINES = "sales_reporting.fact_sales"
CHANGES = "sales_reporting.sales_performance"
BUYERS = "sales_reporting.customer_analysis"
CHOSEN_PRODUCTS = (
    f"{PRODUCTS} where domain = $domain and {OF_CATEGORY} and {months_touched('month_start_date')}"
)
CHOSEN_LINES = (
    f"{LINES} where counts_as_sale and {OF_CATEGORY} and order_date between $start and $end"
)
LAST_WHOLE_MONTH = (
    f"select max(month_start_date) as month_start_date from {CHANGES}"
    " where last_day(month_start_date) <= $end"
)
OFFERS = f"discounts.discount_impact where {OF_CATEGORY}"
# Of lines or products with one unknown margin, the sum is unknown.
MARGIN = "if(bool_and(gross_margin is not null or orders_count = 0), sum(gross_margin), null)"
MARGIN_OF_LINES = "if(bool_and(gross_margin is not null), sum(gross_margin), null)"


def buyers(customer_type: str) -> Expected:
    """The first hundred of a type."""
    return Expected(
        Rows(
            f"{BUYERS} where customer_type = '{customer_type}'"
            " order by revenue desc, customer_id limit 100"
        )
    )


SALES = {
    "How do sales and returns go?": Expected(
        sums(f"{CHOSEN_PRODUCTS} group by month_start_date", {"gross_margin": MARGIN}),
        {"Margin": Rows(CHOSEN_PRODUCTS, {"Margin": MARGIN}), "*": sums(CHOSEN_PRODUCTS)},
    ),
    "Which products sell best?": Expected(
        sums(
            f"{CHOSEN_PRODUCTS} group by product_id, product_name, category"
            " order by sum(revenue) desc, product_id limit 1000",
            {"gross_margin": MARGIN},
        )
    ),
    "Which products gain, and which lose?": Expected(
        Rows(f"{CHANGES} where {OF_CATEGORY} and month_start_date = ({LAST_WHOLE_MONTH})"),
        day=Rows(f"({LAST_WHOLE_MONTH})", {"day": "month_start_date"}),
    ),
    "What do stores and the web shop bill?": Expected(
        sums(
            f"{CHOSEN_LINES} group by date_trunc('month', order_date), channel",
            {
                "month_start_date": "date_trunc('month', order_date)",
                "gross_margin": MARGIN_OF_LINES,
            },
        ),
        {"*": sums(CHOSEN_LINES)},
    ),
    "Which regions do best?": Expected(Rows("sales_reporting.customers_by_region")),
    "Which stores buy most?": buyers("store"),
    "Which persons buy most?": buyers("person"),
    "What comes back?": Expected(
        Rows(
            f"sales_reporting.product_demand where units_returned > 0 and {OF_CATEGORY}"
            " order by units_returned desc, product_id limit 1000"
        )
    ),
    "What did special offers sell and cost?": Expected(
        Rows(OFFERS, {"lines": "if(is_too_small, 'Too few lines', 'Enough lines')"}),
        {"*": sums(OFFERS)},
    ),
}

# customer_segment_explorer

SEGMENTS = "rfm.customer_rfm_segments"
CLV = "clv.customer_clv"
PREDICTIONS = "clv.customer_clv_predictions"
CHURN = "churn.customer_churn_indicators"
TIERS = "clv.clv_tier_summary where domain = $domain"
CHURN_TIERS = "churn.churn_summary where domain = $domain"
FITS = "clv.clv_model_parameters where domain = $domain and cutoff = 'now'"
HOLDOUT = "clv.clv_holdout_summary where domain = $domain"
RANKED = "domain = $domain and rfm_segment is not null"
EVERYTHING = (
    f"{SEGMENTS} inner join {CLV} using (domain, customer_id)"
    f" inner join {CHURN} using (domain, customer_id)"
    f" inner join {PREDICTIONS} using (domain, customer_id) {WITH_PEOPLE} where domain = $domain"
)
PREDICTED = (
    f"{PREDICTIONS} inner join {CLV} using (domain, customer_id)"
    " where domain = $domain"
    f" and domain in (select domain from {PREDICTIONS} where is_predicted)"
)
MOVES = (
    f"rfm.rfm_segment_changes left join {PEOPLE} on domain = $domain and customer_id = user_id"
    " where previous_rfm_segment is not null"
    " and valid_from > cast($end as date) - 29 and valid_from <= cast($end as date) + 1"
)
IS_AT_RISK = {"is_at_risk": "if(is_at_risk, 'yes', 'no')"}
MODELLED = f"{HOLDOUT} and method = 'bg_nbd'"
GUESSED = f"{HOLDOUT} and method = 'past_rate'"
FITTED = {
    "fitted": "fitted",
    "at_bound": "fitted, with a parameter at the end of its range",
    "not_fitted": "not fitted",
    "given": "given by hand",
}

SEGMENT_EXPLORER = {
    "Who orders often, and who ordered lately?": Expected(
        sums(
            f"{SEGMENTS} where {RANKED} group by recency_score, frequency_score, rfm_segment",
            {
                "recency_score": "recency_score",
                "frequency_score": "frequency_score",
                "customers_count": "count(*)",
            },
        ),
        {
            "Customers": Rows(f"{SEGMENTS} where {RANKED}", {"Customers": "count(*)"}),
            "Their net sales": sums(f"{SEGMENTS} where {RANKED}"),
            "Champions": Rows(
                f"{SEGMENTS} where domain = $domain and rfm_segment = 'Champions'",
                {"Champions": "count(*)"},
            ),
            "Net sales of Champions": sums(
                f"{SEGMENTS} where domain = $domain and rfm_segment = 'Champions'"
            ),
        },
    ),
    "What is each segment worth?": Expected(
        sums(
            f"{SEGMENTS} inner join {CHURN} using (domain, customer_id)"
            f" inner join {PREDICTIONS} using (domain, customer_id)"
            f" where {RANKED} group by rfm_segment",
            {
                "customers_count": "count(*)",
                "at_risk_customers_count": "count_if(is_at_risk)",
            },
        )
    ),
    "Whom should we write to?": Expected(
        Rows(
            f"{EVERYTHING} and ($segment is null or rfm_segment = $segment)"
            " qualify $segment is not null"
            " or row_number() over (order by lifetime_value desc, customer_id) <= 100",
            IS_AT_RISK,
        )
    ),
    "What do we know of one customer?": Expected(
        Rows(f"{EVERYTHING} and customer_id = $customer", IS_AT_RISK),
        {"*": Rows(f"{EVERYTHING} and customer_id = $customer")},
    ),
    "Who has changed the segment?": Expected(
        Rows(
            f"{MOVES} order by valid_from desc, user_id limit 1000",
            {"name": "coalesce(name, user_id)"},
        ),
        picture=Rows(
            f"{MOVES} group by previous_rfm_segment, rfm_segment",
            {**named("previous_rfm_segment", "rfm_segment"), "moves_count": "count(*)"},
        ),
    ),
    "Are segments growing?": Expected(
        sums(
            "rfm.fct_hourly_rfm_segments where extract(hour from date_hour) = 0"
            " and rfm_segment is not null group by date_hour, rfm_segment",
            {"customers_count": "count(*)"},
        )
    ),
    "How much do the best customers bring?": Expected(
        Rows(TIERS), {"High: *": Rows(f"{TIERS} and clv_tier = 'High'")}
    ),
    "Who is about to leave?": Expected(
        Rows(CHURN_TIERS),
        # A customer is in one tier.
        {
            "Customers": Rows(CHURN_TIERS, {"Customers": "sum(customers_count)"}),
            "At risk": Rows(CHURN_TIERS, {"At risk": "sum(at_risk_customers_count)"}),
            "Net sales of those": Rows(
                CHURN_TIERS, {"Net sales of those": "sum(at_risk_lifetime_value)"}
            ),
        },
    ),
    "What will customers probably spend?": Expected(
        sums(f"{PREDICTED} group by clv_tier", {"predicted_count": "count_if(is_predicted)"}),
        {
            "Expected *": sums(PREDICTED),
            "Model of purchases": Rows(FITS, {"*": words("fit_status", FITTED)}),
            "Model of spend": Rows(FITS, {"*": words("spend_fit_status", FITTED)}),
        },
    ),
    "Can these predictions be trusted?": Expected(
        Rows(
            HOLDOUT,
            {
                "method": words(
                    "method",
                    {
                        "bg_nbd": "Model (BG/NBD)",
                        "past_rate": "Own past rate",
                        "past_rate_if_recent": "Own past rate, if recent",
                        "last_period": "As in the year before",
                    },
                )
            },
        ),
        {"*": Rows(MODELLED)},
        {"Ranking *": Rows(GUESSED), "Typical error, *": Rows(GUESSED)},
        picture=Rows(
            "(select cast(decile as varchar) as decile,"
            " unnest(['Predicted', 'Came']) as series,"
            " unnest([predicted_value, actual_net_spend]) as value"
            " from clv.clv_holdout_deciles where domain = $domain and decile is not null)",
            named("decile", "series", "value"),
        ),
    ),
}

# retention_review

COHORTS = (
    "retention.customer_cohorts where domain = $domain and is_complete"
    f" and {months_touched('cohort_month_start_date')}"
)
MOVEMENT = (
    "retention.customer_movement_monthly where domain = $domain and is_complete"
    f" and {months_touched('month_start_date')}"
)
NEWEST_MOVEMENT = f"{MOVEMENT} order by month_start_date desc limit 1"
CHOSEN_MONTHS = f"{BRIDGE} where domain = $domain and {months_touched('month_start_date')}"
MIGRATION = "retention.clv_tier_migration"
TIER_MOVES = (
    f"{MIGRATION} where domain = $domain and is_complete and valid_from between $start and $end"
)


def newest_cohort(months: int) -> str:
    """The newest cohort that is so many months old."""
    return (
        f"{COHORTS} and months_since_first_order = {months}"
        " order by cohort_month_start_date desc limit 1"
    )


COMPARED_MONTHS = (1, 3, 6, 12)

RETENTION = {
    "Do new customers come back?": Expected(
        Rows(COHORTS),
        {f"Ordered in month {months}": Rows(newest_cohort(months)) for months in COMPARED_MONTHS},
        {
            f"Ordered in month {months}": Rows(f"{newest_cohort(months)} offset 1")
            for months in COMPARED_MONTHS
        },
    ),
    "How many customers are won and lost each month?": Expected(
        Rows(MOVEMENT),
        {"*": Rows(NEWEST_MOVEMENT)},
        {"*": Rows(f"{NEWEST_MOVEMENT} offset 1")},
        Rows(NEWEST_MOVEMENT, {"day": "month_start_date"}),
    ),
    "What is left of gross sales?": Expected(
        sums(f"{CHOSEN_MONTHS} group by month_start_date"),
        {"*": sums(CHOSEN_MONTHS)},
        picture=Rows(
            "(select"
            " unnest(['Gross sales', 'Discounts', 'Revenue', 'Returns', 'Net sales']) as step,"
            " unnest([sum(gross_amount), -sum(discount_amount), sum(revenue),"
            f" -sum(returned_amount), sum(net_sales)]) as amount from {CHOSEN_MONTHS})"
            " where amount is not null",
            named("step", "amount"),
        ),
    ),
    "Where are net sales made?": Expected(
        sums(
            f"{BRIDGE} {WITH_PLACES} where domain = $domain and location_id <> '(none)'"
            f" and {months_touched('month_start_date')} group by location_id, location_name",
            {"location_name": "coalesce(location_name, location_id)"},
        )
    ),
    "How do customers move between tiers?": Expected(
        sums(
            f"{TIER_MOVES} group by valid_from, from_tier, to_tier",
            {"moves_count": "count(*)"},
        ),
        picture=Rows(
            f"{TIER_MOVES} group by from_tier, to_tier",
            {**named("from_tier", "to_tier"), "moves_count": "count(*)"},
        ),
    ),
    "Who has left the tier High?": Expected(
        Rows(
            f"{MIGRATION} {WITH_PEOPLE} where domain = $domain and from_tier = 'High'"
            " and valid_to is null and valid_from between $start and $end"
            " order by valid_from desc, customer_id limit 1000"
        )
    ),
}

# cross_selling

SUGGESTED = {"kind": "if(is_suggested, 'Clearly together', 'Not clear')"}
TESTED = "basket.suggestion_holdout where domain = $domain and tests_count > 0"
LISTS = {
    "product_suggestions": "Beside a product",
    "customer_product_suggestions": "To a customer",
}


def pairs(sql: str, keys: str) -> Expected:
    """Pairs of products or of categories."""
    return Expected(
        Rows(
            f"{sql} order by is_suggested desc, channel_affinity_low desc, {keys} limit 1000",
            SUGGESTED,
        ),
        {
            "Pairs in enough orders": Rows(sql, {"*": "count(*)"}),
            "Clearly together": Rows(sql, {"*": "count_if(is_suggested)"}),
            "Orders looked at": Rows(sql, {"*": "max(orders_count)"}),
        },
    )


def hits(suggestion_list: str) -> Rows:
    """The tests of a list of suggestions."""
    return Rows(f"{TESTED} and suggestion_list = '{suggestion_list}'")


CROSS_SELLING = {
    "Which products go together?": pairs(
        "basket.product_pairs where domain = $domain"
        " and ($product is null or $product in (product_id, other_product_id))",
        "product_id, other_product_id",
    ),
    "Which categories go together?": pairs(
        "basket.category_pairs where domain = $domain", "category, other_category"
    ),
    "What should be suggested beside a product?": Expected(
        Rows(
            "basket.product_suggestions where domain = $domain"
            " and ($product is null or product_id = $product)"
            " order by product_name, product_id, suggestion_rank limit 1000"
        )
    ),
    "What should be offered to a customer?": Expected(
        Rows(
            f"basket.customer_product_suggestions {WITH_PEOPLE}"
            " where domain = $domain and customer_id = $customer",
            {"name": "coalesce(name, customer_id)"},
        )
    ),
    "Do suggestions by rules beat popularity?": Expected(
        Rows(TESTED, {"suggestion_list": words("suggestion_list", LISTS)}),
        {f"{label}: hits by rules": hits(name) for name, label in LISTS.items()},
        {
            f"{label}: hits by rules": Rows(hits(name).sql, {"*": "popularity_hit_rate"})
            for name, label in LISTS.items()
        },
        Rows(TESTED, {"day": "min(holdout_start_date)"}),
    ),
}

# demand_planning

COMING = "forecast.demand_forecast_weekly"
BACKTEST = "forecast.demand_forecast_backtest"
ACCURACY = f"forecast.demand_forecast_accuracy {WITH_PLACES} where {OF_SERIES}"
COMING_WEEKS = f"{COMING} {WITH_PLACES} where {OF_SERIES}"
LOCATION_OR_ALL = {"location_name": "coalesce(location_name, 'All')"}
LARGEST = f"{ACCURACY} and datepart = 'week' order by units desc, location_id, category limit 1"
DRAWN = (
    f"{ALERTS} where domain = $domain and location_id = coalesce($location, '(all)')"
    " and datepart = if($location is null, 'day', 'week')"
)
UNLIKELY = f"{ALERTS} {WITH_PLACES} where {OF_PLACE}"


def sold_and_expected(table: str, time: str, datepart: str) -> Expected:
    """Units of the past and of the time to come; an interval only of one series."""
    ends = ", ".join(
        f"if(count(*) = 1, min({name}), null) as {name}" for name in ("units_low", "units_high")
    )
    past = f"{BACKTEST} where {OF_SERIES} and datepart = '{datepart}'"
    last = f"{past} group by period_start order by period_start desc limit 1"
    sold = f"Sold in the last {datepart}, and expected"
    return Expected(
        Rows(
            f"(select period_start, sum(units) as units, sum(units_expected) as units_expected,"
            f" {ends} from {past} group by period_start union all"
            f" select {time}, null, sum(units_expected), {ends} from {table} where {OF_SERIES}"
            f" group by {time})",
            named("period_start", "units", "units_expected", "units_low", "units_high"),
        ),
        {
            sold: sums(last),
            f"Expected in the next {datepart}": sums(
                f"{table} where {OF_SERIES} group by {time} order by {time} limit 1"
            ),
        },
        {sold: Rows(last, {sold: "sum(units_expected)"})},
    )


DEMAND = {
    "What will probably sell next week?": Expected(
        Rows(
            f"{COMING_WEEKS} order by week_start_date, units_expected desc nulls last,"
            " location_id, category limit 1000",
            LOCATION_OR_ALL,
        ),
        {
            "Week from *": sums(
                f"{COMING_WEEKS} group by week_start_date order by week_start_date limit 1"
            ),
            "All * weeks": sums(COMING_WEEKS),
            "Known up to": Rows(COMING_WEEKS, {"Known up to": "max(origin_date)"}),
        },
        day=Rows(COMING_WEEKS, {"day": "min(week_start_date)"}),
    ),
    "What was sold, and what is expected, by week?": sold_and_expected(
        COMING, "week_start_date", "week"
    ),
    "What was sold, and what is expected, by day?": sold_and_expected(
        "forecast.demand_forecast", "forecast_date", "day"
    ),
    "How far can the forecast be trusted?": Expected(
        Rows(
            f"{ACCURACY} order by datepart desc, units desc, location_id, category limit 1000",
            LOCATION_OR_ALL,
        ),
        {"*": Rows(LARGEST)},
        {"Error by week, *": Rows(LARGEST, {"*": "seasonal_naive_wape"})},
        picture=Rows(
            "(select category || ', ' || coalesce(location_name, 'All') as what,"
            " unnest(['Forecast', 'Plain guess']) as series,"
            " unnest([wape, seasonal_naive_wape]) as value"
            f" from (from {ACCURACY} and datepart = 'week' and location_id <> '(all)'"
            " order by units desc, location_id, category limit 15)) where value is not null",
            named("what", "series", "value"),
        ),
    ),
    "What to order today?": WHAT_TO_ORDER,
    "Was any revenue unlikely?": Expected(
        Rows(f"{UNLIKELY} and is_alert", LOCATION_OR_ALL),
        {
            "Alerts": Rows(UNLIKELY, {"Alerts": "count_if(is_alert)"}),
            "Smallest alert of the last *": Rows(f"{DRAWN} order by period_start desc limit 1"),
        },
        picture=Rows(
            "(select period_start, unnest(['Actual', 'Expected']) as series,"
            f" unnest([revenue, revenue_expected]) as value from {DRAWN}) where value is not null",
            named("period_start", "series", "value"),
        ),
    ),
}

# data_quality

BUILD = "core.build_info"
EMPTY = "core.empty_marts where domain = $domain"
# The one table whose name has the shop's.
LEFT_OUT = "quarantine.{domain}_rows"

DATA_QUALITY = {
    "How fresh are the numbers?": Expected(
        Rows(f"{BUILD} inner join core.dim_domains using (domain)"),
        {"*": Rows(f"{BUILD} where domain = $domain")},
    ),
    "Which raw rows were left out, and why?": Expected(
        sums(
            f"{LEFT_OUT} group by table_name, left_out_kind, reason",
            {
                "kind": words(
                    "left_out_kind",
                    {
                        "rejected": "Rejected",
                        "parent rejected": "Belongs to a rejected row",
                        "repeat": "Repeat",
                        "superseded": "Superseded",
                        "test traffic": "Test traffic",
                    },
                ),
                "rows_count": "count(*)",
                "files_count": "nullif(count(distinct source_file), 0)",
            },
        ),
        {"*": Rows(f"{BUILD} where domain = $domain")},
    ),
    "Which rows are these?": Expected(
        Rows(
            f"{LEFT_OUT} qualify row_number() over (partition by table_name, left_out_kind, reason"
            " order by source_file, row_key) <= 3"
        )
    ),
    "What is empty, and why?": Expected(
        Rows(EMPTY, {"expected": "if(is_expected, 'yes', 'no')"}),
        {"Empty tables": Rows(EMPTY, {"*": "count(*)"})},
    ),
    "How did the last builds go?": Expected(
        Rows(
            "core.build_history where domain = $domain order by build_id desc limit 30",
            {"kind": words("is_daily", {True: "daily", False: "full"})},
        )
    ),
}

EXPECTED: dict[str, dict[str, Expected]] = {
    "overview": OVERVIEW,
    "greenery_kpi_dashboard": GREENERY,
    "restaurant_operations_review": RESTAURANT,
    "sales_performance_report": SALES,
    "customer_segment_explorer": SEGMENT_EXPLORER,
    "retention_review": RETENTION,
    "cross_selling": CROSS_SELLING,
    "demand_planning": DEMAND,
    "data_quality": DATA_QUALITY,
}
