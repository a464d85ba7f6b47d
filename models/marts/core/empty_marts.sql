-- Grain: one row per domain and general mart that has no row of the domain, or rows only of guests.
-- Trap: it is computed from core, not from the marts. A new general mart must be added to the list.
{%- set horizon_days = var('forecast_horizon_days') %}
{%- set marts = [
    ('basket', 'category_pairs', 'pairs of categories'),
    ('basket', 'customer_product_suggestions', 'products to suggest'),
    ('basket', 'product_pairs', 'pairs of products'),
    ('basket', 'product_suggestions', 'two products'),
    ('basket', 'suggestion_holdout', 'orders'),
    ('churn', 'churn_summary', 'customers'),
    ('churn', 'customer_churn_indicators', 'customers'),
    ('clv', 'clv_holdout_customers', 'earlier customers'),
    ('clv', 'clv_holdout_deciles', 'earlier customers'),
    ('clv', 'clv_holdout_summary', 'earlier customers'),
    ('clv', 'clv_model_parameters', 'orders'),
    ('clv', 'clv_tier_summary', 'customers'),
    ('clv', 'customer_clv', 'customers'),
    ('clv', 'customer_clv_predictions', 'customers'),
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
    ('retention', 'clv_tier_migration', 'tiers'),
    ('retention', 'customer_cohorts', 'customers'),
    ('retention', 'customer_movement_monthly', 'customers'),
    ('retention', 'net_sales_bridge_monthly', 'orders or returns'),
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

returns as (
    select * from {{ ref('fct_returns_as_of') }}
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
    from returns
    group by domain
),

-- clv_tier_migration also has customers whose orders were returned in full after a month had ended.
orders_returned_later as (
    select
        orders.domain,
        orders.order_id
    from orders
    left join returns
        on
            orders.domain = returns.domain
            and orders.order_id = returns.order_id
            and returns.return_date <= {{ dbt.last_day('orders.order_date', 'month') }}
    where orders.customer_id is not null and orders.is_returned_in_full
    group by
        orders.domain,
        orders.order_id,
        orders.net_amount
    having coalesce(sum(returns.amount), 0) < orders.net_amount
),

returned_later_totals as (
    select
        domain,
        count(*) as orders_count
    from orders_returned_later
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

earlier_returns as (
    select
        returned.domain,
        returned.order_id,
        sum(returned.amount) as returned_amount
    from {{ ref('fct_returns_as_of') }} as returned
    where
        returned.return_date
        <= {{ dbt.dateadd('day', -var('clv_horizon_days'), 'returned.as_of_date') }}
    group by
        returned.domain,
        returned.order_id
),

-- As it was known that day: what was returned in full later was a purchase.
earlier_totals as (
    select
        orders.domain,
        count(*) as orders_count
    from orders
    left join earlier_returns
        on
            orders.domain = earlier_returns.domain
            and orders.order_id = earlier_returns.order_id
    where
        orders.customer_id is not null
        and orders.order_date
        <= {{ dbt.dateadd('day', -var('clv_horizon_days'), 'orders.as_of_date') }}
        and not (
            orders.net_amount > 0
            and coalesce(earlier_returns.returned_amount, 0) >= orders.net_amount
        )
    group by orders.domain
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
        coalesce(order_totals.kept_orders_count, 0) > 0
        or coalesce(returned_later_totals.orders_count, 0) > 0 as has_tiers,
        coalesce(return_totals.returns_count, 0) > 0 as has_returns_as_of,
        domains.first_order_date is not null
        or coalesce(all_return_totals.returns_count, 0) > 0 as has_products,
        coalesce(earlier_totals.orders_count, 0) > 0 as has_earlier_customers,
        coalesce(promotion_totals.promotions_count, 0) > 0 as has_promotions,
        coalesce(baskets.has_two_products, false) as has_two_products,
        coalesce(baskets.has_two_categories, false) as has_two_categories,
        coalesce(baskets.has_product_pairs, false) as has_product_pairs,
        coalesce(baskets.has_category_pairs, false) as has_category_pairs,
        coalesce(baskets.has_customers_without_a_product, false) as has_customers_without_a_product,
        finished_days.finished_days_count
    from domains
    left join finished_days
        on domains.domain = finished_days.domain
    left join order_totals
        on domains.domain = order_totals.domain
    left join return_totals
        on domains.domain = return_totals.domain
    left join returned_later_totals
        on domains.domain = returned_later_totals.domain
    left join all_return_totals
        on domains.domain = all_return_totals.domain
    left join earlier_totals
        on domains.domain = earlier_totals.domain
    left join promotion_totals
        on domains.domain = promotion_totals.domain
    left join {{ ref('domain_baskets') }} as baskets
        on domains.domain = baskets.domain
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
                    marts.needs in (
                        'customers', 'earlier customers', 'tiers', 'locations', 'hours', 'orders',
                        'promotions', 'two products', 'pairs of products', 'pairs of categories',
                        'products to suggest', 'finished days', 'finished horizon'
                    )
                    or (marts.needs = 'orders or returns' and not facts.has_returns_as_of)
                    or (marts.needs = 'products' and not facts.has_products)
                )
                then 'no order up to as_of_date counts as a sale'
            when
                marts.needs in ('customers', 'earlier customers', 'tiers', 'loyalty')
                and facts.has_orders and not facts.has_customers
                then 'all orders are of guests, so there are no customers'
            when
                (marts.needs = 'customers' and not facts.has_kept_orders)
                or (marts.needs = 'tiers' and not facts.has_tiers)
                then 'all orders of customers were returned in full'
        end as reason_of_orders,
        case
            when marts.needs = 'promotions' and not facts.has_promotions
                then 'no promotion was used or has begun up to as_of_date'
            when marts.needs = 'earlier customers' and not facts.has_earlier_customers
                then 'no customer had bought clv_horizon_days before as_of_date'
        end as reason_of_history,
        -- The build does not print these: other marts of the area have rows.
        case
            when marts.needs = 'products to suggest' and not facts.has_customers
                then 'all orders are of guests, so there are no customers'
            when marts.needs = 'two products' and not facts.has_two_products
                then 'only one product was sold'
            when marts.needs = 'pairs of categories' and not facts.has_two_categories
                then 'its products have only one category'
            when
                (marts.needs = 'pairs of products' and not facts.has_product_pairs)
                or (marts.needs = 'pairs of categories' and not facts.has_category_pairs)
                then 'no pair is in at least basket_minimum_orders orders'
            when
                marts.needs = 'products to suggest' and not facts.has_customers_without_a_product
                then 'every customer has bought every product'
        end as reason_of_baskets,
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
        coalesce(
            lasting_reason, reason_of_orders, reason_of_history, reason_of_baskets, reason_of_age
        ) as reason,
        has_rows,
        lasting_reason is not null or reason_of_orders is null as is_expected
    from marts_with_reason
    where
        coalesce(
            lasting_reason, reason_of_orders, reason_of_history, reason_of_baskets, reason_of_age
        )
        is not null
)

select * from final
