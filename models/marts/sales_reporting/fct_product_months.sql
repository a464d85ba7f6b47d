-- Grain: one row per domain, product and calendar month with a sale or a return.
-- Trap: unlike most marts it is not as of a day: it has all orders and returns.
{{ config(materialized='kept', replaces="is_touched('month', 'month_start_date')") }}

with

order_lines as (
    select
        *,
        {{ month_start('order_date') }} as month_start_date
    from {{ ref('fct_order_lines') }}
    where counts_as_sale
),

returns as (
    select
        *,
        {{ month_start('return_date') }} as month_start_date
    from {{ ref('fct_returns') }}
    where counts_as_sale
),

sales_by_product_and_month as (
    select
        domain,
        product_id,
        month_start_date,
        count(distinct order_id) as orders_count,
        sum(quantity) as units,
        sum(net_amount) as revenue,
        case when count(cost_amount) = count(*) then sum(net_amount - cost_amount) end
            as gross_margin
    from order_lines
    where {{ is_touched('month', 'month_start_date') }}
    group by
        domain,
        product_id,
        month_start_date
),

-- Money that came back for no product in particular.
returns_by_product_and_month as (
    select
        domain,
        coalesce(product_id, '(none)') as product_id,
        month_start_date,
        sum(quantity) as returned_quantity,
        sum(amount) as returned_amount
    from returns
    where {{ is_touched('month', 'month_start_date') }}
    group by
        domain,
        coalesce(product_id, '(none)'),
        month_start_date
),

final as (
    select
        coalesce(sold.domain, returned.domain) as domain,
        coalesce(sold.product_id, returned.product_id) as product_id,
        coalesce(sold.month_start_date, returned.month_start_date) as month_start_date,
        coalesce(sold.orders_count, 0) as orders_count,
        cast(coalesce(sold.units, 0) as bigint) as units,
        {{ amount('coalesce(sold.revenue, 0)') }} as revenue,
        {{ amount('sold.gross_margin') }} as gross_margin,
        cast(coalesce(returned.returned_quantity, 0) as bigint) as returned_quantity,
        {{ amount('coalesce(returned.returned_amount, 0)') }} as returned_amount
    from sales_by_product_and_month as sold
    full outer join returns_by_product_and_month as returned
        on
            sold.domain = returned.domain
            and sold.product_id = returned.product_id
            and sold.month_start_date = returned.month_start_date
)

select * from final
