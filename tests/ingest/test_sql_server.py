"""SQL Server's types and SQL, from SQLAlchemy's dialect: there is no server here to test with."""

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql

from commerce_marts.errors import RunnerError
from commerce_marts.ingest.secret import url_given
from commerce_marts.ingest.source import CHANGED_AT, landed_type, source_from
from commerce_marts.ingest.tables import tables_of
from commerce_marts.project import project_at

PROJECT = project_at(None)
TABLES = {table.name: table for table in tables_of(PROJECT, "adventure_works", None)}
DIALECT = mssql.dialect()


def reflected(name: str, *columns: sa.Column) -> sa.Table:
    """A table as reflection gives it: what it has no name for is of NullType."""
    more = (
        sa.Column("rowguid", mssql.UNIQUEIDENTIFIER()),
        sa.Column("OrganizationNode", sa.types.NullType()),
        sa.Column("SpatialLocation", sa.types.NullType()),
        sa.Column("Demographics", mssql.XML()),
        sa.Column("ModifiedDate", mssql.DATETIME()),
    )
    return sa.Table(name, sa.MetaData(), *columns, *more, schema="Sales")


def header() -> sa.Table:
    return reflected(
        "SalesOrderHeader",
        *(
            sa.Column("SalesOrderID", sa.INTEGER(), sa.Identity(), primary_key=True),
            sa.Column("RevisionNumber", mssql.TINYINT()),
            sa.Column("OrderDate", mssql.DATETIME()),
            sa.Column("DueDate", mssql.DATETIME2(7)),
            sa.Column("ShipDate", mssql.SMALLDATETIME()),
            sa.Column("Status", mssql.TINYINT()),
            sa.Column("OnlineOrderFlag", mssql.BIT()),
            sa.Column("SalesOrderNumber", sa.NVARCHAR(25), sa.Computed("N'SO'")),
            sa.Column("CustomerID", sa.INTEGER()),
            sa.Column("SalesPersonID", sa.INTEGER()),
            sa.Column("TerritoryID", sa.INTEGER()),
            sa.Column("BillToAddressID", sa.INTEGER()),
            sa.Column("ShipToAddressID", sa.INTEGER()),
            sa.Column("SubTotal", mssql.MONEY()),
            sa.Column("TaxAmt", mssql.SMALLMONEY()),
            sa.Column("Freight", sa.NUMERIC(19, 4)),
            sa.Column("TotalDue", mssql.MONEY(), sa.Computed("SubTotal + TaxAmt + Freight")),
        ),
    )


def test_the_types_of_a_header_are_landed_without_a_loss():
    source = source_from(TABLES["sales_order_header"], header())
    assert source.kinds == {
        **{"sales_order_id": "bigint", "order_date": "timestamp", "due_date": "timestamp"},
        **{"ship_date": "timestamp", "status": "bigint", "online_order_flag": "bool"},
        **dict.fromkeys(("customer_id", "sales_person_id", "territory_id"), "bigint"),
        **dict.fromkeys(("bill_to_address_id", "ship_to_address_id"), "bigint"),
        **dict.fromkeys(("sub_total", "tax_amt", "freight", "total_due"), "decimal(19,4)"),
        CHANGED_AT: "timestamp",
    }


def test_the_select_names_only_columns_of_the_contract_and_the_time_of_change():
    source = source_from(TABLES["sales_order_header"], header())
    text = str(sa.select(source.select).compile(dialect=DIALECT))
    assert "FROM [Sales].[SalesOrderHeader]" in text
    assert "[TotalDue] AS total_due" in text
    for unwanted in ("rowguid", "OrganizationNode", "SpatialLocation", "Demographics"):
        assert unwanted not in text


def test_changes_are_asked_for_with_a_condition_on_the_time_of_change():
    source = source_from(TABLES["sales_order_header"], header())
    where = source.select.columns[CHANGED_AT] >= sa.literal("2024-01-01")
    text = str(sa.select(source.select).where(where).compile(dialect=DIALECT))
    assert f"sales_order_header.{CHANGED_AT} >= " in text.replace("[", "").replace("]", "")


def test_group_and_other_words_of_sql_are_quoted():
    territory = reflected(
        "SalesTerritory",
        sa.Column("TerritoryID", sa.INTEGER()),
        sa.Column("Name", sa.NVARCHAR(50)),
        sa.Column("CountryRegionCode", sa.NVARCHAR(3)),
        sa.Column("Group", sa.NVARCHAR(50)),
    )
    source = source_from(TABLES["sales_territory"], territory)
    text = str(sa.select(source.select).compile(dialect=DIALECT))
    assert "[Group] AS [group]" in text


@pytest.mark.parametrize(
    "name",
    [
        *("int", "smallint", "tinyint", "bigint", "bit", "money", "smallmoney", "numeric"),
        *("decimal", "float", "real", "nvarchar", "nchar", "varchar", "char", "ntext", "xml"),
        *("date", "datetime", "datetime2", "smalldatetime", "datetimeoffset", "uniqueidentifier"),
    ],
)
def test_types_that_reflection_knows_are_landed(name):
    assert landed_type(DIALECT.ischema_names[name]()) is not None


@pytest.mark.parametrize("name", ["timestamp", "varbinary", "image", "time", "sql_variant"])
def test_types_without_a_value_for_a_mart_are_not(name):
    assert landed_type(DIALECT.ischema_names[name]()) is None


@pytest.mark.parametrize("name", ["hierarchyid", "geography", "geometry"])
def test_reflection_has_no_name_for_types_of_the_server_itself(name):
    assert name not in DIALECT.ischema_names


def test_a_column_that_cannot_be_landed_is_told_with_what_to_write():
    store = reflected(
        "Store", sa.Column("BusinessEntityID", sa.INTEGER()), sa.Column("Name", sa.types.NullType())
    )
    with pytest.raises(RunnerError) as refused:
        source_from(TABLES["store"], store)
    assert (
        "store: column name in Sales.Store is of type NullType(), which cannot be landed. Give an"
        " SQL expression for it in --tables, such as name: cast(... as varchar(100))."
    ) in refused.value.message


def test_a_rowversion_is_not_a_time_of_change():
    store = sa.Table(
        "Store",
        sa.MetaData(),
        sa.Column("BusinessEntityID", sa.INTEGER()),
        sa.Column("Name", sa.NVARCHAR(50)),
        sa.Column("ModifiedDate", mssql.ROWVERSION()),
    )
    with pytest.raises(RunnerError, match="must be a time or a date"):
        source_from(TABLES["store"], store)


def test_a_unique_identifier_lands_as_text():
    store = reflected(
        "Store",
        sa.Column("BusinessEntityID", mssql.UNIQUEIDENTIFIER()),
        sa.Column("Name", sa.NVARCHAR(50)),
    )
    source = source_from(TABLES["store"], store)
    assert source.kinds["business_entity_id"] == "text"
    assert source.select.columns["business_entity_id"].type.as_uuid is False


def test_the_driver_of_the_extra_is_taken_and_installed():
    for name in ("mssql", "mssql+pymssql", "sqlserver"):
        engine = sa.create_engine(url_given(f"{name}://sa@localhost:1433/AdventureWorks"))
        assert (engine.dialect.name, engine.dialect.driver) == ("mssql", "pymssql")
