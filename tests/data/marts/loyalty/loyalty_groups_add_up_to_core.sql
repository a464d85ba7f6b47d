-- In each domain, members, non-members and guests have core's orders, revenue and customers. Both
-- loyalty marts count the same members.
with

core as (
    select
        dim_domains.domain,
        count(orders.order_id) as orders_count,
        coalesce(sum(orders.net_amount), 0) as revenue,
        count(distinct orders.customer_id) as customers_count
    from {{ ref('dim_domains') }} as dim_domains
    left join {{ ref('fct_orders_as_of') }} as orders
        on dim_domains.domain = orders.domain
    where dim_domains.has_loyalty
    group by dim_domains.domain
),

customer_groups as (
    select
        domain,
        sum(orders_count) as orders_count,
        sum(revenue) as revenue,
        sum(customers_count) as customers_count,
        sum(case when customer_group = 'member' then customers_count else 0 end) as members_count
    from {{ ref('loyalty_program_impact') }}
    group by domain
),

before_after as (
    select * from {{ ref('loyalty_before_after') }}
),

final as (
    select
        core.domain,
        core.orders_count,
        customer_groups.orders_count as orders_of_groups,
        core.revenue,
        customer_groups.revenue as revenue_of_groups,
        core.customers_count,
        customer_groups.customers_count as customers_of_groups,
        customer_groups.members_count,
        before_after.members_count as members_of_before_after
    from core
    full outer join customer_groups
        on core.domain = customer_groups.domain
    full outer join before_after
        on core.domain = before_after.domain
    where
        core.domain is null
        or customer_groups.domain is null
        or before_after.domain is null
        or core.orders_count <> customer_groups.orders_count
        or core.revenue <> customer_groups.revenue
        or core.customers_count <> customer_groups.customers_count
        or customer_groups.members_count <> before_after.members_count
)

select * from final
