"""What people buy together, what to suggest, and whether suggestions beat popularity."""

import charts
import customers
import pandas as pd
from answers import Answer, Choice, Figure, Filter, Kind, Page, Question, explained
from marts import Marts

PRODUCT_PAIRS = "basket.product_pairs"
CATEGORY_PAIRS = "basket.category_pairs"
SUGGESTIONS = "basket.product_suggestions"
FOR_CUSTOMERS = "basket.customer_product_suggestions"
HOLDOUT = "basket.suggestion_holdout"
CUSTOMERS = customers.CUSTOMERS

PICTURED = 15
MOST_PAIRS = 1000
MOST_SUGGESTIONS = 1000
LISTS = {
    "product_suggestions": "Beside a product",
    "customer_product_suggestions": "To a customer",
}
KINDS = {True: "Clearly together", False: "Not clear"}
PAIR_LABELS: dict[str, tuple[str, Kind]] = {
    "pair_orders": ("Orders with both", "count"),
    "affinity": ("Affinity", "decimal"),
    "affinity_low": ("At least", "decimal"),
    "channel_affinity": ("Within a channel", "decimal"),
    "channel_affinity_low": ("At least, within", "decimal"),
    "confidence": ("First, then second", "rate"),
    "other_confidence": ("Second, then first", "rate"),
}
PAIR_NOTE = (
    "1 is chance: how often a pair meets in orders of these sizes. The point is how many times more"
    " often it does, the line goes down to the lower end of its interval. It is an association:"
    " seasons and times of day are not taken out."
)


def pairs(rows: pd.DataFrame, table: str, names: dict[str, tuple[str, Kind]]) -> Answer:
    """The pairs, those clearly together first, then by the lower end of their affinity."""
    if rows.empty:
        return Answer(empty="No pair is in enough orders.")
    rows = rows.assign(kind=rows["is_suggested"].map(KINDS))
    pairs_count, together = rows[["pairs_count", "suggested_count"]].iloc[0]
    return Answer(
        figures=[
            Figure("Pairs in enough orders", pairs_count, "count", f"{table}.pair_orders"),
            Figure(KINDS[True], together, "count", f"{table}.is_suggested"),
            Figure(
                "Orders looked at", rows["orders_count"].max(), "count", f"{table}.orders_count"
            ),
        ],
        chart=charts.lower_ends(
            rows.head(PICTURED),
            "pair",
            ("channel_affinity", "Affinity within a channel"),
            "channel_affinity_low",
            ("kind", tuple(KINDS.values())),
            1,
        ),
        table=rows,
        columns={
            **explained(table, names),
            "kind": ("Kind", "text", f"{table}.is_suggested"),
            **explained(table, PAIR_LABELS),
        },
        note=PAIR_NOTE
        + ("" if together else " No pair goes together clearly more often than chance."),
    )


# The counts are of all pairs, also of those that the table leaves out.
PAIR_COUNTS = "count(*) over () as pairs_count, count_if(is_suggested) over () as suggested_count"
PAIR_ORDER = " order by is_suggested desc, channel_affinity_low desc"


def product_pairs(marts: Marts, choice: Choice) -> Answer:
    """Two products each; only those with the chosen product, if one is chosen."""
    rows = marts.frame(
        f"select *, {PAIR_COUNTS}, product_name || ' + ' || other_product_name as pair"
        f" from {PRODUCT_PAIRS} where domain = $domain"
        " and ($product is null or product_id = $product or other_product_id = $product)"
        f"{PAIR_ORDER}, product_id, other_product_id limit {MOST_PAIRS}",
        choice.parameters("domain", "product"),
    )
    return pairs(
        rows,
        PRODUCT_PAIRS,
        {"product_name": ("First", "text"), "other_product_name": ("Second", "text")},
    )


def category_pairs(marts: Marts, choice: Choice) -> Answer:
    """Two categories each."""
    rows = marts.frame(
        f"select *, {PAIR_COUNTS}, category || ' + ' || other_category as pair"
        f" from {CATEGORY_PAIRS} where domain = $domain"
        f"{PAIR_ORDER}, category, other_category limit {MOST_PAIRS}",
        choice.parameters("domain"),
    )
    return pairs(
        rows, CATEGORY_PAIRS, {"category": ("First", "text"), "other_category": ("Second", "text")}
    )


