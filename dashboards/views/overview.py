"""All shops side by side: what they sold, and what is unusual."""

import charts
from answers import Answer, Choice, Figure, Page, Question
from marts import Marts

BRIDGE = "retention.net_sales_bridge_monthly"


def side_by_side(marts: Marts, choice: Choice) -> Answer:
    """The last complete month of every shop, each in its own currency."""
    shops = marts.frame(
        f"""
        with months as (
            select
                domain,
                month_start_date,
                sum(orders_count) as orders_count,
                sum(revenue) as revenue,
                sum(net_sales) as net_sales
            from {BRIDGE}
            group by domain, month_start_date
            having bool_or(is_complete)
        )
        select months.*, domains.currency, domains.as_of_date
        from months
        inner join core.dim_domains as domains on months.domain = domains.domain
        qualify row_number() over (partition by months.domain order by month_start_date desc) = 1
        order by months.domain
        """
    )
    if shops.empty:
        return Answer(empty="No month of any shop is complete yet.")
    return Answer(
        table=shops,
        columns={
            "domain": ("Shop", "text", "core.dim_domains.domain"),
            "month_start_date": ("Month", "month", f"{BRIDGE}.month_start_date"),
            "orders_count": ("Orders", "count", f"{BRIDGE}.orders_count"),
            "revenue": ("Revenue", "decimal", f"{BRIDGE}.revenue"),
            "net_sales": ("Net sales", "decimal", f"{BRIDGE}.net_sales"),
            "currency": ("Currency", "text", "core.dim_domains.currency"),
            "as_of_date": ("As of", "day", "core.dim_domains.as_of_date"),
        },
    )


def sold(marts: Marts, choice: Choice) -> Answer:
    """The newest complete month of the shop beside the month before."""
    months = marts.frame(
        f"select month_start_date, sum(orders_count) as orders_count, sum(revenue) as revenue,"
        f" sum(returned_amount) as returned_amount, sum(net_sales) as net_sales from {BRIDGE}"
        # Where a location opened in a month, it alone is not complete.
        " where domain = $domain group by month_start_date having bool_or(is_complete)"
        " order by month_start_date desc",
        choice.parameters("domain"),
    )
    if months.empty:
        return Answer(empty=f"No month of {choice.domain} is complete yet.")
    last = months.iloc[0]
    before = months.iloc[1] if len(months) > 1 else {}
    labels = {
        "revenue": ("Revenue", "amount"),
        "net_sales": ("Net sales", "amount"),
        "returned_amount": ("Returned", "amount"),
        "orders_count": ("Orders", "count"),
    }
    return Answer(
        figures=[
            Figure(label, last[name], kind, f"{BRIDGE}.{name}", before.get(name))
            for name, (label, kind) in labels.items()
        ],
        chart=charts.lines_over_time(
            months,
            "month_start_date",
            {"revenue": "Revenue", "net_sales": "Net sales"},
            "amount",
            choice.currency,
        ),
        table=months,
        columns={
            "month_start_date": ("Month", "month", f"{BRIDGE}.month_start_date"),
            **{name: (*of, f"{BRIDGE}.{name}") for name, of in labels.items()},
        },
        note=f"{last['month_start_date']:%B %Y}, compared with the month before.",
    )


def unusual(marts: Marts, choice: Choice) -> Answer:
    """Days and weeks whose revenue was unlikely, the newest first."""
    table = "forecast.revenue_alerts"
    alerts = marts.frame(
        "select period_start, datepart, coalesce(locations.location_name, 'all') as location_name,"
        " alerts.revenue, alerts.revenue_expected, alerts.revenue_change_rate"
        f" from {table} as alerts"
        " left join core.dim_locations as locations"
        " on alerts.domain = locations.domain and alerts.location_id = locations.location_id"
        " where alerts.domain = $domain and alerts.is_alert"
        " and alerts.period_start between $start and $end"
        " order by alerts.period_start desc, alerts.datepart, location_name",
        choice.parameters("domain", "start", "end"),
    )
    if alerts.empty:
        return Answer(empty="No day or week of these dates had revenue that was unlikely.")
    return Answer(
        table=alerts,
        columns={
            "period_start": ("From", "day", f"{table}.period_start"),
            "datepart": ("Day or week", "text", f"{table}.datepart"),
            "location_name": ("Location", "text", "core.dim_locations.location_name"),
            "revenue": ("Revenue", "amount", f"{table}.revenue"),
            "revenue_expected": ("Expected", "amount", f"{table}.revenue_expected"),
            "revenue_change_rate": ("Difference", "rate", f"{table}.revenue_change_rate"),
        },
    )


PAGE = Page(
    name="overview",
    title="Overview of all shops",
    questions=(
        Question("How do the shops compare?", (BRIDGE, "core.dim_domains"), side_by_side),
        Question("What was sold in the last complete month?", (BRIDGE,), sold),
        Question(
            "Was any revenue unlikely?",
            ("forecast.revenue_alerts", "core.dim_locations"),
            unusual,
        ),
    ),
)
