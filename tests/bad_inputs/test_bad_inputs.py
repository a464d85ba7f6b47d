"""Bad and odd input is accepted, rejected or refused, exactly as the cases say."""

import gzip
import hashlib
import json
import re
import shutil
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from cases import (
    BYTES,
    DELIVERED,
    DELIVERED_AGAIN,
    DETAILS,
    GOOD,
    ITEMS,
    LINE,
    LINES,
    OPTIONS,
    ORDER,
    ORDERS,
    REFUSED_CASES,
    ROW_CASES,
    SALES,
    SOUND,
    TILLS,
    files_of_deliveries,
)

from commerce_marts.check.command import raw_file_problems, table_checks, vars_of_check
from commerce_marts.check.problems import Problem, is_refused, totals, verdict
from commerce_marts.project import project_at

ROOT = Path(__file__).resolve().parents[2]
# Reasons that need a second table: only the build finds them.
REASONS_OF_THE_BUILD = (
    "has no order",
    "has no usable line",
    "has no header",
    "has no line",
    "have no order line",
)
# The data tests that check judges too.
GUARDS = ("order_ids_are_used_once", "orders_are_not_split_over_deliveries")
# All cases are in one delivery a file, and many are of one order.
ROW_BY_ROW = {"orders_are_delivered_whole": False}
# Parquet files beside the CSVs: {file: (query that writes it, columns, staged, left out)}
PARQUET_CASES = {
    "greenery.order_items/integer_id_and_floating_quantity": (
        "select 4711 as order_id, 'P1' as product_id, 2.0::double as quantity",
        "order_id, quantity",
        [("4711", "2")],
        [],
    ),
    "greenery.order_items/floating_quantity_that_is_not_a_number": (
        "select 4711 as order_id, 'P' || i as product_id, q::double as quantity"
        " from (values (2, 'nan'), (3, 'inf'), (4, '1.5')) as t (i, q)",
        "order_id",
        [],
        [("rejected", "quantity is missing")]
        + [("rejected", "quantity is not a whole number above 0")] * 2,
    ),
    "greenery.events/typed_times": (
        "select 'PE' || i as event_id, 'S' as session_id, null as user_id, null as page_url,"
        " c as created_at, 'view' as event_type, null as order_id, null as product_id"
        " from (values (1, '2024-01-31 10:00:00+02'::timestamptz)) as t (i, c)",
        "event_id, created_at",
        [("PE1", "2024-01-31 08:00:00")],
        [],
    ),
    "sales.sales/seconds_in_a_date_and_true_for_a_number": (
        "select 'pq' as order_id, 'C1' as customer_id, 'P1' as product_id,"
        " 1706659200::bigint as order_date, 1 as quantity, true as total_price",
        "order_id",
        [],
        [("rejected", "order_date is not an ISO 8601 date or timestamp")],
    ),
}


@pytest.fixture(scope="session")
def project():
    return project_at(ROOT)


@pytest.fixture(scope="session")
def delivery(made_once):
    """The folder of one delivery with every case that can be built."""

    def make(folder):
        for domain, tables in SOUND.items():
            for table, content in tables.items():
                write(folder / domain / table / "00_sound.csv", content)
        write(
            folder / "greenery/orders/00_parquet.csv",
            SOUND["greenery"]["orders"].replace("G1", "4711"),
        )
        for case in ROW_CASES:
            domain, table = case.table.split(".")
            write(folder / domain / table / f"{case.name}.csv", BYTES.get(case.name, case.content))
            for other, content in case.files.items():
                write(folder / domain / other / f"{case.name}.csv", content)
        for name, (sql, *_) in PARQUET_CASES.items():
            path = folder / f"{name.replace('.', '/', 1)}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            # The folder's name has characters with a meaning in SQL and in patterns.
            duckdb.sql(f"copy ({sql}) to '{str(path).replace(chr(39), chr(39) * 2)}'")
        return ""

    return made_once("bad inputs [of a shop's]*", make)


@pytest.fixture(scope="session")
def hashes_before(delivery):
    return hashes(delivery)


