"""Files as shops really hand them over, with the quirks that published wrong numbers once."""

import gzip
from pathlib import Path

SALES = "order_id,customer_id,product_id,order_date,quantity,total_price"
ORDERS = (
    "order_id,user_id,promo_id,address_id,created_at,order_cost,shipping_cost,order_total,"
    "tracking_id,shipping_service,estimated_delivery_at,delivered_at,status"
)
EVENTS = "event_id,session_id,user_id,page_url,created_at,event_type,order_id,product_id"
ITEMS = (
    "app_name,restaurant_id,creation_time_utc,order_id,user_id,printed_card_number,is_loyalty,"
    "currency,lineitem_id,item_category,item_name,item_price,item_quantity"
)
OPTIONS = "order_id,lineitem_id,option_group_name,option_name,option_price,option_quantity"
NO_BREAK_SPACE, ZERO_WIDTH_SPACE = "\u00a0", "\u200b"
SHOP_OF_NEW_YORK = {"domain_timezones": {"greenery": "America/New_York"}}
# Some feeds here are so small that one bad row is a large share.
DBT_VARS = {"max_quarantined_share": 1, **SHOP_OF_NEW_YORK}


def deliver(raw_dir: Path) -> None:
    """Writes the files of all four shops."""
    for domain, files in (
        ("sales", sales_files()),
        ("greenery", greenery_files()),
        ("adventure_works", adventure_works_files()),
        ("restaurant", restaurant_files()),
    ):
        for name, content in files.items():
            path = raw_dir / domain / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else text(content))
            if name.endswith(".gz"):
                path.write_bytes(gzip.compress(text(content)))


