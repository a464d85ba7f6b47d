"""Who the valuable customers are, how they move between segments, and who is about to leave."""

from typing import Any

import charts
import customers
from answers import Answer, Choice, Figure, Filter, Page, Question, explained
from marts import Marts

SEGMENTS = "rfm.customer_rfm_segments"
CHANGES = "rfm.rfm_segment_changes"
HOURS = "rfm.fct_hourly_rfm_segments"
CLV = "clv.customer_clv"
TIERS = "clv.clv_tier_summary"
PREDICTIONS = "clv.customer_clv_predictions"
PARAMETERS = "clv.clv_model_parameters"
HOLDOUT = "clv.clv_holdout_summary"
DECILES = "clv.clv_holdout_deciles"
CHURN = "churn.customer_churn_indicators"
CHURN_TIERS = "churn.churn_summary"
PEOPLE = customers.CUSTOMERS

# As many days of moves as the hourly history keeps.
MOVES_DAYS = 30
# Of all segments together only the first customers are listed; of one segment, all.
MOST_OF_ALL = 100
MOST_MOVES = 1000
TIER_ORDER = "array_position(['High', 'Medium', 'Low'], clv_tier)"
# Everything that is known of a customer, one row each.
EVERYTHING = (
    f" from {SEGMENTS} as segments"
    f" inner join {CLV} as clv using (domain, customer_id)"
    f" inner join {CHURN} as churn using (domain, customer_id)"
    f" inner join {PREDICTIONS} as predictions using (domain, customer_id)"
    f" left join {PEOPLE} as people using (domain, customer_id)"
)
EVERYTHING_READS = (SEGMENTS, CLV, CHURN, PREDICTIONS, PEOPLE)
NO_CUSTOMERS = "No customer has an order that was not returned in full."
SCORES = (1, 2, 3, 4, 5)
# What the methods of the holdout are, for people.
METHODS = {
    "bg_nbd": "Model (BG/NBD)",
    "past_rate": "Own past rate",
    "past_rate_if_recent": "Own past rate, if recent",
    "last_period": "As in the year before",
}
FIT = {
    "fitted": "fitted",
    "at_bound": "fitted, with a parameter at the end of its range",
    "not_fitted": "not fitted",
    "given": "given by hand",
}


def grid(marts: Marts, choice: Choice) -> Answer:
    """Customers and their net sales in each of the 25 cells of recency and frequency."""
    cells = marts.frame(
        "select recency_score, frequency_score, rfm_segment, count(*) as customers_count,"
        f" sum(monetary) as monetary from {SEGMENTS}"
        " where domain = $domain and rfm_segment is not null"
        " group by recency_score, frequency_score, rfm_segment"
        " order by recency_score desc, frequency_score",
        choice.parameters("domain"),
    )
    if cells.empty:
        return Answer(empty="There are not two customers to compare.")
    # The number, and under it the segment on two lines.
    names = cells["rfm_segment"].str.replace(r" (?=\w+$)", "\n", regex=True)
    cells = cells.assign(text=cells["customers_count"].map("{:,}\n".format) + names)
    champions = cells[cells["rfm_segment"] == "Champions"]
    return Answer(
        figures=[
            Figure(
                "Customers",
                cells["customers_count"].sum(),
                "count",
                f"{SEGMENTS}.customer_id",
            ),
            Figure("Their net sales", cells["monetary"].sum(), "amount", f"{SEGMENTS}.monetary"),
            Figure(
                "Champions",
                champions["customers_count"].sum(),
                "count",
                f"{SEGMENTS}.rfm_segment",
            ),
            Figure(
                "Net sales of Champions",
                champions["monetary"].sum(),
                "amount",
                f"{SEGMENTS}.monetary",
            ),
        ],
        chart=charts.grid(
            cells,
            ("frequency_score", "Orders: 1 fewest to 5 most"),
            ("recency_score", "Last order: 5 newest"),
            ("customers_count", "Customers", "count"),
            {"rfm_segment": ("Segment", "text"), "monetary": ("Net sales", "amount")},
            (SCORES, SCORES[::-1]),
            text="text",
        ),
        table=cells,
        columns=explained(
            SEGMENTS,
            {
                "recency_score": ("Recency", "count"),
                "frequency_score": ("Frequency", "count"),
                "rfm_segment": ("Segment", "text"),
            },
        )
        | {
            "customers_count": ("Customers", "count", f"{SEGMENTS}.customer_id"),
            "monetary": ("Net sales", "amount", f"{SEGMENTS}.monetary"),
        },
        note="Scores compare customers: a customer's score also changes when others order.",
    )


