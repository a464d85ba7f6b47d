"""Bad and odd inputs, and what is expected of each: accepted, rejected or refused.

Every case of ROW_CASES is one file; all are in one delivery with sound files. A case names the
exact staged values, and the reasons of the rows left out.
"""

from dataclasses import dataclass, field

CUSTOMERS = "customer_id,first_name,last_name,email,address,city,state,postal_code\n"
PRODUCTS = "product_id,product_name,category,price\n"
SALES = "order_id,customer_id,product_id,order_date,quantity,total_price\n"
ORDERS = (
    "order_id,user_id,promo_id,address_id,created_at,order_cost,shipping_cost,order_total,"
    "tracking_id,shipping_service,estimated_delivery_at,delivered_at,status\n"
)
ITEMS = "order_id,product_id,quantity\n"
EVENTS = "event_id,session_id,user_id,page_url,created_at,event_type,order_id,product_id\n"
HEADERS = (
    "sales_order_id,order_date,due_date,ship_date,status,online_order_flag,customer_id,"
    "sales_person_id,territory_id,bill_to_address_id,ship_to_address_id,sub_total,tax_amt,freight,"
    "total_due\n"
)
DETAILS = (
    "sales_order_id,sales_order_detail_id,order_qty,product_id,special_offer_id,unit_price,"
    "unit_price_discount,line_total\n"
)
RETURNS = "return_id,sales_order_id,sales_order_detail_id,returned_on,returned_qty,reason\n"
LINES = (
    "app_name,restaurant_id,creation_time_utc,order_id,user_id,printed_card_number,is_loyalty,"
    "currency,lineitem_id,item_category,item_name,item_price,item_quantity\n"
)
OPTIONS = "order_id,lineitem_id,option_group_name,option_name,option_price,option_quantity\n"


@dataclass(frozen=True)
class Case:
    """A file, and the rows of it that are staged and left out.

    `staged` are the values of `columns` in the staging model, as text. `left_out` are pairs of kind
    and reason. `files` has the case's rows in other tables of the domain.
    """

    name: str
    table: str
    content: str | bytes
    columns: str = "source_file"
    staged: tuple = ()
    left_out: tuple = ()
    files: dict = field(default_factory=dict)


def rejected(reason, rows=1):
    return (("rejected", reason),) * rows


def sale(name, rows, columns="order_id", staged=(), left_out=()):
    return Case(name, "sales.sales", SALES + rows, columns, staged, left_out)


def quantity(name, text):
    reason = "quantity is not a whole number other than 0"
    return sale(name, f"O1,C1,P1,2024-01-31,{text},5\n", left_out=rejected(reason))


def price(name, text):
    reason = "total_price is not a number"
    return sale(name, f"O1,C1,P1,2024-01-31,1,{text}\n", left_out=rejected(reason))


def day(name, text, reason="order_date is not an ISO 8601 date or timestamp"):
    return sale(name, f"O1,C1,P1,{text},1,5\n", left_out=rejected(reason))


def day_read(name, text, read):
    return sale(name, f"{name},C1,P1,{text},1,5\n", "order_date", ((read,),))


def id_kept(name, text, read):
    row = f"{text},C1,P1,2024-01-31,1,5\n"
    return sale(name, row, "order_id", ((read,),))


GOOD = "{},C1,P1,2024-01-31,1,5\n"
ORDER = "{},U1,,,2024-01-31,10,,10,,,,,\n"
HEADER = "{},2024-01-31,,,5,true,1,,1,,,10,0,0,10\n"
DETAIL = "{},1,1,1,1,10,0,10\n"
LINE = "Fork,R1,2024-03-01T12:00:00Z,{},,,,{},{},,Soup,5.99,1\n"

