"""For the franchise manager: locations, trends, busy hours, loyalty, discounts, weeks to come."""

from dataclasses import dataclass
from functools import partial

import charts
import pandas as pd
from answers import Answer, Choice, Figure, Kind, Page, Question, explained, figures, shown
from marts import Marts

from views.filters import LOCATION

LOCATIONS = "locations.location_performance"
PEAKS = "trends.peak_periods"
CATEGORIES = "trends.sales_trends_daily"
LOYALTY = "loyalty.loyalty_program_impact"
JOINING = "loyalty.loyalty_before_after"
DISCOUNTS = "discounts.discount_effectiveness"
PROMOTIONS = "discounts.discount_before_after"
FORECASTS = "forecast.fct_forecasts"
ORIGINS = "forecast.fct_forecast_origins"
WEEKS = "trends.sales_trends_weekly"

# As many locations as a picture can show from each end of a ranking.
SHOWN_EACH_END = 10
SUMS_OF_TRENDS = ("revenue", "returned_amount", "net_sales", "units")
WEEKDAYS = dict(enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), start=1))
GROUPS = {"member": "Members", "non_member": "Other customers", "guest": "Guests"}
DRAWN_DIFFERENCES = ("Spend per order", "After joining, in 30 days")
WHOLE_SHOP = "Of the whole shop, also where a location is chosen."


@dataclass(frozen=True)
class Trend:
    """A mart of revenue by period: its column of time, and the most periods in a picture."""

    table: str
    time: str
    word: str
    kind: Kind
    most: int
    # As in trends: 12 months, 52 weeks or 364 days.
    periods_in_a_year: int
    more_sums: tuple[str, ...] = ()


TRENDS = (
    Trend("trends.sales_trends_monthly", "month_start_date", "month", "month", 36, 12),
    Trend(WEEKS, "week_start_date", "week", "day", 104, 52),
    Trend(
        "trends.location_trends_daily", "business_date", "day", "day", 91, 364, ("orders_count",)
    ),
)


def both_ends(rows: pd.DataFrame) -> pd.DataFrame:
    """The first and the last rows of a ranking; all where there are not more."""
    if len(rows) <= 2 * SHOWN_EACH_END:
        return rows
    return pd.concat([rows.head(SHOWN_EACH_END), rows.tail(SHOWN_EACH_END)])


def note_of_ends(rows: pd.DataFrame) -> str:
    """Says that a picture has only some of the locations."""
    if len(rows) <= 2 * SHOWN_EACH_END:
        return ""
    return f"The picture has the first and the last {SHOWN_EACH_END} of {len(rows)} locations."


def ranking(marts: Marts, choice: Choice) -> Answer:
    """Locations by revenue, or the place of the chosen one among them."""
    rows = marts.frame(
        f"select * from {LOCATIONS} where domain = $domain order by revenue_rank, location_name",
        choice.parameters("domain"),
    )
    if rows.empty:
        return Answer(empty="No location has an order yet.")
    columns = explained(
        LOCATIONS,
        {
            "revenue_rank": ("Rank", "count"),
            "location_name": ("Location", "text"),
            "city": ("City", "text"),
            "total_revenue": ("Revenue", "amount"),
            "revenue_share": ("Share", "rate"),
            "net_sales": ("Net sales", "amount"),
            "orders_count": ("Orders", "count"),
            "avg_order_value": ("Average order", "amount"),
            "orders_per_week": ("Orders a week", "decimal"),
            "orders_per_open_day": ("Orders an open day", "decimal"),
            "last_order_date": ("Last order", "day"),
        },
    )
    chosen = rows[rows["location_id"] == choice.filters.get("location")]
    if choice.filters.get("location") is None:
        named = [
            Figure(label, rows["location_name"].iloc[at], "text", f"{LOCATIONS}.{column}")
            for label, at, column in (
                ("Most revenue", 0, "revenue_rank"),
                ("Least revenue", -1, "worst_revenue_rank"),
            )
        ]
        sums = {name: columns[name] for name in ("total_revenue", "orders_count")}
        shown_figures = named + figures(sums, rows[list(sums)].sum())
    elif chosen.empty:
        return Answer(empty="This location has no order yet.")
    else:
        of_one = ("revenue_rank", "total_revenue", "orders_per_week", "avg_order_value")
        shown_figures = figures({name: columns[name] for name in of_one}, chosen.iloc[0])
    return Answer(
        figures=shown_figures,
        chart=charts.bars(both_ends(rows), "location_name", "total_revenue", "amount", "Revenue"),
        table=rows,
        columns=columns,
        note=f"From the first order on, before returns. {note_of_ends(rows)}",
    )


