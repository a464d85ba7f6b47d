"""A person leaves every file: the warehouse, kept versions, answers, landed tables, state, logs."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from commerce_marts.forget.forgotten import list_path, number_of, read_list
from commerce_marts.project import project_at
from commerce_marts.publish.answers import write_answers
from commerce_marts.sync.state import opened_state, state_path
from commerce_marts.watch.history import history_file

ROOT = Path(__file__).resolve().parents[2]
KEPT_BUILD = "20200101T000000Z-000000"
# What a person's table may call these, and is personal whatever it calls them.
PERSONAL_WORDS = ("name", "email", "phone", "street", "city", "postal", "zip")
# Links to tables of their own.
NO_WORDS = ("email_promotion",)
# Any customer with an order.
PEOPLE = {
    "sales": "select min(customer_id) from sales.stg_sales",
    # With an address that is only theirs.
    "greenery": """
        select min(user_id) from greenery.stg_users as mine
        where user_id in (select user_id from greenery.stg_orders) and address_id not in (
            select address_id from greenery.stg_users as others
            where others.user_id <> mine.user_id and address_id is not null
            union all
            select address_id from greenery.stg_orders as others
            where others.user_id is distinct from mine.user_id and address_id is not null
        )
    """,
    "adventure_works": "select min(customer_id) from adventure_works.stg_sales_orders",
    "restaurant": """
        select min(user_id) from restaurant.stg_order_items
        join restaurant.stg_customers on user_id = customer_id
    """,
}


@pytest.fixture(scope="module")
def shop(seeds_warehouse, tmp_path_factory, run_cli, query):
    """A copy of the warehouse with all that lies beside it, before and after one customer a domain.

    {before, folder, warehouse, customers, landed, answers, output, values}
    """
    folder = tmp_path_factory.mktemp("shop")
    before, warehouse = folder / "before" / "commerce.duckdb", folder / "wh" / "commerce.duckdb"
    kept = folder / "wh" / "commerce.duckdb.kept" / KEPT_BUILD / "commerce.duckdb"
    for file in (before, warehouse, kept):
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(seeds_warehouse, file)
    warehouse.chmod(0o444)
    customers = {domain: query(before, sql)[0][0] for domain, sql in PEOPLE.items()}
    with duckdb.connect(str(kept)) as connection:
        connection.execute("update core.build_info set build_id = ?", [KEPT_BUILD])
        for domain, customer in customers.items():
            raw_row = {"customer_id": customer, "user_id": customer, "note": "call me"}
            table = {"restaurant": "order_items", "greenery": "users"}.get(domain)
            table = table or {"sales": "customers", "adventure_works": "customer"}[domain]
            connection.execute(
                f"insert into quarantine.{domain}_rows (domain, table_name, row_key, raw_row)"
                " values (?, ?, 'as it was', ?)",
                [domain, table, json.dumps(raw_row)],
            )
    answers, landed = folder / "answers.duckdb", folder / "landed.duckdb"
    write_answers(project_at(ROOT), before, answers, {})
    with duckdb.connect(str(landed)) as connection:
        connection.execute(f"attach '{before}' as commerce (read_only)")
        connection.execute("create schema raw_greenery; create schema raw_adventure_works")
        connection.execute(
            "create table raw_greenery.users as"
            " select *, 'Bob' as nickname, timestamp '2024-01-01' as _loaded_at"
            " from commerce.raw_greenery.users"
        )
        connection.execute(
            "create table raw_adventure_works.customer as select customer_id::int as customer_id,"
            " person_id::int as person_id, store_id::int as store_id, territory_id, account_number"
            " from commerce.raw_adventure_works.customer"
        )
    values = _values(before, customers, query)
    with opened_state(state_path(warehouse), "https://desk") as state:
        for email in (values["greenery"]["email"], "else@example.com"):
            state.has_sent(email, {}) if state.is_sending(email, {"x": "1"}) else None
    history_file(warehouse).write_text("")
    warehouse.with_suffix(".failed-build.log").write_text(values["greenery"]["email"])
    options = ("--warehouse", warehouse, "--landed", landed, "--answers", answers)
    named = [f"--customer={domain}={customer}" for domain, customer in customers.items()]
    done = run_cli("forget", *named, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        **{"before": before, "folder": folder / "wh", "warehouse": warehouse, "kept": kept},
        **{"customers": customers, "landed": landed, "answers": answers, "options": options},
        **{"output": done.stdout, "values": values, "list": read_list(list_path(warehouse))},
    }


def _values(file, customers, query):
    """What is personal about each, by domain: {column: value}."""
    greenery = "select user_id, email, phone_number, address from raw_greenery.users"
    greenery += " join raw_greenery.addresses using (address_id) where user_id = ?"
    sales = "select customer_id, email, address, postal_code from raw_sales.customers"
    names = {
        "greenery": (greenery, ("id", "email", "phone_number", "address")),
        "sales": (f"{sales} where customer_id = ?", ("id", "email", "address", "postal_code")),
        "adventure_works": (
            "select customer_id, account_number from raw_adventure_works.customer"
            " where customer_id = ?",
            ("id", "account_number"),
        ),
        "restaurant": (
            "select user_id, email from raw_restaurant.customers where user_id = ?",
            ("id", "email"),
        ),
    }
    return {
        domain: dict(zip(columns, query(file, sql, [customers[domain]])[0], strict=True))
        for domain, (sql, columns) in names.items()
    }


def _distinctive(shop):
    values = [value for of in shop["values"].values() for value in of.values() if value]
    return [value for value in values if len(value) >= 10]


def test_no_table_of_any_file_has_a_value_of_the_person(shop, tables_holding):
    needles = _distinctive(shop)
    assert len(needles) >= 6
    assert len(tables_holding(shop["before"], needles)) > 20
    for file in ("warehouse", "kept", "answers", "landed"):
        assert tables_holding(shop[file], needles) == set(), file


def test_no_byte_of_any_file_beside_the_warehouse_is_theirs(shop):
    needles = [value.encode() for value in _distinctive(shop)]
    original = shop["before"].read_bytes()
    # Some text is compressed.
    assert sum(needle in original for needle in needles) > len(needles) / 2
    files = [file for file in shop["folder"].rglob("*") if file.is_file()]
    assert {file.suffix for file in files} >= {".duckdb", ".csv", ".sqlite", ".jsonl"}
    for file in [*files, shop["answers"], shop["landed"]]:
        content = file.read_bytes()
        assert [needle for needle in needles if needle in content] == [], file


def test_short_ids_are_gone_from_the_columns_of_customers(shop, query):
    for file in ("warehouse", "kept", "answers"):
        for domain, customer in shop["customers"].items():
            sql = "select count(*) from core.{} where domain = ? and customer_id = ?"
            for table in ("fct_orders", "dim_customers"):
                found = query(shop[file], sql.format(table), [domain, customer])
                assert found == [(0,)], (file, domain)
                pseudonym = shop["list"].entry_of(domain, "customer", customer).pseudonym
                assert query(shop[file], sql.format(table), [domain, pseudonym])[0][0] > 0
            names = "select name, email, city from core.dim_customers where customer_id = ?"
            assert query(shop[file], names, [pseudonym]) == [("Unknown", None, None)]


def test_totals_of_core_and_of_every_mart_are_what_they_were(shop):
    personal = {"customer_id", "user_id", "user_guid", "name", "customer_name", "email", "city"}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{shop['before']}' as before (read_only)")
        connection.execute(f"attach '{shop['warehouse']}' as after (read_only)")
        tables = connection.execute(
            "select schema_name, table_name, list(column_name order by column_index)"
            " from duckdb_columns() join duckdb_tables()"
            " using (database_name, schema_name, table_name) where database_name = 'before'"
            " and schema_name not similar to 'raw_.*|left_out|quarantine|sales|greenery|restaurant|"
            "adventure_works' group by all"
        ).fetchall()
        assert len(tables) > 80
        for schema, table, columns in tables:
            kept = ", ".join(f'"{name}"' for name in columns if name not in personal)
            rows = [
                f'select {kept} from {side}."{schema}"."{table}"' for side in ("before", "after")
            ]
            for one, other in (rows, rows[::-1]):
                sql = f"select count(*) from ({one} except all {other})"
                assert connection.execute(sql).fetchone() == (0,), (schema, table)


def test_schemas_views_comments_and_rights_stay(shop, query):
    listed = (
        "select schema_name, table_name, column_name, data_type, comment from duckdb_columns()"
        " where not internal order by all",
        "select schema_name, view_name, sql, comment from duckdb_views() where not internal"
        " order by all",
        "select schema_name, table_name, comment, column_count from duckdb_tables() order by all",
        "select tags from duckdb_databases() where not internal",
        "select distinct build_id from core.build_info",
    )
    for sql in listed:
        assert query(shop["warehouse"], sql) == query(shop["before"], sql)
    assert query(shop["warehouse"], "select count(*) from clv.fct_clv_cutoffs")[0][0] > 0
    assert shop["warehouse"].stat().st_mode & 0o777 == 0o444


def test_rejected_raw_rows_keep_only_what_the_contract_calls_not_personal(shop, query):
    for domain, customer in shop["customers"].items():
        sql = (
            f"select raw_row, row_key from quarantine.{domain}_rows where raw_row like '%\"note\"%'"
        )
        [(raw_row, row_key)] = query(shop["kept"], sql)
        row = json.loads(raw_row)
        pseudonym = shop["list"].entry_of(domain, "customer", customer).pseudonym
        assert pseudonym in row.values()
        assert row["note"] is None
        if domain in ("greenery", "sales"):
            assert pseudonym in row_key


def test_numbers_of_landed_tables_become_numbers_that_later_builds_know(shop, query):
    customer = shop["customers"]["adventure_works"]
    entry = shop["list"].entry_of("adventure_works", "customer", customer)
    number = number_of(entry.pseudonym)
    rows = query(
        shop["landed"],
        "select account_number, typeof(customer_id) from raw_adventure_works.customer"
        " where customer_id = ?",
        [number],
    )
    assert rows == [(None, "INTEGER")]
    assert shop["list"].entry_of("adventure_works", "customer", str(number)).pseudonym == (
        entry.pseudonym
    )
    nickname = "select count(*), count(nickname), count(_loaded_at) from raw_greenery.users"
    assert query(shop["landed"], nickname) == [(130, 129, 130)]


def test_the_list_says_nothing_of_the_person_and_the_desk_and_logs_have_them_no_more(shop):
    text = list_path(shop["warehouse"]).read_text()
    assert not [value for value in _distinctive(shop) if value in text]
    with opened_state(state_path(shop["warehouse"]), "https://desk", read_only=True) as state:
        assert list(state.all()) == ["else@example.com"]
    assert not shop["warehouse"].with_suffix(".failed-build.log").exists()
    assert not list(shop["folder"].glob(".*forgetting*"))


def test_a_second_time_says_so_and_finds_nothing(shop, run_cli):
    customer = shop["customers"]["greenery"]
    modified = shop["warehouse"].stat().st_mtime_ns
    again = run_cli("forget", "--customer", f"greenery={customer}", *shop["options"])
    assert again.returncode == 0, again.stderr
    assert "was forgotten before, at" in again.stdout
    assert "commerce.duckdb: nothing of the person." in again.stdout
    assert "landed.duckdb: nothing of the person." in again.stdout
    assert shop["warehouse"].stat().st_mtime_ns == modified
    assert read_list(list_path(shop["warehouse"])) == shop["list"]


def test_a_rollback_does_not_bring_the_person_back(shop, run_cli, query, tmp_path, tables_holding):
    folder = tmp_path / "wh"
    shutil.copytree(shop["folder"], folder)
    back = run_cli("rollback", "--warehouse", folder / "commerce.duckdb")
    assert back.returncode == 0, back.stderr
    build = query(folder / "commerce.duckdb", "select distinct build_id from core.build_info")
    assert build == [(KEPT_BUILD,)]
    assert tables_holding(folder / "commerce.duckdb", _distinctive(shop)) == set()


def test_someone_unknown_is_refused_and_nothing_changes(shop, run_cli):
    refused = run_cli("forget", "--customer", "greenery=U1", *shop["options"])
    assert refused.returncode == 2
    assert "greenery has no customer 'U1' in" in refused.stderr
    assert "Nothing was changed." in refused.stderr
    assert read_list(list_path(shop["warehouse"])) == shop["list"]


@pytest.mark.parametrize(
    ("text", "message"),
    [("greenery", "is not DOMAIN=ID, such as sales=17"), ("florist=1", "no domain 'florist'")],
)
def test_a_customer_is_named_by_domain_and_id(text, message, run_cli, tmp_path):
    refused = run_cli("forget", "--customer", text, "--warehouse", tmp_path / "commerce.duckdb")
    assert refused.returncode == 2
    assert message in refused.stderr


def test_every_column_of_people_that_sounds_personal_is_marked(contract):
    marked = 0
    for domain, tables in contract.items():
        for table, entry in tables.items():
            if "people" not in entry:
                assert "personal" not in entry, table
                continue
            assert set(entry["people"]) | set(entry.get("personal", ())) <= set(entry["columns"])
            for column in entry["columns"]:
                sounds = any(word in column for word in PERSONAL_WORDS) or column == "address"
                is_of_goods = column in ("app_name", "item_name")
                if sounds and not is_of_goods and column not in NO_WORDS:
                    assert column in entry.get("personal", ()), f"{domain}.{table}.{column}"
                    marked += 1
    assert marked > 15


def test_every_table_with_a_buyer_names_it_as_a_person(contract):
    for tables in contract.values():
        for table, entry in tables.items():
            for column, type_ in entry["columns"].items():
                if type_ == "buyer" or column == entry.get("buyer"):
                    assert entry["people"][column] == "customer", table