def beside(marts: Marts, choice: Choice) -> Answer:
    """What to show beside the chosen product; without one, beside each product."""
    product = choice.filters.get("product")
    rows = marts.frame(
        f"select * from {SUGGESTIONS}"
        " where domain = $domain and ($product is null or product_id = $product)"
        f" order by product_name, product_id, suggestion_rank limit {MOST_SUGGESTIONS}",
        {"domain": choice.domain, "product": product},
    )
    if rows.empty:
        return Answer(empty="No product was sold yet.")
    by_rules = rows["confidence"].notna().any()
    return Answer(
        chart=charts.bars(
            rows.dropna(subset=["confidence"]),
            "suggested_product_name",
            "confidence",
            "rate",
            f"Of orders with {rows['product_name'].iloc[0]}",
        )
        if product and by_rules
        else None,
        table=rows,
        columns=explained(
            SUGGESTIONS,
            {
                "product_name": ("Beside", "text"),
                "suggestion_rank": ("Place", "count"),
                "suggested_product_name": ("Suggest", "text"),
                "confidence": ("Bought with it", "rate"),
                "reason": ("Why", "text"),
            },
        ),
        note=("" if product else "Choose a product beside the page to see it alone. ")
        + "Popular products are suggested often. Stock and end of sale are not looked at.",
    )


def offered(marts: Marts, choice: Choice) -> Answer:
    """What to offer to the customer whom the reader typed."""
    customer, instead = customers.one_customer(marts, choice)
    if customer is None:
        return instead
    rows = marts.frame(
        f"select suggestions.*, coalesce(name, customer_id) as name from {FOR_CUSTOMERS} as"
        f" suggestions left join {CUSTOMERS} using (domain, customer_id)"
        " where domain = $domain and customer_id = $customer order by suggestion_rank",
        {"domain": choice.domain, "customer": customer},
    )
    if rows.empty:
        return Answer(empty="This customer has bought nothing yet, or nearly everything.")
    return Answer(
        table=rows,
        columns={
            "name": ("Customer", "text", f"{CUSTOMERS}.name"),
            **explained(
                FOR_CUSTOMERS,
                {
                    "suggestion_rank": ("Place", "count"),
                    "suggested_product_name": ("Suggest", "text"),
                    "because_of_product_name": ("Because of", "text"),
                    "summed_confidence": ("Strength", "decimal"),
                    "reason": ("Why", "text"),
                },
            ),
        },
        note="A product that the customer has bought is never suggested again.",
    )


def beaten(marts: Marts, choice: Choice) -> Answer:
    """Hits of rules beside hits of popularity, on orders that neither knew."""
    rows = marts.frame(
        f"select * from {HOLDOUT} where domain = $domain and tests_count > 0"
        " order by suggestion_list desc",
        choice.parameters("domain"),
    )
    if rows.empty:
        return Answer(empty="No order of the last weeks could be used as a test.")
    rows = rows.assign(suggestion_list=rows["suggestion_list"].map(LISTS))
    return Answer(
        figures=[
            Figure(
                f"{one['suggestion_list']}: hits by rules",
                one["rules_hit_rate"],
                "rate",
                f"{HOLDOUT}.rules_hit_rate",
                one["popularity_hit_rate"],
            )
            for _, one in rows.iterrows()
        ],
        chart=charts.bars_by_series(
            rows,
            "suggestion_list",
            {"rules_hit_rate": "By rules", "popularity_hit_rate": "By popularity"},
            "rate",
            "Tests with a hit",
            is_stacked=False,
        ),
        table=rows,
        columns=explained(
            HOLDOUT,
            {
                "suggestion_list": ("List", "text"),
                "tests_count": ("Tests", "count"),
                "rules_hits_count": ("Hits by rules", "count"),
                "popularity_hits_count": ("Hits by popularity", "count"),
                "rules_hit_rate": ("Rate by rules", "rate"),
                "popularity_hit_rate": ("Rate by popularity", "rate"),
                "decision": ("So the list is ranked by", "text"),
            },
        ),
        note=f"Orders since {rows['holdout_start_date'].iloc[0]:%Y-%m-%d}, which neither knew;"
        " changes are against popularity. Compare the two rates of one list only. A few hits more"
        " may be luck.",
    )


def product_names(marts: Marts, choice: Choice) -> dict[str, str]:
    """The products that were sold."""
    rows = marts.frame(
        f"select distinct product_id, product_name from {SUGGESTIONS}"
        " where domain = $domain order by product_name, product_id",
        choice.parameters("domain"),
    )
    return dict(zip(rows["product_id"], rows["product_name"], strict=True))


PAGE = Page(
    name="cross_selling",
    title="Cross-selling",
    has_dates=False,
    filters=(Filter("product", "Product", product_names), customers.FILTER),
    questions=(
        Question("Which products go together?", (PRODUCT_PAIRS,), product_pairs),
        Question("Which categories go together?", (CATEGORY_PAIRS,), category_pairs),
        Question("What should be suggested beside a product?", (SUGGESTIONS,), beside),
        Question("What should be offered to a customer?", (FOR_CUSTOMERS, CUSTOMERS), offered),
        Question("Do suggestions by rules beat popularity?", (HOLDOUT,), beaten),
    ),
)
