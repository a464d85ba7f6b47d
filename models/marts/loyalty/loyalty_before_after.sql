-- Grain: one row per domain with a loyalty programme.
-- Trap: only some members are compared: who joined with the first order has no orders before.
{%- set window_days = var('loyalty_window_days') %}
with

domains as (
    select * from {{ ref('dim_domains') }}
    where has_loyalty
),

orders as (
    select * from {{ ref('fct_orders_as_of') }}
    where customer_id is not null
),

members as (
    select
        customers.domain,
        customers.customer_id,
        customers.all_first_order_date as first_order_date,
        customers.all_first_loyalty_order_date as joined_on,
        cast(
            {{ dbt.dateadd('day', -window_days, 'customers.all_first_loyalty_order_date') }}
            as date
        ) as window_starts_on,
        cast(
            {{ dbt.dateadd('day', window_days, 'customers.all_first_loyalty_order_date') }} as date
        ) as window_ends_on,
        domains.as_of_date
    from {{ ref('fct_customer_totals') }} as customers
    inner join domains
        on customers.domain = domains.domain
    where customers.all_first_loyalty_order_date is not null
),

-- A customer is observed from the first order on: days before it do not count as 0.
compared_members as (
    select
        domain,
        customer_id,
        joined_on,
        window_starts_on,
        window_ends_on
    from members
    where first_order_date <= window_starts_on and window_ends_on <= as_of_date
),

-- Members without another order in the window stay, with a spend of 0.
compared_member_totals as (
    select
        compared_members.domain,
        compared_members.customer_id,
        sum(case when orders.order_date < compared_members.joined_on then 1 else 0 end)
            as orders_before_count,
        sum(case when orders.order_date > compared_members.joined_on then 1 else 0 end)
            as orders_after_count,
        sum(
            case
                when orders.order_date < compared_members.joined_on then orders.net_amount else 0
            end
        ) as revenue_before,
        sum(
            case
                when orders.order_date > compared_members.joined_on then orders.net_amount else 0
            end
        ) as revenue_after
    from compared_members
    left join orders
        on
            compared_members.domain = orders.domain
            and compared_members.customer_id = orders.customer_id
            and orders.order_date between compared_members.window_starts_on
            and compared_members.window_ends_on
    group by
        compared_members.domain,
        compared_members.customer_id
),

-- Per 30 days, at any length of the window.
compared_rates as (
    select
        domain,
        {{ ratio('30 * orders_before_count', window_days) }} as orders_before,
        {{ ratio('30 * orders_after_count', window_days) }} as orders_after,
        {{ ratio('30 * revenue_before', window_days) }} as spend_before,
        {{ ratio('30 * revenue_after', window_days) }} as spend_after
    from compared_member_totals
),

member_totals as (
    select
        domain,
        count(*) as members_count,
        sum(case when first_order_date = joined_on then 1 else 0 end)
            as members_joined_with_first_order_count
    from members
    group by domain
),

compared_totals as (
    select
        domain,
        count(*) as compared_members_count,
        avg(orders_before) as orders_before,
        avg(orders_after) as orders_after,
        avg(spend_before) as spend_before,
        avg(spend_after) as spend_after,
        avg(spend_after - spend_before) as difference,
        sqrt(var_samp(spend_after - spend_before) / count(*)) as standard_error
    from compared_rates
    group by domain
),

-- A standard error of 0 (all differences are equal) would give an interval without width: null.
intervals as (
    select
        domain,
        {{ t_quantile_975('(compared_members_count - 1)') }} * nullif(standard_error, 0)
            as half_width
    from compared_totals
),

final as (
    select
        domains.domain,
        coalesce(member_totals.members_count, 0) as members_count,
        cast(coalesce(member_totals.members_joined_with_first_order_count, 0) as bigint)
            as members_joined_with_first_order_count,
        coalesce(compared_totals.compared_members_count, 0) as compared_members_count,
        round(compared_totals.orders_before, 6) as orders_per_30_days_before,
        round(compared_totals.orders_after, 6) as orders_per_30_days_after,
        {{ amount('compared_totals.spend_before') }} as spend_per_30_days_before,
        {{ amount('compared_totals.spend_after') }} as spend_per_30_days_after,
        case
            when compared_totals.compared_members_count >= {{ var('minimum_group_size') }}
                then {{ amount('compared_totals.difference') }}
        end as spend_difference,
        case
            when compared_totals.compared_members_count >= {{ var('minimum_group_size') }}
                then {{ amount('compared_totals.difference - intervals.half_width') }}
        end as spend_difference_lower,
        case
            when compared_totals.compared_members_count >= {{ var('minimum_group_size') }}
                then {{ amount('compared_totals.difference + intervals.half_width') }}
        end as spend_difference_upper,
        coalesce(compared_totals.compared_members_count, 0) < {{ var('minimum_group_size') }}
            as is_too_small
    from domains
    left join member_totals
        on domains.domain = member_totals.domain
    left join compared_totals
        on domains.domain = compared_totals.domain
    left join intervals
        on domains.domain = intervals.domain
)

select * from final