@pytest.fixture(scope="session")
def staging(delivery, hashes_before, made_once, dbt):
    """A warehouse with the staging of the delivery, built without its tests."""

    def make(folder):
        variables = {
            "raw_from": "files",
            "raw_dir": str(delivery),
            "latest_plausible_date": "2026-01-01",
            **ROW_BY_ROW,
        }
        run = dbt(folder, variables, "run", "--select", "path:models/staging")
        return "" if run.returncode == 0 else run.stdout + run.stderr

    return made_once("bad_inputs_staging", make) / "commerce.duckdb"


@pytest.fixture(scope="session")
def outcome_of(staging, contract, query):
    """outcome_of("sales.sales", "zero_quantity.csv", "order_id"): (staged rows, left-out rows)."""

    def outcome(table, file, columns):
        domain, name = table.split(".")
        relation = contract[domain][name]["staged_as"].split("__")[-1].removeprefix("stg_")
        source_file = f"{name}/{file}"
        staged = query(
            staging,
            f"select {columns} from {domain}.stg_{relation} where source_file = ?",
            [source_file],
        )
        left_out = query(
            staging,
            f"select left_out_kind, reason from quarantine.{domain}_rows"
            " where table_name = ? and source_file = ?",
            [name, source_file],
        )
        texts = [tuple(None if v is None else str(v) for v in row) for row in staged]
        return Counter(texts), Counter(left_out)

    return outcome


@pytest.mark.parametrize("case", ROW_CASES, ids=lambda case: case.name)
def test_a_row_is_accepted_or_rejected_as_the_case_says(case, outcome_of):
    outcome = outcome_of(case.table, f"{case.name}.csv", case.columns)
    assert outcome == (Counter(case.staged), Counter(case.left_out))


@pytest.mark.parametrize("name", PARQUET_CASES)
def test_parquet_of_other_types_is_read_or_rejected(name, outcome_of):
    table, file = name.split("/")
    _, columns, staged, left_out = PARQUET_CASES[name]
    assert outcome_of(table, f"{file}.parquet", columns) == (Counter(staged), Counter(left_out))


def test_the_compiled_order_items_can_be_read_by_people(staging):
    [compiled] = staging.parent.glob("compiled/**/stg_restaurant__order_items.sql")
    code = compiled.read_text()
    assert len(code.splitlines()) <= 200
    # Trimmed and typed once, in one select over the raw table.
    assert len(re.findall(r'"raw_restaurant"\."order_items"', code)) == 1
    assert len(re.findall(r'as "item_price"', code)) == 2


def test_values_of_look_up_tables_are_kept_exactly(staging, query):
    assert query(staging, "select first_name from sales.stg_customers") == [("O'Brien",)]
    assert query(staging, "select product_name from sales.stg_products") == [
        ("'); drop table x; --",)
    ]


def test_quarantine_keeps_the_whole_raw_row(staging, query):
    rows = query(
        staging,
        "select raw_row from quarantine.sales_rows where source_file like '%unknown_column_twice%'",
    )
    assert [json.loads(row) for (row,) in rows] == [
        {
            "order_id": "twice",
            "customer_id": "C1",
            "product_id": "P1",
            "order_date": "2024-01-31",
            "quantity": "0",
            "total_price": "5",
            "note": "a",
            "note_column_8": "b",
        }
    ]


def test_check_and_build_reject_the_same_rows_for_the_same_reasons(
    project, delivery, staging, query, contract
):
    dbt_vars = {**vars_of_check(delivery, ROW_BY_ROW), "latest_plausible_date": "2026-01-01"}
    problems = raw_file_problems(project, tuple(contract), dbt_vars)
    checked = Counter()
    for problem in problems:
        if problem.reason:
            place = (problem.domain, problem.table, problem.file, problem.reason)
            checked[place] += problem.rows
    rejected = Counter(
        row
        for domain in contract
        for row in query(
            staging,
            f"select domain, table_name, source_file, reason from quarantine.{domain}_rows"
            " where left_out_kind = 'rejected'",
        )
        if not row[3].endswith(REASONS_OF_THE_BUILD)
    )
    # These rows have several faults, of which quarantine names the first.
    header, typed = (
        "header_again_in_the_middle.csv",
        "seconds_in_a_date_and_true_for_a_number.parquet",
    )
    further_faults = Counter(
        {
            ("sales", "sales", f"sales/{header}", "quantity is not a whole number other than 0"): 1,
            ("sales", "sales", f"sales/{header}", "total_price is not a number"): 1,
            ("sales", "sales", f"sales/{typed}", "total_price is not a number"): 1,
        }
    )
    assert len(rejected) > 30
    assert checked - further_faults == rejected
    assert all(problem.outcome == "rejected" for problem in problems if problem.reason)


