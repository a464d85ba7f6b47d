"""For purchasing: what will probably sell, how far to trust it, what to order, what is odd."""

from dataclasses import dataclass
from functools import partial

import charts
import pandas as pd
from answers import Answer, Choice, Figure, Filter, Kind, Page, Question, explained, figures, shown
from marts import Marts

from views.filters import LOCATION

WEEKLY = "forecast.demand_forecast_weekly"
DAILY = "forecast.demand_forecast"
BACKTEST = "forecast.demand_forecast_backtest"
ACCURACY = "forecast.demand_forecast_accuracy"
ALERTS = "forecast.revenue_alerts"
REORDER = "forecast.product_reorder"
PLACES = "core.dim_locations"

# As many series as a picture can show, and rows as a table can.
SHOWN_SERIES = 15
SHOWN_ROWS = 1000
# Rows of the chosen location and category; a place without a row is '(none)' or '(all)'.
OF_SERIES = (
    " left join core.dim_locations as locations"
    " on series.domain = locations.domain and series.location_id = locations.location_id"
    " where series.domain = $domain"
    " and coalesce($location, series.location_id) = series.location_id"
    " and coalesce($category, series.category) = series.category"
)
LOCATION_NAME = "coalesce(locations.location_name, 'All') as location_name"
# Of one series alone there is an interval: lows and highs of several do not add up.
SUMS = (
    "sum(series.units_expected) as units_expected,"
    " case when count(*) = 1 then any_value(series.units_low) end as units_low,"
    " case when count(*) = 1 then any_value(series.units_high) end as units_high"
)
UNITS: dict[str, tuple[str, Kind]] = {
    "units_expected": ("Expected units", "decimal"),
    "units_low": ("At least", "decimal"),
    "units_high": ("At most", "decimal"),
}
NO_FORECAST = "There are too few days with orders to expect anything of the next."
ONE_SERIES = " Choose a location and a category to see the interval."


@dataclass(frozen=True)
class Period:
    """The forecasts of a length of time: their mart, its column of time, and datepart's word."""

    table: str
    time: str
    datepart: str


WEEK = Period(WEEKLY, "week_start_date", "week")
DAY = Period(DAILY, "forecast_date", "day")


def categories(marts: Marts, choice: Choice) -> dict[str, str]:
    """The categories of which there is a forecast."""
    rows = marts.frame(
        f"select distinct category from {WEEKLY} where domain = $domain order by category",
        choice.parameters("domain"),
    )
    return {name: name for name in rows["category"]}


def named_series(rows: pd.DataFrame) -> pd.Series:
    """Category and place of each row, in few words."""
    return rows["category"] + ", " + rows["location_name"]


def next_weeks(marts: Marts, choice: Choice) -> Answer:
    """Units of each location and category in the next weeks; the largest of next week first."""
    rows = marts.frame(
        f"select series.*, {LOCATION_NAME} from {WEEKLY} as series{OF_SERIES}"
        " order by series.week_start_date, series.units_expected desc nulls last,"
        " series.location_id, series.category",
        choice.parameters("domain", "location", "category"),
    )
    if rows.empty or rows["units_expected"].isna().all():
        return Answer(empty=NO_FORECAST)
    week = rows["week_start_date"].iloc[0]
    next_week = rows[rows["week_start_date"] == week]
    rows["what"] = named_series(rows)
    column = f"{WEEKLY}.units_expected"
    closed = next_week[next_week["forecast_status"] == "closed"]["location_name"].unique()
    return Answer(
        figures=[
            Figure(
                f"Week from {shown(week, 'day')}",
                next_week["units_expected"].sum(),
                "count",
                column,
            ),
            Figure(
                f"All {rows['week_start_date'].nunique()} weeks",
                rows["units_expected"].sum(),
                "count",
                column,
            ),
            Figure("Known up to", rows["origin_date"].iloc[0], "day", f"{WEEKLY}.origin_date"),
        ],
        chart=charts.intervals(
            rows[rows["week_start_date"] == week].head(SHOWN_SERIES),
            "what",
            "units_expected",
            "units_low",
            "units_high",
            "count",
            f"Units in the week from {shown(week, 'day')}",
        ),
        table=rows.head(SHOWN_ROWS),
        columns={
            "week_start_date": ("Week from", "day", f"{WEEKLY}.week_start_date"),
            "location_name": ("Location", "text", f"{PLACES}.location_name"),
            "category": ("Category", "text", f"{WEEKLY}.category"),
            **explained(WEEKLY, UNITS),
            "forecast_status": ("State", "text", f"{WEEKLY}.forecast_status"),
        },
        note=(
            "Four weeks of five should lie in the interval. It continues the past and knows no"
            " holiday, promotion, price or stock. Do not use it as a target."
            + (
                f" The picture has the {SHOWN_SERIES} largest."
                if len(next_week) > SHOWN_SERIES
                else ""
            )
            + (f" The table has the first {SHOWN_ROWS} rows." if len(rows) > SHOWN_ROWS else "")
            + (f" Seem to be closed: {', '.join(closed)}." if len(closed) else "")
        ),
    )


