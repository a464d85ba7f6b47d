"""Shared fixtures: warehouses published once a session, and ways to build and read them."""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock

from commerce_marts.dbt import TETHER
from commerce_marts.project import project_at

ROOT = Path(__file__).resolve().parents[1]
WARM_START = ROOT / "tests" / "warm_start.py"
REAL_DATA = "COMMERCE_REAL_DATA"
NOT_RUN = pytest.StashKey[int]()


def pytest_collection_modifyitems(config, items):
    """Deselects the real-data tests if there is no real data, and counts them."""
    if os.environ.get(REAL_DATA):
        return
    deselected = [item for item in items if item.get_closest_marker("real_data")]
    config.stash[NOT_RUN] = len(deselected)
    if hasattr(config, "workeroutput"):
        config.workeroutput["real_data_not_run"] = len(deselected)
    if deselected:
        config.hook.pytest_deselected(items=deselected)
        items[:] = [item for item in items if item not in deselected]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Each worker of xdist collects the same tests, so one worker's count is enough."""
    node.config.stash[NOT_RUN] = getattr(node, "workeroutput", {}).get("real_data_not_run", 0)


def pytest_terminal_summary(terminalreporter, config):
    """Reports the real-data tests that were not run."""
    count = config.stash.get(NOT_RUN, 0)
    if count:
        terminalreporter.write_line(
            f"{count} real-data tests were not run: set {REAL_DATA} to the folder that holds "
            f"greenery/ and adventure_works/.",
            yellow=True,
        )


