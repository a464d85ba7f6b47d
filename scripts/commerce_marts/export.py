"""Tables of the published warehouse as files for people: Excel, CSV, Parquet."""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
import yaml

from commerce_marts.check.sql_text import quoted, sql_text
from commerce_marts.errors import OptionError, RunnerError, shown_path
from commerce_marts.project import Project

EXPOSURES = Path("models/marts/_marts__exposures.yml")
FORMATS = ("xlsx", "csv", "parquet")
# A spreadsheet program runs text that begins so. A leading apostrophe makes it text.
RUNS_AS_FORMULA = re.compile(r"[=+\-@\t\r]")
EXCEL_ROWS = 1_048_576
EXCEL_SHEET_NAME = 31
ROWS_AT_A_TIME = 10_000


def export(project: Project, warehouse: Path, name: str, format_: str, out: Path) -> list[Path]:
    """Writes a table, or all tables of an exposure, and returns the files.

    `name` is schema.table, table, or an exposure of the project. An exposure becomes one workbook
    with a sheet for each table, or a folder `out` with a file for each. Raises OptionError where
    there is no such table, and RunnerError where the file cannot be read or holds too many rows.
    """
    if not warehouse.is_file():
        raise OptionError(
            f"There is no {shown_path(warehouse)}. `commerce-marts build` writes it; --warehouse "
            "names another file."
        )
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            tables = _tables(project, connection, name)
            if format_ == "xlsx":
                _write_workbook(connection, tables, out)
                return [out]
            files = {out: tables[0]}
            if len(tables) > 1:
                out.mkdir(parents=True, exist_ok=True)
                files = {out / f"{table.split('.')[1]}.{format_}": table for table in tables}
            for file, table in files.items():
                if format_ == "csv":
                    _write_csv(connection, table, file)
                else:
                    target = sql_text(str(file))
                    connection.execute(f"copy {_quoted(table)} to {target} (format parquet)")
            return list(files)
    except duckdb.Error as error:
        raise RunnerError(f"{shown_path(warehouse)} cannot be read: {error}") from error
    except OSError as error:
        raise RunnerError(
            f"{error.filename or out} cannot be written: {error.strerror}."
        ) from error


def _tables(project: Project, connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """The tables as schema.table, in the order of the exposure."""
    known = [
        f"{schema}.{table}"
        for schema, table in connection.execute(
            "select distinct schema_name, table_name from duckdb_columns()"
            " where not internal order by all"
        ).fetchall()
    ]
    exposures = _exposures(project)
    wanted = exposures.get(name, [name])
    found = [[table for table in known if one in (table, table.split(".")[1])] for one in wanted]
    if name in exposures:
        # A shop that is not in the warehouse leaves some of them out.
        tables = [tables[0] for tables in found if tables]
        if tables:
            return tables
    elif len(found[0]) == 1:
        return found[0]
    if found[0]:
        raise OptionError(f"{name} is in several schemas: write {' or '.join(found[0])}.")
    raise OptionError(
        f"There is no table or exposure {name}. Exposures: {', '.join(sorted(exposures))}. Tables "
        "are listed by: duckdb -readonly FILE -c 'show all tables'"
    )


def _exposures(project: Project) -> dict[str, list[str]]:
    """The models of each exposure."""
    content = yaml.safe_load((project.root / EXPOSURES).read_text())
    return {
        exposure["name"]: [re.findall(r"'(\w+)'", ref)[-1] for ref in exposure["depends_on"]]
        for exposure in content["exposures"]
    }


def _write_workbook(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[str], out: Path
) -> None:
    options = {
        "constant_memory": True,
        # Text stays text, whatever it looks like.
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": True,
        "remove_timezone": True,
        "default_date_format": "yyyy-mm-dd",
    }
    for table in tables:
        count = connection.execute(f"select count(*) from {_quoted(table)}").fetchall()[0][0]
        if count >= EXCEL_ROWS:
            raise RunnerError(
                f"{table} has {count:,} rows, and a sheet of Excel holds {EXCEL_ROWS - 1:,}: use "
                "--format csv or parquet."
            )
    part = out.with_name(f".{out.name}.part")
    with xlsxwriter.Workbook(part, options) as workbook:
        bold = workbook.add_format({"bold": True})
        with_time = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for table in tables:
            # Excel's limit; a table's name alone is unique among the marts.
            sheet = workbook.add_worksheet(table.split(".")[1][:EXCEL_SHEET_NAME])
            sheet.freeze_panes(1, 0)
            names, rows = _rows(connection, table)
            sheet.write_row(0, 0, names, bold)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(number, column, value, with_time)
                    elif isinstance(value, str):
                        sheet.write_string(number, column, value)
                    elif isinstance(value, (list, dict)):
                        sheet.write_string(number, column, str(value))
                    elif value is not None:
                        sheet.write(number, column, value)
    part.replace(out)


def _write_csv(connection: duckdb.DuckDBPyConnection, table: str, out: Path) -> None:
    names, rows = _rows(connection, table)
    part = out.with_name(f".{out.name}.part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([harmless(value) for value in row] for row in rows)
    part.replace(out)


def harmless(value: object) -> object:
    """The value of a cell; text that a spreadsheet program would run begins with an apostrophe."""
    if isinstance(value, str) and RUNS_AS_FORMULA.match(value):
        return f"'{value}"
    return value


def _rows(
    connection: duckdb.DuckDBPyConnection, table: str
) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """The columns and all rows, in the same order each time."""
    cursor = connection.execute(f"from {_quoted(table)} order by all")
    names = [column[0] for column in cursor.description or ()]

    def rows() -> Iterator[tuple[Any, ...]]:
        while batch := cursor.fetchmany(ROWS_AT_A_TIME):
            yield from batch

    return names, rows()


def _quoted(table: str) -> str:
    return ".".join(map(quoted, table.split(".")))