def text(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def sales_files() -> dict[str, list[str] | bytes]:
    """A till's export twice, a correction, refunds, a guest, totals in rupiah, a wide header."""
    wide = "".join(f',"meta_{number:03}"' for number in range(260))
    quoted = ",".join(f'"{name}"' for name in SALES.split(","))
    ninth = [
        quoted + wide,
        "O1,C1,P1,2024-01-05,1,10" + "," * 260,
        "O2,C2,P2,2024-01-20,2,40" + "," * 260,
        "O3,C3,P3,2024-02-03,1,30" + "," * 260,
        "O4,NULL,P1,2024-02-04,1,10" + "," * 260,
    ]
    return {
        "customers.csv": [
            "customer_id,first_name,last_name,email,address,city,state,postal_code",
            *("C1,Ann,Lee,N/A,,,,", "C2,Bo,Ray,bo@example.com,,,,", "C3,Cy,Fox,,,,,"),
        ],
        "Products.CSV": [
            'product_id,product_name,category,price,"Height ("")",Maker\'s note',
            *("P1,Mug,Kitchen,10,5,x", "P2,Lamp,Home,20,5,x", "P3,None,Home,30,5,x"),
        ],
        "sales/sales_9.csv": ninth,
        "sales/sales_9 (1).csv": ninth,
        # Comes after sales_9: names are ordered by their numbers.
        "sales/sales_10.csv.gz": [
            SALES,
            "O3,C3,P3,2024-02-03,1,35",
            "O2,C2,P2,2024-02-10,1,-20",
            "C536,C1,P1,2024-02-11,-1,-10",
            "O5,C1,P2,2024-02-12,1,900000000000",
            "O6,C1,P2,2024-02-13,1,900000000000",
            "O7,C1,P2,2024-02-13,1,1000000000000",
        ],
        "sales/._sales_9.csv": b"\x00\x05\x16\x07\x00Mac OS X",
        "sales/.DS_Store": b"\x00\x00\x00\x01Bud1",
        "sales/notes.txt": ["do not read"],
    }


def greenery_files() -> dict[str, list[str] | bytes]:
    """Orders west of UTC, cancelled ones, tax in the total, an epoch, sessions of many users."""
    return {
        "users.csv": [
            "user_id,first_name,last_name,email,phone_number,created_at,updated_at,address_id",
            *(f"U{number},Ann,Lee,,null,,,A1" for number in range(1, 8)),
        ],
        "addresses.csv": ["address_id,address,zipcode,state,country", "A1,1 Road,1,New York,US"],
        "products.csv": ["product_id,name,price,inventory", "P1,Fern,10,-3", "P2,Cactus,20,7"],
        "promos.csv": ["promo_id,discount,status", "TEN,10,active", "None,5,active"],
        "orders.csv": [
            ORDERS + ',_record,raw_row,"Height ("")"',
            "G1,U1,,A1,2024-01-05T10:00:00-05:00,100,5,105,,,,2024-01-07T10:00:00,delivered,a,b,c",
            "G2,U2,N/A,A1,2024-01-06T10:00:00,900,0,900,,,,,Cancelled,a,b,c",
            "G3,U3,,A1,2024-01-06T11:00:00,50,0,50,,,,,refunded,a,b,c",
            "G4,U4,,A1,2024-01-06T12:00:00,100,5,113,,,,,delivered,a,b,c",
            "G5,U5,None,A1,2024-01-06T12:00:00,100,5,100,,,,1970-01-01 00:00:00,shipped,a,b,c",
            "G6,U6,,A1,2024-01-31T21:00:00-05:00,100,5,105,,,,,delivered,a,b,c",
            f"G7,U1{NO_BREAK_SPACE},,A1,2024-01-08T12:00:00,100,5,105,,,,,delivered,a,b,c",
            "G8,NULL,,A1,2024-01-09T12:00:00,100,5,105,,,,,delivered,a,b,c",
        ],
        "order_items.csv": [
            "order_id,product_id,quantity",
            *(f"G{number},P1,1" for number in range(1, 7)),
            f"G7,{ZERO_WIDTH_SPACE}P1{NO_BREAK_SPACE},1",
            "G8,P1,1",
        ],
        "returns.csv": [
            "return_id,order_id,product_id,returned_at,quantity,amount",
            "R1,G4,P1,2024-01-20T12:00:00,1,30",
            "R2,G2,P1,2024-01-20T12:00:00,1,900",
        ],
        "events.csv": [
            EVENTS,
            "E1,170,U1,/p1,2024-01-05T10:00:00,page_view,,P1",
            "E2,170,U1,/cart,2024-01-05T10:03:00,add_to_cart,,P1",
            "E3,170,U1,/thanks,2024-01-05T10:05:00,checkout,G1,",
            "E4,170,U2,/p2,2024-01-05T10:00:01,page_view,,P2",
            "E5,170,U3,/p2,2024-01-09T23:00:00,page_view,,P2",
            # The thank-you page is opened again the next day.
            "E6,171,U1,/thanks,2024-01-06T09:00:00,checkout,G1,",
        ],
    }


def adventure_works_files() -> dict[str, list[str] | bytes]:
    """Totals that are rounded to cents; an order without a territory, as a word."""
    return {
        "address.csv": [
            "address_id,address_line1,city,state_province_id,postal_code",
            "1,1 Road,Oslo,1,0150",
        ],
        "customer.csv": [
            "customer_id,person_id,store_id,territory_id,account_number",
            *("1,11,,1,", "2,12,NULL,1,"),
        ],
        "person.csv": [
            "business_entity_id,person_type,title,first_name,middle_name,last_name,email_promotion",
            *("11,IN,,Ann,,Lee,0", "12,IN,,Bo,,Ray,NULL"),
        ],
        "product.csv": [
            "product_id,name,product_number,color,standard_cost,list_price,product_line,class,"
            "style,product_subcategory_id,sell_start_date,sell_end_date",
            *("1,Bike,B-1,,60,100,,,,1,2020-01-01,", "2,Bell,B-2,,2,5,,,,1,2020-01-01,N/A"),
        ],
        "product_category.csv": ["product_category_id,name", "1,Bikes"],
        "product_subcategory.csv": [
            "product_subcategory_id,product_category_id,name",
            "1,1,Road",
        ],
        "special_offer.csv": [
            "special_offer_id,description,discount_pct,type,category,start_date,end_date,"
            "min_qty,max_qty",
            "1,No Discount,0,No Discount,No Discount,2020-01-01,2030-12-31,0,",
            "2,Spring,0.1,Seasonal,Customer,2024-03-01,2024-03-10,0,",
        ],
        "state_province.csv": [
            "state_province_id,state_province_code,country_region_code,name,territory_id",
            "1,OS,NO,Oslo,1",
        ],
        "sales_territory.csv": [
            "territory_id,name,country_region_code,group",
            "1,Norway,NO,Europe",
        ],
        "store.csv": ["business_entity_id,name"],
        "sales_order_header.csv": [
            "sales_order_id,order_date,due_date,ship_date,status,online_order_flag,customer_id,"
            "sales_person_id,territory_id,bill_to_address_id,ship_to_address_id,sub_total,tax_amt,"
            "freight,total_due",
            "1,2024-03-01,2030-01-01,,5,true,1,,1,1,1,10.01,0,0,10.01",
            "2,2024-03-02,,,5,true,1,,1,1,1,13.88,0,0,13.88",
            "3,2024-03-03,,,5,true,2,,1,1,1,90,0,0,90",
            "4,2024-03-04,,1900-01-01,5,true,2,NULL,NULL,1,1,20,0,0,20",
        ],
        "sales_order_detail.csv": [
            "sales_order_id,sales_order_detail_id,order_qty,product_id,special_offer_id,unit_price,"
            "unit_price_discount,line_total",
            "1,1,3,2,1,3.3367,0,10.01",
            "2,1,3,2,1,4.625,0,13.88",
            "3,1,1,1,2,100,0.1,90",
            "4,1,2,2,1,10,0,20",
        ],
    }


def meal(order_id: str, day: str, user_id: str, price: str, quantity: str = "1") -> str:
    return (
        f"Fork,R1,{day}T12:00:00Z,{order_id},{user_id},,,USD,1,Soups,Cre\u0301me,{price},{quantity}"
    )


def restaurant_files() -> dict[str, list[str] | bytes]:
    """Guests called NULL, a corrected order with its coupon, a refund; no look-up table at all."""
    return {
        "order_items/2024-03-01.csv": [
            ITEMS,
            meal("T1", "2024-03-01", "V1", "6"),
            *(meal(f"N{number}", f"2024-03-0{number}", "NULL", "6") for number in range(2, 7)),
        ],
        "order_item_options/2024-03-01.csv": [OPTIONS, "T1,1,Coupon,None,-1,1"],
        "order_items/2024-03-02.csv": [
            ITEMS,
            meal("T1", "2024-03-01", "V1", "7"),
            meal("T2", "2024-03-07", "V2", "8").replace("Cre\u0301me", "Cr\u00e9me"),
        ],
        "order_item_options/2024-03-02.csv": [OPTIONS, "T1,1,Coupon,None,-2,1"],
        "order_items/2024-03-09.csv": [ITEMS, meal("T2", "2024-03-09", "V2", "-3", "0")],
    }