def segments(marts: Marts, choice: Choice) -> Answer:
    """Each segment's customers, what they brought and may bring, and how many are at risk."""
    rows = marts.frame(
        "select rfm_segment, count(*) as customers_count, sum(frequency) as frequency,"
        " sum(monetary) as monetary, sum(predicted_value) as predicted_value,"
        " count_if(is_at_risk) as at_risk_customers_count"
        f" from {SEGMENTS} inner join {CHURN} using (domain, customer_id)"
        f" inner join {PREDICTIONS} using (domain, customer_id)"
        " where domain = $domain and rfm_segment is not null"
        " group by rfm_segment order by monetary desc",
        choice.parameters("domain"),
    )
    if rows.empty:
        return Answer(empty="There are not two customers to compare.")
    return Answer(
        chart=charts.bars(rows, "rfm_segment", "monetary", "amount", "Net sales so far"),
        table=rows,
        columns={
            "rfm_segment": ("Segment", "text", f"{SEGMENTS}.rfm_segment"),
            "customers_count": ("Customers", "count", f"{SEGMENTS}.customer_id"),
            "frequency": ("Orders", "count", f"{SEGMENTS}.frequency"),
            "monetary": ("Net sales", "amount", f"{SEGMENTS}.monetary"),
            "predicted_value": (
                "Expected sales",
                "amount",
                f"{PREDICTIONS}.predicted_value",
            ),
            "at_risk_customers_count": ("At risk", "count", f"{CHURN}.is_at_risk"),
        },
        note="'At risk' in the last column counts days without an order, for all customers alike."
        " The segment At Risk is about those who used to order often.",
    )


LISTED = {
    "customer_id": ("Id", "text", f"{SEGMENTS}.customer_id"),
    "name": ("Name", "text", f"{PEOPLE}.name"),
    "email": ("E-mail", "text", f"{PEOPLE}.email"),
    "rfm_segment": ("Segment", "text", f"{SEGMENTS}.rfm_segment"),
    "behaviour_group": ("Group", "text", f"{SEGMENTS}.behaviour_group"),
    "clv_tier": ("Tier", "text", f"{CLV}.clv_tier"),
    "orders_count": ("Orders", "count", f"{CLV}.orders_count"),
    "lifetime_value": ("Net sales", "amount", f"{CLV}.lifetime_value"),
    "last_order_date": ("Last order", "day", f"{CLV}.last_order_date"),
    "days_since_last_order": ("Days since", "count", f"{CHURN}.days_since_last_order"),
    "is_at_risk": ("At risk", "text", f"{CHURN}.is_at_risk"),
    "purchase_probability": (
        "Chance to buy",
        "rate",
        f"{PREDICTIONS}.purchase_probability",
    ),
    "predicted_value": ("Expected sales", "amount", f"{PREDICTIONS}.predicted_value"),
}
# The parts of EVERYTHING that are listed, by the names above.
LISTED_SELECT = (
    "select segments.customer_id, people.name, people.email, rfm_segment, behaviour_group,"
    " clv_tier, clv.orders_count, lifetime_value, clv.last_order_date, days_since_last_order,"
    " if(is_at_risk, 'yes', 'no') as is_at_risk, predictions.purchase_probability,"
    " predictions.predicted_value"
)


