"""dbt as `commerce-marts` runs it: python -P dbt_program.py, with the arguments of `dbt`.

dbt writes its whole manifest twice, which nobody reads here, and makes so many objects and so few
cycles of them that Python looks for those in vain: together a quarter of a small build
(scripts/benchmarks/small_build.py). So this writes into dbt's target folder only

    run_results.json    as dbt does
    nodes.json          {id: node} of the nodes that failed or warned, and of what they read
"""

import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.results import RunExecutionResult

RUN_RESULTS, NODES = "run_results.json", "nodes.json"
# Nodes that are told with what they read.
TOLD = ("error", "fail", "warn")


def main() -> None:
    """Runs dbt to its end, and exits with its exit code."""
    gc.disable()
    from dbt.cli import requires
    from dbt.cli.main import cli
    from dbt.events.types import MainEncounteredError
    from dbt_common.events.functions import fire_event

    # As dbtRunner does; it does not give the manifest.
    context = cli.make_context("dbt", ["--no-write-json", *sys.argv[1:]])
    context.obj = {"manifest": None, "callbacks": [], "dbt_runner_command_args": sys.argv[1:]}
    try:
        result, is_success = cli.invoke(context)
        exit_code = 0 if is_success else 1
    except requires.ResultExit as ended:
        result, exit_code = ended.result, ended.exit_code
    except requires.ExceptionExit as ended:
        result, exit_code = None, ended.exit_code
    if hasattr(result, "results"):
        try:
            _write(result, context.obj["manifest"], Path(context.obj["flags"].TARGET_PATH))
        except OSError as error:
            # As dbt does, and not on stderr: the disk is full.
            fire_event(MainEncounteredError(exc=str(error)))
            exit_code = 2
    sys.exit(exit_code)


def _write(result: "RunExecutionResult", manifest: "Manifest", folder: Path) -> None:
    told = [one.node for one in result.results if one.status in TOLD]
    ids = {id_ for node in told for id_ in (node.unique_id, *node.depends_on.nodes)}
    nodes = {id_: manifest.nodes[id_].to_dict() for id_ in sorted(ids) if id_ in manifest.nodes}
    (folder / NODES).write_text(json.dumps(nodes, default=str))
    result.write(str(folder / RUN_RESULTS))


if __name__ == "__main__":
    main()
