"""Products of every shop by month; regions, customers, returns and offers of AdventureWorks."""

from functools import partial

import charts
import pandas as pd
from answers import Answer, Choice, Figure, Filter, Kind, Page, Question, explained
from marts import Marts

PRODUCTS = "sales_reporting.product_performance"
MONTHS = "sales_reporting.sales_performance"
LINES = "sales_reporting.fact_sales"
CUSTOMERS = "sales_reporting.customer_analysis"
REGIONS = "sales_reporting.customers_by_region"
DEMAND = "sales_reporting.product_demand"
OFFERS = "discounts.discount_impact"

PICTURED = 15
MOST_PRODUCTS = 1000
MOST_CUSTOMERS = 100
# All marts but product_performance were made for the sales team of this shop.
ONLY_HERE = ("adventure_works",)

SUMS: dict[str, tuple[str, Kind]] = {
    "units": ("Units", "count"),
    "revenue": ("Revenue", "amount"),
    "returned_amount": ("Returned", "amount"),
    "net_sales": ("Net sales", "amount"),
    "gross_margin": ("Margin", "amount"),
}
# A sum of margins is shown only if the margin of everything that was sold is known.
SUMS_SELECT = (
    "sum(units) as units, sum(revenue) as revenue, sum(returned_amount) as returned_amount,"
    " sum(net_sales) as net_sales, case when"
    " count_if(gross_margin is null and orders_count > 0) = 0 then sum(gross_margin) end"
    " as gross_margin"
)
OF_CATEGORY = " and ($category is null or category = $category)"
CHOSEN_MONTHS = (
    " where domain = $domain"
    " and month_start_date between date_trunc('month', cast($start as date)) and $end"
    f"{OF_CATEGORY}"
)
MONTHS_NOTE = "All months that the chosen dates touch."


def months(marts: Marts, choice: Choice) -> Answer:
    """Revenue, returns and margin of all products by month."""
    parameters = choice.parameters("domain", "start", "end", "category")
    rows = marts.frame(
        f"select month_start_date, {SUMS_SELECT} from {PRODUCTS}{CHOSEN_MONTHS}"
        " group by month_start_date order by month_start_date desc",
        parameters,
    )
    if rows.empty:
        return Answer(empty="Nothing was sold in these dates.")
    total = marts.frame(f"select {SUMS_SELECT} from {PRODUCTS}{CHOSEN_MONTHS}", parameters).iloc[0]
    lines = {
        name: label
        for name, (label, _) in SUMS.items()
        if name in ("revenue", "net_sales", "gross_margin") and rows[name].notna().any()
    }
    return Answer(
        figures=[
            Figure(label, total[name], kind, f"{PRODUCTS}.{name}")
            for name, (label, kind) in SUMS.items()
            if name != "units" and not pd.isna(total[name])
        ],
        chart=charts.lines_over_time(rows, "month_start_date", lines, "amount", choice.currency),
        table=rows,
        columns=explained(PRODUCTS, {"month_start_date": ("Month", "month"), **SUMS}),
        note=f"{MONTHS_NOTE} A return counts in its own month. The first and the last month are"
        " rarely complete. Margin is before returns, and at today's cost.",
    )


def products(marts: Marts, choice: Choice) -> Answer:
    """The products of the chosen months by revenue."""
    rows = marts.frame(
        f"select product_name, category, {SUMS_SELECT} from {PRODUCTS}{CHOSEN_MONTHS}"
        " group by product_id, product_name, category"
        f" order by revenue desc, product_id limit {MOST_PRODUCTS}",
        choice.parameters("domain", "start", "end", "category"),
    )
    if rows.empty:
        return Answer(empty="Nothing was sold in these dates.")
    return Answer(
        chart=charts.bars(rows.head(PICTURED), "product_name", "revenue", "amount", "Revenue"),
        table=rows,
        columns=explained(
            PRODUCTS,
            {"product_name": ("Product", "text"), "category": ("Category", "text"), **SUMS},
        ),
        note=f"{MONTHS_NOTE} The picture shows the {min(PICTURED, len(rows))} with the most.",
    )


