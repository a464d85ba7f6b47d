"""What the numbers stand on: how fresh they are, what was left out, and what is empty and why."""

import charts
from answers import Answer, Choice, Figure, Kind, Page, Question, explained, figures
from marts import Marts

BUILD = "core.build_info"
DOMAINS = "core.dim_domains"
EMPTY = "core.empty_marts"
HISTORY = "core.build_history"
KINDS = {
    "rejected": "Rejected",
    "parent rejected": "Belongs to a rejected row",
    "repeat": "Repeat",
    "superseded": "Superseded",
    "test traffic": "Test traffic",
}
SHOWN_REASONS = 15
EXAMPLES = 3
SHOWN_BUILDS = 30


def fresh(marts: Marts, choice: Choice) -> Answer:
    """The chosen shop's days and counts as figures; all shops with their versions as the table."""
    rows = marts.frame(
        "select info.*, domains.first_order_date, domains.last_order_date, domains.has_returns"
        f" from {BUILD} as info inner join {DOMAINS} as domains on info.domain = domains.domain"
        " order by info.domain"
    )
    if rows.empty:
        return Answer(empty="The build has no shop.")
    labels: dict[str, tuple[str, Kind]] = {
        "as_of_date": ("Data up to", "day"),
        "built_at": ("Built (UTC)", "time"),
        "orders_count": ("Orders", "count"),
        "order_lines_count": ("Lines", "count"),
        "revenue": ("Revenue", "amount"),
        "rejected_rows_count": ("Rejected rows", "count"),
        "excluded_rows_count": ("Excluded rows", "count"),
        "build_id": ("Build", "text"),
        "git_commit": ("Version of the project", "text"),
        "dbt_version": ("dbt", "text"),
        "duckdb_version": ("DuckDB", "text"),
    }
    of_shop: dict[str, tuple[str, Kind]] = {
        "as_of_date": ("Data up to", "day"),
        # The time would not fit.
        "built_at": ("Built on", "day"),
        "orders_count": labels["orders_count"],
        "order_lines_count": labels["order_lines_count"],
    }
    return Answer(
        figures=figures(explained(BUILD, of_shop), rows.set_index("domain").loc[choice.domain]),
        table=rows,
        columns={
            "domain": ("Shop", "text", f"{BUILD}.domain"),
            "first_order_date": ("First order", "day", f"{DOMAINS}.first_order_date"),
            "last_order_date": ("Last order", "day", f"{DOMAINS}.last_order_date"),
            **explained(BUILD, labels),
        },
        note="A fresh build of old deliveries is still old: look at both days. Revenue is in each"
        " shop's own currency, so it does not add up over shops.",
    )


def quarantine(domain: str) -> str:
    """The table of a shop's raw rows that were left out."""
    return f"quarantine.{domain}_rows"


def left_out(marts: Marts, choice: Choice) -> Answer:
    """Rows that were left out, counted by table and reason."""
    table = quarantine(choice.domain)
    if not marts.has(table):
        return Answer(empty=f"This file has no {table}: it has only the tables of answers.")
    rows = marts.frame(
        "select table_name, left_out_kind, reason, count(*) as rows_count,"
        " nullif(count(distinct source_file), 0) as files_count from query_table($table)"
        " group by table_name, left_out_kind, reason"
        " order by left_out_kind in ('rejected', 'parent rejected') desc, rows_count desc,"
        " table_name, reason",
        {"table": table},
    )
    counts = marts.frame(
        f"select rejected_rows_count, excluded_rows_count from {BUILD} where domain = $domain",
        choice.parameters("domain"),
    ).iloc[0]
    if rows.empty:
        return Answer(empty=f"Every raw row of {choice.domain} could be used.")
    rows["kind"] = rows["left_out_kind"].map(KINDS).fillna(rows["left_out_kind"])
    rows["what"] = rows["table_name"] + ": " + rows["reason"]
    return Answer(
        figures=[
            Figure(label, counts[name], "count", f"{BUILD}.{name}", more_is="bad")
            for name, label in (
                ("rejected_rows_count", "Rejected rows"),
                ("excluded_rows_count", "Excluded rows"),
            )
        ],
        chart=charts.bars(rows.head(SHOWN_REASONS), "what", "rows_count", "count", "Rows"),
        table=rows,
        columns={
            **explained(table, {"table_name": ("Table", "text")}),
            "kind": ("Kind", "text", f"{table}.left_out_kind"),
            "reason": ("Reason", "text", f"{table}.reason"),
            "rows_count": ("Rows", "count", f"{table}.reason"),
            "files_count": ("In files", "count", f"{table}.source_file"),
        },
        note="Only rejected rows are faults of the data. Excluded ones are repeats, rows that a"
        " later delivery replaced, and test traffic. A row has its first reason; it may have more.",
    )


