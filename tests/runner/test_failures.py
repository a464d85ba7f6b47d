"""A build that cannot publish: one clear message, and the published file is unchanged."""

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from trials import (
    SMALL_PROJECT,
    build_id_of,
    checked_build_id,
    exit_code_of,
    kept_build_ids,
    publish_prepared,
    without_rights_of_root,
)

# What goes wrong inside dbt, and the message: `{warehouse}` and `{log}` are paths.
DBT_FAILURES = {
    "hook": "apples.orders: there is neither a file nor a folder of that name in nowhere. "
    "Put orders.csv there, or leave the domain out with --domains.",
    "model": "model fct_orders failed:\n"
    '  Binder Error: Referenced column "no_such_column" not found in FROM clause!\n'
    '  Candidate bindings: "order_id"',
    "test": "test orders_cost_less_than_a_million failed: 3 rows. Each is a dear order.\n"
    "  domain=apples, order_id=1, amount=10.500000\n"
    "  domain=apples, order_id=2, amount=4.000000\n"
    "  domain=pears, order_id=1, amount=7.000000\n"
    "  Sell cheaper things.",
    "look_up": "test apples_look_up_rows_are_usable failed: 7 rows of apples\n"
    + "\n".join(
        f"  domain=apples, table_name=products, left_out_kind=rejected, "
        f"reason=price is not a number, source_file=apples/products.csv, row_key=p{number}, "
        f'raw_row={{"product_id": "p1", "price": "cheap"}}, is_look_up=True'
        for number in range(3)
    ),
}


@pytest.mark.parametrize("trouble", DBT_FAILURES)
def test_a_failure_in_dbt_gives_a_plain_message_and_keeps_dbts_log(trouble, warehouse, build):
    before = warehouse.read_bytes()
    built = build(warehouse, trouble=trouble)
    log = warehouse.with_name("commerce.failed-build.log")
    assert built.returncode == 1
    assert built.stderr == (
        f"Error: {DBT_FAILURES[trouble]}\n"
        f"Nothing was published: {warehouse} is unchanged.\n"
        f"dbt's log: {log}.\n"
    )
    assert "Running with dbt=" in log.read_text()
    assert warehouse.read_bytes() == before
    assert not list(warehouse.parent.glob(".building-*"))


def test_a_file_with_another_builds_id_is_not_published(warehouse, build):
    before = warehouse.read_bytes()
    built = build(warehouse, trouble="wrong_id")
    assert built.returncode == 1
    assert built.stderr.startswith("Error: core.build_info names other, not build 20")
    assert warehouse.read_bytes() == before


NO_MEMORY_SIZE = (
    "--memory-limit: '{}' is not a size of memory that DuckDB accepts. Write it as 4GB, 512MB or "
    "1.5GiB, or as a share of the machine's memory: 50%."
)

