{{ config(schema="quarantine", tags=["apples"]) }}
select
    'apples' as domain,
    'products' as table_name,
    'rejected' as left_out_kind,
    'price is not a number' as reason,
    'apples/products.csv' as source_file,
    'p' || i as row_key,
    '{"product_id": "p1", "price": "cheap"}' as raw_row,
    true as is_look_up,
from range({{ 7 if var("trouble") == "look_up" else 0 }}) as r(i)
