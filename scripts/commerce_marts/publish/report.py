"""What people read of a build: why it failed, what it warns of."""

import signal
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from commerce_marts.dbt import Finding, Outcome
from commerce_marts.errors import (
    RunnerError,
    full_disk,
    is_full_disk,
    is_out_of_memory,
    too_little_memory,
    untouched,
)
from commerce_marts.plan.request import BuildRequest
from commerce_marts.publish.warehouse import (
    left_out_lines,
    rejected_look_up_rows,
    too_many_rejected_rows,
)

FAILURES_SHOWN = 20


def failure(target: Path, message: str) -> RunnerError:
    """The message, and that the published file is as it was."""
    return (
        full_disk(target)
        if is_full_disk(message)
        else RunnerError(f"{message}\n{untouched(target)}")
    )


def dbt_failure(
    request: BuildRequest, outcome: Outcome, stderr: str, file: Path, run_results: Path
) -> RunnerError:
    """Why dbt failed: its messages, and the rows of `file` that made a test fail."""
    everything = "\n".join([stderr, *(finding.message for finding in outcome.failures)])
    if is_full_disk(everything):
        return full_disk(request.warehouse)
    if is_out_of_memory(everything):
        nodes = [found.node for found in outcome.failures if is_out_of_memory(found.message)]
        where = next(filter(None, nodes), "dbt")
        return too_little_memory(request.warehouse, request.memory_limit, where)
    findings = [_failure_line(finding) for finding in outcome.failures[:FAILURES_SHOWN]]
    unseen = len(outcome.failures) - len(findings)
    parts = [*findings, f"... and {unseen} more." if unseen else ""]
    rows = rejected_look_up_rows(file, request.domains) if file.exists() else []
    if rows:
        parts += [
            "Rows of look-up tables that cannot be used (mend them and build again):",
            *(f"  {row}" for row in rows),
        ]
    shares = too_many_rejected_rows(file, run_results)
    if shares:
        parts += [
            "Too many rows cannot be used (mend the delivery and build again, or allow more with "
            "--vars '{max_quarantined_share: 0.1}'):",
            *(f"  {line}" for line in shares),
        ]
    if not findings:
        parts.append(_ending(outcome.exit_code, stderr))
    return failure(request.warehouse, "\n".join(part for part in parts if part))


def show_warnings(warnings: Sequence[Finding], request: BuildRequest, console: Console) -> None:
    """Prints which rows were left out, by table and reason, and what tests warn of."""
    lines = left_out_lines(request.warehouse, request.domains)
    for finding in warnings:
        # The rows that dbt counts in quarantine are in the lines above, by reason.
        if not finding.node.endswith("_rows_are_none"):
            count = f"{finding.rows:,} row{'s' * (finding.rows != 1)}" if finding.rows else ""
            text = count or finding.message
            text = f"{finding.node}: {text}" if finding.node else text
            lines.append(f"{text}. {finding.means}" if finding.means else text)
    if lines:
        console.print(f"{len(lines)} warning{'s' * (len(lines) != 1)}:", highlight=False)
        for line in lines:
            console.print(f"  {line}", highlight=False, soft_wrap=True, markup=False)
        console.print()


def _failure_line(finding: Finding) -> str:
    if finding.rows:
        return f"{finding.node} failed: {finding.rows:,} row{'s' * (finding.rows != 1)}"
    separator = "\n  " if "\n" in finding.message else " "
    message = finding.message.replace("\n", "\n  ")
    return f"{finding.node} failed:{separator}{message}" if finding.node else finding.message


def _ending(exit_code: int | None, stderr: str) -> str:
    if exit_code == -signal.SIGKILL:
        return (
            "dbt was killed, as the system does where memory is short. If it was not you: give the "
            "build more memory, fewer --threads, or a --memory-limit below what there is."
        )
    return stderr.strip() or f"dbt ended with exit code {exit_code}."
