"""Ten days of all shops that deliver an order whole: its last delivery counts."""

import shutil

import adventure_works_story as adventure_works
import greenery_story as greenery
import restaurant_story as restaurant
import sales_story as sales
from feed import Action, add, deliver_again
from story import Step, Story, story

SUPERSEDED = "{}: superseded: a later delivery holds this order"
RETURNS_SUPERSEDED = "{}: superseded: a later delivery holds these returns"
OPTION_SUPERSEDED = "order_item_options: superseded: a later delivery holds its order"


def returned(order_id: str) -> str:
    """A query of what came back of an order."""
    return f"select sum(amount)::int from core.fct_returns where order_id = '{order_id}'"


def copy_of(table: str, day: int, mark: str) -> Action:
    """Delivers a daily file again under another name."""

    def do(feed):
        copy = feed.file(table, day, mark)
        shutil.copy(feed.folder / feed.file(table, day), feed.folder / copy)
        feed.date_file(copy)

    return do


SALES: tuple[Story, ...] = (
    story(
        "an export window holds an order again, with a line less and another price",
        "corrected sale",
        Step(
            2,
            (
                add(
                    "sales",
                    sales.line("corrected sale", 2),
                    sales.line("corrected sale", 2, product_id="P002", total_price="20.00"),
                ),
            ),
            "30",
        ),
        Step(
            4,
            (add("sales", sales.line("corrected sale", 2, total_price="12.00")),),
            "12",
            (SUPERSEDED.format("sales"),) * 2,
        ),
        Step(6, (deliver_again("sales", 4, without={"order_id": "corrected sale"}),), "30"),
    ),
    story(
        "a refund that comes alone replaces neither the sale nor a refund of another day",
        "refunded sale",
        Step(2, (add("sales", sales.line("refunded sale", 2, total_price="40.00")),), "40"),
        Step(
            5,
            (add("sales", sales.line("refunded sale", 5, quantity="-1", total_price="-15.00")),),
            "40",
            also={returned("refunded sale"): [(15,)]},
        ),
        Step(
            7,
            (
                add(
                    "sales",
                    sales.line("refunded sale", 5, quantity="-1", total_price="-20.00"),
                    sales.line("refunded sale", 7, quantity="-1", total_price="-3.00"),
                ),
            ),
            "40",
            (RETURNS_SUPERSEDED.format("sales"),),
            also={returned("refunded sale"): [(23,)]},
        ),
    ),
    story(
        "a broken correction as a whole supersedes nothing",
        "sale of a broken correction",
        Step(3, (add("sales", sales.line("sale of a broken correction", 3)),), "10"),
        Step(
            5,
            (add("sales", sales.line("sale of a broken correction", 3, quantity="many")),),
            "10",
            (sales.NO_QUANTITY,),
        ),
    ),
    story(
        "a daily file comes again, byte by byte, under another name",
        "sale in two equal files",
        Step(3, (add("sales", sales.line("sale in two equal files", 3)),), "10"),
        Step(
            8,
            (copy_of("sales", 3, " (1)"),),
            "10",
            also={
                "select distinct source_file from sales.stg_sales"
                " where order_id = 'sale in two equal files'": [("sales/2023-01-03 (1).csv",)]
            },
        ),
    ),
)

