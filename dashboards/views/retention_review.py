"""Whether new customers come back, who is won and lost, and what is left of gross sales."""

import charts
import pandas as pd
from answers import Answer, Choice, Figure, Page, Question, explained
from marts import Marts

COHORTS = "retention.customer_cohorts"
MOVEMENT = "retention.customer_movement_monthly"
BRIDGE = "retention.net_sales_bridge_monthly"
MIGRATION = "retention.clv_tier_migration"
CUSTOMERS = "core.dim_customers"
LOCATIONS = "core.dim_locations"

MOST_FALLEN = 1000
# Months after the first order that are compared between cohorts.
COMPARED_MONTHS = (1, 3, 6, 12)
TIERS = ("New", "High", "Medium", "Low", "Returned")
# The months of the chosen dates that are whole.
WHOLE_MONTHS = (
    " where domain = $domain and is_complete"
    " and month_start_date between date_trunc('month', cast($start as date)) and $end"
)
NO_MONTH = "No complete month lies in these dates."


def cohorts(marts: Marts, choice: Choice) -> Answer:
    """The share of each month's new customers who order again, by months since."""
    rows = marts.frame(
        "select *, strftime(cohort_month_start_date, '%Y-%m') as cohort"
        f" from {COHORTS} where domain = $domain and is_complete"
        " and cohort_month_start_date between date_trunc('month', cast($start as date)) and $end"
        " order by cohort_month_start_date desc, months_since_first_order",
        choice.parameters("domain", "start", "end"),
    )
    # Month 0 is 100 % by definition and would hide the differences of the others.
    later = rows[rows["months_since_first_order"] > 0]
    if later.empty:
        return Answer(empty="No cohort of these dates has a complete month after its first one.")
    return Answer(
        figures=[
            figure for months in COMPARED_MONTHS if (figure := came_back(later, months)) is not None
        ],
        chart=charts.grid(
            later,
            ("months_since_first_order", "Months since the first order"),
            ("cohort", "First order in"),
            ("retention_rate", "Came back", "rate"),
            {
                "customers_count": ("Customers", "count"),
                "active_customers_count": ("Ordered in the month", "count"),
                "cumulative_net_sales_per_customer": ("Net sales each so far", "amount"),
            },
            (None, "descending"),
        ),
        table=rows,
        columns=explained(
            COHORTS,
            {
                "cohort_month_start_date": ("First order in", "month"),
                "months_since_first_order": ("Months since", "count"),
                "customers_count": ("Customers", "count"),
                "active_customers_count": ("Ordered", "count"),
                "retention_rate": ("Came back", "rate"),
                "net_sales": ("Net sales", "amount"),
                "cumulative_net_sales_per_customer": ("Net sales each so far", "amount"),
            },
        ),
        note="Each figure is the newest cohort that is old enough, compared with the one before."
        " Cohorts differ in season, offers and channel: do not measure a campaign with them."
        " The first cohorts also hold customers who had bought before the data begin.",
    )


def came_back(rows: pd.DataFrame, months: int) -> Figure | None:
    """The newest cohort's rate after so many months, compared with the cohort before."""
    rates = rows.loc[rows["months_since_first_order"] == months, "retention_rate"]
    if rates.empty:
        return None
    return Figure(
        f"Ordered in month {months}",
        rates.iloc[0],
        "rate",
        f"{COHORTS}.retention_rate",
        rates.iloc[1] if len(rates) > 1 else None,
    )