# Options that are refused before dbt starts: arguments, exit code, message.
REFUSED = {
    "unknown domain": (
        ["--domains", "apples,pear"],
        2,
        "--domains: there is no domain 'pear'. Did you mean pears? Choose from apples, pears.",
    ),
    "no domain": (["--domains", ","], 2, "--domains is empty. Choose from apples, pears."),
    "files without a folder": (
        ["--raw-from", "files"],
        2,
        "--raw-from files needs --raw-dir, the folder of <domain>/<table>.csv.",
    ),
    "missing folder": (
        ["--raw-from", "files", "--raw-dir", "nowhere"],
        1,
        "--raw-dir nowhere does not exist. Name the folder of <domain>/<table>.csv.",
    ),
    "folder for seeds": (
        ["--raw-dir", "."],
        2,
        "--raw-dir works only with --raw-from files, not with seeds.",
    ),
    "tables without a file": (
        ["--raw-from", "tables"],
        2,
        "--raw-from tables needs --raw-database, the DuckDB file with schemas raw_<domain>.",
    ),
    "missing database": (
        ["--raw-from", "tables", "--raw-database", "nowhere.duckdb"],
        1,
        "--raw-database nowhere.duckdb is not a file. Name the DuckDB file with schemas "
        "raw_<domain>.",
    ),
    "database that is a text file": (
        ["--raw-from", "tables", "--raw-database", "text.csv"],
        1,
        "--raw-database text.csv is not a DuckDB file. For CSV or Parquet use --raw-from files "
        "--raw-dir DIR.",
    ),
    "value that is not a date": (
        ["--as-of-date", "31.01.2024"],
        2,
        "--as-of-date: '31.01.2024' is not a date. Write it as 2024-01-31, or as "
        "sales=2024-01-31,greenery=2021-02-11.",
    ),
    "date of a domain that is not built": (
        ["--domains", "apples", "--as-of-date", "pears=2024-01-31"],
        2,
        "--as-of-date: this build has no domain 'pears'. Choose from apples.",
    ),
    "memory without a unit": (["--memory-limit", "4"], 2, NO_MEMORY_SIZE.format("4")),
    "memory that is a word": (["--memory-limit", "none"], 2, NO_MEMORY_SIZE.format("none")),
    "memory of an unknown unit": (["--memory-limit", "4 XB"], 2, NO_MEMORY_SIZE.format("4 XB")),
    "memory below zero": (["--memory-limit", "-4GB"], 2, NO_MEMORY_SIZE.format("-4GB")),
    "no memory at all": (["--memory-limit", "0GB"], 2, NO_MEMORY_SIZE.format("0GB")),
    "more than all the memory": (["--memory-limit", "150%"], 2, NO_MEMORY_SIZE.format("150%")),
    "memory with text after it": (
        ["--memory-limit", "4GB'; drop"],
        2,
        NO_MEMORY_SIZE.format("4GB'; drop"),
    ),
    "vars that are a list": (
        ["--vars", "[1]"],
        2,
        "--vars must be a YAML mapping such as '{name: value}', not: [1]",
    ),
    "vars that are also an option": (
        ["--vars", "{domains: [apples]}"],
        2,
        "--vars may not set domains: use --domains.",
    ),
    "vars that the runner sets": (
        ["--vars", "{build_id: mine}"],
        2,
        "--vars may not set build_id: every build sets its own.",
    ),
    "vars that say what has not changed": (
        ["--vars", "{unchanged_domains: [apples]}"],
        2,
        "--vars may not set unchanged_domains: every build sets its own.",
    ),
    "a bucket without its name": (
        ["--publish-to", "s3://"],
        2,
        "--publish-to s3://: write s3://BUCKET or s3://BUCKET/PREFIX.",
    ),
    "target that is a folder": (
        ["--warehouse", "folder"],
        1,
        "--warehouse folder is a folder. Name the file in it: folder/commerce.duckdb.",
    ),
    "target that is not a DuckDB file": (
        ["--warehouse", "text.csv"],
        1,
        "text.csv exists and is not a DuckDB file, so it was not replaced. Move it away, "
        "or choose another file with --warehouse.",
    ),
    "target with an odd name": (
        ["--warehouse", "my.shop.duckdb"],
        2,
        "--warehouse my.shop.duckdb: name the file <name>.duckdb. The name may have letters, "
        "digits, - and _, as in commerce.duckdb.",
    ),
    "target named as a schema": (
        ["--warehouse", "apples.duckdb"],
        2,
        "--warehouse apples.duckdb: the warehouse has a schema apples, and DuckDB needs another "
        "name for the file. Name it apples_marts.duckdb.",
    ),
    "folder that is not a project": (
        ["--project-dir", "folder"],
        2,
        "There is no dbt_project.yml of commerce_marts in folder. Run this in a checkout of "
        "commerce_marts, or name one with --project-dir.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_invalid_option_is_refused_before_dbt_starts(case, tmp_path, run_cli):
    arguments, exit_code, message = REFUSED[case]
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.csv").write_text("order_id,amount\n1,2\n")
    refused = run_cli("build", "--project-dir", SMALL_PROJECT, *arguments, cwd=tmp_path)
    assert (refused.stderr, refused.returncode) == (f"Error: {message}\n", exit_code)
    assert refused.stdout == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "text.csv"]


def test_a_domain_without_a_folder_of_files_is_named_with_two_ways_to_continue(tmp_path, build):
    (tmp_path / "raw" / "apples").mkdir(parents=True)
    built = build(
        tmp_path / "commerce.duckdb", "--raw-from", "files", "--raw-dir", tmp_path / "raw"
    )
    assert built.returncode == 1
    assert built.stderr == (
        f"Error: {tmp_path}/raw has no folder for pears. Put the files into {tmp_path}/raw/pears, "
        f"or build with --domains apples.\n"
    )


def test_a_target_below_a_file_is_refused(tmp_path, build):
    (tmp_path / "file").write_text("")
    built = build(tmp_path / "file" / "commerce.duckdb")
    assert built.returncode == 1
    assert built.stderr == (
        f"Error: Cannot write into {tmp_path}/file: File exists. Make the folder writable, or "
        f"choose another file with --warehouse.\nNothing was published.\n"
    )


@pytest.fixture
def mounted(tmp_path):
    """mounted(*options): a small file system; None where the machine does not allow one."""
    folders = []

    def mount(*options: str) -> Path:
        folder = tmp_path / f"mount_{len(folders)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", folder]
        allowed = shutil.which("mount") and subprocess.run(command, capture_output=True).returncode
        if allowed == 0:
            folders.append(folder)
            return folder
        return None

    yield mount
    for folder in folders:
        subprocess.run(["umount", folder], check=True)


def test_a_folder_that_is_read_only_is_refused(mounted, tmp_path, build):
    folder = mounted("ro")
    if folder is None:
        # Permissions do the same: they stop everybody but root, and root may mount.
        folder = tmp_path / "read_only"
        folder.mkdir(mode=0o555)
    built = build(folder / "commerce.duckdb")
    assert built.returncode == 1
    assert built.stderr.startswith(f"Error: Cannot write into {folder}: ")
    assert built.stderr.endswith(
        "or choose another file with --warehouse.\nNothing was published.\n"
    )


