"""Thirty days of a restaurant feed: what may happen to daily files, each to another order."""

from feed import (
    Action,
    Row,
    add,
    as_parquet,
    change,
    date_of,
    deliver,
    deliver_again,
    remove,
    replace_text,
    touch,
)
from story import Step, Story, story

SUPERSEDED = "order_items: superseded: a later delivery holds another row with this key"
REPEAT = "order_items: repeat: equal to another row"
CONTRADICTS = "order_items: rejected: contradicts another row with the same order_id, lineitem_id"
OF_ANOTHER = "order_items: rejected: {} contradicts another line of the order"
NO_PRICE = "order_items: rejected: item_price is not a number"
NOT_YET = "order_items: rejected: creation_time_utc is not a plausible date"
TEST_LINE = "order_items: test traffic: app_name marks the order as a test"
TEST_OPTION = "order_item_options: test traffic: its order line is a test"
NO_LINE = "order_item_options: rejected: order_id and lineitem_id have no order line"
LINE_UNUSED = "order_item_options: parent rejected: its order line cannot be used"

TEST_APP = "Menu Development"
PARQUET_TYPES = {
    "creation_time_utc": "timestamp",
    "is_loyalty": "boolean",
    "item_price": "decimal(9, 2)",
    "item_quantity": "integer",
}


def line(order_id: str, day: int, lineitem_id: str = "1", **values: str) -> Row:
    """An order line of 10.00 at seven in the evening (UTC) of that day."""
    return {
        "app_name": "Fork",
        "restaurant_id": "R01",
        "creation_time_utc": f"{date_of(day)}T19:00:00Z",
        "order_id": order_id,
        "user_id": f"user of {order_id}",
        "printed_card_number": "",
        "is_loyalty": "false",
        "currency": "USD",
        "lineitem_id": lineitem_id,
        "item_category": "Soups",
        "item_name": "Leek Soup",
        "item_price": "10.00",
        "item_quantity": "1",
    } | values


def option(order_id: str, price: str, lineitem_id: str = "1", **values: str) -> Row:
    return {
        "order_id": order_id,
        "lineitem_id": lineitem_id,
        "option_group_name": "Extra" if not price.startswith("-") else "Coupon",
        "option_name": "Bread" if not price.startswith("-") else "Monday",
        "option_price": price,
        "option_quantity": "1",
    } | values


def lines(*rows: Row, **options) -> Action:
    return add("order_items", *rows, **options)


def options(*rows: Row, **more) -> Action:
    return add("order_item_options", *rows, **more)


def order_date(order_id: str, day: str) -> dict[str, list[tuple]]:
    return {
        f"select order_date::varchar from core.fct_orders where order_id = '{order_id}'": [(day,)]
    }


def file_of_line(order_id: str, *files: str) -> dict[str, list[tuple]]:
    sql = "select source_file from restaurant.stg_order_items where order_id = '{}' order by all"
    return {sql.format(order_id): [(file,) for file in files]}


def of_order(column: str, order_id: str, *values: object) -> dict[str, list[tuple]]:
    return {
        f"select {column} from core.fct_orders where order_id = '{order_id}'": [
            (value,) for value in values
        ]
    }


def moved(order_id: str, **values: str) -> Action:
    """Both lines of an order, delivered on day 6, with other values."""
    return lines(line(order_id, 6, **values), line(order_id, 6, "2", **values))


