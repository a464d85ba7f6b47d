"""core.empty_marts covers every general mart, and a build says why marts are empty."""

import re

import pytest

# One order of a guest a row, without a loyalty flag.
ORDER_ITEMS = """\
app_name,restaurant_id,creation_time_utc,order_id,user_id,printed_card_number,is_loyalty,\
currency,lineitem_id,item_category,item_name,item_price,item_quantity
Web,R1,2024-01-02T12:00:00Z,O1,,,,USD,1,Mains,Soup,8.00,1
Web,R1,2024-01-03T12:00:00Z,O2,,,,USD,1,Mains,Soup,8.00,1
"""


@pytest.fixture(scope="session")
def guests_warehouse(made_once, published):
    """A restaurant where only guests have ordered."""

    def make(folder):
        (folder / "restaurant").mkdir()
        (folder / "restaurant" / "order_items.csv").write_text(ORDER_ITEMS)
        options = (
            "order_id,lineitem_id,option_group_name,option_name,option_price,option_quantity\n"
        )
        (folder / "restaurant" / "order_item_options.csv").write_text(options)
        return ""

    raw_dir = made_once("raw_guests", make)
    return published(
        *("guests", "--raw-from", "files", "--raw-dir", raw_dir, "--domains", "restaurant")
    )


@pytest.fixture(scope="session")
def general_marts(manifest, contract):
    """Names of the marts that answer for every domain; fct_ and touched_ models lead to them."""
    return {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["original_file_path"].startswith("models/marts/")
        and not node["original_file_path"].startswith("models/marts/core/")
        and not node["name"].startswith(("fct_", "touched_"))
        and not set(node["tags"]) & set(contract)
    }


def test_empty_marts_and_its_data_test_cover_every_general_mart(manifest, general_marts):
    model = manifest["nodes"]["model.commerce_marts.empty_marts"]
    listed = re.findall(r"^    \('(\w+)', '(\w+)', '[\w ]+'\),$", model["raw_code"], re.M)
    assert {mart for _, mart in listed} == general_marts
    for schema, mart in listed:
        assert manifest["nodes"][f"model.commerce_marts.{mart}"]["schema"] == schema
    test = "test.commerce_marts.empty_marts_are_those_without_rows"
    parents = {name.split(".")[-1] for name in manifest["parent_map"][test]}
    assert parents - {"empty_marts", "dim_domains", "fct_orders_as_of"} == general_marts


def test_a_build_says_once_for_each_reason_why_marts_are_empty(guests_warehouse, query):
    output = guests_warehouse.with_name("output.txt").read_text()
    assert [line for line in output.splitlines() if "marts are empty" in line] == [
        "restaurant: churn, clv, retention, rfm marts are empty, because all orders are of guests, "
        "so there are no customers",
        "restaurant: loyalty marts are empty, because no order has a loyalty flag",
    ]
    assert query(
        guests_warehouse, "select mart, is_expected from core.empty_marts where area = 'discounts'"
    ) == [("discount_before_after", True)]


def test_what_a_contract_does_not_record_is_not_printed(seeds_warehouse, query):
    assert query(seeds_warehouse, "select bool_and(is_expected) from core.empty_marts") == [(True,)]
    assert "marts are empty" not in seeds_warehouse.with_name("output.txt").read_text()
