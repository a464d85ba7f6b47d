-- Grain: one row per domain and general mart that has no row of the domain, or rows only of guests.
-- Trap: it is computed from core, not from the marts. A new general mart must be added to the list.
{%- set horizon_days = var('forecast_horizon_days') %}
{%- set marts = [
    ('churn', 'churn_summary', 'customers'),
    ('churn', 'customer_churn_indicators', 'customers'),
    ('clv', 'clv_tier_summary', 'customers'),
    ('clv', 'customer_clv', 'customers'),
    ('discounts', 'discount_before_after', 'promotions'),
    ('discounts', 'discount_effectiveness', 'discounts'),
    ('forecast', 'demand_forecast', 'finished days'),
    ('forecast', 'demand_forecast_accuracy', 'finished horizon'),
    ('forecast', 'demand_forecast_backtest', 'finished horizon'),
    ('forecast', 'demand_forecast_weekly', 'finished days'),
    ('forecast', 'revenue_alerts', 'finished horizon'),
    ('locations', 'location_performance', 'locations'),
    ('loyalty', 'loyalty_before_after', 'loyalty'),
    ('loyalty', 'loyalty_program_impact', 'loyalty'),
    ('rfm', 'customer_rfm_segments', 'customers'),
    ('sales_reporting', 'product_performance', 'products'),
    ('trends', 'location_trends_daily', 'orders or returns'),
    ('trends', 'peak_periods', 'hours'),
    ('trends', 'sales_trends_daily', 'orders or returns'),
    ('trends', 'sales_trends_monthly', 'orders or returns'),
    ('trends', 'sales_trends_weekly', 'orders or returns'),
] %}
with

domains as (
    select
        *,
        {{ first_unfinished_date() }} as first_unfinished_date
    from {{ ref('dim_domains') }}
),

orders as (
    select * from {{ ref('fct_orders_as_of') }}
),

marts as (
    {%- for area, mart, needs in marts %}
    select
        '{{ area }}' as area,
        '{{ mart }}' as mart,
        '{{ needs }}' as needs
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

order_totals as (
    select
        domain,
        min(order_date) as first_order_date,
        min(ordered_at) as first_ordered_at,
        count(*) as orders_count,
        count(customer_id) as customer_orders_count,
        count(case when not is_returned_in_full then customer_id end) as kept_orders_count
    from orders
    group by domain
),

return_totals as (
    select
        domain,
        count(*) as returns_count
    from {{ ref('fct_returns_as_of') }}
    group by domain
),

-- product_performance is not as of a day: it has later returns as well.
all_return_totals as (
    select
        domain,
        count(*) as returns_count
    from {{ ref('fct_returns') }}
    where counts_as_sale
    group by domain
),

promotions_used as (
    select
        order_discounts.domain,
        order_discounts.promotion_id
    from {{ ref('fct_order_discounts') }} as order_discounts
    inner join orders
        on
            order_discounts.domain = orders.domain
            and order_discounts.order_id = orders.order_id
    group by
        order_discounts.domain,
        order_discounts.promotion_id
),

promotion_totals as (
    select
        promotions.domain,
        count(*) as promotions_count
    from {{ ref('dim_promotions') }} as promotions
    inner join domains
        on promotions.domain = domains.domain
    left join promotions_used
        on
            promotions.domain = promotions_used.domain
            and promotions.promotion_id = promotions_used.promotion_id
    where
        promotions_used.promotion_id is not null
        or promotions.starts_on <= domains.as_of_date
    group by promotions.domain
),

-- Business days from that of the first order to the last that has ended, as the forecasts count.
finished_days as (
    select
        domains.domain,
        {{ dbt.datediff(
            'case when domains.has_time_of_day then '
            ~ business_date('order_totals.first_ordered_at')
            ~ ' else order_totals.first_order_date end',
            'domains.first_unfinished_date',
            'day'
        ) }} as finished_days_count
    from domains
    inner join order_totals
        on domains.domain = order_totals.domain
),

domain_facts as (
    select
        domains.domain,
        domains.has_time_of_day,
        domains.has_discounts,
        domains.has_loyalty,
        domains.is_loyalty_in_contract,
        domains.has_locations,
        coalesce(order_totals.orders_count, 0) > 0 as has_orders,
        coalesce(order_totals.customer_orders_count, 0) > 0 as has_customers,
        coalesce(order_totals.kept_orders_count, 0) > 0 as has_kept_orders,
        coalesce(return_totals.returns_count, 0) > 0 as has_returns_as_of,
        domains.first_order_date is not null
        or coalesce(all_return_totals.returns_count, 0) > 0 as has_products,
        coalesce(promotion_totals.promotions_count, 0) > 0 as has_promotions,
        finished_days.finished_days_count
    from domains
    left join finished_days
        on domains.domain = finished_days.domain
    left join order_totals
        on domains.domain = order_totals.domain
    left join return_totals
        on domains.domain = return_totals.domain
    left join all_return_totals
        on domains.domain = all_return_totals.domain
    left join promotion_totals
        on domains.domain = promotion_totals.domain
),

-- The first reason that applies: what the contract does not record comes before what rows lack.
marts_with_reason as (
    select
        facts.domain,
        marts.area,
        marts.mart,
        marts.needs,
        case
            when marts.needs = 'loyalty' and not facts.is_loyalty_in_contract
                then 'its contract has no loyalty flag'
            when marts.needs = 'locations' and not facts.has_locations
                then 'its orders have no location'
            when marts.needs in ('discounts', 'promotions') and not facts.has_discounts
                then 'its orders record no discounts'
            when marts.needs = 'hours' and not facts.has_time_of_day
                then 'its orders have no time of day'
        end as lasting_reason,
        case
            when marts.needs = 'loyalty' and not facts.has_loyalty
                then 'no order has a loyalty flag'
            when
                not facts.has_orders
                and (
                    marts.needs in ('customers', 'locations', 'hours', 'promotions')
                    or marts.needs in ('finished days', 'finished horizon')
                    or (marts.needs = 'orders or returns' and not facts.has_returns_as_of)
                    or (marts.needs = 'products' and not facts.has_products)
                )
                then 'no order up to as_of_date counts as a sale'
            when
                marts.needs in ('customers', 'loyalty')
                and facts.has_orders and not facts.has_customers
                then 'all orders are of guests, so there are no customers'
            when marts.needs = 'customers' and not facts.has_kept_orders
                then 'all orders of customers were returned in full'
        end as reason_of_orders,
        case
            when marts.needs = 'promotions' and not facts.has_promotions
                then 'no promotion was used or has begun up to as_of_date'
        end as reason_of_promotions,
        case
            when marts.needs = 'finished days' and facts.finished_days_count < 1
                then 'no business day with an order has ended up to as_of_date'
            when
                marts.needs = 'finished horizon'
                and facts.finished_days_count <= {{ horizon_days }}
                then 'its first order is not {{ horizon_days }} finished days old'
        end as reason_of_age,
        marts.needs = 'loyalty' and facts.has_loyalty as has_rows
    from domain_facts as facts
    cross join marts
),

final as (
    select
        domain,
        area,
        mart,
        coalesce(lasting_reason, reason_of_orders, reason_of_promotions, reason_of_age) as reason,
        has_rows,
        lasting_reason is not null or reason_of_orders is null as is_expected
    from marts_with_reason
    where
        coalesce(lasting_reason, reason_of_orders, reason_of_promotions, reason_of_age)
        is not null
)

select * from final