ROW_CASES = [
    # How a file is written.
    sale("byte_order_mark", "", "order_id", (("bom",),)),
    sale("crlf", "", "order_id, total_price", (("crlf", "5.000000"),)),
    sale("carriage_returns_only", "", "order_id", (("cr",),)),
    sale("no_line_end_at_the_end", "end,C1,P1,2024-01-31,1,5", "total_price", (("5.000000",),)),
    sale("blank_lines", "\nblank,C1,P1,2024-01-31,1,5\n\n\n", "order_id", (("blank",),)),
    sale("hash_at_the_start", GOOD.format("#1") + GOOD.format("#2"), staged=(("#1",), ("#2",))),
    sale("extra_empty_value_in_each_row", "more,C1,P1,2024-01-31,1,5,\n", staged=(("more",),)),
    sale("header_only_in_a_folder_of_files", ""),
    Case(
        "reversed_columns_in_capitals_and_an_extra_one",
        "sales.sales",
        "NOTE,TOTAL_PRICE,QUANTITY,ORDER_DATE,PRODUCT_ID,CUSTOMER_ID,ORDER_ID\n"
        "x,5,1,2024-01-31,P1,C1,reversed\n",
        "order_id, total_price",
        (("reversed", "5.000000"),),
    ),
    Case(
        "unknown_column_twice",
        "sales.sales",
        SALES.replace("\n", ",note,Note,\n") + "twice,C1,P1,2024-01-31,0,5,a,b,\n",
        left_out=rejected("quantity is not a whole number other than 0"),
    ),
    sale(
        "header_again_in_the_middle",
        GOOD.format("again") + SALES,
        staged=(("again",),),
        left_out=rejected("order_date is not an ISO 8601 date or timestamp"),
    ),
    # Ids and texts.
    id_kept("line_end_in_quotes", '"two\nlines"', "two\nlines"),
    id_kept("comma_and_quotes_in_quotes", '"a ""b"", c"', 'a "b", c'),
    id_kept("quote_within_a_value", '5"x7"', '5"x7"'),
    id_kept("blanks_around", '"  \tpadded \t "', "padded"),
    id_kept("emoji", "🍕-1", "🍕-1"),
    id_kept("leading_zeros", "007", "007"),
    id_kept("scientific_looking_id", "1e5", "1e5"),
    id_kept("formula", "=1+1", "=1+1"),
    id_kept("sql", '"\'); drop table sales; --"', "'); drop table sales; --"),
    id_kept("jinja", "{{ 1 / 0 }}", "{{ 1 / 0 }}"),
    id_kept("word_null", "NULL", "NULL"),
    id_kept("word_none", "None", "None"),
    id_kept("not_available", "N/A", "N/A"),
    id_kept("zero_character", "a\0b", "a\0b"),
    sale(
        "ids_that_differ_in_case",
        GOOD.format("abc") + GOOD.format("ABC"),
        staged=(("ABC",), ("abc",)),
    ),
    sale("blank_key", GOOD.format("  "), left_out=rejected("order_id is missing")),
    sale("empty_key_in_quotes", GOOD.format('""'), left_out=rejected("order_id is missing")),
    sale("guest", "O1,,P1,2024-01-31,1,5\n", "customer_id", ((None,),)),
    # Numbers.
    sale(
        "whole_numbers_in_other_notations",
        "w,C1,P1,2024-01-31,2.0,5\nw,C1,P1,2024-01-31,1e1,+.5\n",
        "quantity, total_price",
        (("10", "0.500000"), ("2", "5.000000")),
    ),
    sale("negative_price", "n,C1,P1,2024-01-31,1,-5\n", "total_price", (("-5.000000",),)),
    sale("seven_digits", "d,C1,P1,2024-01-31,1,1.2345675\n", "total_price", (("1.234568",),)),
    sale("equal_lines", GOOD.format("twice") * 2, staged=(("twice",), ("twice",))),
    quantity("zero_quantity", "0"),
    sale("return", "O1,C1,P1,2024-01-31,-1,5\n", "quantity, total_price", (("-1", "-5.000000"),)),
    quantity("half_a_piece", "1.5"),
    quantity("quantity_in_words", "two"),
    price("decimal_comma", '"1,5"'),
    price("thousands_separator", '"1,234.50"'),
    sale(
        "word_for_nothing",
        "O1,C1,P1,2024-01-31,1,NaN\n",
        left_out=rejected("total_price is missing"),
    ),
    price("infinity", "inf"),
    price("currency_sign", "$5"),
    price("underscore", "1_000"),
    price("hexadecimal", "0x1F"),
    sale(
        "too_large",
        "O1,C1,P1,2024-01-31,1,1e30\n",
        left_out=rejected("total_price is not below 10^12"),
    ),
    sale("missing_price", "O1,C1,P1,2024-01-31,1,\n", left_out=rejected("total_price is missing")),
    # Dates.
    day_read("date_with_time", "2024-01-31 00:00:00.000", "2024-01-31"),
    day_read("date_with_zone", "2024-01-31T23:30:00Z", "2024-01-31"),
    day_read("date_with_offset_is_converted_to_utc", "2024-01-31T23:30:00-05:00", "2024-02-01"),
    day_read("leap_day", "2024-02-29", "2024-02-29"),
    day("31_february", "2024-02-31"),
    day("day_first", "31/01/2024"),
    day("seconds_since_1970", "1706659200"),
    day("word_for_a_day", "today"),
    day("offset_beyond_any_zone", "2024-01-31T10:00:00+99:99"),
    day("year_1900", "1900-01-01", "order_date is not a plausible date"),
    day("year_2999", "2999-01-01", "order_date is not a plausible date"),
    day("missing_date", "", "order_date is missing"),
    # Rows that contradict each other.
    sale(
        "two_customers_in_an_order",
        "both,C1,P1,2024-01-31,1,5\nboth,C2,P1,2024-01-31,1,5\n",
        left_out=rejected("customer_id contradicts another line of the order", 2),
    ),
    Case(
        "repeat",
        "greenery.order_items",
        ITEMS + "G1,P8,1\nG1,P8,1.0\n",
        "product_id",
        (("P8",),),
        (("repeat", "equal to another row"),),
    ),
    Case(
        "contradiction",
        "greenery.order_items",
        ITEMS + "G1,P9,1\nG1,P9,2\n",
        left_out=rejected("contradicts another row with the same order_id, product_id", 2),
    ),
    Case(
        "superseded",
        "greenery.order_items",
        ITEMS + "G1,P7,1\n",
        left_out=(("superseded", "a later delivery holds another row with this key"),),
    ),
    Case("superseding", "greenery.order_items", ITEMS + "G1,P7,2\n", "quantity", (("2",),)),
    Case(
        "rejected_correction_supersedes_nothing",
        "greenery.order_items",
        ITEMS + "G1,P6,1\nG1,P6,x\n",
        "quantity",
        (("1",),),
        rejected("quantity is not a whole number above 0"),
    ),
    # Parents and children.
    Case(
        "line_without_order",
        "greenery.order_items",
        ITEMS + "nowhere,P1,1\n",
        left_out=rejected("order_id has no order"),
    ),
    Case(
        "order_without_line",
        "greenery.orders",
        ORDERS + ORDER.format("alone"),
        left_out=rejected("order_id has no usable line"),
    ),
    Case(
        "line_of_a_broken_order",
        "greenery.order_items",
        ITEMS + "broken,P1,1\n",
        left_out=(("parent rejected", "its order cannot be used"),),
        files={"orders": ORDERS + ORDER.format("broken").replace("2024-01-31", "soon")},
    ),
    Case(
        "detail_without_header",
        "adventure_works.sales_order_detail",
        DETAILS + DETAIL.format(9),
        left_out=rejected("sales_order_id has no header"),
    ),
    Case(
        "header_without_detail",
        "adventure_works.sales_order_header",
        HEADERS + HEADER.format(8),
        left_out=rejected("sales_order_id has no usable line"),
    ),
    Case(
        "return_of_an_unknown_line",
        "adventure_works.sales_order_return",
        RETURNS + "R1,1,77,2024-02-01,1,\n",
        left_out=rejected("sales_order_id, sales_order_detail_id has no line"),
    ),
    Case(
        "return_of_zero_pieces",
        "adventure_works.sales_order_return",
        RETURNS + "R2,1,1,2024-02-01,0,\n",
        left_out=rejected("returned_qty is not a whole number above 0"),
    ),
    # Optional columns are checked too.
    Case(
        "status_in_words",
        "adventure_works.sales_order_header",
        HEADERS + HEADER.format(7).replace(",5,true", ",shipped,true"),
        left_out=rejected("status is not a whole number"),
    ),
    Case(
        "neither_true_nor_false",
        "adventure_works.sales_order_header",
        HEADERS + HEADER.format(6).replace("true", "maybe"),
        left_out=rejected("online_order_flag is not true or false"),
    ),
    Case(
        "times_with_and_without_zone",
        "greenery.events",
        EVENTS + "E1,S,,,2024-01-31T23:30:00+05:30,view,,\nE2,S,,,2024-01-31 23:30:00,view,,\n",
        "event_id, created_at",
        (("E1", "2024-01-31 18:00:00"), ("E2", "2024-01-31 23:30:00")),
    ),
    Case(
        "ten_megabytes_in_a_field",
        "greenery.events",
        EVENTS + f"E3,S,,{'x' * 10_000_000},2024-01-31,view,,\n",
        "event_id, length(page_url)",
        (("E3", "10000000"),),
    ),
    Case(
        "unknown_type_of_event",
        "greenery.events",
        EVENTS + "E4,S,,,2024-01-31,💥,,\n",
        "event_type",
        (("💥",),),
    ),
    # Restaurant.
    Case(
        "guest",
        "restaurant.order_items",
        LINES + LINE.format("guest", "USD", 1),
        "order_id, user_id",
        (("guest", None),),
    ),
    Case(
        "two_currencies",
        "restaurant.order_items",
        LINES + LINE.format("two", "USD", 1) + LINE.format("two", "CAD", 2),
        left_out=rejected("currency contradicts another line of the order", 2),
    ),
    Case(
        "line_without_id",
        "restaurant.order_items",
        LINES + LINE.format("noid", "USD", ""),
        left_out=rejected("lineitem_id is missing"),
    ),
    Case(
        "broken_test_traffic",
        "restaurant.order_items",
        LINES + LINE.format("test", "USD", 1).replace("Fork", "Development").replace("5.99", "x"),
        left_out=(("test traffic", "app_name marks the order as a test"),),
    ),
    Case(
        "negative_and_equal_options",
        "restaurant.order_item_options",
        OPTIONS + "guest,1,Offers,Ten,-1,1\n" * 2,
        "option_price",
        (("-1.000000",), ("-1.000000",)),
    ),
    Case(
        "option_without_line",
        "restaurant.order_item_options",
        OPTIONS + "gone,1,Offers,Ten,-1,1\n",
        left_out=rejected("order_id and lineitem_id have no order line"),
    ),
    Case(
        "option_of_a_broken_line",
        "restaurant.order_item_options",
        OPTIONS + "two,1,Offers,Ten,-1,1\n",
        left_out=(("parent rejected", "its order line cannot be used"),),
    ),
]