def examples(marts: Marts, choice: Choice) -> Answer:
    """A few rows of each reason, by file and key: a raw row itself may hold personal data."""
    table = quarantine(choice.domain)
    if not marts.has(table):
        return Answer(empty=f"This file has no {table}: it has only the tables of answers.")
    rows = marts.frame(
        "select table_name, left_out_kind, reason, source_file, row_key from query_table($table)"
        " qualify row_number() over ("
        "partition by table_name, left_out_kind, reason order by source_file, row_key) <= $most"
        " order by left_out_kind in ('rejected', 'parent rejected') desc, table_name, reason,"
        " source_file, row_key",
        {"table": table, "most": EXAMPLES},
    )
    if rows.empty:
        return Answer(empty=f"Every raw row of {choice.domain} could be used.")
    labels: dict[str, tuple[str, Kind]] = {
        "table_name": ("Table", "text"),
        "reason": ("Reason", "text"),
        "source_file": ("File", "text"),
        "row_key": ("Key", "text"),
    }
    return Answer(
        table=rows,
        columns=explained(table, labels),
        note=f"At most {EXAMPLES} rows of each reason. {table} has them all, with the raw row. Some"
        " tables have no key, and rows of seeds no file.",
    )


def empty(marts: Marts, choice: Choice) -> Answer:
    """Marts without a row of the shop, or without customers, and why."""
    rows = marts.frame(
        f"select *, case when is_expected then 'yes' else 'no' end as expected from {EMPTY}"
        " where domain = $domain order by is_expected, area, mart",
        choice.parameters("domain"),
    )
    if rows.empty:
        return Answer(empty=f"Every table that can hold {choice.domain} has rows of it.")
    return Answer(
        figures=[Figure("Empty tables", len(rows), "count", f"{EMPTY}.mart", more_is="bad")],
        table=rows,
        columns={
            **explained(
                EMPTY,
                {
                    "area": ("Area", "text"),
                    "mart": ("Table", "text"),
                    "reason": ("Empty, because", "text"),
                },
            ),
            "expected": ("As expected", "text", f"{EMPTY}.is_expected"),
        },
        note="As expected: the shop does not record what the table needs, or is too young for it.",
    )


def last_builds(marts: Marts, choice: Choice) -> Answer:
    """The last builds that had the shop, newest first; failed ones too."""
    rows = marts.frame(
        f"select * from {HISTORY} where domain = $domain order by build_id desc limit $most",
        {**choice.parameters("domain"), "most": SHOWN_BUILDS},
    )
    if rows.empty:
        return Answer(empty=f"No build of {choice.domain} is recorded.")
    rows["kind"] = rows["is_daily"].map({True: "daily", False: "full"})
    labels: dict[str, tuple[str, Kind]] = {
        "started_at": ("Started (UTC)", "time"),
        "status": ("Outcome", "text"),
        "failure_reason": ("It failed, because", "text"),
    }
    counts: dict[str, tuple[str, Kind]] = {
        "full_build_reason": ("Full, because", "text"),
        "duration_seconds": ("Seconds", "count"),
        "deliveries_taken_count": ("Deliveries", "count"),
        "orders_count": ("Orders", "count"),
        "order_lines_count": ("Lines", "count"),
        "revenue": ("Revenue", "amount"),
        "rejected_rows_count": ("Rejected rows", "count"),
        "excluded_rows_count": ("Excluded rows", "count"),
    }
    return Answer(
        table=rows,
        columns={
            **explained(HISTORY, labels),
            "kind": ("Kind", "text", f"{HISTORY}.is_daily"),
            **explained(HISTORY, counts),
        },
        note=f"At most {SHOWN_BUILDS} builds. What failed since this one was published is in"
        " `commerce-marts status`.",
    )


PAGE = Page(
    name="data_quality",
    title="Data quality",
    has_dates=False,
    questions=(
        Question("How fresh are the numbers?", (BUILD, DOMAINS), fresh),
        Question("Which raw rows were left out, and why?", (BUILD,), left_out),
        Question("Which rows are these?", (BUILD,), examples),
        Question("What is empty, and why?", (EMPTY,), empty),
        Question("How did the last builds go?", (HISTORY,), last_builds),
    ),
)
