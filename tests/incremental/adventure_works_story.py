"""Ten days of AdventureWorks: headers, lines and returns come in separate files."""

from feed import (
    Action,
    Row,
    add,
    change,
    date_of,
    deliver,
    deliver_again,
    empty,
    remove,
    show_again,
)
from story import Step, Story, story

HEADER = "sales_order_header"
DETAIL = "sales_order_detail"
RETURN = "sales_order_return"
NO_HEADER = f"{DETAIL}: rejected: sales_order_id has no header"
HEADER_UNUSED = f"{DETAIL}: parent rejected: its header cannot be used"
NO_LINE = f"{HEADER}: rejected: sales_order_id has no usable line"
NO_DATE = f"{HEADER}: rejected: order_date is not an ISO 8601 date"
NOT_YET = f"{HEADER}: rejected: order_date is not a plausible date"
NO_TOTAL = f"{DETAIL}: rejected: line_total is not a number"
RETURN_OF_NOTHING = f"{RETURN}: rejected: sales_order_id, sales_order_detail_id has no line"
RETURN_OF_UNUSED = f"{RETURN}: parent rejected: its line cannot be used"
SUPERSEDED = "{}: superseded: a later delivery holds another row with this key"
REPEAT = "{}: repeat: equal to another row"


def header(order_id: str, day: int, **values: str) -> Row:
    """The header of an order of one line of 10.00."""
    return {
        "sales_order_id": order_id,
        "order_date": str(date_of(day).replace(year=2022, month=7)),
        "status": "5",
        "online_order_flag": "t",
        "customer_id": "11001",
        "territory_id": "9",
        "bill_to_address_id": "1",
        "ship_to_address_id": "1",
        "sub_total": "10.00",
        "tax_amt": "1.00",
        "freight": "0.50",
        "total_due": "11.50",
    } | values


def detail(order_id: str, detail_id: str = "1", **values: str) -> Row:
    """An order line of 10.00."""
    return {
        "sales_order_id": order_id,
        "sales_order_detail_id": detail_id,
        "order_qty": "1",
        "product_id": "714",
        "special_offer_id": "1",
        "unit_price": "10.00",
        "unit_price_discount": "0.00",
        "line_total": "10.00",
    } | values


def a_return(return_id: str, order_id: str, day: int, **values: str) -> Row:
    return {
        "return_id": return_id,
        "sales_order_id": order_id,
        "sales_order_detail_id": "1",
        "returned_on": str(date_of(day).replace(year=2022, month=7)),
        "returned_qty": "1",
        "reason": "Wrong size",
    } | values


def delivered(order_id: str, day: int, **values: str) -> tuple[Action, Action]:
    return add(HEADER, header(order_id, day, **values)), add(DETAIL, detail(order_id))


def returned(order_id: str, quantity: int | None) -> dict[str, list[tuple]]:
    return {
        "select returned_quantity::int from core.fct_order_lines_as_of"
        f" where order_id = '{order_id}'": [(quantity,)]
    }


def first_order(customer_id: str, *dates: str) -> dict[str, list[tuple]]:
    """A customer's first order date in clv; without dates: the customer has no row."""
    return {
        "select first_order_date::varchar from clv.customer_clv"
        f" where domain = 'adventure_works' and customer_id = '{customer_id}'": [
            (date,) for date in dates
        ]
    }