def test_reading_leaves_every_file_unchanged(delivery, hashes_before, staging):
    assert staging.is_file()
    assert hashes(delivery) == hashes_before


@pytest.fixture
def shop(tmp_path):
    """shop(files): a sound delivery of sales, some of its files replaced."""

    def make(files):
        for table, content in SOUND["sales"].items():
            write(tmp_path / "sales" / f"{table}.csv", content)
        for name, content in files.items():
            if content is None:
                (tmp_path / "sales" / name).unlink()
            else:
                write(tmp_path / "sales" / name, content)
        return tmp_path

    return make


@pytest.fixture
def refusals(project):
    """refusals(raw_dir): the messages of everything that check refuses."""

    def sentences(raw_dir):
        problems = raw_file_problems(project, ("sales",), vars_of_check(raw_dir, {}))
        return [str(problem) for problem in problems if problem.outcome == "refused"]

    return sentences


@pytest.mark.parametrize("name", REFUSED_CASES)
def test_a_file_is_refused_with_file_line_and_column(name, shop, refusals):
    files, expected = REFUSED_CASES[name]
    raw_dir = shop(files)
    before = hashes(raw_dir)
    assert refusals(raw_dir) == [text.replace("{raw_dir}", str(raw_dir)) for text in expected]
    assert hashes(raw_dir) == before


def test_a_truncated_parquet_file_is_refused(shop, refusals, tmp_path):
    whole = tmp_path / "whole.parquet"
    duckdb.sql(f"copy (from range(1000)) to '{whole}' (format parquet)")
    raw_dir = shop({"sales.csv": None, "sales.parquet": whole.read_bytes()[:-100]})
    [refusal] = refusals(raw_dir)
    assert refusal.startswith(
        "sales.sales, sales.parquet: expected a complete Parquet file; DuckDB says: "
    )


def test_a_truncated_parquet_file_does_not_hide_problems_of_others(shop, refusals, tmp_path):
    path = tmp_path / "typed.parquet"
    duckdb.sql(
        "copy (select 'O1' as order_id, 'C1' as customer_id, 1.0::double as product_id,"
        " current_date as order_date, 1 as quantity, 5 as total_price)"
        f" to '{path}' (format parquet)"
    )
    whole = path.read_bytes()
    raw_dir = shop({"sales.csv": None, "sales/1.parquet": whole[:-100], "sales/2.parquet": whole})
    truncated, typed = refusals(raw_dir)
    assert truncated.startswith("sales.sales, sales/1.parquet: expected a complete Parquet file;")
    assert typed.startswith("sales.sales, sales/2.parquet, column product_id: DOUBLE: expected ")


def test_parquet_columns_that_cannot_be_kept_exactly_are_refused(shop, refusals, tmp_path):
    path = tmp_path / "typed.parquet"
    duckdb.sql(
        "copy (select 1.0::double as order_id, ['C1'] as customer_id, 'P1' as product_id,"
        " current_date as order_date, 1 as quantity, '5'::blob as total_price)"
        f" to '{path}' (format parquet)"
    )
    raw_dir = shop({"sales.csv": None, "sales.parquet": path.read_bytes()})
    start = "sales.sales, sales.parquet, column"
    assert refusals(raw_dir) == [
        f"{start} order_id: DOUBLE: expected a column of text or whole numbers, since ids are "
        "kept letter for letter.",
        f"{start} customer_id: VARCHAR[]: expected a column of text, numbers or dates.",
        f"{start} total_price: BLOB: expected a column of text, numbers or dates.",
    ]


def test_files_that_are_not_read_are_reported(shop, project):
    raw_dir = shop({"sales/day_2.CSV": SOUND["sales"]["sales"], "sales/day_3.zip": b"PK"})
    problems = raw_file_problems(project, ("sales",), vars_of_check(raw_dir, {}))
    assert [str(problem) for problem in problems] == [
        "sales.sales, sales/day_3.zip: expected a file whose name ends in .csv, .csv.gz or "
        ".parquet; this file is not read.",
        "sales.sales, sales.csv: expected other rows than sales/day_2.CSV, which is equal and "
        "comes later; not read.",
    ]
    assert not is_refused(problems)


