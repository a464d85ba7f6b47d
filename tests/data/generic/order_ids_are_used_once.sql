{#-
    For the staging model with an order's buyer and day: of the orders of a delivery that an earlier
    delivery holds, at most the share max_reused_id_share has another buyer and another day. For feeds
    of tills also: of the orders of a delivery, those whose own lines differ in both.
    Returns a row per delivery that fails, with an example of two orders under one id.
-#}
{%- test order_ids_are_used_once(model, domain, table) -%}
{%- set contract = raw_contract(domain, table) -%}
with

deliveries_of_orders as (
    {{ deliveries_of_orders(domain, table, model) }}
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

by_delivery as (
    select
        earlier_file = source_file as is_one_delivery,
        source_file,
        count(*) as orders_compared_count,
        count(case when is_used_again then 1 end) as ids_used_again_count
    from judged
    group by earlier_file = source_file, source_file
),

numbered as (
    select
        judged.*,
        by_delivery.orders_compared_count,
        by_delivery.ids_used_again_count,
        row_number() over (partition by judged.source_file order by judged.order_id) as order_number
    from judged
    inner join by_delivery
        on
            judged.source_file = by_delivery.source_file
            and (judged.earlier_file = judged.source_file) = by_delivery.is_one_delivery
    where
        judged.is_used_again
        and by_delivery.ids_used_again_count
        > {{ var('max_reused_id_share') }} * by_delivery.orders_compared_count
)

select
    '{{ domain }}' as domain,
    '{{ table }}' as table_name,
    source_file,
    orders_compared_count,
    ids_used_again_count,
    {{ var('max_reused_id_share') }} as max_reused_id_share,
    order_id as example_order_id,
    concat(earlier_file, ': buyer ', earlier_buyer, ', ', cast(earlier_day as {{ dbt.type_string() }})) as one_order,
    concat(source_file, ': buyer ', buyer, ', ', cast(order_day as {{ dbt.type_string() }})) as other_order
from numbered
where order_number = 1
{%- endtest -%}
