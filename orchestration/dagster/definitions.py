"""Dagster: the models as assets with their tests as checks, built and published by one command.

    make dagster

It has an environment of its own, .venv/dagster, and runs what the project's environment has.

The environment says what is run, in the folder of the project; without its variable an asset is
not there:

    COMMERCE_MARTS_BUILD       options of `commerce-marts build`; from the seeds without it
    COMMERCE_MARTS_INGEST      arguments of `commerce-marts ingest`, which runs before
    COMMERCE_MARTS_SYNC        arguments of `commerce-marts sync`, which runs after
    COMMERCE_MARTS_REPORTS     arguments of `commerce-marts report`, which runs after
    COMMERCE_MARTS_RETRIES     how often a command that failed is tried again, 5 minutes later: 2
    COMMERCE_MARTS_PROJECT     the folder of the dbt project, if it is not this checkout
"""

import json
import os
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test

CHECKOUT = Path(__file__).resolve().parents[2]
PROJECT = Path(os.environ.get("COMMERCE_MARTS_PROJECT", CHECKOUT))
PROGRAM = CHECKOUT / ".venv" / "bin" / "commerce-marts"
MANIFEST = PROJECT / "target" / "dagster" / "manifest.json"
LANDED = dg.AssetKey("landed_tables")
# dbt's states of a test that let a build publish.
PASSED = ("pass", "warn")
RETRY = dg.RetryPolicy(max_retries=int(os.environ.get("COMMERCE_MARTS_RETRIES", "2")), delay=300)


def parsed_manifest() -> dict[str, Any]:
    """dbt's manifest of the project as it is now."""
    subprocess.run(
        [
            *(PROGRAM.with_name("dbt"), "--quiet", "parse", "--no-version-check"),
            *("--project-dir", PROJECT, "--profiles-dir", PROJECT),
            *("--target-path", MANIFEST.parent, "--log-path", MANIFEST.parent),
        ],
        check=True,
    )
    return json.loads(MANIFEST.read_text())


def run(context: dg.AssetExecutionContext, command: str, arguments: Sequence[str]) -> None:
    """Runs a command of commerce-marts. Raises dg.Failure with its last words where it fails."""
    done = subprocess.run(
        [PROGRAM, command, *arguments, "--project-dir", PROJECT],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    context.log.info(done.stdout)
    if done.returncode != 0:
        raise dg.Failure(done.stderr.strip() or done.stdout.strip())


def arguments_of(variable: str) -> list[str]:
    """What the environment says after a command; nothing where it does not."""
    return shlex.split(os.environ.get(variable, ""))


class Translator(DagsterDbtTranslator):
    """Names assets as dagster-dbt does, and lets staging wait for what is landed."""

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """The asset of a node."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        is_staging = "staging" in manifest["nodes"].get(unique_id, {}).get("fqn", ())
        if is_staging and arguments_of("COMMERCE_MARTS_INGEST"):
            return spec.merge_attributes(deps=[LANDED])
        return spec


BUILD_OPTIONS = arguments_of("COMMERCE_MARTS_BUILD")
MANIFEST_OF_PROJECT = parsed_manifest()
TRANSLATOR = Translator()


def key_of(unique_id: str) -> dg.AssetKey:
    """The asset of a model."""
    return TRANSLATOR.get_asset_spec(MANIFEST_OF_PROJECT, unique_id, None).key


@dbt_assets(
    manifest=MANIFEST_OF_PROJECT,
    # The seeds are raw data: they are built where a build reads them.
    select="resource_type:model",
    name="build",
    dagster_dbt_translator=TRANSLATOR,
    retry_policy=RETRY,
)
def build(context: dg.AssetExecutionContext) -> Iterator[dg.Output | dg.AssetCheckResult]:
    """One build of everything: a model alone would never be tested with the rest, nor published."""
    run(context, "build", BUILD_OPTIONS)
    results = json.loads((PROJECT / "target" / "publish" / "run_results.json").read_text())
    remaining = set(context.selected_asset_keys)
    for result in results["results"]:
        unique_id, kind = result["unique_id"], result["unique_id"].split(".")[0]
        if kind == "model" and key_of(unique_id) in remaining:
            remaining.remove(key_of(unique_id))
            yield dg.Output(
                None,
                key_of(unique_id).to_python_identifier(),
                metadata={"seconds": result["execution_time"]},
            )
        elif kind == "test":
            key = get_asset_check_key_for_test(MANIFEST_OF_PROJECT, TRANSLATOR, unique_id, None)
            if key in context.selected_asset_check_keys:
                yield dg.AssetCheckResult(
                    passed=result["status"] in PASSED,
                    asset_key=key.asset_key,
                    check_name=key.name,
                    metadata={"rows": result["failures"] or 0},
                )
    # A daily build runs nothing of a domain that has not changed: its models are as fresh.
    for key in sorted(remaining):
        yield dg.Output(None, key.to_python_identifier(), metadata={"unchanged": True})


def command_asset(
    name: str, variable: str, command: str, after: Sequence[str]
) -> list[dg.AssetsDefinition]:
    """An asset that runs one more command after some models, where the environment wants it."""
    arguments = arguments_of(variable)
    deps = [key_of(node) for node in MANIFEST_OF_PROJECT["nodes"] if node.split(".")[-1] in after]
    if not arguments:
        return []

    @dg.asset(name=name, deps=deps, retry_policy=RETRY, description=f"commerce-marts {command}")
    def ran(context: dg.AssetExecutionContext) -> None:
        run(context, command, arguments)

    return [ran]


daily = dg.define_asset_job("daily", selection="*")


def files_below(folder: Path) -> str:
    """A hash of the names, sizes and times of all raw files."""
    found = sorted(
        (str(file), file.stat().st_size, file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith(".")
    )
    return sha256(json.dumps(found).encode()).hexdigest()


@dg.sensor(job=daily, minimum_interval_seconds=300)
def new_deliveries(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """A build when raw files came, changed or went, and none is under way.

    Files that are still being written start a build at the next look, when they have stopped to
    change.
    """
    if "--raw-dir" not in BUILD_OPTIONS:
        return dg.SkipReason("COMMERCE_MARTS_BUILD has no --raw-dir to look at.")
    folder = BUILD_OPTIONS[BUILD_OPTIONS.index("--raw-dir") + 1]
    if "://" in folder:
        return dg.SkipReason(f"{folder} is a bucket: use the schedule, or the bucket's own events.")
    now = files_below(PROJECT / folder)
    built, seen = (context.cursor or " ").split(" ")
    if now == built:
        return dg.SkipReason("No file has changed since the last build.")
    if now != seen:
        context.update_cursor(f"{built} {now}")
        return dg.SkipReason("Files have changed; they may still be coming.")
    return dg.SensorResult([dg.RunRequest(run_key=now)], cursor=f"{now} {now}")


defs = dg.Definitions(
    assets=[
        *command_asset("landed_tables", "COMMERCE_MARTS_INGEST", "ingest", after=()),
        build,
        *command_asset("support_desk", "COMMERCE_MARTS_SYNC", "sync", after=["support_priority"]),
        *command_asset("reports", "COMMERCE_MARTS_REPORTS", "report", after=["build_info"]),
    ],
    jobs=[daily],
    schedules=[dg.ScheduleDefinition(job=daily, cron_schedule="15 5 * * *")],
    sensors=[new_deliveries],
)
