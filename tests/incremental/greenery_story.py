"""Ten days of the greenery feed: orders, their items and events come in separate files."""

from feed import Row, add, change, date_of, deliver, deliver_again, empty, remove, show_again
from story import Step, Story, story

NO_ORDER = "order_items: rejected: order_id has no order"
ORDER_UNUSED = "order_items: parent rejected: its order cannot be used"
NO_LINE = "orders: rejected: order_id has no usable line"
NO_COST = "orders: rejected: order_cost is not a number"
SUPERSEDED = "{}: superseded: a later delivery holds another row with this key"
CONTRADICTS = "orders: rejected: contradicts another row with the same order_id"
ITEM_CONTRADICTS = (
    "order_items: rejected: contradicts another row with the same order_id, product_id"
)
NO_QUANTITY = "order_items: rejected: quantity is not a whole number above 0"

POTHOS = "b4cab76b-a9cb-55f0-353e-235c13e618a4"
BAMBOO = "4fcb5b54-d101-e66a-a4e1-066b8bc0c7e4"
CHAD = "56ff3e4c-e6c0-6fd9-2745-c9b00d9a40c6"
JACQUELINE = "5c9bbd59-ec10-62d9-05f8-0dd5827aecf4"
ARIZONA = "34616d2c-da64-5433-5384-9b798a21e421"


def order(order_id: str, day: int, **values: str) -> Row:
    """An order of 20.00 and 5.00 for shipping, at noon of that day (in 2024)."""
    return {
        "order_id": order_id,
        "user_id": CHAD,
        "address_id": ARIZONA,
        "created_at": at(day, "12:00:00"),
        "order_cost": "20.00",
        "shipping_cost": "5.00",
        "order_total": "25.00",
        "status": "shipped",
    } | values


def item(order_id: str, product_id: str = POTHOS, quantity: str = "1") -> Row:
    return {"order_id": order_id, "product_id": product_id, "quantity": quantity}


def event(event_id: str, day: int, event_type: str = "page_view", **values: str) -> Row:
    return {
        "event_id": event_id,
        "session_id": f"session of {event_id}",
        "user_id": CHAD,
        "page_url": "https://greenery.com/plants",
        "created_at": at(day, "10:00:00"),
        "event_type": event_type,
    } | values


def at(day: int, time: str) -> str:
    return f"{date_of(day).replace(year=2024, month=3)}T{time}Z"


def shares(order_id: str, *amounts: tuple[str, int]) -> dict[str, list[tuple]]:
    """Rounded net_amount of each of an order's lines, by product."""
    return {
        "select product_id, round(net_amount)::int from core.fct_order_lines"
        f" where order_id = '{order_id}' order by all": sorted(amounts)
    }


