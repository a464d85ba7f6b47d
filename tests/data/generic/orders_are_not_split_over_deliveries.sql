{#-
    For the staging model with an order's lines: of the orders of a delivery that an earlier delivery
    holds with the same buyer and day, at most the share max_split_order_share has no line in common
    with it, or fewer than 10 have. Returns a row per delivery that fails, with an example.
    order_table: the raw table with buyer and day; order_model: its staging model.
-#}
{%- test orders_are_not_split_over_deliveries(
    model, domain, table, order_table, order_model
) -%}
{%- set contract = raw_contract(domain, table) -%}
{%- set id = adapter.quote(contract.id_column) -%}
{%- set left_out = left_out_of_this_build(contract) if execute else model -%}
{%- set line = adapter.quote(contract.renamed.get(contract.line, contract.line)) -%}
with

superseded_lines as (
    select
        {{ id }} as order_id,
        delivery,
        source_file,
        {{ trimmed(json_field('raw_row', contract.line)) }} as line
    from {{ left_out }}
    where left_out_reason = 'superseded: a later delivery holds this order'
),

held_lines as (
    select * from superseded_lines
    union all
    select
        {{ id }} as order_id,
        delivery,
        source_file,
        {{ line }} as line
    from {{ model }}
    where
        {{ id }} in (select superseded_lines.order_id from superseded_lines)
        {{ 'and not is_return' if contract.returns }}
),

deliveries as (
    select
        order_id,
        delivery,
        min(source_file) as source_file,
        lag(delivery) over (partition by order_id order by delivery) as earlier_delivery
    from held_lines
    group by order_id, delivery
),

headers as (
    {{ deliveries_of_orders(domain, order_table, order_model) }}
),

delivered_again as (
    select
        deliveries.order_id,
        deliveries.delivery,
        deliveries.source_file,
        deliveries.earlier_delivery
    from deliveries
    left join headers
        on
            deliveries.order_id = headers.order_id
            and deliveries.delivery = headers.delivery
            and headers.is_superseded
    left join headers as earlier_headers
        on
            deliveries.order_id = earlier_headers.order_id
            and deliveries.earlier_delivery = earlier_headers.delivery
            and earlier_headers.is_superseded
    where
        deliveries.earlier_delivery is not null
        and coalesce(headers.last_buyer, '') = coalesce(earlier_headers.last_buyer, '')
        and coalesce(headers.last_day = earlier_headers.last_day, true)
),

shared_lines as (
    select distinct
        delivered_again.order_id,
        delivered_again.delivery
    from delivered_again
    inner join held_lines
        on
            delivered_again.order_id = held_lines.order_id
            and delivered_again.delivery = held_lines.delivery
    inner join held_lines as earlier_lines
        on
            delivered_again.order_id = earlier_lines.order_id
            and delivered_again.earlier_delivery = earlier_lines.delivery
            and held_lines.line = earlier_lines.line
),

by_delivery as (
    select
        delivered_again.source_file,
        count(*) as orders_delivered_again_count,
        count(*) - count(shared_lines.order_id) as split_orders_count,
        min(case when shared_lines.order_id is null then delivered_again.order_id end) as example_order_id
    from delivered_again
    left join shared_lines
        on
            delivered_again.order_id = shared_lines.order_id
            and delivered_again.delivery = shared_lines.delivery
    group by delivered_again.source_file
)

select
    '{{ domain }}' as domain,
    '{{ table }}' as table_name,
    source_file,
    orders_delivered_again_count,
    split_orders_count,
    {{ var('max_split_order_share') }} as max_split_order_share,
    example_order_id
from by_delivery
where
    split_orders_count >= 10
    and split_orders_count > {{ var('max_split_order_share') }} * orders_delivered_again_count
{%- endtest -%}