def changed(marts: Marts, choice: Choice) -> Answer:
    """Products whose revenue changed most in the last whole month of the chosen dates."""
    rows = marts.frame(
        f"select * from {MONTHS} where month_start_date = (select max(month_start_date)"
        f" from {MONTHS} where last_day(month_start_date) <= $end){OF_CATEGORY}"
        " order by revenue_change_amount desc nulls last, revenue desc, product_id",
        choice.parameters("end", "category"),
    )
    if rows.empty:
        return Answer(empty="No whole month before the last of these dates has a sale.")
    known = rows.dropna(subset=["revenue_change_amount"])
    ends = known if len(known) <= PICTURED else pd.concat([known.head(8), known.tail(7)])
    return Answer(
        chart=charts.bars(
            ends, "product_name", "revenue_change_amount", "amount", "Change of revenue"
        ),
        table=rows,
        columns=explained(
            MONTHS,
            {
                "product_name": ("Product", "text"),
                "category": ("Category", "text"),
                "revenue_rank": ("Place", "count"),
                "revenue_share": ("Share of the month", "rate"),
                "units_sold": ("Units", "count"),
                "revenue": ("Revenue", "amount"),
                "previous_month_revenue": ("Month before", "amount"),
                "revenue_change_amount": ("Change", "amount"),
                "revenue_change_rate": ("Change, relative", "rate"),
                "gross_margin_rate": ("Margin rate", "rate"),
            },
        ),
        note=f"{rows['month_start_date'].iloc[0]:%B %Y}, compared with the month before. Without a"
        " sale in that month there is no change. The picture shows those that gained and lost"
        " most.",
    )


BILLED: dict[str, tuple[str, Kind]] = {
    "total_quantity_sold": ("Units", "count"),
    "total_sales_amount": ("Revenue", "amount"),
    "gross_margin": ("Margin", "amount"),
    "tax_amount": ("Tax", "amount"),
    "freight_amount": ("Freight", "amount"),
    "total_due": ("Total due", "amount"),
}


def billed(marts: Marts, choice: Choice) -> Answer:
    """What the chosen days' orders amount to, by month and channel."""
    sums = ", ".join(f"sum({name}) as {name}" for name in BILLED if name != "gross_margin")
    rows = marts.frame(
        f"select date_trunc('month', order_date) as month_start_date, channel, {sums},"
        " case when count(*) = count(gross_margin) then sum(gross_margin) end as gross_margin"
        f" from {LINES} where counts_as_sale and order_date between $start and $end{OF_CATEGORY}"
        " group by month_start_date, channel order by month_start_date desc, channel",
        choice.parameters("start", "end", "category"),
    )
    if rows.empty:
        return Answer(empty="There is no order in these dates.")
    return Answer(
        figures=[
            Figure(label, rows[name].sum(min_count=len(rows)), kind, f"{LINES}.{name}")
            for name, (label, kind) in BILLED.items()
            if name not in ("total_quantity_sold", "gross_margin")
        ],
        chart=charts.lines_by_group(
            rows, "month_start_date", "total_sales_amount", "channel", "amount", choice.currency
        ),
        table=rows,
        columns={
            "month_start_date": ("Month", "month", f"{LINES}.order_date"),
            **explained(LINES, {"channel": ("Channel", "text"), **BILLED}),
        },
        note="Without rejected and cancelled orders, before returns.",
    )


def regions(marts: Marts, choice: Choice) -> Answer:
    """Customers and their revenue by their own territory."""
    rows = marts.frame(f"select * from {REGIONS} order by revenue desc, territory_id")
    if rows.empty:
        return Answer(empty="There is no sales territory.")
    return Answer(
        chart=charts.bars(rows, "region", "revenue", "amount", "Revenue"),
        table=rows,
        columns=explained(
            REGIONS,
            {
                "region": ("Region", "text"),
                "territory_group": ("Group", "text"),
                "country": ("Country", "text"),
                "known_customers_count": ("Known customers", "count"),
                "customers_count": ("Buyers", "count"),
                "customers_share": ("Share of buyers", "rate"),
                "orders_count": ("Orders", "count"),
                "revenue": ("Revenue", "amount"),
                "revenue_share": ("Share of revenue", "rate"),
            },
        ),
        note="Of all time, by the customer's own territory, wherever the order was placed.",
    )


def customers(marts: Marts, choice: Choice, customer_type: str) -> Answer:
    """The stores, or the persons, with the most revenue."""
    rows = marts.frame(
        f"select * from {CUSTOMERS} where customer_type = $customer_type"
        f" order by revenue desc, customer_id limit {MOST_CUSTOMERS}",
        {"customer_type": customer_type},
    )
    if rows.empty:
        return Answer(empty=f"No {customer_type} has bought yet.")
    return Answer(
        chart=charts.bars(rows.head(PICTURED), "customer_name", "revenue", "amount", "Revenue"),
        table=rows,
        columns=explained(
            CUSTOMERS,
            {
                "customer_name": ("Name", "text"),
                "territory": ("Territory", "text"),
                "state": ("State", "text"),
                "favourite_category": ("Buys most", "text"),
                "orders_count": ("Orders", "count"),
                "revenue": ("Revenue", "amount"),
                "avg_order_value": ("Average order", "amount"),
                "avg_days_between_orders": ("Days between orders", "days"),
                "first_order_date": ("First order", "day"),
                "last_order_date": ("Last order", "day"),
            },
        ),
        note=f"Of all time; the first {len(rows)}.",
    )