def growth(marts: Marts, choice: Choice) -> Answer:
    """Same-store growth in its two parts, the best growth first."""
    rows = marts.frame(
        f"select * from {LOCATIONS} where domain = $domain and is_same_store"
        " and coalesce($location, location_id) = location_id"
        " order by same_store_growth_rate desc nulls last, location_name",
        choice.parameters("domain", "location"),
    )
    if rows.empty:
        return Answer(
            empty="No location was open during both periods that are compared (a year and the year"
            " before, as the project is set by default)."
        )
    amounts = ("period_net_sales", "traffic_growth_amount", "ticket_growth_amount")
    total = rows[[*amounts, "previous_period_net_sales"]].sum()
    columns = explained(
        LOCATIONS,
        {
            "location_name": ("Location", "text"),
            "same_store_growth_rate": ("Growth", "rate"),
            "traffic_growth_rate": ("From more orders", "rate"),
            "ticket_growth_rate": ("From larger orders", "rate"),
            "period_net_sales": ("Net sales", "amount"),
            "previous_period_net_sales": ("Net sales before", "amount"),
            "traffic_growth_amount": ("From more orders", "amount"),
            "ticket_growth_amount": ("From larger orders", "amount"),
            "period_orders_count": ("Orders", "count"),
            "previous_period_orders_count": ("Orders before", "count"),
        },
    )
    before = {"period_net_sales": total["previous_period_net_sales"]}
    return Answer(
        figures=figures({name: columns[name] for name in amounts}, total, before),
        chart=charts.bars_by_series(
            both_ends(rows),
            "location_name",
            {
                "traffic_growth_rate": "From more orders",
                "ticket_growth_rate": "From larger orders",
            },
            "rate",
            "Growth of net sales",
        ),
        table=rows,
        columns=columns,
        note="The last period beside the same number of days before, of locations that were open"
        f" in both. {note_of_ends(rows)}",
    )


def trend(of: Trend, marts: Marts, choice: Choice) -> Answer:
    """Complete periods with the one before and the one a year before, the newest first."""
    sums = ", ".join(f"sum({name}) as {name}" for name in (*SUMS_OF_TRENDS, *of.more_sums))
    rows = marts.frame(
        f"with periods as (select {of.time}, {sums} from {of.table}"
        " where domain = $domain and coalesce($location, location_id) = location_id"
        # The first period of a new location is not complete, but that of the shop is.
        f" group by {of.time} having bool_or(is_complete)),"
        # The marts have no gap, so the row before is the period before.
        " compared as (select *, lag(revenue) over by_time as previous_revenue,"
        f" lag(revenue, {of.periods_in_a_year}) over by_time as year_before_revenue"
        f" from periods window by_time as (order by {of.time}))"
        f" select * from compared where {of.time} between $start and $end order by {of.time} desc",
        choice.parameters("domain", "location", "start", "end"),
    )
    if rows.empty:
        return Answer(empty=f"No {of.word} of these dates is complete.")
    last = rows.iloc[0]
    labels: dict[str, tuple[str, Kind]] = {
        of.time: (of.word.capitalize(), of.kind),
        "revenue": ("Revenue", "amount"),
        "previous_revenue": (f"{of.word.capitalize()} before", "amount"),
        "year_before_revenue": ("Year before", "amount"),
        "returned_amount": ("Returned", "amount"),
        "net_sales": ("Net sales", "amount"),
        "units": ("Units", "count"),
        "orders_count": ("Orders", "count"),
    }
    column = f"{of.table}.revenue"
    return Answer(
        figures=[
            Figure(
                f"Against the {of.word} before",
                last["revenue"],
                "amount",
                column,
                last["previous_revenue"],
            ),
            Figure(
                "Against the year before",
                last["revenue"],
                "amount",
                column,
                last["year_before_revenue"],
            ),
            Figure("Net sales", last["net_sales"], "amount", f"{of.table}.net_sales"),
        ],
        chart=charts.lines_over_time(
            rows.head(of.most),
            of.time,
            {"revenue": "Revenue", "year_before_revenue": "Year before"},
            "amount",
            choice.currency,
        ),
        table=rows,
        columns=explained(
            of.table, {name: label for name, label in labels.items() if name in rows}
        ),
        note=f"Revenue of the {of.word} from {shown(last[of.time], 'day')}, the last complete one."
        + (
            "" if choice.filters.get("location") else " New locations count from their first order."
        ),
    )


