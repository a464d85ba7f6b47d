{%- macro split_orders(contract, rows, header_rows) -%}
with

delivered_rows {{ as_inlined() }} (
    {{ rows }}
),

header_rows {{ as_inlined() }} (
    {{ header_rows }}
),

superseded as (
    select distinct order_id
    from delivered_rows
    where left_out_reason = 'superseded: a later delivery holds this order'
),

held_lines as (
    select
        order_id,
        delivery,
        source_file,
        line
    from delivered_rows
    where
        (left_out_reason is null or left_out_reason = 'superseded: a later delivery holds this order')
        and order_id in (select superseded.order_id from superseded)
),

deliveries as (
    select
        order_id,
        delivery,
        min(source_file) as source_file,
        min(line) as line,
        lag(delivery) over (partition by order_id order by delivery) as earlier_delivery,
        lag(min(source_file)) over (partition by order_id order by delivery) as earlier_file,
        lag(min(line)) over (partition by order_id order by delivery) as earlier_line
    from held_lines
    group by order_id, delivery
),

headers as (
    {{ deliveries_of_orders('header_rows') }}
),

delivered_again as (
    select deliveries.*
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

counted as (
    select
        delivered_again.*,
        shared_lines.order_id is null as is_split,
        count(*) over (partition by delivered_again.source_file) as orders_delivered_again_count,
        count(case when shared_lines.order_id is null then 1 end)
            over (partition by delivered_again.source_file) as split_orders_count,
        row_number() over (
            partition by delivered_again.source_file, shared_lines.order_id is null
            order by delivered_again.order_id
        ) as order_number
    from delivered_again
    left join shared_lines
        on
            delivered_again.order_id = shared_lines.order_id
            and delivered_again.delivery = shared_lines.delivery
)

select
    '{{ contract.domain }}' as domain,
    '{{ contract.table }}' as table_name,
    source_file,
    orders_delivered_again_count,
    split_orders_count,
    {{ var('max_split_order_share') }} as max_split_order_share,
    order_id as example_order_id,
    concat(earlier_file, ': line ', earlier_line) as one_delivery,
    concat(source_file, ': line ', line) as other_delivery
from counted
where
    is_split
    and order_number = 1
    and split_orders_count >= 10
    and split_orders_count > {{ var('max_split_order_share') }} * orders_delivered_again_count
{%- endmacro -%}

{%- macro words_of_split_orders(contract) -%}
{%- set loss = 'An order delivered again replaces the earlier one, so lines would be lost.' -%}
{%- set next_step = 'If the lines of an order are spread over files, set the var orders_are_delivered_whole to false.'
    ~ ' If these are corrections, raise max_split_order_share' -%}
{{ return({
    'means': 'Each is a delivery of ' ~ contract.domain ~ '.' ~ contract.table
        ~ ' with orders that an earlier delivery holds, without a line in common. ' ~ loss,
    'found': '{split_orders_count:,} of {orders_delivered_again_count:,} orders delivered again have no line in common'
        ~ ' with the earlier delivery, such as {example_order_id} ({one_delivery}; {other_delivery})',
    'expected': 'at most ' ~ '{:.1%}'.format(var('max_split_order_share') | float)
        ~ ', or fewer than 10 (max_split_order_share). ' ~ loss ~ ' ' ~ next_step,
    'next_step': next_step ~ '.',
}) }}
{%- endmacro -%}