def returned(marts: Marts, choice: Choice) -> Answer:
    """Products by the pieces that came back."""
    rows = marts.frame(
        f"select * from {DEMAND} where units_returned > 0{OF_CATEGORY}"
        f" order by units_returned desc, product_id limit {MOST_PRODUCTS}",
        choice.parameters("category"),
    )
    if rows.empty:
        return Answer(empty="No return is recorded.")
    return Answer(
        chart=charts.bars(
            rows.head(PICTURED), "product_name", "return_rate", "rate", "Share that came back"
        ),
        table=rows,
        columns=explained(
            DEMAND,
            {
                "product_name": ("Product", "text"),
                "category": ("Category", "text"),
                "units_sold": ("Units sold", "count"),
                "units_returned": ("Returned", "count"),
                "return_rate": ("Return rate", "rate"),
                "revenue": ("Revenue", "amount"),
            },
        ),
        note="Of all time, the most returned pieces first. A return counts with the sale that it"
        " belongs to. Revenue is before returns.",
    )


def offers(marts: Marts, choice: Choice) -> Answer:
    """Special offers by category: what they sold, and the margin beside other sales."""
    rows = marts.frame(
        "select *, category || ': ' || offer_name as offer,"
        " if(is_too_small, 'Too few lines', 'Enough lines') as lines"
        f" from {OFFERS} where true{OF_CATEGORY}"
        " order by gross_margin_difference nulls last, special_offer_id, category",
        choice.parameters("category"),
    )
    if rows.empty:
        return Answer(empty="No special offer was used.")
    labels: dict[str, tuple[str, Kind]] = {
        "discount_amount": ("Discount given", "amount"),
        "revenue": ("Revenue", "amount"),
        "units": ("Units", "count"),
    }
    known = rows.dropna(subset=["gross_margin_difference"])
    return Answer(
        figures=[
            Figure(label, rows[name].sum(), kind, f"{OFFERS}.{name}")
            for name, (label, kind) in labels.items()
        ],
        chart=charts.bars(
            known.head(PICTURED),
            "offer",
            "gross_margin_difference",
            "amount",
            "Difference of margin",
            "lines",
        )
        if len(known)
        else None,
        table=rows,
        columns={
            **explained(
                OFFERS,
                {
                    "offer_name": ("Offer", "text"),
                    "category": ("Category", "text"),
                    "starts_on": ("From", "day"),
                    "ends_on": ("To", "day"),
                    "discount_rate": ("Discount", "rate"),
                    **labels,
                    "gross_margin": ("Margin", "amount"),
                    "revenue_difference": ("Revenue, difference", "amount"),
                    "gross_margin_difference": ("Margin, difference", "amount"),
                },
            ),
            "lines": ("Lines", "text", f"{OFFERS}.is_too_small"),
        },
        note="Differences are against the same products sold without an offer. An association, not"
        " an effect: nobody knows what would have been sold without the"
        " offer, and offers for large orders go to large orders. Where there are too few lines,"
        " the figures describe the past and predict nothing.",
    )


def categories(marts: Marts, choice: Choice) -> dict[str, str]:
    """The categories that were sold."""
    rows = marts.frame(
        f"select distinct category from {PRODUCTS} where domain = $domain order by category",
        choice.parameters("domain"),
    )
    return {name: name for name in rows["category"]}


PAGE = Page(
    name="sales_performance_report",
    title="Sales performance",
    filters=(Filter("category", "Category of products", categories),),
    questions=(
        Question("How do sales and returns go?", (PRODUCTS,), months),
        Question("Which products sell best?", (PRODUCTS,), products),
        Question("Which products gain, and which lose?", (MONTHS,), changed, ONLY_HERE),
        Question("What do stores and the web shop bill?", (LINES,), billed, ONLY_HERE),
        Question("Which regions do best?", (REGIONS,), regions, ONLY_HERE),
        Question(
            "Which stores buy most?",
            (CUSTOMERS,),
            partial(customers, customer_type="store"),
            ONLY_HERE,
        ),
        Question(
            "Which persons buy most?",
            (CUSTOMERS,),
            partial(customers, customer_type="person"),
            ONLY_HERE,
        ),
        Question("What comes back?", (DEMAND,), returned, ONLY_HERE),
        Question("What did special offers sell and cost?", (OFFERS,), offers, ONLY_HERE),
    ),
)
