"""The Dagster project loads, and its daily job builds, publishes and reports what happened.

Runs in Dagster's environment: make test, or .venv/dagster/bin/pytest orchestration/dagster
"""

import importlib.util
import json
import os
import shutil
from pathlib import Path

import dagster as dg
import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
DEFINITIONS = ROOT / "orchestration" / "dagster" / "definitions.py"
SMALL_PROJECT = ROOT / "tests" / "runner" / "small_project"


@pytest.fixture
def definitions(monkeypatch):
    """definitions(PROJECT=..., BUILD=...): the module, as Dagster loads it."""

    def load(**environment):
        for name, value in environment.items():
            monkeypatch.setenv(f"COMMERCE_MARTS_{name}", str(value))
        spec = importlib.util.spec_from_file_location("definitions", DEFINITIONS)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def small(tmp_path):
    """A copy of the small project."""
    folder = tmp_path / "project"
    shutil.copytree(SMALL_PROJECT, folder, ignore=shutil.ignore_patterns("target"))
    shutil.copy(ROOT / "profiles.yml", folder)
    return folder


def query(path, sql):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def names(keys):
    return {key.path[-1] for key in keys}


def run_daily(module):
    with dg.DagsterInstance.ephemeral() as instance:
        return module.defs.resolve_job_def("daily").execute_in_process(
            instance=instance, raise_on_error=False
        )


def test_all_models_are_assets_and_data_tests_are_checks(definitions):
    module = definitions(INGEST="adventure_works", SYNC="support-desk", REPORTS="--out reports")
    dg.Definitions.validate_loadable(module.defs)
    graph = module.defs.resolve_asset_graph()
    nodes = json.loads(module.MANIFEST.read_text())["nodes"].values()
    models = [node for node in nodes if node["resource_type"] == "model"]
    # An ephemeral model is a part of the queries that read it: nothing is stored.
    stored = {node["name"] for node in models if node["config"]["materialized"] != "ephemeral"}
    assert stored <= names(graph.get_all_asset_keys())
    assert len(graph.asset_check_keys) > 200
    [staging] = [key for key in graph.materializable_asset_keys if "stg_sales" in key.path]
    assert module.LANDED in graph.get(staging).parent_keys
    [desk] = [key for key in graph.materializable_asset_keys if "support_desk" in key.path]
    assert names(graph.get(desk).parent_keys) == {"support_priority"}


def test_commands_without_arguments_are_no_assets(definitions, small):
    module = definitions(PROJECT=small)
    assets = names(module.defs.resolve_asset_graph().materializable_asset_keys)
    assert not assets & {"landed_tables", "support_desk", "reports"}


def test_a_run_publishes_and_tells_of_every_model_and_test(definitions, small, tmp_path):
    warehouse = tmp_path / "commerce.duckdb"
    module = definitions(PROJECT=small, BUILD=f"--warehouse {warehouse}")
    result = run_daily(module)
    assert result.success
    assert query(warehouse, "select count(*) from core.fct_orders") == [(3,)]
    materialized = {event.asset_key for event in result.get_asset_materialization_events()}
    graph = module.defs.resolve_asset_graph()
    assert materialized == graph.materializable_asset_keys
    checks = result.get_asset_check_evaluations()
    assert {check.asset_check_key for check in checks} == graph.asset_check_keys
    assert checks
    assert all(check.passed for check in checks)


def test_a_build_that_fails_says_why_and_publishes_nothing(definitions, small, tmp_path):
    warehouse = tmp_path / "commerce.duckdb"
    options = f"--warehouse {warehouse} --vars '{{trouble: model}}'"
    module = definitions(PROJECT=small, BUILD=options, RETRIES=0)
    result = run_daily(module)
    assert not result.success
    assert not warehouse.exists()
    [failed] = [
        event for event in result.all_events if event.is_step_failure or event.is_step_up_for_retry
    ]
    assert "Nothing was published" in str(failed.event_specific_data.error)


def test_the_sensor_builds_once_for_files_that_have_stopped_to_change(definitions, small, tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    module = definitions(PROJECT=small, BUILD=f"--raw-from files --raw-dir {raw}")

    def look(cursor):
        context = dg.build_sensor_context(cursor=cursor)
        outcome = module.new_deliveries(context)
        if isinstance(outcome, dg.SkipReason):
            return 0, context.cursor
        return len(outcome.run_requests), outcome.cursor

    count, cursor = look(None)
    assert count == 0
    (raw / "orders.csv").write_text("half")
    count, cursor = look(cursor)
    assert count == 0
    (raw / "orders.csv").write_text("half and whole")
    count, cursor = look(cursor)
    assert count == 0
    count, cursor = look(cursor)
    assert count == 1
    assert look(cursor)[0] == 0
    os.utime(raw / "orders.csv", (1, 1))
    count, cursor = look(cursor)
    assert (count, look(cursor)[0]) == (0, 1)


def test_the_schedule_is_daily_and_runs_wait_for_each_other(definitions, small, tmp_path):
    module = definitions(PROJECT=small)
    [schedule] = module.defs.schedules
    assert schedule.cron_schedule == "15 5 * * *"
    shutil.copy(DEFINITIONS.parent / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as one:
        assert one.get_concurrency_config().run_queue_config.max_concurrent_runs == 1


@pytest.mark.long
def test_the_seeds_are_built_by_a_run(definitions, tmp_path):
    warehouse = tmp_path / "commerce.duckdb"
    module = definitions(
        BUILD=f"--warehouse {warehouse}",
        SYNC=f"support-desk --warehouse {warehouse} --csv {tmp_path / 'desk.csv'}",
        REPORTS=f"--warehouse {warehouse} --out {tmp_path / 'reports'}",
    )
    result = run_daily(module)
    assert result.success
    materialized = {event.asset_key for event in result.get_asset_materialization_events()}
    assert materialized == module.defs.resolve_asset_graph().materializable_asset_keys
    assert len(query(warehouse, "from core.build_info")) == 4
    assert (tmp_path / "reports" / "overview.html").exists()
    assert (tmp_path / "desk.csv").exists()