def categories(marts: Marts, choice: Choice) -> Answer:
    """Categories by their revenue in the chosen dates."""
    labels: dict[str, tuple[str, Kind]] = {
        "revenue": ("Revenue", "amount"),
        "returned_amount": ("Returned", "amount"),
        "net_sales": ("Net sales", "amount"),
        "units": ("Units", "count"),
    }
    sums = ", ".join(f"sum({name}) as {name}" for name in labels)
    rows = marts.frame(
        f"select category, {sums} from {CATEGORIES} where domain = $domain"
        " and coalesce($location, location_id) = location_id"
        " and business_date between $start and $end"
        " group by category order by revenue desc, category",
        choice.parameters("domain", "location", "start", "end"),
    )
    if rows.empty:
        return Answer(empty="Nothing was sold on these dates.")
    return Answer(
        figures=[
            Figure("Sells most", rows["category"].iloc[0], "text", f"{CATEGORIES}.category"),
            *figures(
                explained(CATEGORIES, {name: labels[name] for name in ("revenue", "units")}),
                rows[["revenue", "units"]].sum(),
            ),
        ],
        chart=charts.bars(rows, "category", "revenue", "amount", f"Revenue, {choice.currency}"),
        table=rows,
        columns=explained(CATEGORIES, {"category": ("Category", "text"), **labels}),
    )


def peaks(marts: Marts, choice: Choice) -> Answer:
    """Orders by weekday and hour; of one location as their mean on such a day."""
    rows = marts.frame(
        "select iso_weekday, hour_of_day, sum(orders_count) as orders_count,"
        " sum(units) as units, sum(revenue) as revenue, max(orders_per_day) as orders_per_day,"
        f" max(revenue_per_day) as revenue_per_day from {PEAKS}"
        " where domain = $domain and coalesce($location, location_id) = location_id"
        " group by iso_weekday, hour_of_day order by iso_weekday, hour_of_day",
        choice.parameters("domain", "location"),
    )
    if rows.empty:
        return Answer(empty="There is no order whose hour is known.")
    rows["weekday"] = rows["iso_weekday"].map(WEEKDAYS)
    rows["hour"] = rows["hour_of_day"].map("{:02d}:00".format)
    means: dict[str, tuple[str, Kind]] = {
        "orders_per_day": ("Orders on such a day", "decimal"),
        "revenue_per_day": ("Revenue on such a day", "amount"),
    }
    # A mean of one location is no mean of all.
    is_one = choice.filters.get("location") is not None
    value, (label, kind) = (
        ("orders_per_day", means["orders_per_day"])
        if is_one
        else ("orders_count", ("Orders", "count"))
    )
    busiest = rows.sort_values(value, ascending=False, kind="stable")
    first = busiest.iloc[0]
    labels: dict[str, tuple[str, Kind]] = {
        **(means if is_one else {}),
        "orders_count": ("Orders", "count"),
        "units": ("Units", "count"),
        "revenue": ("Revenue", "amount"),
    }
    return Answer(
        figures=[
            Figure(
                "Busiest hour",
                f"{first['weekday']} {first['hour']}",
                "text",
                f"{PEAKS}.hour_of_day",
            ),
            Figure(label, first[value], kind, f"{PEAKS}.{value}"),
        ],
        chart=charts.heat_map(rows, "hour", "weekday", value, kind, label),
        table=busiest,
        columns={
            "weekday": ("Day", "text", f"{PEAKS}.iso_weekday"),
            "hour": ("From", "text", f"{PEAKS}.hour_of_day"),
            **explained(PEAKS, labels),
        },
        note="Over the whole history, in the location's own time: new opening hours or a season"
        " show late."
        + ("" if is_one else " All locations together; choose one to plan its staff."),
    )


