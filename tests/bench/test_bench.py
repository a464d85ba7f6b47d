"""`commerce-marts bench`: it measures the same work on both sides, and reckons right."""

import json
import sys
from io import StringIO
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from commerce_marts.bench.builds import KINDS, MeasuredBuild, Setting, measured_build
from commerce_marts.bench.figures import LARGE, SMALL, figures, goals, model_shares, phase_shares
from commerce_marts.bench.floor import MeasuredFloor, measured_floor, prepared_floor
from commerce_marts.bench.history import make_history
from commerce_marts.bench.memory import run_measured
from commerce_marts.bench.report import results, show_results, write_plot, write_results
from commerce_marts.errors import RunnerError
from commerce_marts.project import project_at

ROOT = Path(__file__).resolve().parents[2]
MIB = 2**20
# Seconds by kind of build; a test takes twice as long as a build without tests.
SECONDS = {
    LARGE: {"full": 60, "daily": 14, "empty": 10},
    SMALL: {"full": 15, "daily": 9, "empty": 5},
}


def test_a_history_holds_its_last_day_back_and_delivers_it_again(tmp_path):
    history = make_history("tiny", 1, 3, tmp_path)
    before = sorted(history.raw_dir.rglob("*.parquet"))
    lines = history.order_lines_count
    history.hold_back_last_day()
    history.hold_back_last_day()
    missing = set(before) - set(history.raw_dir.rglob("*.parquet"))
    assert {path.stem for path in missing} == {"2024-12-31"}
    assert {path.parent.name for path in missing} == {"order_items", "order_item_options"}
    assert 0 < history.order_lines_count < lines
    history.deliver_last_day()
    assert sorted(history.raw_dir.rglob("*.parquet")) == before
    assert history.files_count == len(before)


def test_memory_is_that_of_the_whole_tree_at_once(tmp_path):
    hold = "import time; block = bytearray(100 << 20); time.sleep(0.5)"
    parent = (
        "import subprocess, sys, time; "
        f"child = subprocess.Popen([sys.executable, '-c', {hold!r}]); {hold}; child.wait()"
    )
    usage = run_measured([sys.executable, "-c", parent], tmp_path / "log.txt")
    assert 200 * MIB < usage.peak_memory_bytes < 300 * MIB
    assert usage.seconds > 0.5


def test_what_fails_is_told_with_the_end_of_what_it_said(tmp_path):
    with pytest.raises(RunnerError, match=r"(?s)was to be measured failed:.*no such thing"):
        run_measured([sys.executable, "-c", "raise SystemExit('no such thing')"], tmp_path / "log")


def test_the_floor_makes_the_very_tables_of_a_build(tmp_path):
    history = make_history("tiny", 1, 5, tmp_path)
    setting = Setting(project_at(ROOT), "2GB")
    floor = measured_floor(prepared_floor(setting, history), 1)
    build = measured_build(setting, history, False, "full", 1)
    assert rows_of_relations(tmp_path / "floor" / "commerce.duckdb") == rows_of_relations(
        tmp_path / "without_tests" / "commerce.duckdb"
    )
    models = {node["name"] for node in build.nodes if node["kind"] == "model"}
    assert set(floor.models) == models
    assert not {"test", "unit_test"} & {node["kind"] for node in build.nodes}
    assert 0 < sum(floor.models.values()) <= floor.seconds
    assert sum(build.phases.values()) < build.seconds
    for measured in (floor, build):
        assert 50 * MIB < measured.peak_memory_bytes < 4096 * MIB
    assert build.warehouse_bytes > MIB


def rows_of_relations(path: Path) -> dict[tuple[str, str], int]:
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute(
            """
            select table_schema, table_name from information_schema.tables
            where table_schema not like 'raw%' and table_schema <> 'ledger'
            """
        ).fetchall()
        return {
            name: connection.execute(f'select count(*) from "{name[0]}"."{name[1]}"').fetchone()[0]
            for name in names
        }