def listed(marts: Marts, choice: Choice) -> Answer:
    """The customers of the chosen segment, the most valuable first."""
    segment = choice.filters.get("segment")
    rows = marts.frame(
        f"{LISTED_SELECT}{EVERYTHING}"
        " where domain = $domain and ($segment is null or rfm_segment = $segment)"
        " order by lifetime_value desc, customer_id" + ("" if segment else f" limit {MOST_OF_ALL}"),
        {"domain": choice.domain, "segment": segment},
    )
    if rows.empty:
        return Answer(empty=NO_CUSTOMERS)
    if segment:
        note = f"All {len(rows):,} customers of {segment}. The buttons below the table save them."
    else:
        note = (
            f"The {len(rows):,} most valuable customers of all segments. Choose a segment beside"
            " the page for its whole list."
        )
    return Answer(table=rows, columns=LISTED, note=note)


def card(marts: Marts, choice: Choice) -> Answer:
    """All that is known of one customer."""
    customer, instead = customers.one_customer(marts, choice)
    if customer is None:
        return instead
    rows = marts.frame(
        f"{LISTED_SELECT}, people.city, people.state, people.country, clv.first_order_date,"
        " clv.avg_order_value, clv.returned_amount, churn.avg_days_between_orders, overdue_ratio,"
        f" spend_change_rate, expected_purchases, predicted_value_rank{EVERYTHING}"
        " where domain = $domain and customer_id = $customer",
        {"domain": choice.domain, "customer": customer},
    )
    if rows.empty:
        return Answer(empty="This customer has no order that was not returned in full.")
    one = rows.iloc[0]
    labels: dict[str, tuple[str, Any, str]] = {
        "lifetime_value": LISTED["lifetime_value"],
        "orders_count": LISTED["orders_count"],
        "rfm_segment": LISTED["rfm_segment"],
        "days_since_last_order": (
            "Days since last order",
            *LISTED["days_since_last_order"][1:],
        ),
        "purchase_probability": (
            "Chance to buy again",
            *LISTED["purchase_probability"][1:],
        ),
        "predicted_value": LISTED["predicted_value"],
    }
    return Answer(
        figures=[
            Figure(label, one[name], kind, column) for name, (label, kind, column) in labels.items()
        ],
        table=rows,
        columns={
            **{name: LISTED[name] for name in ("customer_id", "name", "email")},
            **explained(
                PEOPLE,
                {
                    "city": ("City", "text"),
                    "state": ("State", "text"),
                    "country": ("Country", "text"),
                },
            ),
            **{name: LISTED[name] for name in ("behaviour_group", "clv_tier", "is_at_risk")},
            **explained(
                CLV,
                {
                    "first_order_date": ("First order", "day"),
                    "last_order_date": ("Last order", "day"),
                    "avg_order_value": ("Average order", "amount"),
                    "returned_amount": ("Returned", "amount"),
                },
            ),
            **explained(
                CHURN,
                {
                    "avg_days_between_orders": ("Days between orders", "days"),
                    "overdue_ratio": ("Overdue (times the usual gap)", "decimal"),
                    "spend_change_rate": ("Change of spend", "rate"),
                },
            ),
            **explained(
                PREDICTIONS,
                {
                    "expected_purchases": ("Expected purchases", "decimal"),
                    "predicted_value_rank": ("Place by expected value", "count"),
                },
            ),
        },
        note="What is expected is right on average, not for one customer: promise and refuse"
        " nothing because of it.",
    )