def movement(marts: Marts, choice: Choice) -> Answer:
    """Customers won, kept, won back and lost in each complete month."""
    rows = marts.frame(
        f"select * from {MOVEMENT}{WHOLE_MONTHS} order by month_start_date desc",
        choice.parameters("domain", "start", "end"),
    )
    if rows.empty:
        return Answer(empty=NO_MONTH)
    last = rows.iloc[0]
    before = rows.iloc[1] if len(rows) > 1 else {}
    labels = {
        "active_customers_count": ("Active customers", "count"),
        "new_customers_count": ("New", "count"),
        "reactivated_customers_count": ("Won back", "count"),
        "lapsed_customers_count": ("Lapsed", "count"),
        "retention_rate": ("Kept from the month before", "rate"),
    }
    return Answer(
        figures=[
            Figure(
                label,
                last[name],
                kind,
                f"{MOVEMENT}.{name}",
                before.get(name),
                "bad" if name == "lapsed_customers_count" else "good",
            )
            for name, (label, kind) in labels.items()
        ],
        chart=charts.stacked_by_month(
            rows,
            "month_start_date",
            {
                "retained_customers_count": "Kept",
                "new_customers_count": "New",
                "reactivated_customers_count": "Won back",
                "lapsed_customers_count": "Lapsed",
            },
            "count",
            "Customers",
            below=("lapsed_customers_count",),
        ),
        table=rows,
        columns=explained(
            MOVEMENT,
            {
                "month_start_date": ("Month", "month"),
                "active_before_customers_count": ("Active before", "count"),
                "new_customers_count": ("New", "count"),
                "reactivated_customers_count": ("Won back", "count"),
                "lapsed_customers_count": ("Lapsed", "count"),
                "active_customers_count": ("Active", "count"),
                "retention_rate": ("Kept", "rate"),
                "active_revenue": ("Revenue", "amount"),
                "new_revenue": ("From new", "amount"),
                "reactivated_revenue": ("From won back", "amount"),
                "lapsed_revenue": ("Of the lapsed, before", "amount"),
                "retained_revenue_change_amount": ("Change of the kept", "amount"),
            },
        ),
        note=f"{last['month_start_date']:%B %Y}, compared with the month before. Lapsed means no"
        " order in one month: many of these customers come back. Do not add up customers over"
        " months.",
    )


# The steps from gross sales to net sales: (column, label, whether it is a total, sign).
STEPS = (
    ("gross_amount", "Gross sales", True, 1),
    ("discount_amount", "Discounts", False, -1),
    ("revenue", "Revenue", True, 1),
    ("returned_amount", "Returns", False, -1),
    ("net_sales", "Net sales", True, 1),
)
BRIDGE_LABELS = {
    **{name: (label, "amount") for name, label, _, _ in STEPS},
    "shipping_amount": ("Shipping", "amount"),
    "tax_amount": ("Tax", "amount"),
    "total_amount": ("Total paid", "amount"),
    "orders_count": ("Orders", "count"),
}
BRIDGE_SUMS = ", ".join(f"sum({name}) as {name}" for name in BRIDGE_LABELS)
BRIDGE_ROWS = (
    " where domain = $domain"
    " and month_start_date between date_trunc('month', cast($start as date)) and $end"
)


def left_over(marts: Marts, choice: Choice) -> Answer:
    """How the gross sales of the chosen months become net sales."""
    parameters = choice.parameters("domain", "start", "end")
    total = marts.frame(f"select {BRIDGE_SUMS} from {BRIDGE}{BRIDGE_ROWS}", parameters).iloc[0]
    if pd.isna(total["revenue"]):
        return Answer(empty="There is no month in these dates.")
    months = marts.frame(
        f"select month_start_date, {BRIDGE_SUMS} from {BRIDGE}{BRIDGE_ROWS}"
        " group by month_start_date order by month_start_date desc",
        parameters,
    )
    return Answer(
        figures=[
            Figure(label, total[name], "amount", f"{BRIDGE}.{name}")
            for name, label, _, _ in STEPS
            if name != "revenue" and not pd.isna(total[name])
        ],
        chart=charts.bridge(
            [
                (label, sign * total[name], is_total)
                for name, label, is_total, sign in STEPS
                if not pd.isna(total[name])
            ],
            choice.currency,
        ),
        table=months,
        columns=explained(BRIDGE, {"month_start_date": ("Month", "month"), **BRIDGE_LABELS}),
        note="All months that the chosen dates touch, by the day of the order and of the return,"
        " with guests. Total paid is before returns. It is not a statement of accounts. Shipping"
        " and tax are empty where no order records them.",
    )