def test_a_full_disk_gives_its_own_message_and_keeps_the_published_file(
    mounted, small_warehouse, tmp_path, build
):
    folder = mounted("size=8m")
    if folder is None:
        folder, limit = tmp_path / "limited", 4_000_000
        folder.mkdir()
    else:
        limit = None
    warehouse = folder / "commerce.duckdb"
    warehouse.write_bytes(small_warehouse.read_bytes())
    # Without a mounted file system, a limit on the size of files has the same effect.
    preexec = limit and (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    built = subprocess.run(
        [
            *(Path(sys.executable).with_name("commerce-marts"), "build"),
            *("--project-dir", SMALL_PROJECT, "--warehouse", warehouse),
            *("--vars", "{ballast_rows: 1000000}"),
        ],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=preexec,
    )
    assert built.returncode == 1
    assert built.stderr == (
        f"Error: No space is left for the new warehouse in {folder}. A build needs space for "
        f"a second file beside the published one. Free some space, keep fewer versions with "
        f"--keep, or choose another disk with --warehouse.\n"
        f"Nothing was published: {warehouse} is unchanged.\n"
    )
    assert warehouse.read_bytes() == small_warehouse.read_bytes()
    assert not list(folder.glob(".building-*"))


@pytest.mark.parametrize("files", [2, 3, 5, 6, 7, 8])
def test_a_disk_that_is_full_at_any_step_of_a_publication_leaves_a_whole_file(
    files, mounted, prepared, tmp_path
):
    """The file system has room for this many files and folders of any size."""
    folder = mounted(f"nr_inodes={files},size=50m") or tmp_path
    warehouse = folder / "commerce.duckdb"
    warehouse.write_bytes(prepared[0].read_bytes())
    stderr = tmp_path / "stderr.txt"
    exit_code = exit_code_of(publish_prepared, prepared[1], warehouse, stderr_file=stderr)
    published = prepared[1 if exit_code == 0 else 0]
    lines = stderr.read_text().splitlines()
    # The history is a file more, and no build fails for it.
    message = "\n".join(line for line in lines if "is not in the history: cannot" not in line)
    no_space = "Error: No space is left for the new"
    assert message == "" if exit_code == 0 else message.startswith(no_space)
    assert checked_build_id(warehouse) == build_id_of(published)
    assert not list(folder.glob(".building-*"))
    # When there is room again, the next build succeeds.
    subprocess.run(["mount", "-o", "remount,nr_inodes=100", folder], capture_output=True)
    assert exit_code_of(publish_prepared, prepared[2], warehouse) == 0
    assert build_id_of(published) in kept_build_ids(warehouse)


def test_in_a_read_only_folder_the_published_file_stays_and_can_be_read(warehouse, run_cli):
    before = warehouse.read_bytes()
    warehouse.parent.chmod(0o555)
    command = [Path(sys.executable).with_name("commerce-marts")]
    options = ["--project-dir", SMALL_PROJECT, "--warehouse", warehouse]
    for name in ("build", "rollback"):
        refused = subprocess.run(
            without_rights_of_root(*command, name, *options),
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
            capture_output=True,
            text=True,
        )
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr == (
            f"Error: Cannot write into {warehouse.parent}: Permission denied. Make the folder "
            f"writable, or choose another file with --warehouse.\n"
            f"Nothing was published: {warehouse} is unchanged.\n"
        )
    assert run_cli("status", "--warehouse", warehouse).returncode == 0
    assert warehouse.read_bytes() == before
    warehouse.parent.chmod(0o755)


def test_status_shows_what_is_published(small_warehouse, run_cli, query):
    shown = run_cli("status", "--warehouse", small_warehouse)
    assert shown.returncode == 0
    lines = dict(line.split(maxsplit=1) for line in shown.stdout.splitlines() if line)
    build_id = query(small_warehouse, "select distinct build_id from core.build_info")[0][0]
    assert lines["apples"].split() == ["2", "2", "0", "14.50", "2024-01-31"]
    assert lines["file"] == str(small_warehouse)
    assert lines["build"].strip() == build_id
    assert lines["versions"].startswith("dbt 1.11.")


def test_status_says_that_nothing_is_published(tmp_path, run_cli):
    shown = run_cli("status", "--warehouse", tmp_path / "commerce.duckdb")
    assert shown.returncode == 1
    assert shown.stderr == (
        f"Error: Nothing is published at {tmp_path}/commerce.duckdb. Publish it with "
        f"`commerce-marts build`, or name another file with --warehouse.\n"
    )


def test_status_reports_a_file_that_is_not_ours(tmp_path, run_cli):
    foreign, text = tmp_path / "foreign.duckdb", tmp_path / "text.duckdb"
    duckdb.connect(str(foreign)).execute("create table t (i integer)").close()
    text.write_text("not a database at all, just some text that is long enough")
    shown = run_cli("status", "--warehouse", foreign)
    assert shown.returncode == 1
    assert shown.stderr == (
        f"Error: {foreign} was not published by commerce-marts (it has no table core.build_info). "
        f"It is left unchanged. Choose another file with --warehouse, or move this one away.\n"
    )
    shown = run_cli("status", "--warehouse", text)
    assert shown.returncode == 1
    assert shown.stderr.startswith(f"Error: {text} cannot be read: ")
    assert "Traceback" not in shown.stderr
