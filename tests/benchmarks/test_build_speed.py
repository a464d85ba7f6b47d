"""The benchmark of builds: it measures the same work on both sides, and computes right."""

import sys
from datetime import date

import duckdb
import pytest
from build_speed import measured_build, measured_floor, run_measured
from figures import DAILY, EMPTY, FLOOR, FULL, KINDS, Measured, model_seconds, parts_of, tables
from histories import make_history

MIB = 2**20


def test_memory_is_that_of_all_processes_at_once(tmp_path):
    hold = "import time; block = bytearray(100 << 20); time.sleep(1)"
    child = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {hold!r}]); {hold}"
    began, seconds, peak = run_measured([sys.executable, "-c", child], tmp_path / "log")
    assert 200 * MIB < peak < 300 * MIB
    assert began > 0
    assert seconds > 1


def test_a_command_that_fails_ends_the_benchmark_with_its_output(tmp_path):
    with pytest.raises(SystemExit, match="no such thing"):
        run_measured([sys.executable, "-c", "raise SystemExit('no such thing')"], tmp_path / "log")


def test_the_floor_makes_the_rows_of_a_full_build_of_all_days_but_the_last(tmp_path):
    history = make_history(tmp_path, 1, 5, date(2024, 12, 31))
    files = sorted(history.raw_dir.rglob("*.parquet"))
    history.take_last_day()
    without_last = sorted(history.raw_dir.rglob("*.parquet"))
    assert {file.stem for file in set(files) - set(without_last)} == {"2024-12-31"}
    warehouse = tmp_path / "commerce.duckdb"
    build = measured_build(history, FULL, False, "2GB", warehouse)
    floor = measured_floor(history, "2GB", warehouse)
    history.deliver_last_day()
    assert sorted(history.raw_dir.rglob("*.parquet")) == files
    # The runner fills it.
    expected = ['"core"."build_history"']
    assert differing_relations(warehouse, tmp_path / "floor" / "commerce.duckdb") == expected
    # The floor has no Python.
    assert build.models.keys() - floor.models.keys() == {
        "fct_clv_fits",
        # A full build makes nothing of these.
        "touched_clv_customers",
        "touched_days_and_customers",
        "touched_trends",
    }
    assert floor.models.keys() <= build.models.keys()
    assert 0 < sum(floor.models.values()) < floor.seconds
    assert sum(build.parts.values()) == pytest.approx(build.seconds)
    assert not {"tests", "unit tests"} & build.parts.keys()
    assert min(build.parts.values()) > 0


def differing_relations(build, floor) -> list[str]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{build}' as build (read_only)")
        connection.execute(f"attach '{floor}' as floor (read_only)")
        names = [
            {
                f'"{schema}"."{name}"'
                for schema, name in connection.execute(
                    "select table_schema, table_name from information_schema.tables where "
                    "table_catalog = ? and table_schema not in ('raw_restaurant', 'ledger')",
                    [database],
                ).fetchall()
            }
            for database in ("build", "floor")
        ]
        assert names[0] == names[1]
        assert len(names[0]) > 30
        return [
            name
            for name in sorted(names[0])
            for one, other in (("build", "floor"), ("floor", "build"))
            if connection.execute(
                f"select 1 from (from {one}.{name} except all from {other}.{name}) limit 1"
            ).fetchone()
        ]


def node(unique_id: str, second: float, seconds: float, schema: str = "") -> dict:
    timing = [{"name": "compile", "started_at": f"2024-01-01T00:00:{second:09.6f}Z"}]
    relation = f'"commerce"."{schema}"."{unique_id.split(".")[2]}"'
    keys = ("unique_id", "timing", "execution_time", "relation_name")
    return dict(zip(keys, (unique_id, timing, seconds, relation), strict=True))


def test_parts_add_up_and_nodes_that_run_together_share_the_time():
    results = [
        # Alone for 1 s, then beside the test for 1 s.
        node("model.commerce_marts.a", 10, 2, "core"),
        node("test.commerce_marts.b.0a1b2c", 11, 1),
        node("model.commerce_marts.c", 12, 0.25, "rfm"),
        node("operation.commerce_marts.hook", 13, 0.5),
    ]
    metadata = {
        "invocation_started_at": "2024-01-01T00:00:08Z",
        "generated_at": "2024-01-01T00:00:14Z",
    }
    run_results = {"metadata": metadata, "results": results}
    began = 1704067200 + 5
    parts = parts_of(run_results, began, seconds=11)
    assert list(parts.values()) == [3, 6 - 2.25, 1.5, 0.25, 0.5, 2]
    assert list(parts)[2:5] == ["models of core", "models of rfm", "tests"]
    assert model_seconds(run_results) == {"a": 1.5, "c": 0.25}


def test_tables_show_medians_and_shares_of_the_full_build():
    seconds = {FLOOR: 30, FULL: 40, DAILY: 10, EMPTY: 5}
    measured = [
        Measured(1000, kind, with_tests, seconds[kind] * run, 2**30, 10**8, {"x": run}, {"m": run})
        for run in (3, 1, 2)
        for with_tests in (False, True)
        for kind in (KINDS[1:] if with_tests else KINDS)
    ]
    lines = tables(measured, 15).splitlines()
    assert "| 1,000 order lines | s | share of full | peak, GiB | file, MB |" in lines
    assert "| floor | 60.0 | 0.75 | 1.00 | 100 |" in lines
    assert "| daily, with tests | 20.0 | 0.25 | 1.00 | 100 |" in lines
    assert "| x | 2.00 | 2.00 | 2.00 |" in lines
    assert "| m | 2.00 | 2.00 | 2.00 | 2.00 |" in lines


def test_tables_show_how_builds_grow_also_where_all_had_tests():
    measured = [
        Measured(lines, kind, True, seconds * lines, 2**30, 10**8, {"x": 1}, {"m": lines})
        for lines in (1000, 100)
        for kind, seconds in ((FULL, 10), (DAILY, 1), (EMPTY, 1))
    ]
    lines = tables(measured, 15).splitlines()
    assert "| model, with tests | full, s | daily, s | empty, s |" in lines
    assert "| m | 1000.00 | 1000.00 | 1000.00 |" in lines
    growth = lines.index("| seconds, 1,000 / 100 order lines, with tests | ratio |")
    assert lines[growth + 2 :] == ["| full | 10.00 |", "| daily | 10.00 |", "| empty | 10.00 |"]
