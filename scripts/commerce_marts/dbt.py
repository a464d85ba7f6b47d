"""dbt as a subprocess: what it is given, and what its log says."""

import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# A subprocess, because dbt run inside Python keeps the DuckDB file locked until Python ends.
DBT = Path(sys.executable).with_name("dbt")
# The same for a build. dbt makes many objects and few cycles of them, and Python's search for those
# takes a tenth of a small build (scripts/benchmarks/small_build.py).
WITHOUT_GC = "import gc; gc.disable(); from dbt.cli.main import cli; cli()"
DBT_OF_BUILD: Sequence[str | Path] = (sys.executable, "-P", "-c", WITHOUT_GC)
TETHER = Path(__file__).parent / "publish" / "tether.py"
SECONDS_TO_END = 10
# Vars that may be another in each build: they do not say how rows are read, or their effect is made
# anew every time. They reach dbt in its environment, see macros/vars/build_var.sql.
BUILD_VARS = (
    *("build_id", "built_at", "git_commit", "incremental", "max_quarantined_share"),
    *("as_of_date", "earliest_plausible_date", "latest_plausible_date"),
)
# That a domain has nothing to exclude is no news to those who build it.
EVENTS_OF_NO_INTEREST = ("NoNodesForSelectionCriteria",)

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """A node that failed or warned: `test orders_have_lines`, the words, and the rows it found.

    `means` is what a test says of its rows in its config, as `meta: {means: ...}`.
    """

    node: str
    message: str
    rows: int | None = None
    means: str = ""


@dataclass(frozen=True)
class Progress:
    """How far dbt is: nodes done of all, and what it finished or began last."""

    done: int
    total: int
    doing: str


@dataclass
class Outcome:
    """What a dbt run came to, read from its log events one by one."""

    exit_code: int | None = None
    total: int = 0
    # By id: a node that is skipped or fails is told of more than once.
    done: set[str] = field(default_factory=set)
    failures: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    rows_found: dict[str, int] = field(default_factory=dict)

    def take(self, event: Event) -> Progress | None:
        """Notes one event; returns the progress where it made any."""
        name, level = event["info"]["name"], event["info"]["level"]
        data = event["data"]
        if name == "MainEncounteredError":
            self.failures.append(Finding("", plain_message(data["exc"])))
        elif name == "LogTestResult":
            self.rows_found[_node(data)] = data.get("num_failures") or 0
        elif name in ("RunResultError", "RunResultWarningMessage"):
            findings = self.failures if name == "RunResultError" else self.warnings
            node = _node(data)
            means = (data["node_info"].get("meta") or {}).get("means", "")
            rows = self.rows_found.get(node)
            findings.append(Finding(node, plain_message(data["msg"]), rows, means))
        elif level == "warn" and "node_info" not in data and name not in EVENTS_OF_NO_INTEREST:
            self.warnings.append(Finding("", plain_message(event["info"]["msg"])))
        return self._progress(name, data)

    def _progress(self, name: str, data: Mapping[str, Any]) -> Progress | None:
        node = data.get("node_info", {})
        if "index" not in data or node.get("resource_type") == "operation":
            return None
        # Each node's own line counts unit tests; what dbt announces before leaves them out.
        self.total = data.get("total") or self.total
        if name == "LogStartLine":
            return Progress(len(self.done), self.total, _node(data))
        self.done.add(node["unique_id"])
        return Progress(len(self.done), self.total, _node(data))


def run_dbt(
    arguments: Sequence[str | Path],
    folder: Path,
    environment: Mapping[str, str],
    error_file: Path,
    lock: int,
    show: Callable[[Progress], None],
) -> Outcome:
    """Runs dbt in `folder` to its end; what it writes to stderr goes to `error_file`.

    If this is interrupted, dbt is ended first; if this is killed, dbt is too. It inherits the
    descriptor of the lock, so that no other build starts while it is still there.
    """
    outcome = Outcome()
    # -I and -S: the tether needs nothing but Python itself.
    tethered = [sys.executable, "-I", "-S", TETHER, str(os.getpid()), *DBT_OF_BUILD]
    command = [*tethered, "--log-format", "json", "--log-format-file", "text", *arguments]
    with error_file.open("wb") as errors:
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
            assert process.stdout is not None
            for event in _events(process.stdout):
                progress = outcome.take(event)
                if progress is not None:
                    show(progress)
            outcome.exit_code = process.wait()
        finally:
            _end(process)
    return outcome


def dbt_environment(
    build_file: Path | None = None,
    memory_limit: str | None = None,
    dbt_vars: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """The environment of a dbt run: nothing is sent, and no one's own dbt settings reach in.

    `dbt_vars` are those of BUILD_VARS.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        # What is published may not depend on the shell it was built in. Secrets and the Hub's
        # address concern packages only.
        if not name.startswith(("DBT_", "COMMERCE_MARTS_"))
        or name.startswith(("DBT_ENV_", "DBT_PACKAGE_HUB_URL"))
    }
    environment |= {
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONUTF8": "1",
    }
    if build_file is not None:
        environment["COMMERCE_MARTS_BUILD_FILE"] = str(build_file)
    if memory_limit is not None:
        environment["COMMERCE_MARTS_MEMORY_LIMIT"] = memory_limit
    if dbt_vars is not None:
        environment["COMMERCE_MARTS_VARS"] = json.dumps(dbt_vars)
    return environment


def plain_message(text: str) -> str:
    """What dbt says without its frame: no call stack, no SQL excerpt, no indentation."""
    kept = []
    for line in text.splitlines():
        if re.match(r"\s*(> (in|called by) |LINE \d+:|compiled code at )", line):
            break
        kept.append(line)
    if kept and re.match(r"\s*(Compilation|Runtime|Database|Parsing) Error\b", kept[0]):
        kept = kept[1:] or kept
    return textwrap.dedent("\n".join(kept)).strip()


def _events(lines: Iterable[str]) -> Iterator[Event]:
    for line in lines:
        # Libraries below dbt may print a line of their own, and a dying dbt half a line.
        with suppress(json.JSONDecodeError):
            event = json.loads(line)
            if isinstance(event, dict) and "info" in event:
                yield event


def _node(data: Mapping[str, Any]) -> str:
    node = data["node_info"]
    kind = str(node["resource_type"]).replace("_", " ")
    # A generic test's unique id ends in a hash, a unit test's name begins with its model.
    parts = str(node["unique_id"]).split(".")
    return f"{kind} {'.'.join(parts[2:]) if kind == 'unit test' else parts[2]}"


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
