"""What people read of a build: why it failed, what it warns of, which rows it left out."""

import json
import signal
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb

from commerce_marts.dbt import Outcome, node_name, plain_message
from commerce_marts.errors import RunnerError, failure, is_full_disk, too_little_memory
from commerce_marts.plan.request import BuildRequest

RUN_RESULTS = "run_results.json"
OUT_OF_MEMORY = "Out of Memory Error"
FAILURES_SHOWN = 20
LOOK_UP_ROWS_SHOWN = 5
REASONS_SHOWN = 3

MACROS = """
    create temp macro rows_text(number) as format('{:,} row{}', number, if(number = 1, '', 's'));
    -- A reason about a column begins with the column's name. JSON quotes text with ".
    create temp macro value_text(reason, raw_row) as coalesce(
        ', it is ' || replace(
            nullif(cast(json(raw_row) -> split_part(reason, ' ', 1) as varchar), 'null'), '"', ''''
        ),
        ''
    );
"""
# Each query below gives one text a row.
LEFT_OUT_ROWS = """
    select concat(
        domain, '.', table_name, ': ', rows_text(count(*)), ' left out, ', left_out_kind, ': ',
        reason
    )
    from quarantine.DOMAIN_rows
    group by domain, table_name, left_out_kind, reason
    order by count(*) desc, table_name, reason
"""
REJECTED_LOOK_UP_ROWS = f"""
    select concat(
        '  ', domain, '.', table_name, ' in ' || nullif(source_file, ''), ', key ' || row_key,
        ': ', reason, value_text(reason, raw_row)
    )
    from quarantine.DOMAIN_rows
    where is_look_up and left_out_kind = 'rejected'
    order by table_name, source_file, row_key
    limit {LOOK_UP_ROWS_SHOWN}
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
# TEST is the SQL of a failed test of tests/data/generic/quarantined_share_is_small.sql.
REJECTED_SHARES = f"""
    with numbered as (
        select
            *,
            domain || '.' || table_name as name,
            row_number() over (
                partition by table_name order by reason_rows_count desc, reason
            ) as number,
            count(*) over (partition by table_name) as reasons_count
        from (TEST)
    )
    select concat_ws(
        chr(10),
        case
            when raw_rows_count = 0
                then '  ' || name || ' is empty. Deliver its rows, or leave the domain out.'
            when number = 1 then concat(
                '  ', name, ': ', format('{{:,}}', rejected_rows_count), ' of ',
                rows_text(raw_rows_count), format(
                    ' rejected ({{:.1f}}%): expected at most {{:.1f}}% (max_quarantined_share)',
                    100 * rejected_share, 100 * cast(max_quarantined_share as double)
                )
            )
        end,
        '    ' || rows_text(reason_rows_count) || ': ' || reason,
        '      such as ' || concat_ws(
            ', ', nullif(example_file, ''), coalesce('key ' || example_key, example_raw_row)
        ) || value_text(reason, example_raw_row),
        case
            when number = {REASONS_SHOWN} and reasons_count > number
                then '    ... and ' || (reasons_count - number) || ' more reasons'
        end
    )
    from numbered
    where number <= {REASONS_SHOWN}
    order by table_name, number
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
    findings = [*outcome.errors, *map(_failure_text, failed)]
    parts = findings[:FAILURES_SHOWN] or [_ending(outcome)]
    if len(findings) > FAILURES_SHOWN:
        parts.append(f"... and {len(findings) - FAILURES_SHOWN} more.")
    rows = _lines(file, _of_domains(REJECTED_LOOK_UP_ROWS, request))[:LOOK_UP_ROWS_SHOWN]
    if rows:
        parts += ["Rejected rows of look-up tables (correct them and build again):", *rows]
    tests = [each["compiled_code"] or "" for each in failed if each["status"] == "fail"]
    tests = [sql for sql in tests if "as rejected_share" in sql]
    shares = _lines(file, [REJECTED_SHARES.replace("TEST", sql) for sql in tests])
    if shares:
        parts += [
            "Too many rows are rejected (correct the delivery and build again, or allow more with "
            "--vars '{max_quarantined_share: 0.1}'):",
            *shares,
        ]
    return failure(request.warehouse, "\n".join(parts))


def build_warnings(
    request: BuildRequest, outcome: Outcome, file: Path, dbt_target: Path
) -> list[str]:
    """Which rows the build left out, by table and reason, and what tests warn of.

    A test says in its config what each of its rows means: `meta: {means: ...}`.
    """
    lines = [*_lines(file, _of_domains(LEFT_OUT_ROWS, request)), *outcome.warnings]
    warned = _results(dbt_target, "warn")
    nodes = json.loads((dbt_target / "manifest.json").read_text())["nodes"] if warned else {}
    for each in warned:
        name = node_name(each["unique_id"])
        # Rows that dbt counts in quarantine are in the lines above, by reason.
        if not name.endswith("_rows_are_none"):
            means = nodes.get(each["unique_id"], {}).get("meta", {}).get("means")
            lines.append(f"{name}: {_finding(each)}" + (f". {means}" if means else ""))
    return lines


def empty_mart_lines(file: Path) -> list[str]:
    """Which marts of a domain are empty and why, one line for each domain and reason."""
    return _lines(file, [EMPTY_MARTS])


def rows_text(count: int) -> str:
    """Such as `1 row` and `1,200 rows`."""
    return f"{count:,} row{'s' * (count != 1)}"


def _results(dbt_target: Path, *statuses: str) -> Sequence[Mapping[str, Any]]:
    """The nodes that ended so. Without a whole run_results.json, dbt died or the disk is full."""
    with suppress(OSError, ValueError):
        results = json.loads((dbt_target / RUN_RESULTS).read_text())["results"]
        return [each for each in results if each["status"] in statuses]
    return []


def _finding(result: Mapping[str, Any]) -> str:
    """The number of rows that a data test found, else dbt's message."""
    if result["failures"] and result["unique_id"].startswith("test."):
        return rows_text(result["failures"])
    return plain_message(result["message"] or "")


def _failure_text(result: Mapping[str, Any]) -> str:
    finding = _finding(result)
    text = "\n" + textwrap.indent(finding, "  ") if "\n" in finding else f" {finding}"
    return f"{node_name(result['unique_id'])} failed:{text}"


def _ending(outcome: Outcome) -> str:
    if outcome.exit_code == -signal.SIGKILL:
        return (
            "dbt was killed. The system does this if memory is short: give the build more memory, "
            "or lower --threads or --memory-limit."
        )
    return outcome.stderr or f"dbt ended with exit code {outcome.exit_code}."


def _of_domains(query: str, request: BuildRequest) -> Iterable[str]:
    return [query.replace("DOMAIN", domain) for domain in request.domains]


def _lines(file: Path, queries: Iterable[str]) -> list[str]:
    """The texts that the queries give. A table that the build did not reach gives none."""
    lines: list[str] = []
    with suppress(duckdb.Error), duckdb.connect(str(file), read_only=True) as connection:
        connection.execute(MACROS)
        for query in queries:
            with suppress(duckdb.CatalogException):
                lines += [text for (text,) in connection.execute(query).fetchall()]
    return lines