def by_location(marts: Marts, choice: Choice) -> Answer:
    """Net sales of the chosen months by location."""
    rows = marts.frame(
        f"select coalesce(location_name, location_id) as location_name, {BRIDGE_SUMS}"
        f" from {BRIDGE} left join {LOCATIONS} using (domain, location_id){BRIDGE_ROWS}"
        " and location_id <> '(none)' group by location_id, location_name"
        " order by net_sales desc, location_id",
        choice.parameters("domain", "start", "end"),
    )
    if rows.empty:
        return Answer(empty="The orders of these dates have no location.")
    return Answer(
        chart=charts.bars(rows.head(20), "location_name", "net_sales", "amount", "Net sales"),
        table=rows,
        columns=explained(LOCATIONS, {"location_name": ("Location", "text")})
        | explained(BRIDGE, BRIDGE_LABELS),
        note="The picture shows the 20 with the most." if len(rows) > 20 else "",
    )


def migration(marts: Marts, choice: Choice) -> Answer:
    """Moves between tiers in the chosen dates."""
    moves = marts.frame(
        f"select valid_from, from_tier, to_tier, count(*) as moves_count from {MIGRATION}"
        " where domain = $domain and is_complete and valid_from between $start and $end"
        " group by valid_from, from_tier, to_tier"
        " order by valid_from desc, from_tier, to_tier",
        choice.parameters("domain", "start", "end"),
    )
    if moves.empty:
        return Answer(empty="No customer changed the tier at a month end of these dates.")
    columns = {
        "valid_from": ("Month end", "day"),
        "from_tier": ("From", "text"),
        "to_tier": ("To", "text"),
    }
    sums = moves.groupby(["from_tier", "to_tier"], as_index=False)["moves_count"].sum()
    return Answer(
        chart=charts.grid(
            sums.assign(text=sums["moves_count"].map("{:,}".format)),
            ("to_tier", "To"),
            ("from_tier", "From"),
            ("moves_count", "Moves", "count"),
            orders=(
                [tier for tier in TIERS if tier in set(sums["to_tier"])],
                [tier for tier in TIERS if tier in set(sums["from_tier"])],
            ),
            text="text",
        ),
        table=moves,
        columns=explained(MIGRATION, columns)
        | {"moves_count": ("Customers", "count", f"{MIGRATION}.customer_id")},
        note="Tiers compare customers: somebody may fall only because others bought more. A fall"
        " is not a sign of leaving. Old customers rise and new ones start low, because lifetime"
        " value grows with each order.",
    )


def fallen(marts: Marts, choice: Choice) -> Answer:
    """Customers who were High and are not, the newest first."""
    rows = marts.frame(
        "select customer_id, name, email, valid_from, to_tier"
        f" from {MIGRATION} left join {CUSTOMERS} using (domain, customer_id)"
        " where domain = $domain and from_tier = 'High' and valid_to is null"
        " and valid_from between $start and $end"
        f" order by valid_from desc, customer_id limit {MOST_FALLEN}",
        choice.parameters("domain", "start", "end"),
    )
    if rows.empty:
        return Answer(empty="No customer who left the tier High in these dates is still below it.")
    return Answer(
        table=rows,
        columns={
            "customer_id": ("Id", "text", f"{MIGRATION}.customer_id"),
            "name": ("Name", "text", f"{CUSTOMERS}.name"),
            "email": ("E-mail", "text", f"{CUSTOMERS}.email"),
            "valid_from": ("Since", "day", f"{MIGRATION}.valid_from"),
            "to_tier": ("Now", "text", f"{MIGRATION}.to_tier"),
        },
        note=f"The newest {MOST_FALLEN:,} of them." if len(rows) == MOST_FALLEN else "",
    )


PAGE = Page(
    name="retention_review",
    title="Retention",
    questions=(
        Question("Do new customers come back?", (COHORTS,), cohorts),
        Question("How many customers are won and lost each month?", (MOVEMENT,), movement),
        Question("What is left of gross sales?", (BRIDGE,), left_over),
        Question("Where are net sales made?", (BRIDGE, LOCATIONS), by_location),
        Question("How do customers move between tiers?", (MIGRATION,), migration),
        Question("Who has left the tier High?", (MIGRATION, CUSTOMERS), fallen),
    ),
)