def test_a_row_that_begins_like_a_comment_tells_two_files_of_one_name_apart(shop, project):
    header, row = SOUND["sales"]["sales"].splitlines()
    # Where the other order ids are numbers, DuckDB's detection takes #7 for a comment.
    after_id = row[row.index(",") :]
    sound = f"{header}\n1{after_id}\n2{after_id}\n"
    more = f"{sound}#7{after_id}\n"
    told = {}
    for name, content in {"day_[1].csv.gz": sound, "day_2.csv.gz": more}.items():
        packed = gzip.compress(content.encode())
        raw_dir = shop({f"sales/{name}": packed, f"sales/{name[:-3]}": sound})
        for problem in raw_file_problems(project, ("sales",), vars_of_check(raw_dir, {})):
            told[problem.file] = problem.outcome, problem.expected
    same = "one file of this name; sales/day_[1].csv has the same rows and is read"
    other = "one file of this name; sales/day_2.csv has other rows. Remove one of them"
    assert told["sales/day_[1].csv.gz"] == ("ignored", same)
    assert told["sales/day_2.csv.gz"] == ("refused", other)


def test_many_faults_of_one_kind_are_counted_and_the_first_ten_listed(shop, project):
    sound = SOUND["sales"]["sales"]
    raw_dir = shop({"sales.csv": sound + sound.splitlines()[1].replace(",5", ",x\n") * 500})
    problems = raw_file_problems(project, ("sales",), vars_of_check(raw_dir, {}))
    assert [(problem.line, problem.value, problem.rows) for problem in problems[:11]] == [
        *((line, "x", 1) for line in range(3, 13)),
        (None, None, 490),
    ]
    assert str(problems[11]) == (
        "sales.sales: 500 of 501 rows are rejected (99.8%): expected at most 2.0% "
        "(max_quarantined_share); correct the rows."
    )


def test_equal_faults_have_their_own_lines_however_they_are_written(shop, project):
    header = SOUND["sales"]["sales"].splitlines()[0]
    rows = [
        '"O\n1",C1,P1,2024-01-31,1,5',
        "O2,C1,P1,2024-01-31,0,5",
        "O2,C1,P1,2024-01-31,0,5,,",
        'O2,"C1",P1,2024-01-31,0,5',
        '"O,2",C1,P1,2024-01-31,0,5',
    ]
    raw_dir = shop({"sales.csv": "\n".join([header, "", *rows, ""])})
    problems = raw_file_problems(project, ("sales",), vars_of_check(raw_dir, {}))
    assert [problem.line for problem in problems if problem.reason] == [5, 6, 7, 8]


def test_check_and_build_refuse_with_the_same_message(shop, run_cli, tmp_path):
    raw_dir = shop(REFUSED_CASES["truncated_last_line"][0])
    [message] = REFUSED_CASES["truncated_last_line"][1]
    checked = run_cli("check", "--raw-dir", raw_dir, "--domains", "sales", "--json")
    assert checked.returncode == 1
    assert json.loads(checked.stdout) == {
        "refused": True,
        "problems": [
            {
                "domain": "sales",
                "table": "sales",
                "file": "sales.csv",
                "line": 3,
                "column": None,
                "value": "O2,C1,P1,2024-0",
                "expected": "as many values as the header has names",
                "outcome": "refused",
                "reason": None,
                "rows": 1,
            }
        ],
    }
    warehouse = tmp_path / "commerce.duckdb"
    built = run_cli(
        *("build", "--raw-from", "files", "--raw-dir", raw_dir, "--domains", "sales"),
        *("--warehouse", warehouse),
    )
    assert (built.returncode, built.stderr) == (1, f"Error: {message}\nNothing was published.\n")
    assert not warehouse.exists()


