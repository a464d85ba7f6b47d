"""The KPI dashboard of Greenery: orders and visits by hour, day and week, funnel, stock."""

import charts
import pandas as pd
from answers import Answer, Choice, Figure, Kind, Page, Question, explained, figures, shown
from marts import Marts

from views import demand_planning

HOURLY = "sales_reporting.greenery_kpis_hourly"
DAILY = "sales_reporting.greenery_kpis_daily"
DATES = "core.dim_dates"
RATES = "funnel.product_funnel_rates"
COUNTS = "funnel.product_funnel_rates_agg"
LEVELS = "funnel.funnel_levels_agg"
ORDERED = "funnel.funnel_ordered_agg"
PRODUCTS = "funnel.product_conversion"
STOCK = "sales_reporting.product_stock_cover"

# What adds up over hours and days; buyers do not.
SUMS: dict[str, tuple[str, Kind]] = {
    "revenue": ("Revenue", "amount"),
    "orders_count": ("Orders", "count"),
    "units": ("Units", "count"),
    "sessions_count": ("Visits", "count"),
    "shopping_sessions_count": ("Shopping visits", "count"),
    "converted_sessions_count": ("Visits with an order", "count"),
}
PER_PERIOD: dict[str, tuple[str, Kind]] = {
    "buyers_count": ("Buyers", "count"),
    "new_buyers_count": ("New buyers", "count"),
    "avg_order_value": ("Average order", "amount"),
    "promo_share": ("With a promo", "rate"),
    "conversion_rate": ("Conversion", "rate"),
    "shopping_conversion_rate": ("Of shopping visits", "rate"),
}
SELECT_SUMS = ", ".join(f"sum(kpis.{name}) as {name}" for name in SUMS)
FIGURES = ("revenue", "orders_count", "units", "sessions_count")
WEEKDAYS = dict(enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), start=1))
SHOWN_HOURS = 7 * 24
SHOWN_PRODUCTS = 15


def columns_of_figures(table: str) -> dict[str, tuple[str, Kind, str]]:
    """The columns that a period's figures are of."""
    return explained(table, {name: SUMS[name] for name in FIGURES})


def days(marts: Marts, choice: Choice) -> Answer:
    """Sums of the chosen days beside as many days before."""
    between = (
        f"select {SELECT_SUMS} from {DAILY} as kpis where kpis.date_day between $start and $end"
    )
    length = "datediff('day', $start, $end) + 1"
    before = (
        f"select {SELECT_SUMS} from {DAILY} as kpis"
        f" where datediff('day', kpis.date_day, $start) between 1 and {length}"
        # Fewer days are no measure of these.
        f" having count(*) = {length}"
    )
    parameters = choice.parameters("start", "end")
    now, then = (marts.frame(sql, parameters) for sql in (between, before))
    rows = marts.frame(
        f"select * from {DAILY} where date_day between $start and $end order by date_day desc",
        parameters,
    )
    if rows.empty:
        return Answer(empty="There is no day in these dates.")
    return Answer(
        figures=figures(
            columns_of_figures(DAILY), now.iloc[0], then.iloc[0] if len(then) else None
        ),
        chart=charts.lines_over_time(
            rows, "date_day", {"revenue": "Revenue"}, "amount", choice.currency
        ),
        table=rows,
        columns=explained(DAILY, {"date_day": ("Day", "day"), **SUMS, **PER_PERIOD}),
        note="The chosen dates, compared with as many days before where there are some.",
    )


def weeks(marts: Marts, choice: Choice) -> Answer:
    """Complete weeks of the chosen dates, the newest beside the one before."""
    rows = marts.frame(
        f"select dates.week_start_date, {SELECT_SUMS} from {DAILY} as kpis"
        f" inner join {DATES} as dates on kpis.date_day = dates.date_day"
        " where kpis.date_day between $start and $end"
        # The table has no gap: a week with fewer days is not over, or was cut by the dates.
        " group by dates.week_start_date having count(*) = 7 order by dates.week_start_date desc",
        choice.parameters("start", "end"),
    )
    if rows.empty:
        return Answer(empty="No whole week is in these dates.")
    columns = {
        "week_start_date": ("Week from", "day", f"{DATES}.week_start_date"),
        **explained(DAILY, SUMS),
    }
    return Answer(
        figures=figures(
            columns_of_figures(DAILY), rows.iloc[0], rows.iloc[1] if len(rows) > 1 else None
        ),
        chart=charts.lines_over_time(
            rows,
            "week_start_date",
            {"sessions_count": "Visits", "orders_count": "Orders"},
            "count",
            "In the week",
        ),
        table=rows,
        columns=columns,
        note=f"The week from {shown(rows['week_start_date'].iloc[0], 'day')}, compared with the"
        " week before; only whole weeks.",
    )