def moves(marts: Marts, choice: Choice) -> Answer:
    """Who changed the segment in the last days, from which to which."""
    recent = (
        f" from {CHANGES} as changes where previous_rfm_segment is not null"
        f" and valid_from > cast($end as date) + 1 - interval {MOVES_DAYS} days"
        " and valid_from <= cast($end as date) + 1"
    )
    counts = marts.frame(
        f"select previous_rfm_segment, rfm_segment, count(*) as moves_count{recent}"
        " group by previous_rfm_segment, rfm_segment",
        choice.parameters("end"),
    )
    if counts.empty:
        return Answer(empty=f"Nobody changed the segment in the last {MOVES_DAYS} days.")
    names = sorted({*counts["previous_rfm_segment"], *counts["rfm_segment"]})
    latest = marts.frame(
        "select changes.*, coalesce(people.name, changes.user_id) as name, people.email"
        f" from (select user_id, valid_from, previous_rfm_segment, rfm_segment{recent}) as changes"
        f" left join {PEOPLE} as people"
        " on people.domain = $domain and people.customer_id = changes.user_id"
        f" order by valid_from desc, changes.user_id limit {MOST_MOVES}",
        choice.parameters("domain", "end"),
    )
    return Answer(
        chart=charts.grid(
            counts.assign(text=counts["moves_count"].map("{:,}".format)),
            ("rfm_segment", "To"),
            ("previous_rfm_segment", "From"),
            ("moves_count", "Moves", "count"),
            orders=(names, names),
            text="text",
        ),
        table=latest,
        columns=explained(CHANGES, {"valid_from": ("When (UTC)", "time")})
        | explained(PEOPLE, {"name": ("Name", "text"), "email": ("E-mail", "text")})
        | explained(
            CHANGES,
            {
                "previous_rfm_segment": ("From", "text"),
                "rfm_segment": ("To", "text"),
            },
        ),
        note=f"Moves in the last {MOVES_DAYS} days; a customer may move more than once, and also"
        " because others ordered.",
    )


def sizes(marts: Marts, choice: Choice) -> Answer:
    """Customers of each segment at the beginning of each day of the hourly history."""
    rows = marts.frame(
        "select date_hour, strftime(date_hour, '%m-%d') as day, rfm_segment,"
        f" count(*) as customers_count from {HOURS}"
        " where date_hour = date_trunc('day', date_hour) and rfm_segment is not null"
        " group by date_hour, rfm_segment order by date_hour desc, rfm_segment",
    )
    if rows.empty:
        return Answer(empty="The hourly history has no full day yet.")
    return Answer(
        chart=charts.grid(
            rows,
            ("day", "Day"),
            ("rfm_segment", None),
            ("customers_count", "Customers", "count"),
            orders=("ascending", "ascending"),
        ),
        table=rows,
        columns=explained(
            HOURS, {"date_hour": ("At (UTC)", "time"), "rfm_segment": ("Segment", "text")}
        )
        | {"customers_count": ("Customers", "count", f"{HOURS}.user_id")},
        note="At midnight (UTC) of each day. Do not add up customers over days.",
    )


def tiers(marts: Marts, choice: Choice) -> Answer:
    """The share of customers beside the share of net sales, by tier."""
    rows = marts.frame(
        f"select * from {TIERS} where domain = $domain order by {TIER_ORDER}",
        choice.parameters("domain"),
    )
    if rows.empty:
        return Answer(empty=NO_CUSTOMERS)
    high = rows[rows["clv_tier"] == "High"]
    return Answer(
        figures=[
            Figure(f"High: {label}", high[name].iloc[0], kind, f"{TIERS}.{name}")
            for name, label, kind in (
                ("customers_count", "customers", "count"),
                ("lifetime_value_share", "share of net sales", "rate"),
                ("avg_lifetime_value", "net sales each", "amount"),
                ("orders_per_customer", "orders each", "decimal"),
            )
            if len(high)
        ],
        chart=charts.bars_by_series(
            rows,
            "clv_tier",
            {
                "customers_share": "Share of customers",
                "lifetime_value_share": "Share of net sales",
            },
            "rate",
            "Share",
            is_stacked=False,
        ),
        table=rows,
        columns=explained(
            TIERS,
            {
                "clv_tier": ("Tier", "text"),
                "customers_count": ("Customers", "count"),
                "orders_per_customer": ("Orders each", "decimal"),
                "revenue": ("Revenue", "amount"),
                "returned_amount": ("Returned", "amount"),
                "lifetime_value": ("Net sales", "amount"),
                "avg_lifetime_value": ("Net sales each", "amount"),
                "min_lifetime_value": ("Smallest", "amount"),
                "max_lifetime_value": ("Largest", "amount"),
                "avg_tenure_days": ("Days since first order", "days"),
            },
        ),
        note="This is history, not a forecast: a new customer is Low, because there was no time"
        " for more orders.",
    )