# Of each domain with orders: its table with buyer and day, and its table with the lines; a header
# and a row with the values of an order's line.
DELIVERED = {
    "sales": {"sales": (SALES, "{id},{buyer},{line},{day},1,5\n")},
    "greenery": {
        "orders": (ORDERS, "{id},{buyer},,,{day},10,,10,,,,,\n"),
        "order_items": (ITEMS, "{id},{line},1\n"),
    },
    "adventure_works": {
        "sales_order_header": (HEADERS, "{id},{day},,,5,true,{buyer},,1,,,10,0,0,10\n"),
        "sales_order_detail": (DETAILS, "{id},{line},1,1,1,10,0,10\n"),
    },
    "restaurant": {
        "order_items": (
            LINES,
            "Fork,R1,{day}T12:00:00Z,{id},{buyer},,,USD,{line},,Soup,5.99,1\n",
        )
    },
}
FIRST = {"buyer": "A", "day": "2024-03-01", "line": "1"}
OTHER_ORDER = {"buyer": "B", "day": "2024-03-02"}
TILLS = ("sales", "restaurant")
# Of twenty orders of a first delivery, how many come again in a second one with which values, while
# the rest comes again as it was. And what is found of the second: ids used again, orders split.
DELIVERED_AGAIN = {
    "two_of_twenty_are_other_orders": (2, OTHER_ORDER, "2 of 20", None),
    "one_of_twenty_is_another_order": (1, OTHER_ORDER, None, None),
    "another_buyer_on_the_same_day": (20, {"buyer": "B"}, None, None),
    "the_same_buyer_on_another_day": (20, {"day": "2024-03-02"}, None, None),
    "ten_of_twenty_have_no_line_in_common": (10, {"line": "2"}, None, "10 of 20"),
    "nine_of_twenty_have_no_line_in_common": (9, {"line": "2"}, None, None),
    "other_orders_are_not_split": (10, {**OTHER_ORDER, "line": "2"}, "10 of 20", None),
}