STORIES: tuple[Story, ...] = (
    story(
        "items come a day before their order",
        "plants first",
        Step(2, (add("order_items", item("plants first")),), left_out=(NO_ORDER,)),
        Step(3, (add("orders", order("plants first", 3)),), "20"),
    ),
    story(
        "an order comes a day before its items",
        "plants last",
        Step(2, (add("orders", order("plants last", 2)),), left_out=(NO_LINE,)),
        Step(3, (add("order_items", item("plants last")),), "20"),
        Step(
            4,
            (add("order_items", item("plants last", BAMBOO, "2")),),
            "20",
            also=shares("plants last", (POTHOS, 10), (BAMBOO, 10)),
        ),
    ),
    story(
        "an order is removed but its items stay, until it is delivered again",
        "plants lost",
        Step(
            2,
            (add("orders", order("plants lost", 2)), add("order_items", item("plants lost"))),
            "20",
        ),
        Step(
            5,
            (deliver_again("orders", 2, without={"order_id": "plants lost"}),),
            left_out=(NO_ORDER,),
        ),
        Step(7, (add("orders", order("plants lost", 2)),), "20"),
    ),
    story(
        "the items of an order are removed, and the order has no items",
        "plants gone",
        Step(
            3,
            (
                add("orders", order("plants gone", 3)),
                add("order_items", item("plants gone"), mark="-gone"),
            ),
            "20",
        ),
        Step(6, (remove("order_items", 3, "-gone"),), left_out=(NO_LINE,)),
        Step(8, (deliver_again("orders", 3, without={"order_id": "plants gone"}),)),
    ),
    story(
        "a rejected order makes its items rejected, until it is corrected",
        "plants broken",
        Step(
            3,
            (
                add("orders", order("plants broken", 3, order_cost="x")),
                add("order_items", item("plants broken")),
            ),
            left_out=(NO_COST, ORDER_UNUSED),
        ),
        Step(4, (add("orders", order("plants broken", 3)),), "20", (NO_COST,)),
        Step(
            6,
            (add("orders", order("plants broken", 3, order_cost="y")),),
            "20",
            (NO_COST, NO_COST),
        ),
    ),
    story(
        "an order is corrected: another user, an earlier time, a promo that is not known yet",
        "plants corrected",
        Step(
            4,
            (
                add("orders", order("plants corrected", 4)),
                add("order_items", item("plants corrected")),
            ),
            "20",
        ),
        Step(
            6,
            (
                add(
                    "orders",
                    order(
                        "plants corrected",
                        1,
                        user_id=JACQUELINE,
                        promo_id="unheard of",
                        order_total="22.00",
                    ),
                ),
            ),
            "17",
            (SUPERSEDED.format("orders"),),
            also={
                "select customer_id, ordered_at_utc::varchar from core.fct_orders"
                " where order_id = 'plants corrected'": [(JACQUELINE, "2024-03-01 12:00:00")],
                "select promotion_name from core.dim_promotions"
                " where promotion_id = 'unheard of'": [("Unknown",)],
            },
        ),
        Step(
            7,
            (
                deliver(
                    "promos/more.csv", {"promo_id": "unheard of", "discount": "3", "status": "new"}
                ),
            ),
            "17",
            (SUPERSEDED.format("orders"),),
            also={
                "select promotion_name from core.dim_promotions"
                " where promotion_id = 'unheard of'": [("unheard of",)],
                "select min(ordered_at_utc)::varchar from core.fct_orders"
                " where domain = 'greenery'": [("2024-03-01 12:00:00",)],
            },
        ),
        Step(
            9,
            (deliver_again("orders", 6, without={"order_id": "plants corrected"}),),
            "20",
        ),
    ),
    story(
        "two orders with one id in one file contradict each other, until a later file decides",
        "plants unclear",
        Step(
            5,
            (
                add(
                    "orders",
                    order("plants unclear", 5),
                    order("plants unclear", 5, order_cost="30.00"),
                ),
                add("order_items", item("plants unclear")),
            ),
            left_out=(CONTRADICTS, CONTRADICTS, ORDER_UNUSED),
        ),
        Step(
            7,
            (add("orders", order("plants unclear", 5, order_cost="40.00", order_total="45.00")),),
            "40",
            (SUPERSEDED.format("orders"),) * 2,
        ),
    ),
    story(
        "an order's items are corrected, then contradict each other, then agree again",
        "plants counted",
        Step(
            3,
            (
                add("orders", order("plants counted", 3)),
                add("order_items", item("plants counted"), item("plants counted", BAMBOO, "2")),
            ),
            "20",
            also=shares("plants counted", (POTHOS, 10), (BAMBOO, 10)),
        ),
        Step(
            5,
            (add("order_items", item("plants counted", POTHOS, "3")),),
            "20",
            (SUPERSEDED.format("order_items"),),
            also=shares("plants counted", (POTHOS, 15), (BAMBOO, 5)),
        ),
        Step(
            6,
            (
                add(
                    "order_items",
                    item("plants counted", BAMBOO, "4"),
                    item("plants counted", BAMBOO, "5"),
                    item("plants counted", POTHOS, "0"),
                    mark="-unclear",
                ),
            ),
            "20",
            (
                *(SUPERSEDED.format("order_items"),) * 2,
                *(ITEM_CONTRADICTS,) * 2,
                NO_QUANTITY,
            ),
            also=shares("plants counted", (POTHOS, 20)),
        ),
        Step(
            8,
            (remove("order_items", 6, "-unclear"),),
            "20",
            (SUPERSEDED.format("order_items"),),
            also=shares("plants counted", (POTHOS, 15), (BAMBOO, 5)),
        ),
    ),
    story(
        "a price changes, and old orders are allocated again",
        "plants priced",
        Step(
            2,
            (
                deliver("products/priced.csv", {"product_id": "priced", "price": "30.50"}),
                add("orders", order("plants priced", 2)),
                add(
                    "order_items",
                    item("plants priced", "priced"),
                    item("plants priced", BAMBOO, "2"),
                ),
            ),
            "20",
            also=shares("plants priced", ("priced", 10), (BAMBOO, 10)),
        ),
        Step(
            9,
            (change("products/priced.csv", {"product_id": "priced"}, price="91.50"),),
            "20",
            also=shares("plants priced", ("priced", 15), (BAMBOO, 5)),
        ),
        Step(
            10,
            (
                change("products/priced.csv", {"product_id": "priced"}, price="30.50"),
                change("products.csv", {"product_id": BAMBOO}, inventory="1"),
            ),
            "20",
            also=shares("plants priced", ("priced", 10), (BAMBOO, 10)),
        ),
    ),
    story(
        "an unknown plant, user and address are delivered a day later",
        "plants unknown",
        Step(
            4,
            (
                add(
                    "orders", order("plants unknown", 4, user_id="new user", address_id="new home")
                ),
                add("order_items", item("plants unknown", "new plant"), item("plants unknown")),
            ),
            "20",
            also=shares("plants unknown", ("new plant", 10), (POTHOS, 10))
            | {
                "select name from core.dim_customers where customer_id = 'new user'": [("Unknown",)]
            },
        ),
        Step(
            5,
            (
                deliver("products/more.csv", {"product_id": "new plant", "price": "91.50"}),
                deliver(
                    "users/more.csv",
                    {"user_id": "new user", "first_name": "Ada", "address_id": "new home"},
                ),
                deliver("addresses/more.csv", {"address_id": "new home", "state": "Guam"}),
            ),
            "20",
            also=shares("plants unknown", ("new plant", 15), (POTHOS, 5))
            | {
                "select name from core.dim_customers where customer_id = 'new user'": [("Ada",)],
                "select location_id from core.fct_orders where order_id = 'plants unknown'": [
                    ("Guam",)
                ],
            },
        ),
    ),
    story(
        "an address moves to another state, and so do the orders to it",
        "plants moved",
        Step(
            2,
            (add("orders", order("plants moved", 2)), add("order_items", item("plants moved"))),
            "20",
            also={
                "select location_id from core.fct_orders where order_id = 'plants moved'": [
                    ("Arizona",)
                ]
            },
        ),
        Step(
            6,
            (
                change("addresses.csv", {"address_id": ARIZONA}, state="Alaska"),
                change("users.csv", {"user_id": CHAD}, last_name="Newname"),
            ),
            "20",
            also={
                "select location_id from core.fct_orders where order_id = 'plants moved'": [
                    ("Alaska",)
                ],
                f"select name from core.dim_customers where customer_id = '{CHAD}'": [
                    ("Chad Newname",)
                ],
            },
        ),
    ),
    story(
        "events are repeated, come late, move to another session; then all are missing for a day",
        None,
        Step(
            3,
            (add("events", event("e1", 3), event("e2", 3, session_id="session of e1")),),
            also=(
                two_events := {
                    "select events_count, started_at::varchar from funnel.fct_sessions"
                    " where session_guid = 'session of e1'": [(2, "2024-03-03 10:00:00")]
                }
            ),
        ),
        Step(4, (add("events", event("e1", 3)),), also=two_events),
        Step(
            5,
            (
                add(
                    "events",
                    event("e2", 3, "checkout", session_id="session of e1"),
                    event("e3", 1, session_id="session of e1"),
                ),
            ),
            also={
                "select events_count, started_at::varchar, has_checkout"
                " from funnel.fct_sessions where session_guid = 'session of e1'": [
                    (3, "2024-03-01 10:00:00", True)
                ],
                "select left_out_kind, count(*) from quarantine.greenery_rows"
                " where table_name = 'events' group by all order by all": [
                    ("repeat", 1),
                    ("superseded", 1),
                ],
            },
        ),
        Step(
            7,
            (add("events", event("e1", 3, session_id="another session")),),
            also=(
                moved_event := {
                    "select session_guid, events_count, started_at::varchar, has_checkout"
                    " from funnel.fct_sessions"
                    " where session_guid in ('session of e1', 'another session') order by all": [
                        ("another session", 1, "2024-03-03 10:00:00", False),
                        ("session of e1", 2, "2024-03-01 10:00:00", True),
                    ],
                    "select left_out_kind, count(*) from quarantine.greenery_rows"
                    " where table_name = 'events' group by all order by all": [
                        ("repeat", 1),
                        ("superseded", 2),
                    ],
                }
            ),
        ),
        Step(8, (empty("events"),), also={"select count(*) from funnel.dim_events": [(0,)]}),
        Step(9, (show_again("events"),), also=moved_event),
        Step(
            10,
            (deliver_again("events", 5, without={"session_id": "session of e1"}),),
            also={
                "select events_count, started_at::varchar, has_checkout"
                " from funnel.fct_sessions where session_guid = 'session of e1'": [
                    (1, "2024-03-03 10:00:00", False)
                ],
            },
        ),
    ),
)
