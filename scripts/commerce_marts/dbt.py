"""dbt as a subprocess: what it is given, and what it says of its run."""

import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# A subprocess, because dbt run inside Python keeps the DuckDB file locked until Python ends.
DBT = Path(sys.executable).with_name("dbt")
# -P: beside the program lies a dbt.py.
DBT_OF_BUILD: Sequence[str | Path] = (
    *(sys.executable, "-P", Path(__file__).with_name("dbt_program.py")),
)
TETHER = Path(__file__).parent / "publish" / "tether.py"
SECONDS_TO_END = 10
# Vars that every build sets for itself, and vars of which it computes the effect again: they may
# differ between daily builds. They reach dbt in its environment, see macros/vars/build_var.sql.
VARS_OF_THE_RUNNER = (
    *("build_id", "built_at", "git_commit", "incremental", "unchanged_domains", "forgotten_list"),
)
MOVING_VARS = (
    *("max_quarantined_share", "as_of_date", "earliest_plausible_date", "latest_plausible_date"),
)
BUILD_VARS = (*VARS_OF_THE_RUNNER, *MOVING_VARS)
# Not a warning for the user: a domain may have nothing to exclude.
UNIMPORTANT_EVENTS = ("NoNodesForSelectionCriteria",)

# Nodes done, nodes in all, the node that was finished or begun last.
Show = Callable[[int, int, str], None]


@dataclass
class Outcome:
    """How a dbt run ended, its stderr, and errors and warnings that do not belong to a node."""

    exit_code: int = 0
    stderr: str = ""
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def run_dbt(
    arguments: Sequence[str | Path],
    folder: Path,
    environment: Mapping[str, str],
    lock: int,
    show: Show,
) -> Outcome:
    """Runs dbt in `folder` to its end.

    If this is interrupted, dbt is ended first; if this is killed, dbt is too. It inherits the
    descriptor of the lock, so that no other build starts while it is still there.
    """
    # -I and -S: the tether needs only Python itself.
    tethered = [sys.executable, "-I", "-S", TETHER, str(os.getpid()), *DBT_OF_BUILD]
    command = [*tethered, "--log-format", "json", "--log-format-file", "text", *arguments]
    with (folder / "dbt_stderr.txt").open("w+b") as errors:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            pass_fds=(lock,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            errors="replace",
        )
        try:
            outcome = _followed(process, show)
            outcome.exit_code = process.wait()
        finally:
            # Does nothing if dbt has ended.
            process.terminate()
            try:
                process.wait(SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        errors.seek(0)
        outcome.stderr = errors.read().decode(errors="replace").strip()
    return outcome


def _followed(process: subprocess.Popen[str], show: Show) -> Outcome:
    """Reads dbt's log events to their end and shows the progress."""
    assert process.stdout is not None
    # By id, because dbt reports a node that is skipped or fails more than once.
    outcome, done, total = Outcome(), set(), 0
    for line in process.stdout:
        event = None
        # Libraries below dbt may print lines of their own, and a killed dbt half a line.
        with suppress(json.JSONDecodeError):
            event = json.loads(line)
        if not isinstance(event, dict) or "info" not in event:
            continue
        info, data = event["info"], event["data"]
        node = data.get("node_info")
        if info["name"] == "MainEncounteredError":
            outcome.errors.append(plain_message(data["exc"]))
        elif node is None and info["level"] == "warn" and info["name"] not in UNIMPORTANT_EVENTS:
            outcome.warnings.append(plain_message(info["msg"]))
        if node and "index" in data and node.get("resource_type") != "operation":
            # A test's event has no total. The totals that dbt logs before leave unit tests out.
            total = data.get("total") or total
            if info["name"] != "LogStartLine":
                done.add(node["unique_id"])
            show(len(done), total, node_name(node["unique_id"]))
    return outcome


def dbt_environment(
    build_file: Path | None = None,
    memory_limit: str | None = None,
    dbt_vars: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """The environment of a dbt run: no usage data are sent, and no dbt setting of the shell counts.

    `dbt_vars` are those of BUILD_VARS.
    """
    # What is published may not depend on the shell it was built in. Secrets and the Hub's address
    # concern packages only.
    kept = ("DBT_ENV_", "DBT_PACKAGE_HUB_URL")
    environment = {
        name: value
        for name, value in os.environ.items()
        if name.startswith(kept) or not name.startswith(("DBT_", "COMMERCE_MARTS_"))
    }
    environment |= {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
    given = {
        "PYTHONUTF8": 1,
        "COMMERCE_MARTS_BUILD_FILE": build_file,
        "COMMERCE_MARTS_MEMORY_LIMIT": memory_limit,
        "COMMERCE_MARTS_VARS": None if dbt_vars is None else json.dumps(dbt_vars),
    }
    return environment | {name: str(value) for name, value in given.items() if value is not None}


def plain_message(text: str) -> str:
    """dbt's message without call stack, SQL excerpt and indentation."""
    text = re.split(r"^\s*(?:> (?:in|called by) |LINE \d+:|compiled code at )", text, flags=re.M)[0]
    title, _, rest = text.partition("\n")
    if rest.strip() and re.match(r"\s*(Compilation|Runtime|Database|Parsing) Error\b", title):
        text = rest
    return textwrap.dedent(text).strip()


def node_name(unique_id: str) -> str:
    """The node as people know it, such as `test orders_have_lines`."""
    kind, _, *name = unique_id.split(".")
    # A generic test's unique id ends in a hash, a unit test's name begins with its model.
    return f"unit test {'.'.join(name)}" if kind == "unit_test" else f"{kind} {name[0]}"
