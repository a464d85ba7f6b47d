"""The raw contract is the same everywhere: macro, page, seeds, sources, staging."""

import csv
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _page():
    """{domain: {table: (optional, {column: (is key, is required, may be missing)})}}."""
    tables, domain = {}, None
    for line in (ROOT / "docs/raw_contract.md").read_text().splitlines():
        if line.startswith("## "):
            domain = line[3:]
        row = re.match(r"\| (\w+)( \?)? \| (.+) \|$", line)
        if row and row[1] != "table":
            columns = {}
            column_list, _, key = row[3].partition("(key: ")
            for column in column_list.strip().split(", "):
                name, _, marks = column.strip().partition(" ")
                required = name.endswith("!") or marks.startswith("K!")
                columns[name.rstrip("!")] = (marks.startswith("K"), required, marks == "?")
            if key == "both ids)":
                key = "sales_order_id + sales_order_detail_id"
            for name in key.rstrip(")").split(" + ") if key else ():
                columns[name] = (True, *columns[name][1:])
            tables.setdefault(domain, {})[row[1]] = (row[2] is not None, columns)
    return tables


def test_the_page_and_the_contract_agree(contract):
    page = _page()
    assert set(page) == set(contract)
    for domain, tables in contract.items():
        assert list(page[domain]) == list(tables)
        for table, entry in tables.items():
            optional, columns = page[domain][table]
            assert optional == entry.get("optional", False), table
            assert list(columns) == list(entry["columns"]), table
            for name, (is_key, required, may_be_missing) in columns.items():
                assert is_key == (name in entry["key"]), f"{table}.{name}"
                assert may_be_missing == entry["columns"][name].endswith("?"), f"{table}.{name}"
                assert required == entry["columns"][name].endswith("!"), f"{table}.{name}"


def test_seeds_have_the_contracts_columns_and_are_read_as_text(contract, nodes, manifest):
    types = {
        (node.domain, node.name): manifest["nodes"][unique_id]["config"]["column_types"]
        for unique_id, node in nodes.items()
        if node.kind == "seed" and node.domain
    }
    assert set(types) == {
        (domain, f"{domain}__{table}") for domain, tables in contract.items() for table in tables
    }
    for domain, tables in contract.items():
        for table, entry in tables.items():
            seed = f"{domain}__{table}"
            assert types[domain, seed] == dict.fromkeys(entry["columns"], "string"), seed
            with (ROOT / f"seeds/{domain}/{seed}.csv").open(newline="") as file:
                assert next(csv.reader(file)) == list(entry["columns"]), seed


def test_every_raw_table_is_a_source_and_has_its_staging_model(contract, nodes):
    sources = {node.name for node in nodes.values() if node.kind == "source"}
    models = {node.name for node in nodes.values() if node.layer == "staging"}
    for domain, tables in contract.items():
        for table, entry in tables.items():
            assert table in sources
            assert entry["staged_as"] in models
        assert f"quarantine_{domain}_rows" in models


def test_every_transaction_table_has_the_test_that_counts_its_rows(contract, manifest):
    tested = {
        node["attached_node"].split(".")[-1]
        for node in manifest["nodes"].values()
        if node.get("test_metadata") and node["test_metadata"]["name"] == "no_raw_row_is_lost"
    }
    for tables in contract.values():
        for entry in tables.values():
            model = entry["staged_as"]
            assert not entry.get("transactions") or model in tested, model