def leaving(marts: Marts, choice: Choice) -> Answer:
    """Customers without an order for long, and what they brought, by tier."""
    rows = marts.frame(
        f"select * from {CHURN_TIERS} where domain = $domain order by {TIER_ORDER}",
        choice.parameters("domain"),
    )
    if rows.empty:
        return Answer(empty=NO_CUSTOMERS)
    labels = {
        "customers_count": ("Customers", "count"),
        "at_risk_customers_count": ("At risk", "count"),
        "at_risk_lifetime_value": ("Net sales of those", "amount"),
    }
    return Answer(
        figures=[
            Figure(label, rows[name].sum(), kind, f"{CHURN_TIERS}.{name}")
            for name, (label, kind) in labels.items()
        ],
        chart=charts.bars_by_series(
            rows,
            "clv_tier",
            {
                "at_risk_rate": "Of the customers",
                "at_risk_lifetime_value_share": "Of their net sales",
            },
            "rate",
            "Share at risk",
            is_stacked=False,
        ),
        table=rows,
        columns=explained(
            CHURN_TIERS,
            {
                "clv_tier": ("Tier", "text"),
                **labels,
                "at_risk_rate": ("Share at risk", "rate"),
                "avg_days_since_last_order": ("Days since last order", "days"),
                "recent_spend_amount": ("Spent lately", "amount"),
                "previous_spend_amount": ("Spent before that", "amount"),
                "spend_change_rate": ("Change", "rate"),
            },
        ),
        note="The net sales of customers at risk are past ones, not a forecast of the loss.",
    )


def expected(marts: Marts, choice: Choice) -> Answer:
    """What the customers of each tier will probably spend, and how the model was fitted."""
    rows = marts.frame(
        "select clv_tier, count(*) as customers_count, count_if(is_predicted) as predicted_count,"
        " sum(expected_purchases) as expected_purchases, sum(predicted_value) as predicted_value,"
        " max(horizon_days) as horizon_days, min(not_predicted_reason) as not_predicted_reason"
        f" from {PREDICTIONS} inner join {CLV} using (domain, customer_id)"
        f" where domain = $domain group by clv_tier order by {TIER_ORDER}",
        choice.parameters("domain"),
    )
    if rows.empty:
        return Answer(empty=NO_CUSTOMERS)
    if not rows["predicted_count"].sum():
        return Answer(empty=f"Nothing is predicted: {rows['not_predicted_reason'].iloc[0]}.")
    labels = {
        "predicted_value": ("Net sales", "amount", f"{PREDICTIONS}.predicted_value"),
        "expected_purchases": ("Purchases", "count", f"{PREDICTIONS}.expected_purchases"),
        "predicted_count": ("Customers", "count", f"{PREDICTIONS}.is_predicted"),
    }
    return Answer(
        figures=[
            Figure(f"Expected {label.lower()}", rows[name].sum(), kind, column)
            for name, (label, kind, column) in labels.items()
            if name != "predicted_count"
        ]
        + fit(marts, choice),
        chart=charts.bars(rows, "clv_tier", "predicted_value", "amount", "Expected net sales"),
        table=rows,
        columns={"clv_tier": ("Tier", "text", f"{CLV}.clv_tier"), **labels},
        note=f"In the next {rows['horizon_days'].max()} days, of customers who have bought before;"
        " new ones come on top. The model takes the future to be like the past: a season, a"
        " campaign or a new price is not in it.",
    )


