-- Discounted and other orders have core's orders up to as_of_date, with their revenue, units and
-- discount. The discounts of promotions equal those of the orders.
with

core as (
    select
        dim_domains.domain,
        count(orders.order_id) as orders_count,
        coalesce(sum(orders.units), 0) as units,
        coalesce(sum(orders.net_amount), 0) as revenue,
        coalesce(sum(orders.discount_amount), 0) as discount_amount
    from {{ ref('dim_domains') }} as dim_domains
    left join {{ ref('fct_orders_as_of') }} as orders
        on dim_domains.domain = orders.domain
    where dim_domains.has_discounts
    group by dim_domains.domain
),

effectiveness as (
    select
        domain,
        sum(orders_count) as orders_count,
        sum(units) as units,
        sum(revenue) as revenue,
        sum(discount_amount) as discount_amount
    from {{ ref('discount_effectiveness') }}
    group by domain
),

promotions as (
    select
        domain,
        sum(discount_amount) as discount_amount
    from {{ ref('discount_before_after') }}
    group by domain
),

final as (
    select
        core.domain,
        core.orders_count,
        effectiveness.orders_count as orders_of_effectiveness,
        core.revenue,
        effectiveness.revenue as revenue_of_effectiveness,
        core.discount_amount,
        effectiveness.discount_amount as discount_of_effectiveness,
        promotions.discount_amount as discount_of_promotions
    from core
    full outer join effectiveness
        on core.domain = effectiveness.domain
    left join promotions
        on core.domain = promotions.domain
    where
        core.domain is null
        or effectiveness.domain is null
        or core.orders_count <> effectiveness.orders_count
        or core.units <> effectiveness.units
        or core.revenue <> effectiveness.revenue
        or core.discount_amount <> effectiveness.discount_amount
        or core.discount_amount <> coalesce(promotions.discount_amount, 0)
)

select * from final
