"""What people read of a build: why it failed, what it warns of, which rows it left out."""

import json
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from textwrap import indent
from typing import Any

import duckdb

from commerce_marts.dbt import Outcome, node_name, plain_message
from commerce_marts.dbt_program import NODES, RUN_RESULTS
from commerce_marts.errors import RunnerError, failure, is_full_disk, too_little_memory
from commerce_marts.plan.request import BuildRequest
from commerce_marts.publish.findings import text_of_test

OUT_OF_MEMORY = "Out of Memory Error"
FAILURES_SHOWN = 10
# Tests that tell how many rows were left out.
COUNTS_ROWS = "_rows_are_none"

# Gives one text a row.
LEFT_OUT_ROWS = """
    select concat(
        domain, '.', table_name, ': ', format('{:,} row', count(*)), if(count(*) = 1, '', 's'),
        ' left out, ', left_out_kind, ': ', reason
    )
    from quarantine.DOMAIN_rows
    group by domain, table_name, left_out_kind, reason
    order by count(*) desc, table_name, reason
"""
# Only reasons that depend on the orders. What a contract does not record would be told each time.
EMPTY_MARTS = """
    select concat(
        domain, ': ', string_agg(area, ', ' order by area), ' marts are empty, because ', reason
    )
    from (
        select distinct domain, area, reason
        from core.empty_marts
        where not has_rows and not is_expected
    )
    group by domain, reason
    order by domain, reason
"""
# One line for each domain and length of period; of several locations that of the largest deviation.
REVENUE_ALERTS = """
    select concat(
        domain, ': revenue ', if(datepart = 'day', 'on ', 'in the week from '), period_start,
        coalesce(' of ' || nullif(max_by(location_name, abs(z_score)), '(none)'), ''), ' was ',
        format('{:,.2f}', max_by(revenue, abs(z_score))::double), ', where ',
        format('{:,.2f}', max_by(revenue_expected, abs(z_score))::double), ' was expected',
        if(count(*) = 1, '', format('; see {} more in forecast.revenue_alerts', count(*) - 1))
    )
    from forecast.revenue_alerts
    left join core.dim_locations using (domain, location_id)
    where is_newest and is_alert
    group by domain, datepart, period_start
    order by domain, datepart
"""


def dbt_failure(
    request: BuildRequest, outcome: Outcome, file: Path, dbt_target: Path
) -> RunnerError:
    """Why dbt failed: its messages, and the rows of `file` that made a test fail."""
    failed = _results(dbt_target, "error", "fail")
    everything = "\n".join(
        [outcome.stderr, *outcome.errors, *(str(each["message"]) for each in failed)]
    )
    if is_full_disk(everything):
        return failure(request.warehouse, everything)
    if OUT_OF_MEMORY in everything:
        nodes = [each for each in failed if OUT_OF_MEMORY in str(each["message"])]
        where = node_name(nodes[0]["unique_id"]) if nodes else "dbt"
        return too_little_memory(request.warehouse, request.memory_limit, where)
    with _reading(file) as connection:
        tests = _findings(failed[:FAILURES_SHOWN], connection, dbt_target)
    parts = [*outcome.errors, *tests][:FAILURES_SHOWN] or [_ending(outcome)]
    more = len(outcome.errors) + len(failed) - FAILURES_SHOWN
    if more > 0:
        parts.append(f"... and {more} more.")
    return failure(request.warehouse, "\n".join(parts))


def left_out_lines(domains: Sequence[str], file: Path) -> list[str]:
    """Which rows the build left out, by table and reason."""
    lines = []
    with _reading(file) as connection:
        for domain in domains:
            # A small project may have no quarantine.
            with suppress(duckdb.CatalogException):
                rows = connection.execute(LEFT_OUT_ROWS.replace("DOMAIN", domain)).fetchall()
                lines += [text for (text,) in rows]
    return lines


def nodes_that_ran(file: Path, dbt_target: Path) -> dict[str, str]:
    """What each node of this run warned of, by its id; an empty text where it did not."""
    results = _results(dbt_target)
    # Rows that dbt counts in quarantine are told by reason.
    warned = [
        each
        for each in results
        if each["status"] == "warn" and not node_name(each["unique_id"]).endswith(COUNTS_ROWS)
    ]
    with _reading(file) as connection:
        texts = _findings(warned, connection, dbt_target)
    found = {each["unique_id"]: text for each, text in zip(warned, texts, strict=True)}
    return {each["unique_id"]: found.get(each["unique_id"], "") for each in results}


def summary_lines(file: Path) -> list[str]:
    """Which marts are empty and why, and which revenue of the newest day or week is unlikely."""
    lines = []
    with _reading(file) as connection:
        for sql in (EMPTY_MARTS, REVENUE_ALERTS):
            # A small project may have no such model.
            with suppress(duckdb.CatalogException):
                lines += [text for (text,) in connection.execute(sql).fetchall()]
    return lines


def rows_text(count: int) -> str:
    """Such as `1 row` and `1,200 rows`."""
    return f"{count:,} row{'s' * (count != 1)}"


def _results(dbt_target: Path, *statuses: str) -> Sequence[Mapping[str, Any]]:
    """The nodes that ended so, all of them without a status.

    Without a whole run_results.json, dbt died or the disk is full.
    """
    with suppress(OSError, ValueError):
        results = json.loads((dbt_target / RUN_RESULTS).read_text())["results"]
        return [each for each in results if not statuses or each["status"] in statuses]
    return []


def _findings(
    results: Sequence[Mapping[str, Any]], connection: duckdb.DuckDBPyConnection, dbt_target: Path
) -> list[str]:
    """What is wrong with each node; of a data test also the rows that it finds."""
    nodes: Mapping[str, Any] = {}
    with suppress(OSError, ValueError):
        nodes = json.loads((dbt_target / NODES).read_text())
    texts = []
    for result in results:
        title = node_name(result["unique_id"]) + " failed" * (result["status"] != "warn")
        test = nodes.get(result["unique_id"], {})
        if result["failures"] and test.get("resource_type") == "test":
            title = f"{title}: {rows_text(result['failures'])}"
            texts.append(text_of_test(title, test, nodes, result["compiled_code"], connection))
        else:
            message = plain_message(result["message"] or "")
            several = "\n" in message
            texts.append(f"{title}:" + (f"\n{indent(message, '  ')}" if several else f" {message}"))
    return texts


def _ending(outcome: Outcome) -> str:
    if outcome.exit_code == -signal.SIGKILL:
        return (
            "dbt was killed. The system does this if memory is short: give the build more memory, "
            "or lower --threads or --memory-limit."
        )
    return outcome.stderr or f"dbt ended with exit code {outcome.exit_code}."


@contextmanager
def _reading(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads the new file; an empty database where dbt has left no such file."""
    try:
        connection = duckdb.connect(str(file), read_only=True)
    except duckdb.Error:
        connection = duckdb.connect()
    with connection:
        yield connection