def test_check_shows_a_table_and_passes_a_few_rejected_rows(shop, run_cli):
    sound = SOUND["sales"]["sales"]
    line = sound.splitlines()[1]
    rows = [line] * 99 + [line.replace(",1,", ",0,")]
    raw_dir = shop({"sales.csv": "\n".join([sound.splitlines()[0], *rows, ""])})
    checked = run_cli("check", "--raw-dir", raw_dir, "--domains", "sales")
    assert checked.returncode == 0
    assert checked.stdout == (
        "sales.sales, sales.csv, line 101, column quantity: 0: expected a whole number other than "
        "0. (rejected)\nA build takes these files; 1 row is rejected.\n"
    )
    checked = run_cli("check", "--raw-dir", raw_dir, "--domains", "sales", "--all")
    shown = [line.split("  ") for line in checked.stdout.splitlines() if line]
    assert [cell.strip() for cell in shown[1] if cell.strip()] == [
        *("sales.sales", "sales.csv", "101", "quantity", "0"),
        *("a whole number other than 0", "rejected"),
    ]
    assert checked.stdout.endswith("\nA build takes these files; 1 row is rejected.\n")


def test_check_counts_many_problems_in_a_screenful_and_ends_with_the_verdict(shop, run_cli):
    header = SOUND["sales"]["sales"].splitlines()[0]
    rows = ["O{},C1,P1,2024-01-31,x,5", "O{},C1,P1,soon,1,5", "O{},C1,P1,2024-01-31,1,five"]
    days = {
        f"sales/day_{day}.csv": "\n".join(
            [header, *(r.format(f"{day}-{n}") for n in range(200) for r in rows), ""]
        )
        for day in range(30)
    }
    raw_dir = shop({"sales.csv": None, **days})
    checked = run_cli("check", "--raw-dir", raw_dir, "--domains", "sales")
    assert checked.returncode == 1
    lines = checked.stdout.splitlines()
    share = "sales.sales: 18,000 of 18,000 rows are rejected (100.0%): expected at most 2.0% "
    share += "(max_quarantined_share); correct the rows."
    assert lines[0] == f"{share} (refused)"
    assert lines[-1] == f"A build of these files would be refused: {share}"
    assert (
        "sales.sales, column total_price: expected a number. 6,000 times in 30 files (rejected)\n"
        "  sales/day_0.csv, line 4: five\n"
    ) in checked.stdout
    assert len(lines) == 1 + 3 * 4 + 1
    checked = run_cli("check", "--raw-dir", raw_dir, "--domains", "sales", "--all")
    assert len(checked.stdout.splitlines()) > 3 * 30 * 10


@pytest.mark.parametrize("kinds", [0, 1, 20, 44, 45, 46, 500])
def test_any_number_of_problems_fits_a_screen(kinds):
    problems = [
        Problem("sales", "sales", f"a column c{kind}", "refused", file="f.csv", line=line)
        for kind in range(kinds)
        for line in range(9)
    ]
    assert len(totals(problems)) <= 50
    assert len(verdict(problems, 0).splitlines()) == 1


# Tables with too many rejected rows, and none. Two options belong to an order that is a test.
FEED = {
    "sales": {
        **SOUND["sales"],
        "sales": SALES
        + GOOD.format("S1")
        + "O1,C1,P1,2024-01-31,1,5\nO1,C2,P1,2024-01-31,1,5\nO2,C1,P1,soon,1,5\n",
    },
    "restaurant": {
        **SOUND["restaurant"],
        "order_items": LINES
        + LINE.format("R1", "USD", 1)
        + LINE.format("R2", "USD", 1).replace("Fork", "Fork development"),
        "order_item_options": OPTIONS
        + "R1,1,Wish,No onions,,1\nR1,1,Wish,Extra hot,0,1\n"
        + "R2,1,Wish,No onions,,1\nR2,1,Wish,No salt,,1\n",
    },
    "greenery": {
        **SOUND["greenery"],
        "orders": ORDERS + "".join(ORDER.format(f"G{n}") for n in range(100)),
        "order_items": ITEMS + "".join(f"G{n},P1,{n}\n" for n in range(100)),
    },
    "adventure_works": {**SOUND["adventure_works"], "sales_order_detail": DETAILS},
}