STORIES: tuple[Story, ...] = (
    story(
        "a header comes a day after its lines",
        "bike first",
        Step(
            2,
            (add(DETAIL, detail("bike first"), detail("bike first", "2")),),
            None,
            (NO_HEADER,) * 2,
        ),
        Step(3, (add(HEADER, header("bike first", 3)),), "20"),
    ),
    story(
        "a header comes a day before its lines, and another line comes even later",
        "bike last",
        Step(2, (add(HEADER, header("bike last", 2)),), left_out=(NO_LINE,)),
        Step(3, (add(DETAIL, detail("bike last")),), "10"),
        Step(5, (add(DETAIL, detail("bike last", "2", line_total="9.99")),), "19.99"),
    ),
    story(
        "a header is removed but its lines and returns stay, until it is delivered again",
        "bike lost",
        Step(
            3,
            (
                add(HEADER, header("bike lost", 3), mark="-lost"),
                add(DETAIL, detail("bike lost")),
                add(RETURN, a_return("R lost", "bike lost", 3)),
            ),
            "10",
        ),
        Step(5, (remove(HEADER, 3, "-lost"),), left_out=(NO_HEADER, RETURN_OF_UNUSED)),
        Step(6, (add(HEADER, header("bike lost", 3)),), "10"),
    ),
    story(
        "a rejected header makes its lines and returns rejected, until it is corrected",
        "bike broken",
        Step(
            3,
            (
                add(HEADER, header("bike broken", 3, order_date="soon")),
                add(DETAIL, detail("bike broken")),
                add(RETURN, a_return("R broken", "bike broken", 3)),
            ),
            left_out=(NO_DATE, HEADER_UNUSED, RETURN_OF_UNUSED),
        ),
        Step(4, (add(HEADER, header("bike broken", 3)),), "10", (NO_DATE,)),
        Step(6, (add(HEADER, header("bike broken", 3, order_date="late")),), "10", (NO_DATE,) * 2),
    ),
    story(
        "the only line is corrected, gets a rejected correction, and is removed",
        "bike corrected",
        Step(2, delivered("bike corrected", 2), "10"),
        Step(
            4,
            (add(DETAIL, detail("bike corrected", line_total="8.00")),),
            "8",
            (SUPERSEDED.format(DETAIL),),
        ),
        Step(
            5,
            (add(DETAIL, detail("bike corrected", line_total="much")),),
            "8",
            (SUPERSEDED.format(DETAIL), NO_TOTAL),
        ),
        Step(
            7,
            (
                deliver_again(DETAIL, 2, without={"sales_order_id": "bike corrected"}),
                deliver_again(DETAIL, 4, without={"sales_order_id": "bike corrected"}),
            ),
            left_out=(NO_TOTAL, NO_LINE),
        ),
    ),
    story(
        "a correction moves an order to another customer, territory and month",
        "bike moved",
        Step(3, delivered("bike moved", 3), "10"),
        Step(
            6,
            (
                add(
                    HEADER,
                    header(
                        "bike moved",
                        3,
                        customer_id="11002",
                        territory_id="3",
                        order_date="2022-06-30",
                    ),
                ),
            ),
            "10",
            (SUPERSEDED.format(HEADER),),
            also={
                "select customer_id, location_id, order_date::varchar from core.fct_orders"
                " where order_id = 'bike moved'": [("11002", "3", "2022-06-30")]
            }
            | first_order("11002", "2022-06-30"),
        ),
    ),
    story(
        "a customer's only order is cancelled and later restored",
        "bike cancelled",
        Step(
            3,
            delivered("bike cancelled", 3, customer_id="11003"),
            "10",
            also=first_order("11003", "2022-07-03"),
        ),
        Step(
            5,
            (add(HEADER, header("bike cancelled", 3, customer_id="11003", status="6")),),
            "10",
            (SUPERSEDED.format(HEADER),),
            also=first_order("11003"),
        ),
        Step(
            8,
            (add(HEADER, header("bike cancelled", 3, customer_id="11003")),),
            "10",
            (SUPERSEDED.format(HEADER), REPEAT.format(HEADER)),
            also=first_order("11003", "2022-07-03"),
        ),
    ),
    story(
        "the first return of all changes every returned quantity from null to 0",
        "bike kept",
        Step(1, delivered("bike kept", 1), "10", also=returned("bike kept", None)),
        Step(3, (), "10", also=returned("bike kept", 0)),
        Step(8, (empty(RETURN),), "10", also=returned("bike kept", None)),
        Step(9, (show_again(RETURN),), "10", also=returned("bike kept", 0)),
    ),
    story(
        "a return comes a day before its line",
        "bike returned",
        Step(
            2,
            (add(RETURN, a_return("R early", "bike returned", 2)),),
            left_out=(RETURN_OF_NOTHING,),
        ),
        Step(3, delivered("bike returned", 2), "10", also=returned("bike returned", 1)),
        Step(8, (), "10", also=returned("bike returned", None)),
        Step(9, (), "10", also=returned("bike returned", 1)),
    ),
    story(
        "a return comes again with another order",
        "bike not returned",
        Step(
            3,
            (
                *delivered("bike not returned", 3),
                *delivered("bike returned instead", 3),
                add(RETURN, a_return("R moved", "bike not returned", 3)),
            ),
            "10",
            also=returned("bike not returned", 1) | returned("bike returned instead", 0),
        ),
        Step(
            5,
            (add(RETURN, a_return("R moved", "bike returned instead", 3), mark="-moved"),),
            "10",
            (SUPERSEDED.format(RETURN),),
            also=returned("bike not returned", 0) | returned("bike returned instead", 1),
        ),
        Step(
            7,
            (remove(RETURN, 5, "-moved"),),
            "10",
            also=returned("bike not returned", 1) | returned("bike returned instead", 0),
        ),
        Step(8, (), "10", also=returned("bike not returned", None)),
        Step(9, (), "10", also=returned("bike not returned", 1)),
    ),
    story(
        "an unknown product and customer come a day later; then the product's cost changes",
        "bike unknown",
        Step(
            4,
            (
                add(HEADER, header("bike unknown", 4, customer_id="99999")),
                add(DETAIL, detail("bike unknown", product_id="9999")),
            ),
            "10",
            also={
                "select category, cost_amount::int from core.fct_order_lines"
                " where order_id = 'bike unknown'": [("Uncategorised", None)]
            },
        ),
        Step(
            5,
            (
                deliver(
                    "product/more.csv",
                    {
                        "product_id": "9999",
                        "name": "New Bike",
                        "standard_cost": "6.00",
                        "product_subcategory_id": "1",
                    },
                ),
                deliver("customer/more.csv", {"customer_id": "99999", "store_id": "301"}),
            ),
            "10",
            also={
                "select category, cost_amount::int from core.fct_order_lines"
                " where order_id = 'bike unknown'": [("Bikes", 6)],
                "select name from core.dim_customers where customer_id = '99999'": [
                    ("Valley Pedal Depot",)
                ],
            },
        ),
        Step(
            7,
            (
                change("product/more.csv", {"product_id": "9999"}, standard_cost="7.00"),
                change("store.csv", {"business_entity_id": "301"}, name="Valley Pedals"),
            ),
            "10",
            also={
                "select category, cost_amount::int from core.fct_order_lines"
                " where order_id = 'bike unknown'": [("Bikes", 7)],
                "select name from core.dim_customers where customer_id = '99999'": [
                    ("Valley Pedals",)
                ],
            },
        ),
    ),
    story(
        "an offer becomes 'No Discount', and its old discounts lose their promotion",
        "bike discounted",
        Step(
            2,
            (
                add(HEADER, header("bike discounted", 2)),
                add(
                    DETAIL,
                    detail(
                        "bike discounted",
                        special_offer_id="2",
                        unit_price_discount="0.10",
                        line_total="9.00",
                    ),
                ),
            ),
            "9",
            also={
                "select promotion_id from core.fct_order_discounts"
                " where order_id = 'bike discounted'": [("2",)]
            },
        ),
        Step(
            5,
            (
                change("special_offer.csv", {"special_offer_id": "2"}, type="No Discount"),
                change("address.csv", {"address_id": "1"}, city="Newtown", state_province_id="1"),
            ),
            "9",
            also={
                "select promotion_id from core.fct_order_discounts"
                " where order_id = 'bike discounted'": [("(none)",)]
            },
        ),
    ),
    story(
        "an order dated tomorrow is rejected today, with its line, and used tomorrow",
        "bike tomorrow",
        Step(
            7,
            (
                add(HEADER, header("bike tomorrow", 1, order_date="2025-01-01")),
                add(DETAIL, detail("bike tomorrow")),
            ),
            left_out=(NOT_YET, HEADER_UNUSED),
        ),
        Step(9, (), "10"),
        Step(
            10,
            (deliver_again(HEADER, 7, without={"sales_order_id": "bike tomorrow"}),),
            left_out=(NO_HEADER,),
        ),
    ),
)
