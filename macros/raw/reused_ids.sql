{%- macro reused_ids(contract, rows) -%}
{%- set text = dbt.type_string() -%}
with

delivered_rows {{ as_inlined() }} (
    {{ rows }}
),

deliveries_of_orders as (
    {{ deliveries_of_orders('delivered_rows') }}
),

compared as (
    select
        order_id,
        source_file,
        lag(source_file) over (partition by order_id order by delivery) as earlier_file,
        coalesce(last_buyer, '(guest)') as buyer,
        coalesce(lag(last_buyer) over (partition by order_id order by delivery), '(guest)') as earlier_buyer,
        last_day as order_day,
        lag(last_day) over (partition by order_id order by delivery) as earlier_day
    from deliveries_of_orders
    where is_superseded
),

judged as (
    select
        *,
        earlier_day <> order_day
        and (earlier_buyer <> buyer or (earlier_buyer = '(guest)' and buyer = '(guest)')) as is_used_again
    from compared
    where earlier_file is not null

    union all

    select
        order_id,
        source_file,
        source_file as earlier_file,
        coalesce(last_buyer, '(guest)') as buyer,
        coalesce(first_buyer, '(guest)') as earlier_buyer,
        last_day as order_day,
        first_day as earlier_day,
        first_buyer <> last_buyer and first_day <> last_day as is_used_again
    from deliveries_of_orders
    where not is_superseded and {{ 'true' if contract.returns else 'false' }}
),

counted as (
    select
        *,
        count(*) over (partition by source_file, earlier_file = source_file) as orders_compared_count,
        count(case when is_used_again then 1 end)
            over (partition by source_file, earlier_file = source_file) as ids_used_again_count
    from judged
),

numbered as (
    select
        *,
        row_number() over (partition by source_file order by order_id, earlier_file) as order_number
    from counted
    where
        is_used_again
        and ids_used_again_count > {{ var('max_reused_id_share') }} * orders_compared_count
)

select
    '{{ contract.domain }}' as domain,
    '{{ contract.table }}' as table_name,
    source_file,
    orders_compared_count,
    ids_used_again_count,
    {{ var('max_reused_id_share') }} as max_reused_id_share,
    order_id as example_order_id,
    concat(earlier_file, ': buyer ', earlier_buyer, ', ', cast(earlier_day as {{ text }})) as one_order,
    concat(source_file, ': buyer ', buyer, ', ', cast(order_day as {{ text }})) as other_order
from numbered
where order_number = 1
{%- endmacro -%}

{%- macro words_of_reused_ids(contract) -%}
{%- set loss = 'An order delivered again replaces the earlier one, so orders would be lost.' -%}
{%- set cause = 'If the till counts from 1 again, set the var order_id_is_unique_per to location_day'
    ~ (' (or location)' if contract.returns.location) if contract.returns else 'Give each order an id of its own' -%}
{%- set next_step = cause ~ '. If these are corrections, raise max_reused_id_share' -%}
{{ return({
    'means': 'Each is a delivery of ' ~ contract.domain ~ '.' ~ contract.table
        ~ ' that uses ids of earlier orders for other ones, by another buyer on another day. ' ~ loss,
    'found': '{ids_used_again_count:,} of {orders_compared_count:,} ids are used again by another buyer on another day,'
        ~ ' such as {example_order_id} ({one_order}; {other_order})',
    'expected': 'at most ' ~ '{:.1%}'.format(var('max_reused_id_share') | float) ~ ' (max_reused_id_share). '
        ~ loss ~ ' ' ~ next_step,
    'next_step': next_step ~ '.',
}) }}
{%- endmacro -%}
