"""AdventureWorks in PostgreSQL, with Microsoft's names and types, from the CSVs of the contract."""

import csv
from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

SCHEMAS = ("Person", "Production", "Sales")
# Table of the contract: where it is, and the types of columns, in the contract's order. `name_` and
# `flag` are domains, as Microsoft has types of its own.
TABLES: Mapping[str, tuple[str, str]] = {
    "customer": ('"Sales"."Customer"', "int int int int varchar(10)"),
    "person": ('"Person"."Person"', "int char(2) varchar(8) name_ name_ name_ int"),
    "store": ('"Sales"."Store"', "int name_"),
    "address": ('"Person"."Address"', "int varchar(60) varchar(30) int varchar(15)"),
    "state_province": ('"Person"."StateProvince"', "int char(3) varchar(3) name_ int"),
    "sales_territory": ('"Sales"."SalesTerritory"', "int name_ varchar(3) varchar(50)"),
    "product": (
        '"Production"."Product"',
        "int name_ varchar(25) varchar(15) money_ money_ char(2) char(2) char(2) int timestamp"
        " timestamp",
    ),
    "product_subcategory": ('"Production"."ProductSubcategory"', "int int name_"),
    "product_category": ('"Production"."ProductCategory"', "int name_"),
    "special_offer": (
        '"Sales"."SpecialOffer"',
        "int varchar(255) numeric(10,4) varchar(50) varchar(50) timestamp timestamp int int",
    ),
    "sales_order_header": (
        '"Sales"."SalesOrderHeader"',
        "int timestamp timestamp timestamp smallint flag int int int int int money_ money_ money_"
        " money_",
    ),
    "sales_order_detail": (
        '"Sales"."SalesOrderDetail"',
        "int int smallint int int money_ money_ numeric(38,6)",
    ),
}
MONEY = "numeric(19,4)"
TYPES = """
    create domain name_ as varchar(50);
    create domain flag as boolean;
"""
# A header was changed on the day of its order, and its lines as well.
CHANGED = """
    update "Sales"."SalesOrderHeader" set "ModifiedDate" = "OrderDate";
    update "Sales"."SalesOrderDetail" as line set "ModifiedDate" = header."OrderDate"
    from "Sales"."SalesOrderHeader" as header
    where header."SalesOrderID" = line."SalesOrderID";
"""


def microsofts_name(name: str) -> str:
    """sales_order_id is SalesOrderID."""
    words = ("ID" if word == "id" else word.capitalize() for word in name.split("_"))
    return "".join(words)


def fill(engine: sa.Engine, files: Mapping[str, Path], keys: Mapping[str, list[str]]) -> None:
    """Makes the tables, fills them from CSVs whose columns are in the contract's order."""
    with engine.begin() as connection:
        for schema in SCHEMAS:
            connection.exec_driver_sql(f'create schema "{schema}"')
        connection.exec_driver_sql(TYPES)
        cursor = connection.connection.cursor()
        for table, (name, types) in TABLES.items():
            with files[table].open(encoding="utf-8", newline="") as lines:
                names = next(csv.reader(lines))
            columns = [f'"{microsofts_name(column)}"' for column in names]
            typed = [
                f"{c} {MONEY if type_ == 'money_' else type_}"
                for c, type_ in zip(columns, types.split(), strict=True)
            ]
            key = ", ".join(f'"{microsofts_name(column)}"' for column in keys[table])
            connection.exec_driver_sql(
                f"create table {name} ({', '.join(typed)},"
                " rowguid uuid not null default gen_random_uuid(),"
                " \"ModifiedDate\" timestamp not null default '2022-01-01',"
                # What Microsoft has as geography, xml and hierarchyid.
                f' "SpatialLocation" point, "AdditionalInfo" xml, primary key ({key}))'
            )
            into = f"copy {name} ({', '.join(columns)}) from stdin with (format csv, header)"
            with cursor.copy(into) as copy:
                copy.write(files[table].read_bytes())
        connection.exec_driver_sql(CHANGED)