def files_of_deliveries():
    """{path: content} of DELIVERED_AGAIN; two orders of a till's delivery are of two buyers."""
    files = {}
    for domain, tables in DELIVERED.items():
        for table, (header, row) in tables.items():
            for name, (count, values, *_) in DELIVERED_AGAIN.items():
                orders = [FIRST | {"id": f"{name}-{number}"} for number in range(20)]
                again = [order | (values if n < count else {}) for n, order in enumerate(orders)]
                for number, rows in enumerate((orders, again), start=1):
                    content = header + "".join(row.format(**order) for order in rows)
                    files[f"{domain}/{table}/{name}_{number}.csv"] = content
            if domain in TILLS:
                orders = [FIRST | {"id": f"one-{number}"} for number in range(20)]
                orders += [order | OTHER_ORDER | {"line": "2"} for order in orders[:2]]
                content = header + "".join(row.format(**order) for order in orders)
                files[f"{domain}/{table}/one.csv"] = content
    return files


# Files whose bytes cannot be written as text.
BYTES = {
    "byte_order_mark": b"\xef\xbb\xbf" + (SALES + GOOD.format("bom")).encode(),
    "crlf": (SALES + GOOD.format("crlf")).replace("\n", "\r\n").encode(),
    "carriage_returns_only": (SALES + GOOD.format("cr")).replace("\n", "\r").encode(),
}