def members(marts: Marts, choice: Choice) -> Answer:
    """Members, other customers and guests side by side."""
    rows = marts.frame(
        f"select * from {LOYALTY} where domain = $domain order by revenue desc, customer_group",
        choice.parameters("domain"),
    )
    if rows.empty:
        return Answer(empty="No order says whether its buyer is a member.")
    rows["group"] = rows["customer_group"].map(GROUPS)
    member = rows.set_index("customer_group").loc["member"]
    columns = explained(
        LOYALTY,
        {
            "customers_count": ("Customers", "count"),
            "orders_count": ("Orders", "count"),
            "revenue": ("Revenue", "amount"),
            "revenue_share": ("Share of revenue", "rate"),
            "avg_order_value": ("Average order", "amount"),
            "avg_spend_per_customer": ("Spend per customer", "amount"),
            "median_lifetime_value": ("Median customer", "amount"),
            "orders_per_customer": ("Orders per customer", "decimal"),
            "repeat_order_rate": ("Ordered again", "rate"),
        },
    )
    of_members = ("customers_count", "revenue_share", "repeat_order_rate")
    return Answer(
        figures=[
            Figure(f"Members: {label.lower()}", member[name], kind, column)
            for name, (label, kind, column) in columns.items()
            if name in of_members
        ],
        chart=charts.bars(rows, "group", "revenue", "amount", f"Revenue, {choice.currency}"),
        table=rows,
        columns={"group": ("Group", "text", f"{LOYALTY}.customer_group"), **columns},
        note=f"{WHOLE_SHOP} A guest may be a member who did not sign in.",
    )


def difference(
    what: str, row: pd.Series, name: str, kind: Kind, currency: str
) -> dict[str, object]:
    """A row of a table of differences: `name` and the ends of its interval, also as text."""
    ends = {"value": row[name], "low": row[f"{name}_lower"], "high": row[f"{name}_upper"]}
    texts = {f"{end}_text": shown(value, kind, currency) for end, value in ends.items()}
    return {"what": what, "kind": kind, **ends, **texts}


def columns_of_differences(column: str) -> dict[str, tuple[str, Kind, str]]:
    """The columns of a table of differences; `column` explains them."""
    return {
        "what": ("What", "text", column),
        "value_text": ("Difference", "text", column),
        "low_text": ("At least", "text", f"{column}_lower"),
        "high_text": ("At most", "text", f"{column}_upper"),
    }


def loyalty(marts: Marts, choice: Choice) -> Answer:
    """Members less other customers, and after joining less before, with intervals of 95 %."""
    select = "select * from {} where domain = $domain"
    parameters = choice.parameters("domain")
    groups = marts.frame(f"{select.format(LOYALTY)} and customer_group = 'member'", parameters)
    joining = marts.frame(select.format(JOINING), parameters)
    if groups.empty or joining.empty:
        return Answer(empty="No order says whether its buyer is a member.")
    group, before_after = groups.iloc[0], joining.iloc[0]
    kinds: tuple[tuple[str, pd.Series, str, Kind], ...] = (
        ("Spend per order", group, "spend_per_order_difference", "amount"),
        ("Spend so far", group, "lifetime_value_difference", "amount"),
        ("After joining, in 30 days", before_after, "spend_difference", "amount"),
        ("Orders per customer", group, "orders_per_customer_difference", "decimal"),
        ("Customers who order again", group, "repeat_order_rate_difference", "rate"),
    )
    rows = pd.DataFrame(
        difference(what, row, name, kind, choice.currency) for what, row, name, kind in kinds
    ).dropna(subset=["value"])
    if rows.empty:
        return Answer(empty="There are too few members, or too few others, to compare them.")
    return Answer(
        figures=[
            Figure(
                "Spend in 30 days, before and after joining",
                before_after["spend_per_30_days_after"],
                "amount",
                f"{JOINING}.spend_per_30_days_after",
                before_after["spend_per_30_days_before"],
            ),
            Figure(
                "Members compared with themselves",
                before_after["compared_members_count"],
                "count",
                f"{JOINING}.compared_members_count",
            ),
        ],
        chart=charts.intervals(
            # Beside the spend so far, the others would be a point.
            rows[rows["what"].isin(DRAWN_DIFFERENCES)],
            "what",
            "value",
            "low",
            "high",
            "amount",
            f"More than others, or than before, {choice.currency}",
        ),
        table=rows,
        columns=columns_of_differences(f"{LOYALTY}.spend_per_order_difference"),
        note=f"{WHOLE_SHOP} Where an interval has 0 in it, the data show no difference. That"
        " the programme causes a difference is not shown: people who buy often are more likely to"
        " join.",
    )


