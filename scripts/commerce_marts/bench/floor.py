"""The floor: how long DuckDB takes for the models' SQL when nothing else is done.

dbt compiles the models once, unmeasured. Then one process runs their SQL in the order of the DAG:
`create table as` for tables, a view for a view, and for a staging model what its materialization
runs (macros/materializations/staged.sql). No tests, contracts, comments, logs or checks.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import yaml

from commerce_marts.bench.builds import Setting, request_of
from commerce_marts.bench.history import History
from commerce_marts.bench.memory import run_measured
from commerce_marts.build import Build, dbt_arguments
from commerce_marts.dbt import DBT, dbt_environment
from commerce_marts.errors import RunnerError
from commerce_marts.macros import Macros

MODELS_SQL = "the_sql_of_the_model"


@dataclass(frozen=True)
class MeasuredFloor:
    """Seconds from the opening of a new file to its closing, and of each model."""

    history: str
    run: int
    seconds: float
    peak_memory_bytes: int
    models: Mapping[str, float]


@dataclass(frozen=True)
class Step:
    """A model and the statements that make it."""

    model: str
    statements: tuple[str, ...]


@dataclass(frozen=True)
class Floor:
    """What is to be run: on a copy of `file`, which holds the look-up seeds and the raw views."""

    history: History
    file: Path
    config: Mapping[str, Any]
    settings: Mapping[str, Any]
    steps: tuple[Step, ...]


def prepared_floor(setting: Setting, history: History) -> Floor:
    """The floor of a history's full build: of all days but the last."""
    history.hold_back_last_day()
    file = history.folder / "floor" / "prepared" / "commerce.duckdb"
    file.parent.mkdir(parents=True)
    request = request_of(setting, history, with_tests=False, is_full=True)
    build = Build(request, "20000101T000000Z-000000", datetime.now(UTC))
    target = file.with_name("target")
    # Of an option that comes twice, the last one counts.
    arguments = [
        *dbt_arguments(build, is_incremental=False)[1:],
        "--target-path",
        target,
        "--log-path",
        target,
    ]
    variables = arguments[arguments.index("--vars") + 1]
    common = ["--target", "publish", "--vars", variables]
    common += ["--target-path", target, "--log-path", target]
    _dbt(setting, file, ["seed", *arguments])
    _dbt(setting, file, ["run-operation", "open_raw", *common])
    # dbt would compile the hooks too, in any order, and the last one takes the views away again.
    _dbt(setting, file, ["compile", *arguments, "--select", "resource_type:model"])
    manifest = json.loads((target / "manifest.json").read_text())
    inline = ["--inline", "{{ judged_rows_sql('" + MODELS_SQL + "') }}"]
    judged = _dbt(setting, file, ["--quiet", "compile", "--output", "json", *inline, *common])
    contracts = Macros(setting.project.root, setting.project.variables, duckdb.connect())
    steps = tuple(_steps(manifest, json.loads(judged)["compiled"], contracts))
    return Floor(history, file, **_duckdb_settings(setting, file), steps=steps)


def measured_floor(floor: Floor, run: int) -> MeasuredFloor:
    """Runs the floor in a process of its own."""
    folder = floor.file.parent.parent
    file = folder / floor.file.name
    shutil.copyfile(floor.file, file)
    task = {
        "file": str(file),
        "config": floor.config,
        "settings": floor.settings,
        "steps": [[step.model, step.statements] for step in floor.steps],
        "answer": str(folder / "answer.json"),
    }
    (folder / "task.json").write_text(json.dumps(task))
    command = [sys.executable, "-m", __name__, folder / "task.json"]
    usage = run_measured(command, folder / "output.txt")
    answer = json.loads((folder / "answer.json").read_text())
    return MeasuredFloor(
        floor.history.name, run, answer["seconds"], usage.peak_memory_bytes, answer["models"]
    )


def _dbt(setting: Setting, file: Path, arguments: Sequence[str | Path]) -> str:
    done = subprocess.run(
        [DBT, "--no-use-colors", *arguments],
        cwd=setting.project.root,
        env=dbt_environment(file, setting.memory_limit),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RunnerError(f"dbt {arguments[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _steps(manifest: Mapping[str, Any], judged_rows: str, contracts: Macros) -> Iterator[Step]:
    nodes = {
        name: node
        for name, node in manifest["nodes"].items()
        # Another domain's models are left out, and so not compiled.
        if node["resource_type"] == "model" and node.get("compiled")
    }
    graph = {name: set(node["depends_on"]["nodes"]) & set(nodes) for name, node in nodes.items()}
    for name in TopologicalSorter(graph).static_order():
        node = nodes[name]
        schema = f'create schema if not exists "{node["schema"]}"'
        if node["config"]["materialized"] == "staged":
            contract = contracts.call("contract_of_model", node["name"])
            statements = _staged_statements(node, judged_rows, contract.get("unit_column"))
        else:
            statements = [_statement(node)]
        yield Step(node["name"], (schema, *statements))


def _statement(node: Mapping[str, Any]) -> str:
    config = node["config"]
    # The tables and views of `by_order` differ from dbt's own in incremental builds only.
    is_view = "view" in (config["materialized"], config.get("kept_as"))
    kind = "view" if is_view else "table"
    return f"create {kind} {node['relation_name']} as ({node['compiled_code']})"


def _staged_statements(
    node: Mapping[str, Any], judged_rows: str, unit_column: str | None
) -> list[str]:
    """As macros/materializations/staged.sql does in a full build."""
    left_out = f'left_out."{node["schema"]}__{node["alias"]}"'
    unit = f', "{unit_column}"' if unit_column else ""
    judged = judged_rows.replace(MODELS_SQL, node["compiled_code"])
    return [
        f"create temporary table judged as {judged}",
        f"create table {node['relation_name']} as "
        "select * exclude (left_out_reason, raw_row) from judged where left_out_reason is null",
        f"create table {left_out} as select left_out_reason, source_file, raw_row{unit} "
        "from judged where left_out_reason is not null",
        "drop table judged",
    ]


def _duckdb_settings(setting: Setting, file: Path) -> Mapping[str, Any]:
    """`config` and `settings` of the profile's target `publish`, as dbt gives them to DuckDB."""
    environment = dbt_environment(file, setting.memory_limit)
    text = (setting.project.root / "profiles.yml").read_text()
    rendered = jinja2.Template(text).render(env_var=environment.get)
    target = yaml.safe_load(rendered)["commerce_marts"]["outputs"]["publish"]
    return {"config": target["config_options"], "settings": target["settings"]}


def main(task: Mapping[str, Any]) -> None:
    """The process that is measured."""
    seconds: dict[str, float] = {}
    began = time.perf_counter()
    with duckdb.connect(task["file"], config=task["config"]) as connection:
        for name, value in task["settings"].items():
            connection.execute(f"set {name} = '{value}'")
        for model, statements in task["steps"]:
            model_began = time.perf_counter()
            for statement in statements:
                connection.execute(statement)
            seconds[model] = time.perf_counter() - model_began
    answer = {"seconds": time.perf_counter() - began, "models": seconds}
    Path(task["answer"]).write_text(json.dumps(answer))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
