{#-
    For the staging model with an order's day: a delivery that comes after another one by name, and
    holds an order again, does not end on an earlier day. Returns a row per pair of deliveries.
-#}
{%- test deliveries_are_in_the_order_of_their_days(model, domain, table) -%}
{%- set contract = raw_contract(domain, table) -%}
{%- set left_out = left_out_of_this_build(contract) if execute else model -%}
{%- set raw_moment = trimmed(json_field('raw_row', contract.moment)) -%}
{%- set moment = quoted_name(contract.renamed.get(contract.moment, contract.moment)) -%}
{{ config(severity='warn') }}
with

delivered_rows {{ as_inlined() }} (
    {{ delivered_rows(contract, model) }}
),

deliveries_of_orders as (
    {{ deliveries_of_orders('delivered_rows') }}
),

pairs as (
    select
        order_id,
        delivery,
        source_file,
        lag(delivery) over (partition by order_id order by delivery) as earlier_delivery,
        lag(source_file) over (partition by order_id order by delivery) as earlier_file
    from deliveries_of_orders
    where is_superseded
),

all_days as (
    select
        delivery,
        cast({{ typed(raw_moment, 'timestamp', '', contract.time_zone) }} as date) as order_day
    from {{ left_out }}
    where left_out_reason = 'superseded: a later delivery holds this order'

    union all

    select
        delivery,
        cast({{ moment }} as date) as order_day
    from {{ model }}
    where delivery in (select pairs.delivery from pairs)
),

last_days as (
    select
        delivery,
        max(order_day) as last_day
    from all_days
    group by delivery
)

select
    '{{ domain }}' as domain,
    '{{ table }}' as table_name,
    pairs.earlier_file,
    max(earlier_days.last_day) as earlier_file_ends_on,
    pairs.source_file as later_file,
    max(later_days.last_day) as later_file_ends_on,
    count(*) as orders_in_both_count,
    min(pairs.order_id) as example_order_id
from pairs
inner join last_days as earlier_days
    on pairs.earlier_delivery = earlier_days.delivery
inner join last_days as later_days
    on pairs.delivery = later_days.delivery
where earlier_days.last_day > later_days.last_day
group by pairs.earlier_file, pairs.source_file
{%- endtest -%}
