-- Grain: one row per order, computed from its lines: the feed has no table of orders.
-- Trap: an order's time is its earliest line's, in the restaurant's local time. tax_amount is null,
-- not 0, if no line has a tax; is_loyalty_order is null, not false, if no line has the flag.
{{ config(materialized='by_order') }}

with

line_amounts as (
    select * from {{ touched_rows('int_restaurant__line_amounts') }}
),

restaurants as (
    select * from {{ ref('stg_restaurant__restaurants') }}
),

-- Staging allows only one restaurant, user and currency per order; max skips nulls.
orders as (
    select
        order_id,
        max(restaurant_id) as restaurant_id,
        max(user_id) as user_id,
        min(ordered_at_utc) as ordered_at_utc,
        min(app_name) as app_name,
        max(currency) as currency,
        max(case when is_loyalty_order_line then 1 when not is_loyalty_order_line then 0 end) = 1
            as is_loyalty_order,
        cast(sum(quantity) as bigint) as units,
        count(*) as line_count,
        {{ amount('sum(gross_amount)') }} as gross_amount,
        {{ amount('sum(discount_amount)') }} as discount_amount,
        {{ amount('sum(tax_amount)') }} as tax_amount
    from line_amounts
    group by order_id
),

orders_on_local_clock as (
    select
        orders.*,
        {{ to_local_time(
            'orders.ordered_at_utc',
            'coalesce(restaurants.time_zone, ' ~ sql_text(var('restaurant_default_timezone')) ~ ')'
        ) }} as ordered_at
    from orders
    left join restaurants
        on orders.restaurant_id = restaurants.restaurant_id
),

final as (
    select
        'restaurant' as domain,
        order_id,
        user_id as customer_id,
        restaurant_id as location_id,
        ordered_at,
        ordered_at_utc,
        cast(ordered_at as date) as order_date,
        coalesce(app_name, 'unknown') as channel,
        coalesce(currency, {{ sql_text(var('default_currency')) }}) as currency,
        cast(null as {{ dbt.type_string() }}) as status,
        units,
        line_count,
        gross_amount,
        discount_amount,
        {{ amount('gross_amount - discount_amount') }} as net_amount,
        {{ amount('null') }} as shipping_amount,
        tax_amount,
        {{ amount('gross_amount - discount_amount + coalesce(tax_amount, 0)') }} as total_amount,
        discount_amount > 0 as is_discounted,
        is_loyalty_order,
        true as counts_as_sale
    from orders_on_local_clock
)

select * from final
