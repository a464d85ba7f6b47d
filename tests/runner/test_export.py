"""commerce-marts export: what a person opens in Excel is what the mart holds."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FORMULA = '=HYPERLINK("http://example.com")'


@pytest.fixture
def small_warehouse(tmp_path):
    """A warehouse with one mart that has every kind of value, and text that looks like formulas."""
    path = tmp_path / "commerce.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema rfm")
        connection.execute(
            "create table rfm.support_priority as select * from (values"
            f" ('U1', '{FORMULA}', 12.50::decimal(18, 2), date '2024-05-01', true),"
            " ('U2', '-3+4', null, timestamp '2024-05-01 10:00:00', null),"
            " ('U3', 'plain', 0, null, false)) as v (user_id, email, monetary, seen_at, is_known)"
        )
    return path


@pytest.fixture
def exported(run_cli, small_warehouse, tmp_path):
    """exported(name, format): the file that `commerce-marts export` wrote."""

    def run(name, format_):
        out = tmp_path / f"out.{format_}"
        result = run_cli(
            "export", name, "--format", format_, "--out", out, "--warehouse", small_warehouse
        )
        assert result.returncode == 0, result.stderr
        assert str(out) in result.stdout
        return out

    return run


@pytest.mark.parametrize(
    "name", ["rfm.support_priority", "support_priority", "support_desk_export"]
)
def test_a_workbook_has_the_rows_as_values_and_no_formula(name, exported):
    sheet = openpyxl.load_workbook(exported(name, "xlsx"))["support_priority"]
    header, *rows = sheet.iter_rows()
    assert [cell.value for cell in header] == [
        "user_id",
        "email",
        "monetary",
        "seen_at",
        "is_known",
    ]
    assert [cell.value for cell in rows[0]][:3] == ["U1", FORMULA, 12.5]
    assert [row[1].data_type for row in rows] == ["s", "s", "s"]
    assert [row[4].value for row in rows] == [True, None, False]


def test_csv_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(exported):
    with exported("support_priority", "csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["email"] for row in rows] == [f"'{FORMULA}", "'-3+4", "plain"]
    assert [row["monetary"] for row in rows] == ["12.50", "", "0.00"]


def test_parquet_has_what_the_table_has(exported, small_warehouse):
    out = exported("support_priority", "parquet")
    with duckdb.connect(str(small_warehouse), read_only=True) as connection:
        differences = connection.execute(
            f"(from rfm.support_priority except all from '{out}') union all"
            f" (from '{out}' except all from rfm.support_priority)"
        ).fetchall()
    assert differences == []


def test_an_exposure_of_several_tables_is_one_workbook_or_a_folder(
    run_cli, seeds_warehouse, tmp_path, query
):
    for format_ in ("xlsx", "csv"):
        out = tmp_path / f"planning.{format_}"
        result = run_cli(
            *("export", "demand_planning", "--format", format_, "--out", out),
            *("--warehouse", seeds_warehouse),
        )
        assert result.returncode == 0, result.stderr
    exposures = yaml.safe_load((ROOT / "models/marts/_marts__exposures.yml").read_text())
    [reads] = [e["depends_on"] for e in exposures["exposures"] if e["name"] == "demand_planning"]
    tables = [ref.split("'")[1] for ref in reads]
    workbook = openpyxl.load_workbook(tmp_path / "planning.xlsx", read_only=True)
    assert workbook.sheetnames == tables
    assert {file.stem for file in (tmp_path / "planning.csv").iterdir()} == set(tables)
    rows = query(
        seeds_warehouse,
        "select product_name, as_of_date, inventory, units_per_day"
        " from forecast.product_reorder order by all",
    )
    header, *cells = workbook["product_reorder"].iter_rows(values_only=True)
    columns = [header.index(name) for name in ("product_name", "as_of_date", "inventory")]
    shown = sorted(tuple(row[column] for column in columns) for row in cells)
    assert [(name, day.date(), count) for name, day, count in shown] == [row[:3] for row in rows]
    assert isinstance(rows[0][1], date)
    assert not isinstance(rows[0][2], Decimal)


def test_what_is_not_there_is_said(run_cli, small_warehouse, tmp_path):
    def message(name, *arguments):
        result = run_cli("export", name, "--out", tmp_path / "x.xlsx", *arguments)
        assert result.returncode == 2
        assert not (tmp_path / "x.xlsx").exists()
        return result.stderr

    given = ("--warehouse", small_warehouse)
    assert "There is no table or exposure nothing. Exposures: " in message("nothing", *given)
    missing = message("nothing", "--warehouse", tmp_path / "none.duckdb")
    assert "none.duckdb. `commerce-marts build` writes it; --warehouse names another" in missing