def test_check_refuses_the_tables_that_a_build_refuses_for_the_same_rows(
    tmp_path, run_cli, project
):
    """Landed tables are not checked before a build, so its data tests find what there is."""
    landed, raw_dir = tmp_path / "landed.duckdb", tmp_path / "raw"
    with duckdb.connect(str(landed)) as connection:
        for domain, tables in FEED.items():
            connection.execute(f"create schema raw_{domain}")
            for table, content in tables.items():
                path = raw_dir / domain / f"{table}.csv"
                write(path, content)
                connection.execute(
                    f"create table raw_{domain}.{table} as"
                    f" from read_csv('{path}', header = true, all_varchar = true, delim = ',')"
                )
    built = run_cli(
        *("build", "--raw-from", "tables", "--raw-database", landed),
        *("--warehouse", tmp_path / "commerce.duckdb"),
    )
    assert built.returncode == 1
    share = "domain=sales, table_name=sales, raw_rows_count=4, rejected_rows_count=3, "
    share += "rejected_share=0.75, max_quarantined_share=0.02, "
    row = '"customer_id":"C1","product_id":"P1"'
    assert (
        "failed: 2 rows of sales. Each is a reason why too many rows of a table are rejected, or a "
        "table without rows.\n"
        f"  {share}reason=customer_id contradicts another line of the order, reason_rows_count=2, "
        'example_file=null, example_key=null, example_raw_row={"order_id":"O1",'
        f'{row},"order_date":"2024-01-31","quantity":"1","total_price":"5"}}\n'
        f"  {share}reason=order_date is not an ISO 8601 date or timestamp, reason_rows_count=1, "
        'example_file=null, example_key=null, example_raw_row={"order_id":"O2",'
        f'{row},"order_date":"soon","quantity":"1","total_price":"5"}}\n'
        "  Correct the delivery and build again, or allow more with --vars "
        "'{max_quarantined_share: 0.1}'.\n"
    ) in built.stderr
    assert "table_name=sales_order_detail, raw_rows_count=0, rejected_rows_count=0" in built.stderr

    checks = table_checks(project, tuple(FEED), vars_of_check(raw_dir, {}))
    problems = [problem for check in checks for problem in check.problems]
    values = [p.value for p in problems if p.outcome == "refused" and p.value]
    counts = re.compile(r"raw_rows_count=([1-9]\d*), rejected_rows_count=(\d+), .*reason=(.*?), ")
    shares = {
        f"{rejected} of {rows} rows"
        for rows, rejected, reason in counts.findall(built.stderr)
        if not reason.endswith(REASONS_OF_THE_BUILD)
    }
    assert len(shares) == 2
    assert {value.split(" are ")[0] for value in values} == shares
    assert [(p.table, p.expected) for p in problems if p.outcome == "refused" and not p.value] == [
        ("sales_order_detail", "at least one row in a table of transactions")
    ]
    # Three sales, an option, and the order item of greenery whose quantity is 0.
    assert sum(check.rejected for check in checks) == 3 + 1 + 1
    assert [p.line for p in problems if p.table == "order_item_options" and p.reason] == [2]


