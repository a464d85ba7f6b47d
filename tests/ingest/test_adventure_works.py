"""AdventureWorks, as Microsoft names it, lands from PostgreSQL: first whole, then its changes."""

import re
from pathlib import Path

import duckdb
import pytest
from adventure_works_database import TABLES, fill
from databases import Database, create, engine_at

from commerce_marts.errors import RunnerError
from commerce_marts.ingest.landed import Work
from commerce_marts.ingest.secret import url_given
from commerce_marts.ingest.source import reading
from commerce_marts.publish.lock import only_one

ROOT = Path(__file__).resolve().parents[2]
ONE_TABLE = "tables: {store: {from: Sales.Store, changed_at: ModifiedDate}}"
LANDED = ("store", "sales_order_header", "sales_order_detail")
LATER = "timestamp '2025-01-01'"


def differences(database: Database, folder, pattern: str = "{}.csv") -> dict[str, int]:
    """How many rows of each table differ from the CSV that filled the source."""
    found = {}
    with duckdb.connect(str(database.landed), read_only=True) as connection:
        for table in TABLES:
            file = folder / pattern.format(table)
            columns = connection.execute(f"describe raw_adventure_works.{table}").fetchall()
            names = [f'"{name}"' for name, *_ in columns if name != "_loaded_at"]
            landed = ", ".join(
                f"rtrim({name})" if type_ == "VARCHAR" else name
                for name, (_, type_, *_) in zip(names, columns, strict=False)
            )
            expected = ", ".join(
                f"rtrim({name})" if type_ == "VARCHAR" else f"cast({name} as {type_})"
                for name, (_, type_, *_) in zip(names, columns, strict=False)
            )
            ours = f"select {landed} from raw_adventure_works.{table}"
            csv = f"select {expected} from read_csv('{file}', all_varchar = true, header = true)"
            found[table] = connection.execute(
                f"select count(*) from (({ours} except all {csv}) union all"
                f" ({csv} except all {ours}))"
            ).fetchone()[0]
    return found


def loads(database: Database, table: str) -> list[tuple]:
    return database.rows(
        f"select _loaded_at, count(*) from raw_adventure_works.{table} group by all order by all"
    )


def test_the_twelve_tables_land_with_the_names_and_values_of_the_contract(shop, contract):
    told = shop.land()
    assert differences(shop, ROOT / "seeds/adventure_works", "adventure_works__{}.csv") == (
        dict.fromkeys(TABLES, 0)
    )
    for table in TABLES:
        columns = [name for name, *_ in shop.rows(f"describe raw_adventure_works.{table}")]
        assert columns == [*contract["adventure_works"][table]["columns"], "_loaded_at"]
    types = dict(row[:2] for row in shop.rows("describe raw_adventure_works.sales_order_header"))
    assert [types[name] for name in ("order_date", "online_order_flag", "total_due")] == [
        *("TIMESTAMP", "BOOLEAN", "DECIMAL(19,4)")
    ]
    assert "sales_order_detail: 7,844 rows, 7,844 new\n" in told
    assert "12 tables, 14,111 rows new, changed or gone" in told


def test_a_load_is_split_into_deliveries_of_500_rows(landed_shop):
    counts = [count for _, count in loads(landed_shop, "sales_order_header")]
    assert counts == [500] * 5 + [10]


def test_a_second_run_finds_nothing_new_and_leaves_every_row_as_it_is(landed_shop):
    before = [
        landed_shop.rows(f"from raw_adventure_works.{table} order by all") for table in LANDED
    ]
    told = landed_shop.land()
    assert "3 tables, 0 rows new, changed or gone" in told
    assert len(re.findall(r"rows, nothing new$", told, re.MULTILINE)) == 3
    assert before == [
        landed_shop.rows(f"from raw_adventure_works.{table} order by all") for table in LANDED
    ]