# The smallest sound delivery, to which the cases are added.
SOUND = {
    "sales": {
        "customers": CUSTOMERS + "C1,O'Brien,,,,,,\n",
        "products": PRODUCTS + 'P1,"\'); drop table x; --",,1\n',
        "sales": SALES + GOOD.format("S1"),
    },
    "greenery": {
        "users": "user_id,first_name,last_name,email,phone_number,created_at,updated_at,"
        "address_id\n"
        "U1,,,,,,,\n",
        "addresses": "address_id,address,zipcode,state,country\n",
        "products": "product_id,name,price,inventory\nP1,Monstera,10,1\n",
        "promos": "promo_id,discount,status\n",
        "orders": ORDERS + ORDER.format("G1"),
        "order_items": ITEMS + "G1,P1,1\n",
    },
    "adventure_works": {
        "customer": "customer_id,person_id,store_id,territory_id,account_number\n1,,,,\n",
        "person": "business_entity_id,person_type,title,first_name,middle_name,last_name,"
        "email_promotion\n",
        "store": "business_entity_id,name\n",
        "address": "address_id,address_line1,city,state_province_id,postal_code\n",
        "state_province": "state_province_id,state_province_code,country_region_code,name,"
        "territory_id\n",
        "sales_territory": "territory_id,name,country_region_code,group\n",
        "product": "product_id,name,product_number,color,standard_cost,list_price,product_line,"
        "class,style,product_subcategory_id,sell_start_date,sell_end_date\n",
        "product_subcategory": "product_subcategory_id,product_category_id,name\n",
        "product_category": "product_category_id,name\n",
        "special_offer": "special_offer_id,description,discount_pct,type,category,start_date,"
        "end_date,min_qty,max_qty\n",
        "sales_order_header": HEADERS + HEADER.format(1),
        "sales_order_detail": DETAILS + DETAIL.format(1),
    },
    "restaurant": {
        "order_items": LINES + LINE.format("R1", "USD", 1),
        "date_dim": "date_key,year,month,week,day_of_week,is_weekend,is_holiday,holiday_name\n",
    },
}


