{%- macro deliveries_of_orders(rows) -%}
with

superseded as (
    select distinct order_id
    from {{ rows }}
    where left_out_reason = 'superseded: a later delivery holds this order'
),

contradicting as (
    select distinct delivery
    from {{ rows }}
    where {{ contradicts_in_delivery() }}
),

all_rows as (
    select
        order_id,
        delivery,
        source_file,
        buyer,
        order_day,
        order_id in (select superseded.order_id from superseded)
        and not coalesce({{ contradicts_in_delivery() }}, false) as is_superseded
    from {{ rows }}
    where
        (
            left_out_reason is null
            or left_out_reason = 'superseded: a later delivery holds this order'
            or {{ contradicts_in_delivery() }}
        )
        -- Of a delivery with lines that contradict each other, all orders count in the total.
        and (
            order_id in (select superseded.order_id from superseded)
            or delivery in (select contradicting.delivery from contradicting)
        )
)

select
    order_id,
    delivery,
    is_superseded,
    min(source_file) as source_file,
    min(buyer) as first_buyer,
    max(buyer) as last_buyer,
    min(order_day) as first_day,
    max(order_day) as last_day
from all_rows
group by order_id, delivery, is_superseded
{%- endmacro -%}

{%- macro contradicts_in_delivery() -%}
(left_out_reason like 'rejected: % contradicts another line of the order' or left_out_reason like 'rejected: contradicts another row %')
{%- endmacro -%}

{%- macro delivered_columns(contract, values) -%}
{%- set nothing = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
{{ quoted_name(contract.id_column) }} as order_id,
    delivery,
    coalesce(source_file, 'seed') as source_file,
    {{ values.get(contract.buyer, nothing) }} as buyer,
    cast({{ values.get(contract.moment, nothing) }} as date) as order_day,
    {{ values.get(contract.line, nothing) }} as line
{%- endmacro -%}