@pytest.fixture(scope="session")
def dbt(run_dbt):
    """dbt(folder, dbt_vars, *command): runs dbt on commerce.duckdb in `folder`."""
    return lambda folder, dbt_vars, *command: run_dbt(
        *(*command, "--profiles-dir", ROOT, "--target", "publish", "--vars", json.dumps(dbt_vars)),
        *("--target-path", folder, "--log-path", folder),
        env={"COMMERCE_MARTS_BUILD_FILE": str(folder / "commerce.duckdb")},
    )


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def hashes(folder):
    return {
        path: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def deliveries(made_once):
    """The raw folder of all domains whose orders come again."""

    def make(folder):
        for domain, tables in SOUND.items():
            for table in tables.keys() - DELIVERED[domain].keys():
                write(folder / domain / f"{table}.csv", tables[table])
        for path, content in files_of_deliveries().items():
            write(folder / path, content)
        return ""

    return made_once("deliveries", make)


@pytest.fixture
def guarded(project, deliveries):
    """guarded(vars): (domain, table, file, var, 'n of m') of the deliveries that check refuses."""

    def found(**user_vars):
        dbt_vars = vars_of_check(deliveries, {"max_quarantined_share": 1, **user_vars})
        return {
            (
                *(problem.domain, problem.table, problem.file),
                re.search(r"\((max_\w+)\)", problem.expected)[1],
                " ".join(problem.value.split()[:3]),
            )
            for problem in raw_file_problems(project, project.domains, dbt_vars)
            if problem.outcome == "refused"
        }

    return found


def expected_refusals():
    refusals = set()
    for domain, tables in DELIVERED.items():
        (orders, *_), (*_, lines) = tables, tables
        for name, (*_, reused, split) in DELIVERED_AGAIN.items():
            if reused:
                file = f"{orders}/{name}_2.csv"
                refusals.add((domain, orders, file, "max_reused_id_share", reused))
            if split:
                file = f"{lines}/{name}_2.csv"
                refusals.add((domain, lines, file, "max_split_order_share", split))
        if domain in TILLS:
            refusals.add((domain, orders, f"{orders}/one.csv", "max_reused_id_share", "2 of 20"))
    return refusals


def test_check_refuses_reused_ids_and_split_orders(guarded):
    assert guarded() == expected_refusals()


@pytest.mark.parametrize(
    ("user_vars", "left"),
    [
        ({"max_reused_id_share": 1, "max_split_order_share": 1}, lambda _: False),
        (
            {"max_reused_id_share": 0.1},
            lambda r: r[3] == "max_split_order_share" or r[4] == "10 of 20",
        ),
        ({"max_split_order_share": 0.5}, lambda r: r[3] == "max_reused_id_share"),
        ({"orders_are_delivered_whole": False}, lambda r: r[2].endswith("/one.csv")),
        (
            {"orders_are_delivered_whole": {"greenery": False}},
            lambda r: r[0] != "greenery",
        ),
        (
            {"order_id_is_unique_per": "location_day"},
            lambda r: r[0] not in TILLS or (r[0] == "sales" and r[3] == "max_split_order_share"),
        ),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_the_vars_decide_what_check_refuses_of_orders_that_come_again(user_vars, left, guarded):
    assert guarded(**user_vars) == {row for row in expected_refusals() if left(row)}


def test_check_has_the_words_of_the_data_tests(project, deliveries, dbt, tmp_path):
    """dbt runs staging and its data tests without a check before; each row is a refusal."""
    dbt_vars = {**vars_of_check(deliveries, {"max_quarantined_share": 1}), "raw_from": "files"}
    tests = (f"test_name:{name}" for name in GUARDS)
    assert dbt(tmp_path, dbt_vars, "run", "--select", "path:models/staging").returncode == 0
    assert dbt(tmp_path, dbt_vars, "test", "--select", *tests).returncode == 1
    nodes = json.loads((tmp_path / "manifest.json").read_text())["nodes"]
    results = json.loads((tmp_path / "run_results.json").read_text())["results"]
    words = set()
    with duckdb.connect(str(tmp_path / "commerce.duckdb"), read_only=True) as connection:
        for result in results:
            if not result["unique_id"].startswith("test."):
                continue
            meta = nodes[result["unique_id"]]["config"]["meta"]
            sql = f"select t from ({result['compiled_code']}) as t"
            for (row,) in connection.execute(sql).fetchall():
                table = f"{row['domain']}.{row['table_name']}"
                found = meta["found"].format(**row)
                words.add(f"{table}, {row['source_file']}: {found}: expected {meta['expected']}.")
                assert meta["expected"].endswith(meta["next_step"].removesuffix("."))
    problems = raw_file_problems(project, project.domains, dbt_vars)
    assert {str(problem) for problem in problems if problem.outcome == "refused"} == words
    assert len(words) == len(expected_refusals())
    assert any(
        "2 of 20 ids are used again by another buyer on another day, such as one-0 (order_items/"
        "one.csv: buyer A, 2024-03-01; order_items/one.csv: buyer B, 2024-03-02): expected at most "
        "5.0% (max_reused_id_share)." in text
        for text in words
    )


def test_lines_without_a_readable_table_of_orders_are_not_judged(project, deliveries, tmp_path):
    shutil.copytree(deliveries / "greenery", tmp_path / "greenery")
    broken = tmp_path / "greenery/orders/two_of_twenty_are_other_orders_1.csv"
    broken.write_text(broken.read_text().replace("created_at", "made_at"))
    problems = raw_file_problems(project, ("greenery",), vars_of_check(tmp_path, {}))
    assert [problem.column for problem in problems if problem.outcome == "refused"] == [
        "created_at"
    ]