# name: ({file in sales/: content, or None to remove it}, the messages of check)
LONG = "x" * 17_000_000
SALES_COLUMNS = SALES.strip().replace(",", ", ")
REFUSED_CASES = {
    "zero_bytes": (
        {"sales.csv": ""},
        [
            "sales.sales, sales.csv, line 1: expected a header with the names of the columns; "
            "the file is empty."
        ],
    ),
    "line_ends_only": (
        {"sales.csv": "\n\n"},
        [
            "sales.sales, sales.csv, line 1: expected a header with the names of the columns; "
            "the file is empty."
        ],
    ),
    "header_only": (
        {"sales.csv": SALES},
        ["sales.sales, sales.csv: expected at least one row in a table of transactions."],
    ),
    "no_file": (
        {"sales.csv": None},
        [
            "sales.sales, sales.csv: expected a file {raw_dir}/sales/sales.csv, .csv.gz or "
            ".parquet, or a folder {raw_dir}/sales/sales/ of such files; found customers.csv, "
            "products.csv. Put it there, or leave the domain out with --domains."
        ],
    ),
    "semicolons": (
        {"sales.csv": (SALES + "O1,C1,P1,2024-01-31,1,5\n").replace(",", ";")},
        [
            "sales.sales, sales.csv, line 1: order_id;customer_id;product_id;order_date;quantity;"
            "total_p…: expected values separated by commas; these are separated by semicolons."
        ],
    ),
    "tabs": (
        {"products.csv": "product_id\tproduct_name\tcategory\tprice\n"},
        [
            "sales.products, products.csv, line 1: product_id\tproduct_name\tcategory\tprice: "
            "expected values separated by commas; these are separated by tabs."
        ],
    ),
    "latin_1": (
        {"customers.csv": CUSTOMERS.encode() + b"C1,Ana,,,,,,\nC2,Jos\xe9,,,,,,\n"},
        ["sales.customers, customers.csv, line 3, column first_name: expected text in UTF-8."],
    ),
    "utf_16": (
        {"products.csv": (PRODUCTS + "P1,,,\n").encode("utf-16")},
        ["sales.products, products.csv, line 1: expected text in UTF-8; this looks like UTF-16."],
    ),
    "missing_columns": (
        {"sales.csv": "order_id,customer_id,product_id,order_date\nO1,C1,P1,2024-01-31\n"},
        [
            f"sales.sales, sales.csv, line 1, column {name}: expected a column of this name; found "
            "order_id, customer_id, product_id, order_date."
            for name in ("quantity", "total_price")
        ],
    ),
    "missing_optional_column": (
        {"products.csv": "product_id,product_name,category\nP1,,\n"},
        [
            "sales.products, products.csv, line 1, column price: expected a column of this name, "
            "which may be empty; found product_id, product_name, category."
        ],
    ),
    "duplicate_column": (
        {"sales.csv": SALES.replace("\n", ",quantity\n") + "O1,C1,P1,2024-01-31,1,5,2\n"},
        [
            "sales.sales, sales.csv, line 1, column quantity: order_id, customer_id, product_id, "
            "order_date, quantity, to…: expected one column of this name, in any letter case."
        ],
    ),
    "duplicate_column_in_capitals": (
        {"products.csv": "product_id,Price,category,product_name,PRICE\nP1,1,,,2\n"},
        [
            "sales.products, products.csv, line 1, column price: product_id, Price, category, "
            "product_name, PRICE: expected one column of this name, in any letter case."
        ],
    ),
    "title_above_the_header": (
        {"products.csv": "All products\n" + PRODUCTS + "P1,,,\n"},
        [
            "sales.products, products.csv, line 1, column product_id: expected a column of this "
            "name; found All products."
        ]
        + [
            f"sales.products, products.csv, line 1, column {name}: expected a column of this name, "
            "which may be empty; found All products."
            for name in ("product_name", "category", "price")
        ],
    ),
    "truncated_last_line": (
        {"sales.csv": SALES + GOOD.format("O1") + "O2,C1,P1,2024-0"},
        [
            "sales.sales, sales.csv, line 3: O2,C1,P1,2024-0: expected as many values as the "
            "header has names."
        ],
    ),
    "decimal_comma_without_quotes": (
        {"sales.csv": SALES + GOOD.format("O1") + "O2,C1,P1,2024-01-31,1,5,50\n"},
        [
            "sales.sales, sales.csv, line 3: O2,C1,P1,2024-01-31,1,5,50: expected as many values "
            "as the header has names."
        ],
    ),
    "quote_never_closed": (
        {"sales.csv": SALES + GOOD.format("O1") + 'O2,"C1,P1,2024-01-31,1,5\n'},
        [
            'sales.sales, sales.csv, line 3, column customer_id: O2,"C1,P1,2024-01-31,1,5: '
            'expected a closing quote before the next comma or line (a quote in a value is "").'
        ],
    ),
    "backslash_before_a_quote": (
        {"sales.csv": SALES + GOOD.format("O1") + 'O2,"C\\"1",P1,2024-01-31,1,5\n'},
        [
            'sales.sales, sales.csv, line 3, column customer_id: O2,"C\\"1",P1,2024-01-31,1,5: '
            'expected a closing quote before the next comma or line (a quote in a value is "").'
        ],
    ),
    "line_ends_of_two_kinds": (
        {"sales.csv": SALES + GOOD.format("O1") + GOOD.format("O2").replace("\n", "\r\n")},
        [
            "sales.sales, sales.csv, line 3: expected the same line end as in the lines before "
            "(\\n or \\r\\n, not both)."
        ],
    ),
    "line_of_17_megabytes": (
        {"customers.csv": CUSTOMERS + f"C1,{LONG},,,,,,\n"},
        [
            f"sales.customers, customers.csv, line 2: C1,{'x' * 56}…: "
            "expected at most 16 MiB in a line."
        ],
    ),
    "missing_key_in_a_look_up": (
        {"customers.csv": CUSTOMERS + "C1,,,,,,,\n,Ana,,,,,,\n"},
        ["sales.customers, customers.csv, line 3, column customer_id: expected a value."],
    ),
    "unreadable_value_in_a_look_up": (
        {"products.csv": PRODUCTS + 'P1,"two\nlines",,1\nP2,,,cheap\n'},
        ["sales.products, products.csv, line 4, column price: cheap: expected a number."],
    ),
    "look_up_rows_that_contradict": (
        {"products.csv": PRODUCTS + "P1,a,,1\nP2,,,\nP1,a,,2\n"},
        [
            f"sales.products, products.csv, line {line}, column product_id: P1: expected one row "
            "with this key, or equal rows."
            for line in (2, 4)
        ],
    ),
    "too_many_rejected_rows": (
        {"sales.csv": SALES + GOOD.format("O1") * 9 + "O1,C1,P1,2024-01-31,0,5\n"},
        [
            "sales.sales: 1 of 10 rows are rejected (10.0%): expected at most 2.0% "
            "(max_quarantined_share); correct the rows."
        ],
    ),
    "csv_called_parquet": (
        {"sales.csv": None, "sales.parquet": SALES + GOOD.format("O1")},
        [
            "sales.sales, sales.parquet: expected a complete Parquet file; DuckDB says: Invalid "
            "Input Error: No magic bytes found at end of file 'sales.parquet'."
        ],
    ),
}
