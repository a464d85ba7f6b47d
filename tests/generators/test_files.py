"""The generated files: the same bytes, the contract's columns, the same rows in every form."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from commerce_marts.generate.command import generate

SEEDS = Path(__file__).parents[2] / "seeds"

CONTRACT = {
    "sales": {
        "customers": "customer_id first_name last_name email address city state postal_code",
        "products": "product_id product_name category price",
        "sales": "order_id customer_id product_id order_date quantity total_price cost_amount",
    },
    "greenery": {
        "users": "user_id first_name last_name email phone_number created_at updated_at address_id",
        "addresses": "address_id address zipcode state country",
        "products": "product_id name price inventory",
        "promos": "promo_id discount status",
        "orders": "order_id user_id promo_id address_id created_at order_cost shipping_cost "
        "order_total tax_amount tracking_id shipping_service estimated_delivery_at delivered_at "
        "status",
        "order_items": "order_id product_id quantity",
        "returns": "return_id order_id product_id returned_at quantity amount",
        "events": "event_id session_id user_id page_url created_at event_type order_id product_id",
    },
    "adventure_works": {
        "customer": "customer_id person_id store_id territory_id account_number",
        "person": "business_entity_id person_type title first_name middle_name last_name "
        "email_promotion",
        "store": "business_entity_id name",
        "address": "address_id address_line1 city state_province_id postal_code",
        "state_province": "state_province_id state_province_code country_region_code name "
        "territory_id",
        "sales_territory": "territory_id name country_region_code group",
        "product": "product_id name product_number color standard_cost list_price product_line "
        "class style product_subcategory_id sell_start_date sell_end_date",
        "product_subcategory": "product_subcategory_id product_category_id name",
        "product_category": "product_category_id name",
        "special_offer": "special_offer_id description discount_pct type category start_date "
        "end_date min_qty max_qty",
        "sales_order_header": "sales_order_id order_date due_date ship_date status "
        "online_order_flag customer_id sales_person_id territory_id bill_to_address_id "
        "ship_to_address_id sub_total tax_amt freight total_due",
        "sales_order_detail": "sales_order_id sales_order_detail_id order_qty product_id "
        "special_offer_id unit_price unit_price_discount line_total",
        "sales_order_return": "return_id sales_order_id sales_order_detail_id returned_on "
        "returned_qty reason",
    },
    "restaurant": {
        "order_items": "app_name restaurant_id creation_time_utc order_id user_id "
        "printed_card_number is_loyalty currency lineitem_id item_category item_name item_price "
        "item_quantity tax_amount cost_amount",
        "order_item_options": "order_id lineitem_id option_group_name option_name option_price "
        "option_quantity",
        "date_dim": "date_key year month week day_of_week is_weekend is_holiday holiday_name",
        "restaurants": "restaurant_id name city state timezone opened_on",
        "customers": "user_id first_name last_name email city state",
    },
}
# The key is the first column, except here; None where equal rows are separate facts.
KEYS = {
    "sales.sales": None,
    "restaurant.order_item_options": None,
    "greenery.order_items": "order_id, product_id",
    "adventure_works.sales_order_detail": "sales_order_id, sales_order_detail_id",
    "restaurant.order_items": "order_id, lineitem_id, (item_quantity < 0)",
}
TABLES = [(domain, table) for domain, tables in CONTRACT.items() for table in tables]
KEYED = [
    (domain, table, key)
    for domain, table in TABLES
    if (key := KEYS.get(f"{domain}.{table}", CONTRACT[domain][table].split()[0]))
]
SHORT = ("--start-date", "2024-02-20", "--end-date", "2024-03-20")


def contents(folder: Path, pattern: str) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob(pattern)}


def test_the_committed_seeds_are_what_the_generator_writes(written):
    generated, committed = contents(written, "*/*.csv"), contents(SEEDS, "*/*__*.csv")
    assert sorted(generated) == sorted(committed)
    assert [name for name in generated if generated[name] != committed[name]] == []


def test_every_table_of_the_contract_is_written_with_exactly_its_columns(written):
    files = {path.stem: path for path in written.glob("*/*.csv")}
    assert sorted(files) == sorted(f"{domain}__{table}" for domain, table in TABLES)
    for domain, table in TABLES:
        with files[f"{domain}__{table}"].open(encoding="utf-8", newline="") as lines:
            assert next(csv.reader(lines)) == CONTRACT[domain][table].split(), table


def test_seeds_are_small_enough_for_dbt(written):
    sizes = {path.stem: path.stat().st_size for path in written.glob("*/*.csv")}
    assert max(sizes.values()) <= 3_000_000
    rows = sum(path.read_bytes().count(b"\n") - 1 for path in written.glob("*/*.csv"))
    assert 60_000 <= rows <= 90_000


def test_seeds_are_plain_csv_with_line_feeds_only(written):
    for path in written.glob("*/*.csv"):
        text = path.read_bytes()
        assert b"\r" not in text
        assert text.endswith(b"\n")
        assert not text.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(("domain", "table", "key"), KEYED)
def test_keys_are_unique_and_only_one_row_lacks_its_line_id(seeds, domain, table, key):
    relation = f'"{domain}"."{table}"'
    repeated = f"select {key} from {relation} group by {key} having count(*) > 1"
    assert seeds.execute(repeated).fetchall() == []
    missing = " or ".join(f"{column} is null" for column in key.split(", "))
    lacking = seeds.execute(f"select {key} from {relation} where {missing}").fetchall()
    assert len(lacking) == (1 if (domain, table) == ("restaurant", "order_items") else 0)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_same_arguments_give_the_same_bytes_and_another_seed_gives_others(run, tmp_path, form):
    for folder, seed in (("first", 7), ("second", 7), ("other", 8)):
        run("--out", tmp_path / folder, "--format", form, "--seed", seed, *SHORT)
    first, second, other = (
        contents(tmp_path / folder, f"*/*.{form}") for folder in ("first", "second", "other")
    )
    assert len(first) == len(TABLES)
    assert first == second
    for name in ("sales/sales", "greenery/events", "restaurant/order_items"):
        assert first[f"{name}.{form}"] != other[f"{name}.{form}"]
    details = f"adventure_works/sales_order_detail.{form}"
    assert first[details] != other[details]


def test_tidy_daily_files_single_files_and_both_formats_hold_the_same_rows(run, connect, tmp_path):
    forms = {
        "one_csv": ("--format", "csv"),
        "daily_csv": ("--format", "csv", "--daily-files"),
        "one_parquet": ("--format", "parquet"),
        "daily_parquet": ("--format", "parquet", "--daily-files"),
    }
    opened = {}
    for name, options in forms.items():
        run("--out", tmp_path / name, *options, "--tidy", *SHORT)
        opened[name] = connect(tmp_path / name, as_text=True)
    returns = {("greenery", "returns"), ("adventure_works", "sales_order_return")}
    for domain, table in returns:
        assert opened["one_csv"].sql(f"from {domain}.{table}").fetchall() == []
        assert not (tmp_path / "daily_csv" / domain / table).exists()
    for domain, table in TABLES:
        if (domain, table) in returns:
            continue
        rows = {
            name: sorted(
                connection.sql(f'from "{domain}"."{table}"').fetchall(),
                key=lambda row: [value or "" for value in row],
            )
            for name, connection in opened.items()
        }
        assert rows["one_csv"], table
        assert all(rows[name] == rows["one_csv"] for name in forms), table


def test_a_daily_file_is_named_by_the_day_of_its_orders(run, connect, tmp_path):
    run("--out", tmp_path, "--daily-files", "--tidy", "--domains", "greenery,restaurant", *SHORT)
    orders = tmp_path / "greenery" / "orders"
    names_and_days = (
        connect(tmp_path)
        .sql(
            "select distinct parse_filename(filename, true), created_at[:10] "
            f"from read_csv('{orders}/*.csv', filename = true, all_varchar = true)"
        )
        .fetchall()
    )
    assert names_and_days
    assert all(name == day for name, day in names_and_days)
    assert (tmp_path / "greenery" / "users.csv").is_file()
    items = {path.name for path in (tmp_path / "restaurant" / "order_items").iterdir()}
    options = {path.name for path in (tmp_path / "restaurant" / "order_item_options").iterdir()}
    assert options <= items


def test_other_files_in_the_folder_are_left_unchanged(run, tmp_path):
    other = tmp_path / "sales" / "notes.txt"
    other.parent.mkdir()
    other.write_text("mine")
    run("--out", tmp_path, "--domains", "sales", *SHORT)
    run("--out", tmp_path, "--domains", "sales", *SHORT)
    assert other.read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--as-seeds", "--format", "parquet"), "leave out --as-seeds"),
        (("--as-seeds", "--daily-files"), "leave out --as-seeds"),
        (("--domains", "sales,toys"), "no domain 'toys'"),
        (("--domains", ""), "no domain ''"),
        (("--scale", "0"), "--scale is 0: give"),
        (("--scale", "nan"), "--scale is nan: give"),
        (("--start-date", "2030-01-01"), "give both --start-date and --end-date"),
        (("--start-date", "1066-10-14"), "give dates from"),
        (("--start-date", "yesterday"), "yesterday"),
    ],
)
def test_a_wrong_argument_gives_one_clear_sentence(tmp_path, arguments, message):
    result = CliRunner().invoke(generate, ["--out", str(tmp_path), *arguments])
    error = [line for line in result.output.splitlines() if line.startswith("Error: ")]
    assert result.exit_code == 2
    assert len(error) == 1
    assert message in error[0]
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_exists_in_another_form_stops_the_run(run, tmp_path):
    run("--out", tmp_path, "--domains", "sales", *SHORT)
    again = ["--out", str(tmp_path), "--domains", "sales", "--daily-files", *SHORT]
    result = CliRunner().invoke(generate, again)
    assert result.exit_code == 1
    assert "holds the same table in another form: remove it" in result.output
    assert "Traceback" not in result.output


def test_a_folder_that_cannot_be_written_gives_one_clear_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(generate, ["--out", str(tmp_path / "file" / "raw")])
    assert result.exit_code == 1
    assert "Give another folder with --out." in result.output