def made_up(run: int) -> tuple[list[MeasuredBuild], list[MeasuredFloor]]:
    """Measurements; those of run 2 took twice, of run 3 three times as long as those of run 1."""
    builds = []
    for history in (LARGE, SMALL):
        for with_tests in (False, True):
            for kind in KINDS:
                seconds = SECONDS[history][kind] * run * (2 if with_tests else 1)
                phases = {"prepare": 0.5, "dbt": seconds - 2.0, "swap": 0.5}
                nodes = [
                    # Alone for 1 s, then, where there is something new, beside b for 1 s.
                    node("model", "a", 0, 1 if kind == "empty" else 2, "by_order"),
                    node("test", "b", 1, 1),
                    node("model", "c", 2, 0.25, "table"),
                ]
                builds.append(
                    MeasuredBuild(
                        history, with_tests, kind, run, seconds, 2**30, 10**8, phases, nodes
                    )
                )
    floors = [MeasuredFloor(name, run, 25 * run, 2**29, {"a": 1.25}) for name in (LARGE, SMALL)]
    return builds, floors


def node(kind: str, name: str, second: int, seconds: float, materialized: str = "") -> dict:
    began = f"2024-01-01T00:00:0{second}+00:00"
    found = {"kind": kind, "name": name, "began_at": began, "seconds": seconds}
    return found | ({"materialized": materialized} if kind == "model" else {})


@pytest.fixture
def measured() -> tuple[list[MeasuredBuild], list[MeasuredFloor]]:
    runs = [made_up(run) for run in (3, 1, 2)]
    return [b for builds, _ in runs for b in builds], [f for _, floors in runs for f in floors]


def test_figures_are_medians_and_goals_their_ratios(measured):
    found = figures(*measured)
    assert [(figure.history, figure.kind, figure.with_tests, figure.seconds) for figure in found][
        :7
    ] == [
        (LARGE, "floor", False, 50),
        *((LARGE, kind, False, 2 * SECONDS[LARGE][kind]) for kind in KINDS),
        *((LARGE, kind, True, 4 * SECONDS[LARGE][kind]) for kind in KINDS),
    ]
    assert len(found) == 14
    assert [(goal.value, goal.is_met) for goal in goals(found)] == [
        (120 / 50, False),
        (1, True),
        (pytest.approx(4 / 50), True),
        (0, True),
        (pytest.approx(4 / 50), True),
        (0, True),
    ]


def test_a_ratio_of_noise_is_no_figure(measured):
    builds, floors = measured
    same = [b for b in builds if b.kind != "daily"]
    # The daily build is the empty one again.
    same += [MeasuredBuild(**{**vars(b), "kind": "daily"}) for b in builds if b.kind == "empty"]
    assert [goal.is_met for goal in goals(figures(same, floors))] == [False, True, *4 * [None]]


def test_shares_add_up_to_the_build_and_nodes_that_run_together_share_the_time(measured):
    builds, floors = measured
    for with_tests in (False, True):
        shares = phase_shares(builds, with_tests)
        for kind in KINDS:
            whole = SECONDS[LARGE][kind] * 2 * (2 if with_tests else 1)
            assert sum(share.seconds[kind] for share in shares) == pytest.approx(whole)
    named = {share.name: share.seconds["full"] for share in shares}
    assert named["dbt: incremental models"] == 1.5
    assert named["dbt: other models"] == 0.25
    assert named["dbt: tests"] == 0.5
    models = model_shares(builds, floors, with_tests=False)
    assert [(model.name, model.seconds["full"], model.floor) for model in models] == [
        ("a", 1.5, 1.25),
        ("c", 0.25, None),
    ]


def test_results_are_shown_written_and_drawn(measured, tmp_path):
    output = StringIO()
    show_results(*measured, 15, Console(file=output, width=200))
    lines = [line.split() for line in output.getvalue().splitlines()]
    assert ["large", "full,", "with", "tests", "240.0", "1.5", "1.00", "100.0"] in lines
    goal = ["full", "build", "without", "tests", "/", "floor", "1.5", "2.40", "missed"]
    assert goal in lines
    write_results(results({"scale": 1}, *measured), tmp_path / "results.json")
    content = json.loads((tmp_path / "results.json").read_text())
    assert list(content) == ["setting", "figures", "goals", "builds", "floors"]
    assert (len(content["builds"]), len(content["floors"])) == (36, 6)
    assert write_plot(figures(*measured), tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 0
