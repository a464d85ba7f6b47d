"""Ten days of the sales feed. Its lines have no key: none is superseded, and equal lines count."""

from feed import Row, add, as_parquet, change, date_of, deliver, deliver_again, remove
from story import Step, Story, story

OTHER_CUSTOMER = "sales: rejected: customer_id contradicts another line of the order"
OTHER_DATE = "sales: rejected: order_date contradicts another line of the order"
NO_QUANTITY = "sales: rejected: quantity is not a whole number other than 0"
TYPES = {"order_date": "date", "quantity": "integer", "total_price": "decimal(9, 2)"}


def line(order_id: str, day: int, **values: str) -> Row:
    """An order line of 10.00."""
    return {
        "order_id": order_id,
        "customer_id": "C0001",
        "product_id": "P001",
        "order_date": str(date_of(day)),
        "quantity": "1",
        "total_price": "10.00",
    } | values


STORIES: tuple[Story, ...] = (
    story(
        "an equal line in a later file is a second line",
        "sale in equal lines",
        Step(2, (add("sales", line("sale in equal lines", 2)),), "10"),
        Step(3, (add("sales", line("sale in equal lines", 2)),), "20"),
        Step(6, (deliver_again("sales", 2, without={"order_id": "sale in equal lines"}),), "10"),
    ),
    story(
        "a late line of another customer makes the order rejected, until the line is removed",
        "sale contradicted",
        Step(2, (add("sales", line("sale contradicted", 2), line("sale contradicted", 2)),), "20"),
        Step(
            3,
            (
                add(
                    "sales",
                    line("sale contradicted", 2, customer_id="C0002"),
                    mark="-contradicting",
                ),
            ),
            left_out=(OTHER_CUSTOMER,) * 3,
        ),
        Step(5, (remove("sales", 3, "-contradicting"),), "20"),
    ),
    story(
        "a rejected late line contradicts no line; a usable one on another day does",
        "sale on two days",
        Step(2, (add("sales", line("sale on two days", 2)),), "10"),
        Step(
            4,
            (add("sales", line("sale on two days", 4, quantity="0", customer_id="C0002")),),
            "10",
            (NO_QUANTITY,),
        ),
        Step(
            6,
            (add("sales", line("sale on two days", 6)),),
            left_out=(NO_QUANTITY, OTHER_DATE, OTHER_DATE),
        ),
        Step(
            8,
            (
                deliver_again(
                    "sales",
                    6,
                    line("sale on two days", 2),
                    without={"order_id": "sale on two days"},
                ),
            ),
            "20",
            (NO_QUANTITY,),
        ),
    ),
    story(
        "a file comes again with the order on another day and of another customer",
        "sale moved",
        Step(3, (add("sales", line("sale moved", 3), line("sale moved", 3)),), "20"),
        Step(
            7,
            (
                deliver_again(
                    "sales",
                    3,
                    line("sale moved", -40, customer_id="C0003"),
                    line("sale moved", -40, customer_id="C0003"),
                    without={"order_id": "sale moved"},
                ),
            ),
            "20",
            also={
                "select customer_id, order_date::varchar from core.fct_orders"
                " where order_id = 'sale moved'": [("C0003", str(date_of(-40)))],
                "select min(month) from sales_reporting.monthly_revenue_orders": [("2022-11",)],
            },
        ),
        Step(
            9,
            (deliver_again("sales", 3, without={"order_id": "sale moved"}),),
            also={"select min(month) from sales_reporting.monthly_revenue_orders": [("2023-01",)]},
        ),
    ),
    story(
        "a single file beside the folder of daily files is read like one of them",
        "sale in a single file",
        Step(1, (deliver("sales.csv", line("sale in a single file", 1)),), "10"),
        Step(4, (add("sales", line("sale in a single file", 1)),), "20"),
        Step(
            6,
            (deliver("sales.csv", line("sale in a single file", 1, total_price="5.00")),),
            "15",
        ),
        Step(8, (lambda feed: (feed.folder / "sales.csv").unlink(),), "10"),
    ),
    story(
        "one daily file becomes Parquet, and another has an extra column",
        "sale in parquet",
        Step(5, (add("sales", line("sale in parquet", 5)),), "10"),
        Step(
            7,
            (
                as_parquet("sales", 5, TYPES),
                add(
                    "sales",
                    line("sale in parquet", 5) | {"note": "more"},
                    line("sale in parquet", 5, quantity="none") | {"note": "broken"},
                    mark="-more",
                    more_columns=("note",),
                ),
            ),
            "20",
            (NO_QUANTITY,),
        ),
    ),
    story(
        "an unknown product and customer are delivered a day later",
        "sale of the unknown",
        Step(
            4,
            (add("sales", line("sale of the unknown", 4, product_id="P999", customer_id="C999")),),
            "10",
            also={
                "select product_name from core.dim_products where product_id = 'P999'": [
                    ("Unknown",)
                ]
            },
        ),
        Step(
            5,
            (
                deliver(
                    "products/more.csv",
                    {
                        "product_id": "P999",
                        "product_name": "Kite",
                        "category": "Toys",
                        "price": "12.00",
                    },
                ),
                deliver("customers/more.csv", {"customer_id": "C999", "first_name": "Ada"}),
            ),
            "10",
            also={
                "select product_name, category from core.dim_products where product_id = 'P999'": [
                    ("Kite", "Toys")
                ],
                "select name from core.dim_customers where customer_id = 'C999'": [("Ada",)],
                "select total_revenue::int from sales_reporting.category_performance"
                " where category = 'Toys'": [(10,)],
            },
        ),
    ),
    story(
        "a product's category and a customer's name change",
        None,
        Step(
            6,
            (
                change("products.csv", {"product_id": "P001"}, category="Antiques", price="99.00"),
                change("customers.csv", {"customer_id": "C0001"}, last_name="Newname", state="WY"),
            ),
            also={
                "select distinct category from core.fct_order_lines"
                " where domain = 'sales' and product_id = 'P001'": [("Antiques",)],
                "select name, state from core.dim_customers where customer_id = 'C0001'": [
                    ("Justin Newname", "WY")
                ],
            },
        ),
    ),
    story(
        "lines without an order id disappear with their file",
        None,
        Step(
            3,
            (add("sales", line("", 3), line("", 3), mark="-no-key"),),
            also={
                "select count(*) from quarantine.sales_rows where reason = 'order_id is missing'": [
                    (2,)
                ]
            },
        ),
        Step(
            6,
            (remove("sales", 3, "-no-key"), add("sales", line("", 6))),
            also={
                "select count(*) from quarantine.sales_rows where reason = 'order_id is missing'": [
                    (1,)
                ]
            },
        ),
    ),
)