GREENERY: tuple[Story, ...] = (
    story(
        "a header that comes again alone keeps its lines",
        "order with a new status",
        Step(
            2,
            (
                add("orders", greenery.order("order with a new status", 2)),
                add("order_items", greenery.item("order with a new status")),
            ),
            "20",
        ),
        Step(
            4,
            (add("orders", greenery.order("order with a new status", 2, status="delivered")),),
            "20",
            (SUPERSEDED.format("orders"),),
        ),
    ),
    story(
        "an item is taken off an order; later its only line cannot be read",
        "order with a line less",
        Step(
            2,
            (
                add(
                    "orders",
                    greenery.order(
                        "order with a line less", 2, order_cost="30.00", order_total="35.00"
                    ),
                ),
                add(
                    "order_items",
                    greenery.item("order with a line less"),
                    greenery.item("order with a line less", greenery.BAMBOO),
                ),
            ),
            "30",
        ),
        Step(
            5,
            (
                add("orders", greenery.order("order with a line less", 2)),
                add("order_items", greenery.item("order with a line less")),
            ),
            "20",
            (SUPERSEDED.format("orders"), *(SUPERSEDED.format("order_items"),) * 2),
            also={
                "select count(*) from core.fct_order_lines"
                " where order_id = 'order with a line less'": [(1,)]
            },
        ),
        Step(
            7,
            (
                add("orders", greenery.order("order with a line less", 2, status="delivered")),
                add("order_items", greenery.item("order with a line less", quantity="x")),
            ),
            "20",
            (
                *(SUPERSEDED.format("orders"),) * 2,
                *(SUPERSEDED.format("order_items"),) * 2,
                greenery.NO_QUANTITY,
            ),
        ),
    ),
)

ADVENTURE_WORKS: tuple[Story, ...] = (
    story(
        "a line is taken off an order",
        "order of two lines",
        Step(
            2,
            (
                add(
                    adventure_works.HEADER,
                    adventure_works.header(
                        "order of two lines", 2, sub_total="20.00", total_due="21.50"
                    ),
                ),
                add(
                    adventure_works.DETAIL,
                    adventure_works.detail("order of two lines"),
                    adventure_works.detail("order of two lines", "2"),
                ),
            ),
            "20",
        ),
        Step(
            4,
            (
                add(adventure_works.HEADER, adventure_works.header("order of two lines", 2)),
                add(adventure_works.DETAIL, adventure_works.detail("order of two lines", "2")),
            ),
            "10",
            (
                SUPERSEDED.format(adventure_works.HEADER),
                *(SUPERSEDED.format(adventure_works.DETAIL),) * 2,
            ),
        ),
    ),
)

RESTAURANT: tuple[Story, ...] = (
    story(
        "an order is corrected with its coupon",
        "corrected meal",
        Step(
            2,
            (
                restaurant.lines(restaurant.line("corrected meal", 2)),
                restaurant.options(restaurant.option("corrected meal", "-1.00")),
            ),
            "9",
        ),
        Step(
            4,
            (
                restaurant.lines(restaurant.line("corrected meal", 2, item_price="7.00")),
                restaurant.options(restaurant.option("corrected meal", "-2.00")),
            ),
            "5",
            (SUPERSEDED.format("order_items"), OPTION_SUPERSEDED),
        ),
    ),
    story(
        "a corrected order has no options any more, in a day's file of options for others",
        "meal without its coupon",
        Step(
            3,
            (
                restaurant.lines(restaurant.line("meal without its coupon", 3)),
                restaurant.options(restaurant.option("meal without its coupon", "-1.00")),
            ),
            "9",
        ),
        Step(
            5,
            (
                restaurant.lines(
                    restaurant.line("meal without its coupon", 3),
                    restaurant.line("another meal", 5),
                ),
                restaurant.options(restaurant.option("another meal", "1.00")),
            ),
            "10",
            (SUPERSEDED.format("order_items"), OPTION_SUPERSEDED),
        ),
    ),
    story(
        "the options of a refund belong to it, and the sale keeps its own",
        "refunded meal",
        Step(
            2,
            (
                restaurant.lines(restaurant.line("refunded meal", 2)),
                restaurant.options(restaurant.option("refunded meal", "2.00")),
            ),
            "12",
        ),
        Step(
            6,
            (
                restaurant.lines(
                    restaurant.line("refunded meal", 6, item_price="-10.00", item_quantity="-1")
                ),
                restaurant.options(restaurant.option("refunded meal", "-2.00")),
            ),
            "12",
            also={returned("refunded meal"): [(12,)]},
        ),
    ),
)

STORIES = {
    "sales": SALES,
    "greenery": GREENERY,
    "adventure_works": ADVENTURE_WORKS,
    "restaurant": RESTAURANT,
}