def test_changed_and_new_rows_are_merged_by_their_key(landed_shop):
    header, detail = '"Sales"."SalesOrderHeader"', '"Sales"."SalesOrderDetail"'
    landed_shop.change(
        f'update {header} set "Status" = 4, "ModifiedDate" = {LATER} where "SalesOrderID" < 50004',
        f'insert into {header} ("SalesOrderID", "OrderDate", "CustomerID", "SubTotal", "TaxAmt",'
        f' "Freight", "TotalDue", "ModifiedDate") values (99999, {LATER}, 11001, 8, 1, 1, 10,'
        f" {LATER})",
        f'insert into {detail} ("SalesOrderID", "SalesOrderDetailID", "OrderQty", "ProductID",'
        f' "UnitPrice", "UnitPriceDiscount", "LineTotal", "ModifiedDate")'
        f" select 99999, n, 1, 714, 4, 0, 4, {LATER} from generate_series(1, 2) as g(n)",
    )
    before = dict(loads(landed_shop, "sales_order_header"))
    told = landed_shop.land()
    assert "sales_order_header: 2,511 rows, 1 new, 3 changed\n" in told
    assert "sales_order_detail: 7,846 rows, 2 new\n" in told
    assert landed_shop.rows(
        "select count(*), count(distinct sales_order_id), count(*) filter (status = 4 and"
        " sales_order_id < 50004) from raw_adventure_works.sales_order_header"
    ) == [(2511, 2511, 3)]
    after = dict(loads(landed_shop, "sales_order_header"))
    assert [after[load] for load in after if load not in before] == [4]
    assert sum(after[load] != before[load] for load in before) == 1


def test_a_row_that_was_committed_late_is_found_within_the_overlap(shop, tables_file):
    file = tables_file(ONE_TABLE)
    store = '"Sales"."Store" set "Name" = \'Late\', "ModifiedDate"'
    shop.change(f'update {store} = {LATER} where "BusinessEntityID" = 301')
    shop.land("--tables", file)
    shop.change(
        f"update {store} = {LATER} - interval '59 minutes' where \"BusinessEntityID\" = 302"
    )
    assert "store: 60 rows, 1 changed\n" in shop.land("--tables", file)


def test_a_time_of_change_in_the_future_hides_no_later_change(shop, tables_file):
    file = tables_file(ONE_TABLE)
    shop.change(
        'update "Sales"."Store" set "ModifiedDate" = \'2099-01-01\' where "BusinessEntityID" = 301'
    )
    told = shop.land("--tables", file)
    assert "store: 1 row of Sales.Store with a ModifiedDate in the future, read each time." in told
    shop.change(
        'update "Sales"."Store" set "Name" = \'New\', "ModifiedDate" = localtimestamp'
        ' where "BusinessEntityID" = 302'
    )
    assert "store: 60 rows, 1 changed\n" in shop.land("--tables", file)


def test_rows_without_a_time_of_change_are_read_each_time(shop, tables_file):
    file = tables_file(ONE_TABLE)
    change = '"Sales"."Store" set "Name" = \'{}\', "ModifiedDate" = null'
    shop.change('alter table "Sales"."Store" alter column "ModifiedDate" drop not null')
    shop.change(f'update {change.format("A")} where "BusinessEntityID" = 301')
    shop.land("--tables", file)
    shop.change(f'update {change.format("B")} where "BusinessEntityID" = 301')
    assert "store: 60 rows, 1 changed\n" in shop.land("--tables", file)


def test_deleted_rows_go_with_a_full_compare_only(landed_shop):
    landed_shop.change(
        'delete from "Sales"."SalesOrderDetail" where "SalesOrderID" = 50001',
        'delete from "Sales"."SalesOrderHeader" where "SalesOrderID" = 50001',
    )
    assert "3 tables, 0 rows new, changed or gone" in landed_shop.land()
    told = landed_shop.land("--full-compare")
    assert "sales_order_header: 2,509 rows, 1 gone\n" in told
    assert landed_shop.rows(
        "select count(*) from raw_adventure_works.sales_order_detail where sales_order_id = 50001"
    ) == [(0,)]