def by_period(of: Period, marts: Marts, choice: Choice) -> Answer:
    """Units that were sold and that are expected, by day or week; of one series with interval."""
    parameters = choice.parameters("domain", "location", "category")
    coming = marts.frame(
        f"select series.{of.time} as period_start, {SUMS} from {of.table} as series{OF_SERIES}"
        f" group by series.{of.time} order by series.{of.time}",
        parameters,
    )
    if coming.empty or coming["units_expected"].isna().all():
        return Answer(empty=NO_FORECAST)
    past = marts.frame(
        f"select series.period_start, sum(series.units) as units, {SUMS}"
        f" from {BACKTEST} as series{OF_SERIES} and series.datepart = $datepart"
        " group by series.period_start order by series.period_start",
        {**parameters, "datepart": of.datepart},
    )
    rows = pd.concat([past, coming], ignore_index=True)
    has_interval = bool(coming["units_low"].notna().all())
    columns = explained(of.table, UNITS)
    return Answer(
        figures=[
            *(
                Figure(
                    f"Sold in the last {of.datepart}, and expected",
                    last["units"],
                    "count",
                    f"{BACKTEST}.units",
                    last["units_expected"],
                    more_is="neither",
                )
                for _, last in past.tail(1).iterrows()
            ),
            Figure(
                f"Expected in the next {of.datepart}",
                coming["units_expected"].iloc[0],
                "decimal",
                f"{of.table}.units_expected",
            ),
        ],
        chart=charts.expected_over_time(
            rows,
            "period_start",
            "units",
            "units_expected",
            "count",
            "Units",
            *(("units_low", "units_high") if has_interval else ()),
        ),
        table=rows.iloc[::-1],
        columns={
            "period_start": (of.datepart.capitalize(), "day", f"{of.table}.{of.time}"),
            "units": ("Sold", "count", f"{BACKTEST}.units"),
            **(columns if has_interval else {"units_expected": columns["units_expected"]}),
        },
        note="What was expected of the past is what the forecast would have said up to four weeks"
        " before." + ("" if has_interval else ONE_SERIES),
    )


def accuracy(marts: Marts, choice: Choice) -> Answer:
    """Errors of the forecast beside those of the plain guess, the largest series first."""
    rows = marts.frame(
        f"select series.*, {LOCATION_NAME} from {ACCURACY} as series{OF_SERIES}"
        " order by series.datepart desc, series.units desc, series.location_id, series.category",
        choice.parameters("domain", "location", "category"),
    )
    weekly = rows[rows["datepart"] == "week"]
    if weekly.empty:
        return Answer(empty="There are too few days with orders to test the forecast.")
    # '(all)' comes first where it is there: it has the most units.
    first = weekly.iloc[0]
    of_series = weekly[weekly["location_id"] != "(all)"].head(SHOWN_SERIES)
    columns = explained(
        ACCURACY,
        {
            "units": ("Sold", "count"),
            "wape": ("Error", "rate"),
            "seasonal_naive_wape": ("Plain guess", "rate"),
            "mase": ("Error / guess", "decimal"),
            "bias_rate": ("Too high by", "rate"),
            "cover_80": ("In the interval", "rate"),
            "forecasts_count": ("Forecasts", "count"),
        },
    )
    return Answer(
        figures=[
            Figure(
                "Error by week, and plain guess",
                first["wape"],
                "rate",
                f"{ACCURACY}.wape",
                first["seasonal_naive_wape"],
                more_is="bad",
            ),
            *figures({name: columns[name] for name in ("bias_rate", "cover_80")}, first),
        ],
        chart=charts.pairs(
            of_series.assign(what=named_series(of_series)),
            "what",
            {"wape": "Forecast", "seasonal_naive_wape": "Plain guess"},
            "rate",
            "Error / units sold, by week",
        ),
        table=rows.head(SHOWN_ROWS),
        columns={
            "datepart": ("By", "text", f"{ACCURACY}.datepart"),
            "location_name": ("Location", "text", f"{PLACES}.location_name"),
            "category": ("Category", "text", f"{ACCURACY}.category"),
            **columns,
        },
        note="The figures are of "
        + ("all series" if first["location_id"] == "(all)" else named_series(weekly).iloc[0])
        + ". The plain guess is the week before. About 80 % should be in the interval. A few"
        " percent between the two are chance; where most days have no sale, plan by week."
        + (f" The table has the first {SHOWN_ROWS} rows." if len(rows) > SHOWN_ROWS else ""),
    )