def hours(marts: Marts, choice: Choice) -> Answer:
    """Visits by weekday and hour of the chosen dates; the last hours as a table."""
    parameters = choice.parameters("start", "end")
    grid = marts.frame(
        "select dates.iso_weekday, extract(hour from kpis.date_hour) as hour_of_day,"
        f" sum(kpis.sessions_count) as sessions_count from {HOURLY} as kpis"
        f" inner join {DATES} as dates on cast(kpis.date_hour as date) = dates.date_day"
        " where dates.date_day between $start and $end"
        " group by dates.iso_weekday, hour_of_day order by dates.iso_weekday, hour_of_day",
        parameters,
    )
    if grid.empty:
        return Answer(empty="There is no hour in these dates.")
    grid["weekday"] = grid["iso_weekday"].map(WEEKDAYS)
    grid["hour"] = grid["hour_of_day"].map("{:02d}:00".format)
    rows = marts.frame(
        f"select * from {HOURLY} where cast(date_hour as date) between $start and $end"
        f" order by date_hour desc limit {SHOWN_HOURS}",
        parameters,
    )
    last = rows.head(24)[list(FIGURES)].sum()
    before = rows.iloc[24:48][list(FIGURES)].sum() if len(rows) >= 48 else None
    return Answer(
        figures=figures(columns_of_figures(HOURLY), last, before),
        chart=charts.heat_map(grid, "hour", "weekday", "sessions_count", "count", "Visits"),
        table=rows,
        columns=explained(HOURLY, {"date_hour": ("Hour", "time"), **SUMS, **PER_PERIOD}),
        note="The figures are of the last 24 hours of the chosen dates, compared with the 24 hours"
        f" before; the picture has all their hours, the table the last {SHOWN_HOURS}.",
    )


def funnel(marts: Marts, choice: Choice) -> Answer:
    """How many visits take each step, in the three readings of the funnel."""
    counts, rates, levels = (marts.frame(f"select * from {of}") for of in (COUNTS, RATES, LEVELS))
    ordered = marts.frame(f"select * from {ORDERED} where period_type = 'all'")
    if any(rows.empty for rows in (counts, rates, levels, ordered)):
        return Answer(empty="The shop delivers no events.")
    of_all, of_levels, in_order = (rows.iloc[0] for rows in (counts, levels, ordered))
    rows = pd.DataFrame(
        {
            "step": ["Viewed a page", "In the cart", "Checked out"],
            "each": of_all[["page_viewed_count", "add_to_cart_count", "checkout_count"]].tolist(),
            "level": of_levels[["level_1", "level_2", "level_3"]].tolist(),
            "order": in_order[
                ["viewed_sessions_count", "carted_sessions_count", "checked_out_sessions_count"]
            ].tolist(),
        }
    )
    readings = {"each": "Took the step", "level": "Came this far", "order": "In this order"}
    return Answer(
        figures=[
            *figures(explained(COUNTS, {"unique_session_count": ("Visits", "count")}), of_all),
            *figures(explained(RATES, {"checkout_rate": ("Of all visits", "rate")}), rates.iloc[0]),
            *figures(
                explained(LEVELS, {"conversion_rate": ("Of shopping visits", "rate")}), of_levels
            ),
            *figures(
                explained(ORDERED, {"conversion_rate": ("In strict order", "rate")}), in_order
            ),
        ],
        chart=charts.bars_by_series(rows, "step", readings, "count", "Visits", is_stacked=False),
        table=rows,
        columns={
            "step": ("Step", "text", f"{COUNTS}.unique_session_count"),
            "each": (readings["each"], "count", f"{COUNTS}.page_viewed_count"),
            "level": (readings["level"], "count", f"{LEVELS}.level_1"),
            "order": (readings["order"], "count", f"{ORDERED}.viewed_sessions_count"),
        },
        note="The shares are of visits that end in a checkout. 'Took the step' counts each step by"
        " itself, so steps are not nested; 'came this far' also counts visits that skipped a step;"
        " 'in this order' is the strictest. Of all days, whatever the dates.",
    )


def steps(marts: Marts, choice: Choice) -> Answer:
    """Shopping visits that leave after each level."""
    levels = marts.frame(f"select * from {LEVELS}")
    if levels.empty:
        return Answer(empty="The shop delivers no events.")
    row = levels.iloc[0]
    rows = pd.DataFrame(
        {
            "step": ["Before the cart", "Before the checkout"],
            "lost": row[["level_1_to_2_drop_off_count", "level_2_to_3_drop_off_count"]].tolist(),
            "rate": row[["level_1_to_2_drop_off_rate", "level_2_to_3_drop_off_rate"]].tolist(),
        }
    )
    return Answer(
        figures=figures(
            explained(
                LEVELS,
                {
                    "level_1_to_2_drop_off_rate": ("Leave before the cart", "rate"),
                    "level_2_to_3_drop_off_rate": ("Leave before the checkout", "rate"),
                },
            ),
            row,
        ),
        chart=charts.bars(rows, "step", "lost", "count", "Visits that left"),
        table=rows,
        columns={
            "step": ("Left", "text", f"{LEVELS}.level_1"),
            "lost": ("Visits", "count", f"{LEVELS}.level_1_to_2_drop_off_count"),
            "rate": ("Of those before", "rate", f"{LEVELS}.level_1_to_2_drop_off_rate"),
        },
        note="Of all days. A visit that skipped a step counts as if it took it.",
    )