def discounted(marts: Marts, choice: Choice) -> Answer:
    """Orders with and without a discount side by side."""
    rows = marts.frame(
        f"select *, case when is_discounted then 'With a discount' else 'Without' end as kind"
        f" from {DISCOUNTS} where domain = $domain order by is_discounted desc",
        choice.parameters("domain"),
    )
    if rows.empty:
        return Answer(empty="No order records a discount.")
    columns = explained(
        DISCOUNTS,
        {
            "orders_count": ("Orders", "count"),
            "orders_share": ("Share of orders", "rate"),
            "revenue": ("Revenue", "amount"),
            "revenue_share": ("Share of revenue", "rate"),
            "discount_amount": ("Discount", "amount"),
            "discount_rate": ("Of the price", "rate"),
            "avg_order_value": ("Average order", "amount"),
            "units_per_order": ("Units per order", "decimal"),
            "gross_margin_rate": ("Margin", "rate"),
        },
    )
    of_discounted = ("discount_amount", "discount_rate", "orders_share")
    return Answer(
        figures=figures({name: columns[name] for name in of_discounted}, rows.iloc[0]),
        chart=charts.bars(rows, "kind", "revenue", "amount", f"Revenue, {choice.currency}"),
        table=rows,
        columns={"kind": ("Orders", "text", f"{DISCOUNTS}.is_discounted"), **columns},
        note=f"{WHOLE_SHOP} Margin is of the lines whose cost is known.",
    )


def after_discounts(marts: Marts, choice: Choice) -> Answer:
    """Orders of the same customer after a discount less those after full price, with interval."""
    rows = marts.frame(
        f"select * from {DISCOUNTS} where domain = $domain and is_discounted",
        choice.parameters("domain"),
    )
    if rows.empty:
        return Answer(empty="No order records a discount.")
    row = rows.iloc[0]
    table = pd.DataFrame(
        [
            difference(what, row, name, kind, choice.currency)
            for what, name, kind in (
                ("Orders after it", "following_orders_per_order_difference", "decimal"),
                ("Average order", "avg_order_value_difference", "amount"),
            )
        ]
    ).dropna(subset=["value"])
    if table.empty:
        return Answer(empty="Too few customers had both kinds of orders to compare them.")
    return Answer(
        figures=[
            Figure(
                "Orders after a discount, less after full price",
                shown(row["following_orders_per_order_difference"], "decimal"),
                "text",
                f"{DISCOUNTS}.following_orders_per_order_difference",
            ),
            Figure(
                "Customers compared with themselves",
                row["compared_customers_count"],
                "count",
                f"{DISCOUNTS}.compared_customers_count",
            ),
        ],
        chart=charts.intervals(
            table[table["kind"] == "decimal"],
            "what",
            "value",
            "low",
            "high",
            "decimal",
            "Orders after a discount less those after full price",
        ),
        table=table,
        columns=columns_of_differences(f"{DISCOUNTS}.following_orders_per_order_difference"),
        note=f"{WHOLE_SHOP} Where an interval has 0 in it, the data show no difference. That"
        " discounts cause a difference is not shown: it is not known what people would have bought"
        " without them.",
    )


def promotions(marts: Marts, choice: Choice) -> Answer:
    """Promotions with revenue per day before, while they ran and after; the newest first."""
    rows = marts.frame(
        f"select * from {PROMOTIONS} where domain = $domain order by starts_on desc, promotion_id",
        choice.parameters("domain"),
    )
    if rows.empty:
        return Answer(empty="No promotion was used yet.")
    labels: dict[str, tuple[str, Kind]] = {
        "promotion_name": ("Promotion", "text"),
        "starts_on": ("From", "day"),
        "ends_on": ("To", "day"),
        "orders_with_promotion_count": ("Orders with it", "count"),
        "discount_amount": ("Discount", "amount"),
        "before_revenue_per_day": ("Revenue a day before", "amount"),
        "during_revenue_per_day": ("While it ran", "amount"),
        "after_revenue_per_day": ("After it", "amount"),
        "during_revenue_change_rate": ("Change while it ran", "rate"),
        "overlapping_promotions_count": ("Others at the time", "count"),
        "is_window_complete": ("All days known", "text"),
    }
    first = rows.sort_values("discount_amount", ascending=False).head(SHOWN_EACH_END)
    return Answer(
        figures=[
            Figure("Promotions", len(rows), "count", f"{PROMOTIONS}.promotion_id"),
            Figure(
                "Discount", rows["discount_amount"].sum(), "amount", f"{PROMOTIONS}.discount_amount"
            ),
        ],
        chart=charts.bars(
            first, "promotion_name", "discount_amount", "amount", f"Discount, {choice.currency}"
        ),
        table=rows.assign(
            is_window_complete=rows["is_window_complete"].map({True: "yes", False: "no"})
        ),
        columns=explained(PROMOTIONS, labels),
        note=f"{WHOLE_SHOP} Revenue a day is of all orders, with the promotion or without. Seasons"
        " and weekdays change it too: trust a row only where all days are known and no other"
        " promotion ran.",
    )