def test_a_full_compare_finds_changes_without_a_time_of_change(landed_shop):
    landed_shop.change(
        'update "Sales"."SalesOrderHeader" set "Status" = 4 where "SalesOrderID" = 50001'
    )
    assert "sales_order_header: 2,510 rows, nothing new\n" in landed_shop.land()
    assert "sales_order_header: 2,510 rows, 1 changed\n" in landed_shop.land("--full-compare")


def test_too_many_deleted_rows_are_refused_until_they_are_accepted(landed_shop):
    landed_shop.change('delete from "Sales"."SalesOrderHeader" where "SalesOrderID" < 51000')
    told = landed_shop.refusal("--full-compare")
    assert (
        "sales_order_header: 999 of 2,510 landed rows are no longer in Sales.SalesOrderHeader. At"
        " most 10% may be gone (max_vanished_share)."
    ) in told
    assert "--accept-vanished" in told
    assert landed_shop.rows("select count(*) from raw_adventure_works.sales_order_header") == [
        (2510,)
    ]
    told = landed_shop.land("--full-compare", "--accept-vanished")
    assert "sales_order_header: 1,511 rows, 999 gone\n" in told


def test_a_new_column_is_told_once_and_ignored(landed_shop):
    landed_shop.change('alter table "Sales"."Store" add column "Demographics" text')
    line = "store: Sales.Store has the new column Demographics, which is not in the contract and is"
    assert f"{line} ignored.\n" in landed_shop.land()
    assert "Demographics" not in landed_shop.land()


def test_a_missing_column_is_refused_before_anything_is_landed(landed_shop):
    before = landed_shop.landed.read_bytes()
    landed_shop.change('alter table "Sales"."Store" rename column "Name" to "Title"')
    assert (
        "store: Sales.Store has no column name for name. It has BusinessEntityID, Title, rowguid,"
        " ModifiedDate, SpatialLocation, AdditionalInfo. Nothing was landed."
    ) in landed_shop.refusal()
    assert landed_shop.landed.read_bytes() == before
    assert sorted(path.name for path in landed_shop.landed.parent.iterdir()) == [
        *(".landed.duckdb.lock", "landed.duckdb")
    ]


def test_a_retyped_column_is_refused_until_the_tables_are_landed_again(landed_shop):
    landed_shop.change('alter table "Sales"."SalesOrderHeader" alter column "OrderDate" type text')
    assert (
        "sales_order_header: column order_date in Sales.SalesOrderHeader was timestamp, and is text"
        " now. Nothing was landed."
    ) in landed_shop.refusal()
    landed_shop.land("--full-refresh")
    assert landed_shop.rows(
        "select distinct typeof(order_date) from raw_adventure_works.sales_order_header"
    ) == [("VARCHAR",)]


def test_a_narrower_decimal_is_refused_and_a_wider_one_taken(landed_shop):
    column = 'alter table "Sales"."SalesOrderDetail" alter column "UnitPrice" type numeric'
    landed_shop.change(f"{column}(19,2)")
    assert (
        "column unit_price in Sales.SalesOrderDetail was decimal(19,4), and is decimal(19,2)"
        in (landed_shop.refusal())
    )
    landed_shop.change(
        f"{column}(22,6)",
        'update "Sales"."SalesOrderDetail" set "UnitPrice" = 0.000001, "ModifiedDate" ='
        f' {LATER} where "SalesOrderID" = 50001',
    )
    landed_shop.land()
    assert landed_shop.rows(
        "select min(unit_price)::varchar from raw_adventure_works.sales_order_detail"
    ) == [("0.000001",)]