def strict_days(marts: Marts, choice: Choice) -> Answer:
    """The strict funnel day by day, and how long people take."""
    rows = marts.frame(
        f"select * from {ORDERED} where period_type = 'day'"
        " and session_date between $start and $end order by session_date desc",
        choice.parameters("start", "end"),
    )
    if rows.empty:
        return Answer(empty="There is no visit on these dates.")
    labels: dict[str, tuple[str, Kind]] = {
        "session_date": ("Day", "day"),
        "sessions_count": ("Visits", "count"),
        "viewed_sessions_count": ("Viewed", "count"),
        "carted_sessions_count": ("Then in the cart", "count"),
        "checked_out_sessions_count": ("Then checked out", "count"),
        "view_to_cart_rate": ("View to cart", "rate"),
        "cart_to_checkout_rate": ("Cart to checkout", "rate"),
        "conversion_rate": ("Conversion", "rate"),
        "median_view_to_checkout_minutes": ("Median minutes", "decimal"),
    }
    sums = ("viewed_sessions_count", "carted_sessions_count", "checked_out_sessions_count")
    columns = explained(ORDERED, labels)
    return Answer(
        figures=figures({name: columns[name] for name in sums}, rows[list(sums)].sum()),
        chart=charts.lines_over_time(
            rows, "session_date", {name: labels[name][0] for name in sums}, "count", "Visits"
        ),
        table=rows,
        columns=columns,
    )


def lost(marts: Marts, choice: Choice) -> Answer:
    """Plants by the visits that view them: how many bought, and where the others left."""
    rows = marts.frame(
        f"select * from {PRODUCTS} order by viewed_sessions_count desc, product_name, product_id"
    )
    if rows.empty:
        return Answer(empty="No plant was viewed.")
    parts = {
        "viewed_and_bought_sessions_count": "Bought",
        "lost_before_cart_sessions_count": "Left before the cart",
        "lost_before_purchase_sessions_count": "Left before the purchase",
    }
    labels: dict[str, tuple[str, Kind]] = {
        "product_name": ("Plant", "text"),
        "viewed_sessions_count": ("Viewed", "count"),
        **{name: (label, "count") for name, label in parts.items()},
        "view_to_cart_rate": ("View to cart", "rate"),
        "cart_to_purchase_rate": ("Cart to purchase", "rate"),
        "conversion_rate": ("Conversion", "rate"),
        "biggest_loss": ("Loses most", "text"),
    }
    columns = explained(PRODUCTS, labels)
    return Answer(
        figures=figures({name: columns[name] for name in parts}, rows[list(parts)].sum()),
        chart=charts.bars_by_series(
            rows.head(SHOWN_PRODUCTS), "product_name", parts, "count", "Visits that viewed it"
        ),
        table=rows,
        columns=columns,
        note="Figures add up over plants: a visit that views three plants counts three times. The"
        f" picture has the {SHOWN_PRODUCTS} most viewed. Of all days, whatever the dates.",
    )


def stock(marts: Marts, choice: Choice) -> Answer:
    """Plants by the days that their stock lasts, the shortest first."""
    rows = marts.frame(f"select * from {STOCK} order by cover_days nulls last, product_name")
    if rows.empty:
        return Answer(empty="There is no plant.")
    labels: dict[str, tuple[str, Kind]] = {
        "product_name": ("Plant", "text"),
        "cover_days": ("Lasts, days", "days"),
        "inventory": ("In stock", "count"),
        "units_per_day": ("Sold a day", "decimal"),
        "units_sold": ("Sold", "count"),
        "observed_days_count": ("In days", "count"),
    }
    columns = explained(STOCK, labels)
    return Answer(
        figures=[
            Figure(label, rows[name].iloc[0], kind, f"{STOCK}.{name}")
            for label, name, kind in (
                ("Runs out first", "product_name", "text"),
                ("Stock lasts", "cover_days", "days"),
            )
        ],
        chart=charts.bars(
            rows.dropna(subset=["cover_days"]).head(SHOWN_PRODUCTS),
            "product_name",
            "cover_days",
            "days",
            "Days that the stock lasts",
        ),
        table=rows,
        columns=columns,
        note="Stock is as of the last delivery of plants. Plants without a sale stand last.",
    )


PAGE = Page(
    name="greenery_kpi_dashboard",
    title="Greenery KPIs",
    domains=("greenery",),
    questions=(
        Question("How do orders and visits go by day?", (DAILY,), days),
        Question("How do they go by week?", (DAILY, DATES), weeks),
        Question("How do they go by hour?", (HOURLY, DATES), hours),
        Question("How many visits end in an order?", (COUNTS, RATES, LEVELS, ORDERED), funnel),
        Question("After which step do most people leave?", (LEVELS,), steps),
        Question(
            "How many view, then fill the cart, then check out, by day?", (ORDERED,), strict_days
        ),
        Question("Where do plants lose people?", (PRODUCTS,), lost),
        Question("Which plants run out first?", (STOCK,), stock),
        Question("What to order today?", (demand_planning.REORDER,), demand_planning.reorder),
    ),
)