def reorder(marts: Marts, choice: Choice) -> Answer:
    """Plants to order today first, then all others by name."""
    if choice.domain != "greenery":
        return Answer(empty=f"{choice.domain} delivers no stock; only greenery does.")
    rows = marts.frame(
        f"select * from {REORDER} order by is_reorder_due desc, suggested_units desc, product_name"
    )
    if rows.empty:
        return Answer(empty="There is no plant.")
    due = rows[rows["is_reorder_due"].fillna(False).astype(bool)]
    labels: dict[str, tuple[str, Kind]] = {
        "product_name": ("Plant", "text"),
        "suggested_units": ("Order", "count"),
        "inventory": ("In stock", "count"),
        "reorder_point": ("Order at or below", "count"),
        "units_per_day": ("Sold a day", "decimal"),
        "units_sold": ("Sold", "count"),
        "observed_days_count": ("In days", "count"),
    }
    return Answer(
        figures=[
            Figure("Plants to order", len(due), "count", f"{REORDER}.is_reorder_due"),
            Figure(
                "Units to order",
                due["suggested_units"].sum(),
                "count",
                f"{REORDER}.suggested_units",
            ),
        ],
        chart=None
        if due.empty
        else charts.bars(due, "product_name", "suggested_units", "count", "Units to order"),
        table=rows,
        columns=explained(REORDER, labels),
        note="Take off what is already ordered. It knows no pack sizes and no season, and a plant"
        " that was sold out looks as if nobody wanted it.",
    )


def alerts(marts: Marts, choice: Choice) -> Answer:
    """Revenue beside what was expected: days of the shop, or weeks of the chosen location."""
    rows = marts.frame(
        f"select series.*, {LOCATION_NAME} from {ALERTS} as series"
        " left join core.dim_locations as locations"
        " on series.domain = locations.domain and series.location_id = locations.location_id"
        " where series.domain = $domain"
        " and coalesce($location, series.location_id) = series.location_id"
        " order by series.period_start desc, series.datepart, location_name",
        choice.parameters("domain", "location"),
    )
    if rows.empty:
        return Answer(empty="There are too few days with orders to say what is unlikely.")
    found = rows[rows["is_alert"].fillna(False).astype(bool)]
    location, datepart, drawn_of = choice.filters.get("location"), "week", "weeks of the location"
    if location is None:
        location, datepart, drawn_of = "(all)", "day", "days of the whole shop"
    drawn = rows[(rows["location_id"] == location) & (rows["datepart"] == datepart)]
    labels: dict[str, tuple[str, Kind]] = {
        "revenue": ("Revenue", "amount"),
        "revenue_expected": ("Expected", "amount"),
        "revenue_change_rate": ("Difference", "rate"),
        "detectable_change_rate": ("Smallest alert", "rate"),
    }
    return Answer(
        figures=[
            Figure("Alerts", len(found), "count", f"{ALERTS}.is_alert", more_is="neither"),
            Figure(
                f"Smallest alert of the last {datepart}",
                drawn["detectable_change_rate"].iloc[0] if len(drawn) else None,
                "rate",
                f"{ALERTS}.detectable_change_rate",
            ),
        ],
        chart=charts.expected_over_time(
            # Vega reads no null as false.
            drawn.assign(is_alert=drawn["is_alert"].fillna(False).astype(bool)),
            "period_start",
            "revenue",
            "revenue_expected",
            "amount",
            choice.currency,
            marked="is_alert",
        ),
        table=found if len(found) else None,
        columns={
            "period_start": ("From", "day", f"{ALERTS}.period_start"),
            "datepart": ("Day or week", "text", f"{ALERTS}.datepart"),
            "location_name": ("Location", "text", f"{PLACES}.location_name"),
            **explained(ALERTS, labels),
        },
        note="An alert is a question (is the delivery complete, was there a holiday?), not an"
        " answer, and a few are chance. Smaller changes than the smallest alert are not seen."
        f" The picture has {drawn_of}.",
    )


PAGE = Page(
    name="demand_planning",
    title="Demand planning",
    has_dates=False,
    filters=(LOCATION, Filter("category", "Category", categories)),
    questions=(
        Question("What will probably sell next week?", (WEEKLY, PLACES), next_weeks),
        Question(
            "What was sold, and what is expected, by week?",
            (WEEKLY, BACKTEST, PLACES),
            partial(by_period, WEEK),
        ),
        Question(
            "What was sold, and what is expected, by day?",
            (DAILY, BACKTEST, PLACES),
            partial(by_period, DAY),
        ),
        Question("How far can the forecast be trusted?", (ACCURACY, PLACES), accuracy),
        Question("What to order today?", (REORDER,), reorder),
        Question("Was any revenue unlikely?", (ALERTS, PLACES), alerts),
    ),
)