def fit(marts: Marts, choice: Choice) -> list[Figure]:
    """How the two models of today's predictions were fitted."""
    rows = marts.frame(
        f"select fit_status, spend_fit_status from {PARAMETERS}"
        " where domain = $domain and cutoff = 'now'",
        choice.parameters("domain"),
    )
    return [
        Figure(label, FIT[rows[name].iloc[0]], "text", f"{PARAMETERS}.{name}")
        for name, label in (
            ("fit_status", "Model of purchases"),
            ("spend_fit_status", "Model of spend"),
        )
        if len(rows)
    ]


def trusted(marts: Marts, choice: Choice) -> Answer:
    """What the prediction of a year ago said beside what came, and beside plain guesses."""
    methods = marts.frame(
        f"select * from {HOLDOUT} where domain = $domain order by root_mean_squared_error",
        choice.parameters("domain"),
    )
    model = methods[methods["method"] == "bg_nbd"]
    if model.empty:
        return Answer(empty="There is no past prediction to compare with.")
    tenths = marts.frame(
        "select decile::varchar as decile, predicted_value, actual_net_spend"
        f" from {DECILES} as deciles where domain = $domain and decile is not null"
        " order by deciles.decile",
        choice.parameters("domain"),
    )
    guess = methods[methods["method"] == "past_rate"]
    labels = {
        "spend_bias_rate": ("Spend too high by", "rate"),
        "bias_rate": ("Purchases too high by", "rate"),
        "gini": ("Ranking (1 is perfect)", "decimal"),
        "root_mean_squared_error": ("Typical error, purchases", "decimal"),
        "top_decile_share": ("Spend of the best tenth", "rate"),
    }
    return Answer(
        figures=[
            Figure(label, model[name].iloc[0], kind, f"{HOLDOUT}.{name}", before, better)
            for name, before, better in (
                ("spend_bias_rate", None, "neither"),
                ("gini", guess["gini"].iloc[0] if len(guess) else None, "good"),
                (
                    "root_mean_squared_error",
                    guess["root_mean_squared_error"].iloc[0] if len(guess) else None,
                    "bad",
                ),
            )
            for label, kind in (labels[name],)
        ],
        chart=charts.bars_by_series(
            tenths,
            "decile",
            {"predicted_value": "Predicted", "actual_net_spend": "Came"},
            "amount",
            "Net sales",
            is_stacked=False,
        ),
        table=methods.assign(method=methods["method"].map(METHODS)),
        columns=explained(HOLDOUT, {"method": ("Method", "text"), **labels}),
        note="The same prediction made one horizon earlier, beside what came, for each tenth of the"
        " customers, the highest predictions first. Changes are against"
        " the customer's own past rate. One year is one sample.",
    )


def segment_names(marts: Marts, choice: Choice) -> dict[str, str]:
    """The segments that the shop's customers are in."""
    rows = marts.frame(
        f"select distinct rfm_segment from {SEGMENTS}"
        " where domain = $domain and rfm_segment is not null order by rfm_segment",
        choice.parameters("domain"),
    )
    return {name: name for name in rows["rfm_segment"]}


PAGE = Page(
    name="customer_segment_explorer",
    title="Customer segments",
    has_dates=False,
    filters=(Filter("segment", "Segment of the list", segment_names), customers.FILTER),
    questions=(
        Question("Who orders often, and who ordered lately?", (SEGMENTS,), grid),
        Question("What is each segment worth?", (SEGMENTS, CHURN, PREDICTIONS), segments),
        Question("Whom should we write to?", EVERYTHING_READS, listed),
        Question("What do we know of one customer?", EVERYTHING_READS, card),
        Question("Who has changed the segment?", (CHANGES, PEOPLE), moves, ("greenery",)),
        Question("Are segments growing?", (HOURS,), sizes, ("greenery",)),
        Question("How much do the best customers bring?", (TIERS,), tiers),
        Question("Who is about to leave?", (CHURN_TIERS,), leaving),
        Question("What will customers probably spend?", (PREDICTIONS, PARAMETERS, CLV), expected),
        Question("Can these predictions be trusted?", (HOLDOUT, DECILES), trusted),
    ),
)
