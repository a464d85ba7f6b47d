"""What a build takes: all raw data, or only what has changed since the published build."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from commerce_marts.check.command import latest_plausible_date, raw_file_problems
from commerce_marts.check.problems import IGNORED, Problem, is_refused, refusals_as_text
from commerce_marts.errors import RunnerError, too_little_memory, untouched
from commerce_marts.forget.forgotten import list_path
from commerce_marts.plan.deliveries import NoLoadTimeError, deliveries_of, with_layouts
from commerce_marts.plan.ledger import (
    CHANGED,
    NEW,
    SAME,
    Ledger,
    inputs_of,
    moving_of,
    read_ledger,
    unchanged_domains,
    why_full,
    why_full_by_layout,
)
from commerce_marts.plan.request import BuildRequest
from commerce_marts.plan.vanished import judged_vanished

IGNORED_SHOWN = 5


@dataclass(frozen=True)
class Plan:
    """The deliveries that a build takes, and why it takes all of them, if it does.

    `ledger` is None where raw data have no deliveries. `message` says why the build is full, or
    what has changed; empty where there is nothing to say. `full_reason` is empty in a daily build.
    `unchanged`: the domains that a daily build leaves as they are.
    """

    full_reason: str
    ledger: Ledger | None = None
    message: str = ""
    unchanged: tuple[str, ...] = ()

    @property
    def is_daily(self) -> bool:
        """Whether the build starts from a copy of what is published."""
        return not self.full_reason

    @property
    def taken_by_domain(self) -> dict[str, int]:
        """How many deliveries of each domain the build reads; empty where there is no ledger."""
        if self.ledger is None:
            return {}
        changes = (NEW, CHANGED) if self.is_daily else (NEW, CHANGED, SAME)
        counts = dict.fromkeys((domain for domain, *_ in self.ledger.deliveries), 0)
        for (domain, _), names in self.ledger.names(*changes).items():
            counts[domain] += len(names)
        return counts


def plan_of(
    request: BuildRequest,
    dbt_vars: Mapping[str, Any],
    is_published: bool,
    duckdb_config: Mapping[str, str],
) -> Plan:
    """Compares what there is with the ledger of the published build, and checks what is new.

    Raises RunnerError where raw data cannot be read, or a new file is not what the contract says.
    """
    project, domains = request.project, request.domains
    if request.raw_from == "seeds" or not any(project.raw_contract.values()):
        return Plan("seeds have no deliveries")
    before = read_ledger(request.warehouse) if is_published else None
    ending = untouched(request.warehouse)
    ignored: list[Problem] = []
    vanished: list[str] = []
    try:
        deliveries = deliveries_of(request, dbt_vars, before, duckdb_config)
        inputs, moving = inputs_of(project, dbt_vars), moving_of(project, dbt_vars)
        ledger = Ledger(deliveries, inputs, moving)
        every_var = {**project.variables, **dbt_vars}
        if request.raw_from == "files" or every_var["tables_hold_deliveries"]:
            limit = float(every_var["max_vanished_share"])
            ledger, vanished = judged_vanished(request, ledger, limit)
        reason = before and why_full(before, ledger)
        if every_var.get("order_id_is_unique_per", "feed") != "feed":
            reason = reason or "ids that are unique per location or day are looked up in all files"
        reason = "--full-refresh was given" if request.full_refresh else reason
        if request.raw_from == "files":
            # The other files were checked by the same rules when they were taken.
            is_daily = before is not None and not reason
            changes = (NEW, CHANGED) if is_daily else (NEW, CHANGED, SAME)
            names = ledger.names(*changes) if is_daily else None
            problems = raw_file_problems(project, domains, dbt_vars, names, duckdb_config)
            ignored = [problem for problem in problems if problem.outcome == IGNORED]
            if is_refused(problems):
                options = f"--raw-dir {request.raw_dir} --domains {','.join(domains)}"
                text = refusals_as_text(problems, f"commerce-marts check {options}")
                raise RunnerError(f"{text}\n{ending}")
            ledger = with_layouts(request, ledger, changes)
        reason = reason or (before and why_full_by_layout(before, ledger))
    except NoLoadTimeError as missing:
        ledger, reason = None, f"{missing}, so changes cannot be found"
    except duckdb.OutOfMemoryException as error:
        limit, where = request.memory_limit, "the check of the raw files"
        raise too_little_memory(request.warehouse, limit, where) from error
    except duckdb.Error as error:
        raise RunnerError(f"The raw data cannot be read: {error}\n{ending}") from error
    except OSError as error:
        message = f"{error.filename} cannot be read: {error.strerror}."
        raise RunnerError(f"{message}\n{ending}") from error
    if is_published and before is None and not reason:
        reason = "the published warehouse has no ledger of files or loads"
    message = f"Full build, because {reason}" if reason else str(ledger) if before else ""
    lines = [message, *vanished, *map(str, ignored[:IGNORED_SHOWN])]
    more = len(ignored) - IGNORED_SHOWN
    lines += [f"... and {more:,} more files that are not read"] * (more > 0)
    full_reason = reason or ("" if before else "nothing was published before")
    unchanged: tuple[str, ...] = ()
    if before and ledger and not full_reason:
        ledger = replace(ledger, warnings=before.warnings)
        unchanged = unchanged_domains(before, ledger, domains, request.warehouse)
    return Plan(full_reason, ledger, "\n".join(filter(None, lines)), unchanged)


def dbt_vars_of(request: BuildRequest, build_id: str, started: datetime) -> dict[str, Any]:
    """The vars of a build that started then (UTC), without `incremental`, which is the plan's."""
    dbt_vars: dict[str, Any] = {
        "latest_plausible_date": latest_plausible_date(started),
        **request.user_vars,
        "domains": request.domains,
        "raw_from": request.raw_from,
        "raw_dir": str(request.raw_dir or ""),
        "raw_database": str(request.raw_database or ""),
        "build_id": build_id,
        "built_at": started.strftime("%Y-%m-%d %H:%M:%S"),
        "git_commit": _git_commit(request.project.root),
    }
    forgotten = list_path(request.warehouse)
    if forgotten.exists():
        dbt_vars["forgotten_list"] = str(forgotten)
    if request.as_of_date is not None:
        dbt_vars["as_of_date"] = request.as_of_date
    return dbt_vars


def _git_commit(root: Path) -> str:
    """The commit that is built, with `-dirty` where files were changed since; else `unknown`."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    except OSError:
        return "unknown"
    return done.stdout.strip() or "unknown"
