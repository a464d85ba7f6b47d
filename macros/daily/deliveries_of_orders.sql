{%- macro deliveries_of_orders(domain, table, model) -%}
{%- set contract = raw_contract(domain, table) -%}
{%- set id = adapter.quote(contract.id_column) -%}
{%- set left_out = left_out_of_this_build(contract) if execute else model -%}
{%- set moment = typed(trimmed(json_field('raw_row', contract.moment)), 'timestamp', '', contract.time_zone) -%}
with

left_out as (
    select
        {{ id }} as order_id,
        delivery,
        coalesce(source_file, 'seed') as source_file,
        {{ typed(trimmed(json_field('raw_row', contract.buyer)), 'buyer') }} as buyer,
        cast({{ moment }} as date) as order_day,
        left_out_reason = 'superseded: a later delivery holds this order' as is_superseded
    from {{ left_out }}
    where
        left_out_reason = 'superseded: a later delivery holds this order'
        or left_out_reason like 'rejected: % contradicts another line of the order'
        or left_out_reason like 'rejected: contradicts another row %'
),

staged as (
    select
        {{ id }} as order_id,
        delivery,
        coalesce(source_file, 'seed') as source_file,
        {{ adapter.quote(contract.buyer) }} as buyer,
        cast({{ adapter.quote(contract.renamed.get(contract.moment, contract.moment)) }} as date) as order_day
    from {{ model }}
    {{ 'where not is_return' if contract.returns }}
),

all_rows as (
    select * from left_out
    union all
    -- Of a delivery with lines that contradict each other, all orders count in the total.
    select
        *,
        order_id in (select left_out.order_id from left_out where left_out.is_superseded) as is_superseded
    from staged
    where
        order_id in (select left_out.order_id from left_out where left_out.is_superseded)
        or delivery in (select left_out.delivery from left_out where not left_out.is_superseded)
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

{%- macro left_out_of_this_build(contract) -%}
{%- set left_out = left_out_relation(staged_relation(contract)) -%}
{{ return(touched_relation(left_out) if build_var('incremental') else left_out) }}
{%- endmacro -%}