def test_all_tables_are_read_as_of_one_moment(shop):
    with reading(url_given(shop.url)) as engine:
        shop.change('delete from "Sales"."SalesOrderDetail"', 'delete from "Sales"."Store"')
        with engine.connect() as connection:
            count = 'select count(*) from "Sales"."Store"'
            assert connection.exec_driver_sql(count).scalar_one() == 60
    with reading(url_given(shop.url)) as engine, engine.connect() as connection:
        assert connection.exec_driver_sql(count).scalar_one() == 0


def test_a_reader_of_the_landed_file_is_not_disturbed(landed_shop):
    with duckdb.connect(str(landed_shop.landed), read_only=True) as reader:
        landed_shop.change('update "Sales"."Store" set "ModifiedDate" = now(), "Name" = \'New\'')
        landed_shop.land()
        name = "select count(*) from raw_adventure_works.store where name = 'New'"
        assert reader.execute(name).fetchone() == (0,)
    assert landed_shop.rows(name) == [(60,)]


def test_one_run_at_a_time(shop):
    with only_one(shop.landed, "load"):
        assert "A load of" in shop.refusal()


def test_a_file_that_another_program_has_changed_meanwhile_is_not_replaced(tmp_path):
    work = Work(tmp_path / "landed.duckdb")
    work.open()
    work.into.write_text("other")
    with pytest.raises(RunnerError, match="was changed by another program during this run"):
        work.publish()
    assert work.into.read_text() == "other"


def test_a_table_that_something_else_has_landed_is_replaced_only_on_request(shop, tables_file):
    with duckdb.connect(str(shop.landed)) as connection:
        connection.execute("create schema raw_adventure_works")
        connection.execute("create table raw_adventure_works.store as select 1 as business")
        connection.execute("create table raw_adventure_works.sales_order_return as select 1 as a")
    assert "has raw_adventure_works.store, which ingest did not land" in shop.refusal()
    shop.land("--full-refresh", "--tables", tables_file(ONE_TABLE))
    assert shop.rows("select count(*) from raw_adventure_works.store") == [(60,)]
    assert shop.rows("select count(*) from raw_adventure_works.sales_order_return") == [(1,)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"CSV, not DuckDB", "landed.duckdb cannot be read"),
        (None, "is a folder. Name the file in it"),
    ],
)
def test_a_target_that_is_not_a_duckdb_file_is_refused(shop, content, expected):
    if content is None:
        shop.landed.mkdir()
    else:
        shop.landed.write_bytes(content)
    assert expected in shop.refusal()
    assert content is None or shop.landed.read_bytes() == content


def test_a_file_that_is_open_for_writing_elsewhere_is_refused(shop):
    shop.landed.with_name("landed.duckdb.wal").touch()
    assert "Another program has" in shop.refusal()


def test_another_name_of_a_source_lands_the_table_again(shop, tables_file):
    shop.land("--tables", tables_file(ONE_TABLE))
    shop.change('create table "Sales"."Shops" as select * from "Sales"."Store" limit 50')
    told = shop.land("--tables", tables_file(ONE_TABLE.replace("Sales.Store", "Sales.Shops")))
    assert "store: its entry in --tables has changed, so it is landed again.\n" in told
    assert shop.rows("select count(*) from raw_adventure_works.store") == [(50,)]


@pytest.mark.real_data
def test_the_real_subset_lands_with_its_published_totals(postgres, keys, real_data, tmp_path):
    create(postgres, "real_subset")
    database = Database(postgres.url("real_subset"), tmp_path / "landed.duckdb")
    folder = real_data / "adventure_works"
    files = {table: folder / f"{table}.csv" for table in TABLES}
    fill(engine_at(database.url), files, keys)
    database.land()
    assert differences(database, folder) == dict.fromkeys(TABLES, 0)
    assert database.rows(
        "select count(*), round(sum(sub_total), 2)::varchar, round(sum(total_due), 2)::varchar"
        " from raw_adventure_works.sales_order_header"
    ) == [(1566, "12527981.99", "14030071.83")]