@pytest.fixture(scope="session")
def warm_python(tmp_path_factory) -> Iterator[list[str | Path]]:
    """The command that runs a Python program, with dbt imported before; see warm_start.py."""
    if sys.platform != "linux":
        yield [sys.executable]
        return
    socket = tmp_path_factory.mktemp("warm") / "socket"
    # It has one thread, as a process that forks should.
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"}
    with subprocess.Popen(
        [sys.executable, "-I", "-S", TETHER, str(os.getpid()), sys.executable, WARM_START, socket],
        env={**os.environ, **one_thread},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout.readline() == "ready\n"
        yield [sys.executable, "-I", "-S", WARM_START, socket]
        server.kill()


@pytest.fixture(scope="session")
def run_cli(warm_python) -> Callable[..., subprocess.CompletedProcess]:
    """run_cli("build", "--domains", "sales", env={...}): runs commerce-marts; text output.

    A build of this project that does not read the seeds leaves unit tests out: they are half of its
    time, depend on the code alone, and the builds of the seeds run them.
    """
    return cli_run_by(warm_python)


@pytest.fixture(scope="session")
def run_cold_cli() -> Callable[..., subprocess.CompletedProcess]:
    """The same as run_cli with processes as users start them, for tests of the processes."""
    return cli_run_by([sys.executable])


def cli_run_by(python: Sequence[str | Path]) -> Callable[..., subprocess.CompletedProcess]:
    program = [Path(sys.executable).with_name("commerce-marts")]
    without = [ROOT / "scripts" / "benchmarks" / "build_without.py", "unit_test"]

    def run(command, *options, env=None, cwd=ROOT, timeout=600):
        is_of_data = command == "build" and "--raw-from" in options
        if is_of_data and "--project-dir" not in options:
            started = [*python, *without, *options]
        else:
            started = [*python, *program, command, *options]
        return subprocess.run(
            [*map(str, started)],
            cwd=cwd,
            env={**os.environ, "COLUMNS": "200", **(env or {})},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def run_dbt(warm_python) -> Callable[..., subprocess.CompletedProcess]:
    """run_dbt("parse", "--target-path", folder, cwd=..., env={...}): runs dbt; text output."""
    program = [*warm_python, Path(sys.executable).with_name("dbt"), "--no-use-colors"]

    def run(*arguments, env=None, cwd=ROOT):
        return subprocess.run(
            [*map(str, [*program, *arguments])],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def query() -> Callable[..., list[tuple]]:
    """query(path, sql, parameters): the rows of a read-only query on a DuckDB file."""

    def rows(path: Path, sql: str, parameters: Any = None) -> list[tuple]:
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(sql, parameters).fetchall()

    return rows


@pytest.fixture(scope="session")
def tables_holding() -> Callable[[Path, Sequence[str]], set[str]]:
    """tables_holding(path, texts): the tables of a DuckDB file with one of the texts in a cell."""

    def tables(path: Path, texts: Sequence[str]) -> set[str]:
        is_there = " or ".join("contains(text, ?)" for _ in texts)
        with duckdb.connect(str(path), read_only=True) as connection:
            columns_of = connection.execute(
                "select schema_name || '.' || table_name,"
                """ string_agg('"' || column_name || '"', ', ')"""
                " from duckdb_columns() join duckdb_tables()"
                " using (database_name, schema_name, table_name)"
                " where data_type = 'VARCHAR' group by all"
            ).fetchall()
            selects = {
                table: f"select concat_ws(' ', {columns}) as text from {table}"
                for table, columns in columns_of
            }
            counts = {
                table: connection.execute(
                    f"select count(*) from ({select}) where {is_there}", texts
                ).fetchall()[0][0]
                for table, select in selects.items()
            }
        return {table for table, count in counts.items() if count}

    return tables


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory, worker_id) -> Path:
    """One folder for the whole session, all workers of xdist included."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def made_once(shared_folder) -> Callable[[str, Callable[[Path], str]], Path]:
    """made_once(name, make): a folder that `make` fills in the first worker only.

    `make` returns an error or an empty text. Every test that uses the folder fails with the error.
    """

    def folder_of(name: str, make: Callable[[Path], str]) -> Path:
        folder = shared_folder / name
        error_file = shared_folder / f"{name}.error"
        with FileLock(shared_folder / f"{name}.lock"):
            if not error_file.exists():
                folder.mkdir()
                try:
                    error = make(folder)
                except Exception:
                    error = traceback.format_exc()
                error_file.write_text(error)
        error = error_file.read_text()
        assert not error, error
        return folder

    return folder_of


@pytest.fixture(scope="session")
def published(made_once, run_cli) -> Callable[..., Path]:
    """published(name, *build_arguments): a warehouse that `commerce-marts build` published once."""

    def warehouse(name: str, *arguments) -> Path:
        def make(folder: Path) -> str:
            built = run_cli("build", "--warehouse", folder / "commerce.duckdb", *arguments)
            (folder / "output.txt").write_text(built.stdout + built.stderr)
            return "" if built.returncode == 0 else built.stdout + built.stderr

        return made_once(name, make) / "commerce.duckdb"

    return warehouse


@pytest.fixture(scope="session")
def models_built(run_dbt) -> Callable[..., str]:
    """models_built(folder, variables, *selection): builds folder/commerce.duckdb, without tests.

    For tests that do not need a whole build. Returns an error or an empty text.
    """

    def build(folder: Path, variables: dict[str, Any], *selection: str) -> str:
        run = run_dbt(
            *("build", "--profiles-dir", ROOT, "--target", "publish"),
            *("--target-path", folder, "--log-path", folder),
            *("--vars", json.dumps(variables), *selection),
            *("--exclude", "test_type:unit", "test_type:data"),
            env={"COMMERCE_MARTS_BUILD_FILE": str(folder / "commerce.duckdb")},
        )
        return "" if run.returncode == 0 else run.stdout + run.stderr

    return build


@pytest.fixture(scope="session")
def seeds_warehouse(published) -> Path:
    """A warehouse published from the committed seeds."""
    return published("seeds_warehouse")


@pytest.fixture(scope="session")
def domain_warehouse(published) -> Callable[[str], Path]:
    """domain_warehouse(domain): a warehouse published from the seeds of this domain alone."""
    return lambda domain: published(f"only_{domain}", "--domains", domain)


@pytest.fixture(scope="session")
def smallest_warehouse(published, made_once, contract, seeds_warehouse) -> Path:
    """A warehouse of one order of each domain; the optional tables are not delivered."""

    def make(folder: Path) -> str:
        with duckdb.connect(str(seeds_warehouse), read_only=True) as connection:
            for domain, tables in contract.items():
                (folder / domain).mkdir()
                # An order with a known customer and without rejected lines.
                wanted = connection.execute(
                    "select min(order_id) from core.fct_orders where domain = ?"
                    " and customer_id is not null and line_count = 1 and counts_as_sale",
                    [domain],
                ).fetchall()[0][0]
                for table, entry in tables.items():
                    if entry.get("optional"):
                        continue
                    order_id = entry.get("part_of", {}).get("order")
                    where = f"where {order_id} = '{wanted}'" if order_id else ""
                    connection.execute(
                        f"copy (select * from raw_{domain}.{table} {where})"
                        f" to '{folder / domain / table}.csv'"
                    )
        return ""

    raw_dir = made_once("raw_smallest", make)
    return published("smallest", "--raw-from", "files", "--raw-dir", raw_dir)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the real data. Only for tests marked real_data."""
    folder = Path(os.environ[REAL_DATA])
    assert (folder / "greenery").is_dir(), f"{REAL_DATA} is {folder}, which has no greenery/"
    return folder


@pytest.fixture(scope="session")
def real_warehouse(published, real_data) -> Path:
    """A warehouse published from the real data of greenery and adventure_works."""
    return published(
        "real_warehouse",
        *("--raw-from", "files", "--raw-dir", real_data),
        *("--domains", "greenery,adventure_works"),
    )


@pytest.fixture(scope="session")
def manifest(made_once, run_dbt) -> dict[str, Any]:
    """dbt's manifest of the project."""

    def make(folder: Path) -> str:
        parsed = run_dbt(
            *("parse", "--project-dir", ROOT, "--profiles-dir", ROOT),
            *("--target-path", folder, "--log-path", folder),
        )
        return "" if parsed.returncode == 0 else parsed.stdout + parsed.stderr

    return json.loads((made_once("manifest", make) / "manifest.json").read_text())


@pytest.fixture(scope="session")
def contract():
    """The raw contract as {domain: {table: {staged_as, key, columns, ...}}}."""
    return project_at(ROOT).raw_contract
