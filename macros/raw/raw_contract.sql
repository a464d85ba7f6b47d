{#-
    What a shop hands over, as data: docs/raw_contract.md in the form that raw() works with.
    raw_contract('greenery', 'orders') gives
    {model: 'stg_greenery__orders', transactions: true, optional: false, key: ['order_id'],
    columns: [{name, type, required}, ...]}; without arguments the whole, by domain and table.

    columns: `name: type`, with `!` where the value may never be null (a key never may). Types: string
        decimal integer quantity (a whole number above 0) boolean timestamp date date_key (ISO or
        dd-MM-yyyy) time_zone (IANA). A required date or timestamp of a transaction must be plausible.
    model: where staging puts the table.
    transactions: a bad row is rejected; elsewhere it stops the build.
    unit: what a transaction belongs to, and the column with its id. Rows of one unit are judged, and
        made anew, together.
    staged_names: columns that staging renames and somebody asks for.
    test_traffic: the column that tells it, or `parent`.
-#}
{%- macro raw_contract(domain=none, table=none) -%}
{%- set contract = {
    'sales': {
        'customers': {
            'model': 'stg_customers',
            'key': ['customer_id'],
            'columns': {
                'customer_id': 'string!', 'first_name': 'string', 'last_name': 'string', 'email': 'string',
                'address': 'string', 'city': 'string', 'state': 'string', 'postal_code': 'string',
            },
        },
        'products': {
            'model': 'stg_products',
            'key': ['product_id'],
            'columns': {
                'product_id': 'string!', 'product_name': 'string', 'category': 'string', 'price': 'decimal',
            },
        },
        'sales': {
            'model': 'stg_sales',
            'transactions': true,
            'unit': {'order': 'order_id'},
            'key': [],
            'columns': {
                'order_id': 'string!', 'customer_id': 'string!', 'product_id': 'string!',
                'order_date': 'date!', 'quantity': 'quantity!', 'total_price': 'decimal!',
            },
        },
    },
    'greenery': {
        'users': {
            'model': 'stg_greenery__users',
            'key': ['user_id'],
            'columns': {
                'user_id': 'string!', 'first_name': 'string', 'last_name': 'string', 'email': 'string',
                'phone_number': 'string', 'created_at': 'timestamp', 'updated_at': 'timestamp',
                'address_id': 'string',
            },
        },
        'addresses': {
            'model': 'stg_greenery__addresses',
            'key': ['address_id'],
            'columns': {
                'address_id': 'string!', 'address': 'string', 'zipcode': 'string', 'state': 'string',
                'country': 'string',
            },
        },
        'products': {
            'model': 'stg_greenery__products',
            'key': ['product_id'],
            'columns': {
                'product_id': 'string!', 'name': 'string', 'price': 'decimal', 'inventory': 'integer',
            },
        },
        'promos': {
            'model': 'stg_greenery__promos',
            'key': ['promo_id'],
            'columns': {'promo_id': 'string!', 'discount': 'decimal', 'status': 'string'},
        },
        'orders': {
            'model': 'stg_greenery__orders',
            'transactions': true,
            'unit': {'order': 'order_id'},
            'key': ['order_id'],
            'columns': {
                'order_id': 'string!', 'user_id': 'string!', 'promo_id': 'string', 'address_id': 'string',
                'created_at': 'timestamp!', 'order_cost': 'decimal!', 'shipping_cost': 'decimal',
                'order_total': 'decimal!', 'tracking_id': 'string', 'shipping_service': 'string',
                'estimated_delivery_at': 'timestamp', 'delivered_at': 'timestamp', 'status': 'string',
            },
        },
        'order_items': {
            'model': 'stg_greenery__order_items',
            'transactions': true,
            'unit': {'order': 'order_id'},
            'key': ['order_id', 'product_id'],
            'columns': {'order_id': 'string!', 'product_id': 'string!', 'quantity': 'quantity!'},
        },
        'events': {
            'model': 'stg_greenery__events',
            'transactions': true,
            'unit': {'event': 'event_id'},
            'optional': true,
            'key': ['event_id'],
            'columns': {
                'event_id': 'string!', 'session_id': 'string!', 'user_id': 'string', 'page_url': 'string',
                'created_at': 'timestamp!', 'event_type': 'string!', 'order_id': 'string',
                'product_id': 'string',
            },
        },
    },
    'adventure_works': {
        'customer': {
            'model': 'stg_adventure_works__customers',
            'key': ['customer_id'],
            'columns': {
                'customer_id': 'string!', 'person_id': 'string', 'store_id': 'string',
                'territory_id': 'string', 'account_number': 'string',
            },
        },
        'person': {
            'model': 'stg_adventure_works__persons',
            'key': ['business_entity_id'],
            'columns': {
                'business_entity_id': 'string!', 'person_type': 'string', 'title': 'string',
                'first_name': 'string', 'middle_name': 'string', 'last_name': 'string',
                'email_promotion': 'integer',
            },
        },
        'store': {
            'model': 'stg_adventure_works__stores',
            'key': ['business_entity_id'],
            'columns': {'business_entity_id': 'string!', 'name': 'string'},
        },
        'address': {
            'model': 'stg_adventure_works__addresses',
            'key': ['address_id'],
            'columns': {
                'address_id': 'string!', 'address_line1': 'string', 'city': 'string',
                'state_province_id': 'string', 'postal_code': 'string',
            },
        },
        'state_province': {
            'model': 'stg_adventure_works__state_provinces',
            'key': ['state_province_id'],
            'columns': {
                'state_province_id': 'string!', 'state_province_code': 'string',
                'country_region_code': 'string', 'name': 'string', 'territory_id': 'string',
            },
        },
        'sales_territory': {
            'model': 'stg_adventure_works__sales_territories',
            'key': ['territory_id'],
            'columns': {
                'territory_id': 'string!', 'name': 'string', 'country_region_code': 'string',
                'group': 'string',
            },
        },
        'product': {
            'model': 'stg_adventure_works__products',
            'key': ['product_id'],
            'columns': {
                'product_id': 'string!', 'name': 'string', 'product_number': 'string', 'color': 'string',
                'standard_cost': 'decimal', 'list_price': 'decimal', 'product_line': 'string',
                'class': 'string', 'style': 'string', 'product_subcategory_id': 'string',
                'sell_start_date': 'date', 'sell_end_date': 'date',
            },
        },
        'product_subcategory': {
            'model': 'stg_adventure_works__product_subcategories',
            'key': ['product_subcategory_id'],
            'columns': {
                'product_subcategory_id': 'string!', 'product_category_id': 'string', 'name': 'string',
            },
        },
        'product_category': {
            'model': 'stg_adventure_works__product_categories',
            'key': ['product_category_id'],
            'columns': {'product_category_id': 'string!', 'name': 'string'},
        },
        'special_offer': {
            'model': 'stg_adventure_works__special_offers',
            'key': ['special_offer_id'],
            'columns': {
                'special_offer_id': 'string!', 'description': 'string', 'discount_pct': 'decimal',
                'type': 'string', 'category': 'string', 'start_date': 'date', 'end_date': 'date',
                'min_qty': 'integer', 'max_qty': 'integer',
            },
        },
        'sales_order_header': {
            'model': 'stg_adventure_works__sales_orders',
            'transactions': true,
            'unit': {'order': 'sales_order_id'},
            'key': ['sales_order_id'],
            'columns': {
                'sales_order_id': 'string!', 'order_date': 'date!', 'due_date': 'date', 'ship_date': 'date',
                'status': 'integer', 'online_order_flag': 'boolean', 'customer_id': 'string!',
                'sales_person_id': 'string', 'territory_id': 'string', 'bill_to_address_id': 'string',
                'ship_to_address_id': 'string', 'sub_total': 'decimal!', 'tax_amt': 'decimal!',
                'freight': 'decimal!', 'total_due': 'decimal!',
            },
        },
        'sales_order_detail': {
            'model': 'stg_adventure_works__sales_order_details',
            'transactions': true,
            'unit': {'order': 'sales_order_id'},
            'key': ['sales_order_id', 'sales_order_detail_id'],
            'columns': {
                'sales_order_id': 'string!', 'sales_order_detail_id': 'string!', 'order_qty': 'quantity!',
                'product_id': 'string!', 'special_offer_id': 'string', 'unit_price': 'decimal!',
                'unit_price_discount': 'decimal!', 'line_total': 'decimal!',
            },
        },
        'sales_order_return': {
            'model': 'stg_adventure_works__sales_order_returns',
            'transactions': true,
            'unit': {'order': 'sales_order_id'},
            'optional': true,
            'key': ['return_id'],
            'columns': {
                'return_id': 'string!', 'sales_order_id': 'string!', 'sales_order_detail_id': 'string!',
                'returned_on': 'date!', 'returned_qty': 'quantity!', 'reason': 'string',
            },
        },
    },
    'restaurant': {
        'order_items': {
            'model': 'stg_restaurant__order_items',
            'transactions': true,
            'unit': {'order': 'order_id'},
            'staged_names': {'creation_time_utc': 'ordered_at_utc'},
            'test_traffic': 'app_name',
            'key': ['order_id', 'lineitem_id'],
            'columns': {
                'app_name': 'string', 'restaurant_id': 'string!', 'creation_time_utc': 'timestamp!',
                'order_id': 'string!', 'user_id': 'string', 'printed_card_number': 'string',
                'is_loyalty': 'boolean', 'currency': 'string', 'lineitem_id': 'string!',
                'item_category': 'string', 'item_name': 'string', 'item_price': 'decimal!',
                'item_quantity': 'quantity!',
            },
        },
        'order_item_options': {
            'model': 'stg_restaurant__order_item_options',
            'transactions': true,
            'unit': {'order': 'order_id'},
            'optional': true,
            'test_traffic': 'parent',
            'key': [],
            'columns': {
                'order_id': 'string!', 'lineitem_id': 'string!', 'option_group_name': 'string',
                'option_name': 'string', 'option_price': 'decimal!', 'option_quantity': 'quantity!',
            },
        },
        'date_dim': {
            'model': 'stg_restaurant__dates',
            'key': ['date_key'],
            'columns': {
                'date_key': 'date_key!', 'year': 'integer', 'month': 'string', 'week': 'integer',
                'day_of_week': 'string', 'is_weekend': 'boolean', 'is_holiday': 'boolean',
                'holiday_name': 'string',
            },
        },
        'restaurants': {
            'model': 'stg_restaurant__restaurants',
            'optional': true,
            'key': ['restaurant_id'],
            'columns': {
                'restaurant_id': 'string!', 'name': 'string', 'city': 'string', 'state': 'string',
                'timezone': 'time_zone', 'opened_on': 'date',
            },
        },
    },
} -%}
{%- if domain is none -%}{{ return(contract) }}{%- endif -%}
{%- set raw_table = contract[domain][table] -%}
{%- set columns = [] -%}
{%- for name, type in raw_table.columns.items() -%}
    {%- do columns.append({
        'name': name, 'type': type.rstrip('!'), 'required': type.endswith('!')
    }) -%}
{%- endfor -%}
{{ return({
    'domain': domain,
    'table': table,
    'model': raw_table.model,
    'transactions': raw_table.transactions or false,
    'optional': raw_table.optional or false,
    'test_traffic': raw_table.test_traffic,
    'unit': raw_table.unit.keys() | first if raw_table.unit else none,
    'unit_column': raw_table.unit.values() | first if raw_table.unit else none,
    'staged_names': raw_table.staged_names or {},
    'key': raw_table.key,
    'columns': columns,
}) }}
{%- endmacro -%}

{#- The same by the staging model. -#}
{%- macro contract_of_model(name) -%}
{%- for domain, tables in raw_contract().items() -%}
    {%- for table, raw_table in tables.items() if raw_table.model == name -%}
        {{ return(raw_contract(domain, table)) }}
    {%- endfor -%}
{%- endfor -%}
{%- do exceptions.raise_compiler_error(name ~ ' is the model of no table in macros/raw/raw_contract.sql.') -%}
{%- endmacro -%}