STORIES: tuple[Story, ...] = (
    story(
        "a line of an old order comes late",
        "late",
        Step(1, (lines(line("late", 1)),), "10"),
        Step(4, (lines(line("late", 1, "2", item_price="2.50")),), "12.5"),
    ),
    story(
        "a late line has an earlier time and moves its order to the day before",
        "earlier",
        Step(3, (lines(line("earlier", 3)),), "10", also=order_date("earlier", "2023-01-03")),
        Step(
            5,
            (lines(line("earlier", 2, "2")),),
            "20",
            also=order_date("earlier", "2023-01-02"),
        ),
        Step(
            8,
            (deliver_again("order_items", 5, without={"order_id": "earlier"}),),
            "10",
            also=order_date("earlier", "2023-01-03"),
        ),
    ),
    story(
        "an option comes a day before its line",
        "option first",
        Step(2, (options(option("option first", "1.50")),), left_out=(NO_LINE,)),
        Step(3, (lines(line("option first", 3)),), "11.5"),
    ),
    story(
        "an option comes a day after its line, and two equal options both count",
        "option last",
        Step(2, (lines(line("option last", 2)),), "10"),
        Step(3, (options(option("option last", "-1.50"), option("option last", "-1.50")),), "7"),
        Step(4, (options(option("option last", "-1.50")),), "5.5"),
    ),
    story(
        "a line is corrected, corrected back, and the second correction is withdrawn",
        "corrected",
        Step(2, (lines(line("corrected", 2)),), "10"),
        Step(5, (lines(line("corrected", 2, item_price="12.00")),), "12", (SUPERSEDED,)),
        Step(
            7,
            (lines(line("corrected", 2)),),
            "10",
            (REPEAT, SUPERSEDED),
            also=file_of_line("corrected", "order_items/2023-01-07.csv"),
        ),
        Step(
            10,
            (deliver_again("order_items", 7, without={"order_id": "corrected"}),),
            "12",
            (SUPERSEDED,),
        ),
    ),
    story(
        "a rejected correction supersedes nothing",
        "broken",
        Step(3, (lines(line("broken", 3)),), "10"),
        Step(6, (lines(line("broken", 3, item_price="abc")),), "10", (NO_PRICE,)),
        Step(
            9,
            (lines(line("broken", 3, item_price="11.00")),),
            "11",
            (SUPERSEDED, NO_PRICE),
        ),
    ),
    story(
        "a file comes again without a row, whose option then has no line",
        "vanished",
        Step(
            2,
            (
                lines(line("vanished", 2), line("vanished", 2, "2")),
                options(option("vanished", "0.75", "2")),
            ),
            "20.75",
        ),
        Step(
            8,
            (
                deliver_again(
                    "order_items", 2, without={"order_id": "vanished", "lineitem_id": "2"}
                ),
            ),
            "10",
            (NO_LINE,),
        ),
    ),
    story(
        "a customer's only order is removed, and so are the customer and the promotion",
        "only",
        Step(
            4,
            (
                lines(line("only", 4, item_name="Only Soup")),
                options(option("only", "-1.00", option_name="Only")),
            ),
            "9",
        ),
        Step(
            27,
            (
                deliver_again("order_items", 4, without={"order_id": "only"}),
                deliver_again("order_item_options", 4, without={"order_id": "only"}),
            ),
            also={
                "select count(*) from clv.customer_clv where customer_id = 'user of only'": [(0,)],
                "select count(*) from core.dim_customers where customer_id = 'user of only'": [
                    (0,)
                ],
                "select count(*) from core.dim_products where product_id = 'Only Soup'": [(0,)],
                "select count(*) from core.dim_promotions where promotion_id = 'Coupon: Only'": [
                    (0,)
                ],
            },
        ),
    ),
    story(
        "a correction moves an order to another month",
        "other month",
        Step(
            6,
            (lines(line("other month", 6), line("other month", 6, "2")),),
            "20",
            also=order_date("other month", "2023-01-06"),
        ),
        Step(
            9,
            (moved("other month", creation_time_utc="2022-12-30T20:00:00Z"),),
            "20",
            (SUPERSEDED, SUPERSEDED),
            also=order_date("other month", "2022-12-30")
            | {
                "select first_order_date::varchar from core.dim_domains": [("2022-12-30",)],
            },
        ),
        Step(
            29,
            (deliver_again("order_items", 9, without={"order_id": "other month"}),),
            "20",
            also=order_date("other month", "2023-01-06"),
        ),
    ),
    story(
        "a correction moves an order to another customer",
        "other user",
        Step(6, (lines(line("other user", 6), line("other user", 6, "2")),), "20"),
        Step(
            10,
            (moved("other user", user_id="user of late", is_loyalty="true"),),
            "20",
            (SUPERSEDED, SUPERSEDED),
            also=of_order("customer_id", "other user", "user of late"),
        ),
    ),
    story(
        "a correction in two parts moves an order to another restaurant",
        "other place",
        Step(6, (lines(line("other place", 6), line("other place", 6, "2")),), "20"),
        Step(
            11,
            (lines(line("other place", 6, restaurant_id="R03")),),
            left_out=(SUPERSEDED, *(OF_ANOTHER.format("restaurant_id"),) * 2),
        ),
        Step(
            12,
            (lines(line("other place", 6, "2", restaurant_id="R03")),),
            "20",
            (SUPERSEDED, SUPERSEDED),
            also=of_order("location_id", "other place", "R03"),
        ),
    ),
    story(
        "a late line at another restaurant makes order and options rejected, until it is removed",
        "contradicted",
        Step(
            3,
            (
                lines(line("contradicted", 3), line("contradicted", 3, "2")),
                options(option("contradicted", "1.00"), option("contradicted", "2.00")),
            ),
            "23",
        ),
        Step(
            11,
            (lines(line("contradicted", 3, "3", restaurant_id="R02"), mark="-contradicting"),),
            left_out=(*(OF_ANOTHER.format("restaurant_id"),) * 3, LINE_UNUSED, LINE_UNUSED),
        ),
        Step(14, (remove("order_items", 11, "-contradicting"),), "23"),
    ),
    story(
        "another user or currency in a late line makes the order rejected; a missing one does not",
        "two users",
        Step(5, (lines(line("two users", 5, user_id="", currency="")),), "10"),
        Step(7, (lines(line("two users", 5, "2", currency="usd")),), "20"),
        Step(
            12,
            (lines(line("two users", 5, "3", user_id="somebody else"), mark="-user"),),
            left_out=(OF_ANOTHER.format("user_id"),) * 3,
        ),
        Step(
            13,
            (
                remove("order_items", 12, "-user"),
                lines(line("two users", 5, "3", currency="EUR"), mark="-currency"),
            ),
            left_out=(OF_ANOTHER.format("currency"),) * 3,
        ),
        Step(15, (remove("order_items", 13, "-currency"),), "20"),
    ),
    story(
        "a file is removed and comes back unchanged",
        "in a lost file",
        Step(4, (lines(line("in a lost file", 4), mark="-lost"),), "10"),
        Step(13, (remove("order_items", 4, "-lost"),)),
        Step(
            16,
            (deliver("order_items/2023-01-04-lost.csv", line("in a lost file", 4)),),
            "10",
        ),
    ),
    story(
        "a late file with the name of an earlier day supersedes nothing",
        "late file",
        Step(5, (lines(line("late file", 5)),), "10"),
        Step(
            12,
            (
                deliver(
                    "order_items/2023-01-04-late.csv",
                    line("late file", 5, item_price="99.00"),
                    line("late file", 5, "2"),
                ),
            ),
            "20",
            (SUPERSEDED,),
        ),
        Step(
            15,
            (deliver_again("order_items", 5, without={"order_id": "late file"}),),
            "109",
        ),
    ),
    story(
        "a renamed file counts as later than a correction of its rows",
        "renamed",
        Step(6, (lines(line("renamed", 6), mark="-renamed"),), "10"),
        Step(8, (lines(line("renamed", 6, item_price="12.00")),), "12", (SUPERSEDED,)),
        Step(
            21,
            (remove("order_items", 6, "-renamed"), lines(line("renamed", 6), mark="-renamed")),
            "10",
            (SUPERSEDED,),
            also=file_of_line("renamed", "order_items/2023-01-21-renamed.csv"),
        ),
    ),
    story(
        "a file comes again unchanged",
        "unchanged",
        Step(5, (lines(line("unchanged", 5)),), "10"),
        Step(14, (touch("order_items", 5),), "10"),
    ),
    story(
        "a file with the same size and an older time has another price",
        "same size",
        Step(7, (lines(line("same size", 7, item_price="44.44")),), "44.44"),
        Step(
            14,
            (replace_text("order_items", 7, "44.44", "44.45", days_back=3),),
            "44.45",
        ),
    ),
    story(
        "two rows of one file contradict each other until a later file decides",
        "unclear",
        Step(
            15,
            (lines(line("unclear", 15), line("unclear", 15, item_price="99.00")),),
            left_out=(CONTRADICTS, CONTRADICTS),
        ),
        Step(
            16,
            (lines(line("unclear", 15, item_price="99.00"), mark="-clear"),),
            "99",
            (REPEAT, SUPERSEDED),
        ),
        Step(18, (remove("order_items", 16, "-clear"),), left_out=(CONTRADICTS, CONTRADICTS)),
    ),
    story(
        "two rows of one later file contradict each other, and the earlier row is superseded",
        "unclear later",
        Step(15, (lines(line("unclear later", 15)),), "10"),
        Step(
            17,
            (
                lines(
                    line("unclear later", 15, item_price="1.00"),
                    line("unclear later", 15, item_price="2.00"),
                ),
            ),
            left_out=(SUPERSEDED, CONTRADICTS, CONTRADICTS),
        ),
        Step(
            20,
            (
                deliver_again(
                    "order_items", 17, without={"order_id": "unclear later", "item_price": "1.00"}
                ),
            ),
            "2",
            (SUPERSEDED,),
        ),
    ),
    story(
        "a row is repeated in a later file, which is then removed",
        "twice",
        Step(3, (lines(line("twice", 3)),), "10"),
        Step(
            16,
            (lines(line("twice", 3), mark="-again"),),
            "10",
            (REPEAT,),
            also=file_of_line("twice", "order_items/2023-01-16-again.csv"),
        ),
        Step(
            17,
            (remove("order_items", 16, "-again"),),
            "10",
            also=file_of_line("twice", "order_items/2023-01-03.csv"),
        ),
    ),
    story(
        "rows without a key are rejected, and disappear with their file",
        None,
        Step(
            17,
            (
                lines(line("", 17), line("", 17), line("", 17, item_price="1"), mark="-no-key"),
                options(option("", "1.00"), option("", "1.00"), mark="-no-key"),
            ),
            also={
                "select table_name, reason, count(*) from quarantine.restaurant_rows"
                " where reason like '%order_id is missing' group by all order by all": [
                    ("order_item_options", "order_id is missing", 2),
                    ("order_items", "order_id is missing", 3),
                ],
            },
        ),
        Step(
            18,
            (lines(line("", 18), mark="-no-key"),),
            also={
                "select source_file, count(*) from quarantine.restaurant_rows"
                " where reason like '%order_id is missing' group by all order by all": [
                    ("order_item_options/2023-01-17-no-key.csv", 2),
                    ("order_items/2023-01-17-no-key.csv", 3),
                    ("order_items/2023-01-18-no-key.csv", 1),
                ],
            },
        ),
        Step(
            19,
            (
                remove("order_items", 17, "-no-key"),
                remove("order_item_options", 17, "-no-key"),
            ),
            also={
                "select source_file, count(*) from quarantine.restaurant_rows"
                " where reason like '%order_id is missing' group by all": [
                    ("order_items/2023-01-18-no-key.csv", 1),
                ],
            },
        ),
    ),
    story(
        "test traffic and its options are excluded, even if an option comes a day later",
        "test",
        Step(
            18,
            (
                lines(
                    line("test", 18, app_name=TEST_APP), line("test", 18, "2", app_name=TEST_APP)
                ),
                options(option("test", "1.00")),
            ),
            left_out=(TEST_LINE, TEST_LINE, TEST_OPTION),
        ),
        Step(
            19,
            (options(option("test", "2.00")),),
            left_out=(TEST_LINE, TEST_LINE, TEST_OPTION, TEST_OPTION),
        ),
    ),
    story(
        "a correction makes an order test traffic, until it is withdrawn",
        "test later",
        Step(
            10,
            (lines(line("test later", 10)), options(option("test later", "1.00"))),
            "11",
        ),
        Step(
            19,
            (lines(line("test later", 10, app_name=TEST_APP), mark="-test"),),
            left_out=(SUPERSEDED, TEST_LINE, TEST_OPTION),
        ),
        Step(22, (remove("order_items", 19, "-test"),), "11"),
    ),
    story(
        "a correction turns test traffic into an order",
        "no test",
        Step(
            10,
            (lines(line("no test", 10, app_name=TEST_APP)), options(option("no test", "1.00"))),
            left_out=(TEST_LINE, TEST_OPTION),
        ),
        # The reason 'test traffic' wins over 'superseded'.
        Step(20, (lines(line("no test", 10)),), "11", (TEST_LINE,)),
    ),
    story(
        "a restaurant's time zone changes, and its old orders move to another day",
        "at night",
        Step(
            2,
            (lines(line("at night", 3, creation_time_utc="2023-01-02T06:30:00Z")),),
            "10",
            also=order_date("at night", "2023-01-02"),
        ),
        Step(
            20,
            (
                change(
                    "restaurants.csv",
                    {"restaurant_id": "R01"},
                    timezone="America/Los_Angeles",
                    name="Fulton Street West",
                ),
            ),
            "10",
            also=order_date("at night", "2023-01-01"),
        ),
        Step(
            24,
            (change("restaurants.csv", {"restaurant_id": "R01"}, timezone="America/New_York"),),
            "10",
            also=order_date("at night", "2023-01-02"),
        ),
    ),
    story(
        "an unknown restaurant is added to the look-up table a day later",
        "unknown place",
        Step(
            21,
            (lines(line("unknown place", 21, restaurant_id="R99")),),
            "10",
            also={
                "select location_name, time_zone from core.dim_locations"
                " where location_id = 'R99'": [("Unknown", "UTC")]
            },
        ),
        Step(
            22,
            (
                lambda feed: feed.write(
                    "restaurants.csv",
                    [
                        *feed.rows("restaurants.csv"),
                        {
                            "restaurant_id": "R99",
                            "name": "New Pier",
                            "city": "Tokyo",
                            "timezone": "Asia/Tokyo",
                        },
                    ],
                ),
            ),
            "10",
            also=order_date("unknown place", "2023-01-22")
            | {
                "select location_name, time_zone from core.dim_locations"
                " where location_id = 'R99'": [("New Pier", "Asia/Tokyo")]
            },
        ),
        Step(
            23,
            (
                lambda feed: feed.write(
                    "restaurants.csv",
                    [
                        row
                        for row in feed.rows("restaurants.csv")
                        if row["restaurant_id"] not in ("R99", "R02")
                    ],
                ),
            ),
            "10",
            also={
                "select location_name, time_zone from core.dim_locations"
                " where location_id in ('R02', 'R99')": [("Unknown", "UTC")] * 2
            },
        ),
    ),
    story(
        "a day becomes a holiday in the calendar",
        None,
        Step(
            22,
            (change("date_dim.csv", {"date_key": "05-01-2024"}, is_holiday="true"),),
            also={
                "select is_holiday from restaurant.stg_dates where date_day = '2024-01-05'": [
                    (True,)
                ]
            },
        ),
    ),
    story(
        "a daily file becomes Parquet, and later one of its rows is superseded",
        "parquet",
        Step(8, (lines(line("parquet", 8)),), "10"),
        Step(
            23,
            (as_parquet("order_items", 8, PARQUET_TYPES), lines(line("parquet", 8, "2"))),
            "20",
            also=file_of_line(
                "parquet", "order_items/2023-01-08.parquet", "order_items/2023-01-23.csv"
            ),
        ),
        Step(
            26,
            (
                lines(
                    line("parquet", 8, item_price="11.00"),
                    line("parquet", 8, "3", item_price="x"),
                ),
            ),
            "21",
            (SUPERSEDED, NO_PRICE),
        ),
    ),
    story(
        "a file has an extra column, until it comes again without it",
        "extra column",
        Step(
            24,
            (
                lines(
                    line("extra column", 24) | {"note": "none"},
                    line("extra column", 24, "2", item_price="x") | {"note": "broken"},
                    mark="-extra",
                    more_columns=("note",),
                ),
            ),
            "10",
            (NO_PRICE,),
        ),
        Step(
            26,
            (deliver("order_items/2023-01-24-extra.csv", line("extra column", 24)),),
            "10",
        ),
    ),
    story(
        "a row dated tomorrow is rejected today and used tomorrow",
        "tomorrow",
        Step(25, (lines(line("tomorrow", 26)),), left_out=(NOT_YET,)),
        Step(26, (), "10"),
    ),
    story(
        "a correction dated tomorrow takes effect tomorrow",
        "corrected tomorrow",
        Step(24, (lines(line("corrected tomorrow", 24)),), "10"),
        Step(
            25,
            (lines(line("corrected tomorrow", 26, item_price="15.00")),),
            "10",
            (NOT_YET,),
        ),
        Step(26, (), "15", (SUPERSEDED,)),
    ),
    story(
        "the last order is removed, and the data end a day earlier",
        "last",
        Step(
            28,
            (
                lines(
                    line("last", 28, creation_time_utc="2023-01-28T23:59:59Z"),
                    mark="-last",
                ),
            ),
            "10",
        ),
        Step(29, (remove("order_items", 28, "-last"),)),
    ),
)