def weeks_to_come(marts: Marts, choice: Choice) -> Answer:
    """Expected revenue of the next weeks with its interval, after the last complete weeks."""
    measure, location = ("domain_revenue", "(all)")
    if choice.filters.get("location") is not None:
        measure, location = ("location_revenue", choice.filters["location"])
    rows = marts.frame(
        "select forecasts.period_start, forecasts.expected, forecasts.expected_low,"
        " forecasts.expected_high, forecasts.origin_date, forecasts.forecast_status"
        f" from {FORECASTS} as forecasts"
        f" inner join {ORIGINS} as origins"
        " on forecasts.domain = origins.domain and forecasts.origin_date = origins.origin_date"
        " where forecasts.domain = $domain and origins.is_live and forecasts.datepart = 'week'"
        " and forecasts.measure = $measure and forecasts.location_id = $series"
        " order by forecasts.period_start",
        {**choice.parameters("domain"), "measure": measure, "series": location},
    )
    if rows.empty or rows["expected"].isna().all():
        return Answer(empty="There are too few days with orders to expect anything of the next.")
    past = marts.frame(
        f"select week_start_date as period_start, sum(revenue) as revenue from {WEEKS}"
        " where domain = $domain and coalesce($location, location_id) = location_id"
        " group by week_start_date having bool_or(is_complete)"
        " order by week_start_date desc limit 26",
        choice.parameters("domain", "location"),
    )
    columns = explained(
        FORECASTS,
        {
            "period_start": ("Week from", "day"),
            "expected": ("Expected revenue", "amount"),
            "expected_low": ("At least", "amount"),
            "expected_high": ("At most", "amount"),
        },
    )
    amounts = {name: columns[name] for name in ("expected", "expected_low", "expected_high")}
    is_closed = (rows["forecast_status"] == "closed").all()
    return Answer(
        figures=figures(amounts, rows.iloc[0]),
        chart=charts.expected_over_time(
            pd.concat([past, rows]),
            "period_start",
            "revenue",
            "expected",
            "amount",
            choice.currency,
            "expected_low",
            "expected_high",
        ),
        table=rows,
        columns=columns,
        note=f"Revenue of the week from {shown(rows['period_start'].iloc[0], 'day')}. Four"
        " weeks of five should lie in the interval. The forecast continues the past: it knows no"
        " holiday, promotion or price. Do not use it as a target."
        + (" The location seems to be closed, so nothing is expected." if is_closed else ""),
    )


PAGE = Page(
    name="restaurant_operations_review",
    title="Restaurant operations",
    has="has_locations",
    filters=(LOCATION,),
    questions=(
        Question("Which locations do best, and which worst?", (LOCATIONS,), ranking),
        Question("Do locations grow by more orders, or by larger ones?", (LOCATIONS,), growth),
        *(
            Question(f"How does revenue go by {of.word}?", (of.table,), partial(trend, of))
            for of in TRENDS
        ),
        Question("What sells on the chosen dates?", (CATEGORIES,), categories),
        Question("When is it busy?", (PEAKS,), peaks),
        Question("What will the next weeks bring?", (FORECASTS, ORIGINS, WEEKS), weeks_to_come),
        Question("How much do loyalty members buy?", (LOYALTY,), members),
        Question("Do members spend more than others?", (LOYALTY, JOINING), loyalty),
        Question("How much is sold with a discount?", (DISCOUNTS,), discounted),
        Question("Do people order more after a discount?", (DISCOUNTS,), after_discounts),
        Question(
            "How did sales go before, during and after promotions?", (PROMOTIONS,), promotions
        ),
    ),
)
