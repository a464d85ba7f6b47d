"""Runs dbt commands one after another in one process, so that the project is parsed once.

    python dbt_commands.py '[["ls", "--select", "rfm"], ...]' OPTION...

It prints a JSON list: for each command whether it succeeded, what it listed, the status of each
node that it ran, and all messages.
"""

import json
import sys
from typing import Any

from dbt.cli.main import dbtRunner


def outcomes(commands: list[list[str]], options: list[str]) -> list[dict[str, Any]]:
    """The outcome of each command, with the same options for all."""
    messages: list[str] = []
    manifest = dbtRunner().invoke(["--quiet", "parse", *options]).result
    runner = dbtRunner(manifest=manifest, callbacks=[lambda event: messages.append(event.info.msg)])
    found = []
    for command in commands:
        messages.clear()
        done = runner.invoke(["--quiet", *command, *options])
        listed = done.result if command[0] == "ls" else None
        statuses = {one.node.unique_id: one.status for one in getattr(done.result, "results", [])}
        text = "\n".join([*messages, str(done.exception or "")])
        found.append(
            {"success": done.success, "listed": listed or [], "statuses": statuses, "text": text}
        )
    return found


if __name__ == "__main__":
    results = outcomes(json.loads(sys.argv[1]), sys.argv[2:])
    # dbt prints too, so readers take the last line.
    print("\n" + json.dumps(results))
