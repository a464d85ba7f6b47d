-- Grain: one row per domain that records discounts and is_discounted, even without such orders.
-- Trap: discounts are given for large orders too. A difference of means is an association, not an
-- effect; following_orders_per_order_difference compares each customer with itself.
{%- set minimum_group_size = var('minimum_group_size') %}
with

domains as (
    select * from {{ ref('dim_domains') }}
    where has_discounts
),

orders as (
    select
        domain,
        order_id,
        customer_id,
        -- Each guest order counts as one buyer: it is not known which belong together.
        case when customer_id is null then order_id end as guest_order_id,
        units,
        gross_amount,
        discount_amount,
        net_amount,
        coalesce(is_discounted, false) as is_discounted
    from {{ ref('fct_orders_as_of') }}
),

order_lines as (
    select * from {{ ref('fct_order_lines_as_of') }}
),

order_groups as (
    select true as is_discounted
    union all
    select false as is_discounted
),

-- A line without a known cost has no margin, so its revenue is excluded from the rate as well.
orders_with_cost as (
    select
        domain,
        order_id,
        sum(case when cost_amount is not null then net_amount end) as revenue_with_cost,
        sum(net_amount - cost_amount) as gross_margin
    from order_lines
    group by
        domain,
        order_id
),

order_totals as (
    select
        orders.domain,
        orders.is_discounted,
        count(distinct orders.customer_id) as customers_count,
        count(distinct orders.customer_id) + count(orders.guest_order_id) as buyers_count,
        count(*) as orders_count,
        sum(orders.units) as units,
        sum(orders.gross_amount) as gross_amount,
        sum(orders.discount_amount) as discount_amount,
        sum(orders.net_amount) as revenue,
        sum(orders_with_cost.revenue_with_cost) as revenue_with_cost,
        sum(orders_with_cost.gross_margin) as gross_margin
    from orders
    left join orders_with_cost
        on orders.domain = orders_with_cost.domain and orders.order_id = orders_with_cost.order_id
    group by
        orders.domain,
        orders.is_discounted
),

group_totals as (
    select
        domains.domain,
        order_groups.is_discounted,
        coalesce(order_totals.customers_count, 0) as customers_count,
        coalesce(order_totals.buyers_count, 0) as buyers_count,
        coalesce(order_totals.orders_count, 0) as orders_count,
        cast(coalesce(order_totals.units, 0) as bigint) as units,
        {{ amount('coalesce(order_totals.gross_amount, 0)') }} as gross_amount,
        {{ amount('coalesce(order_totals.discount_amount, 0)') }} as discount_amount,
        {{ amount('coalesce(order_totals.revenue, 0)') }} as revenue,
        {{ amount('order_totals.revenue_with_cost') }} as revenue_with_cost,
        {{ amount('order_totals.gross_margin') }} as gross_margin,
        {{ ratio('order_totals.revenue', 'order_totals.orders_count') }} as avg_order_value
    from domains
    cross join order_groups
    left join order_totals
        on
            domains.domain = order_totals.domain
            and order_groups.is_discounted = order_totals.is_discounted
),

differences as (
    select
        discounted.domain,
        discounted.orders_count as discounted_orders_count,
        other_orders.orders_count as other_orders_count,
        discounted.avg_order_value as discounted_avg_order_value,
        other_orders.avg_order_value as other_avg_order_value,
        discounted.avg_order_value - other_orders.avg_order_value as difference,
        discounted.buyers_count < {{ minimum_group_size }}
        or other_orders.buyers_count < {{ minimum_group_size }} as is_too_small
    from group_totals as discounted
    inner join group_totals as other_orders
        on discounted.domain = other_orders.domain
    where discounted.is_discounted and not other_orders.is_discounted
),

-- Each buyer's part of the error of the difference. Orders of one buyer are similar, and a buyer
-- may have both kinds: as independent orders they would make the interval too narrow.
buyers as (
    select
        orders.domain,
        orders.customer_id,
        orders.guest_order_id,
        sum(
            case
                when orders.is_discounted
                    then
                        (orders.net_amount - differences.discounted_avg_order_value)
                        / differences.discounted_orders_count
                else
                    -(orders.net_amount - differences.other_avg_order_value)
                    / differences.other_orders_count
            end
        ) as part_of_error
    from orders
    inner join differences
        on orders.domain = differences.domain
    where not differences.is_too_small
    group by
        orders.domain,
        orders.customer_id,
        orders.guest_order_id
),

-- A standard error of 0 (all values are equal) would give an interval without width: null.
intervals as (
    select
        domain,
        {{ t_quantile_975('(count(*) - 1)') }}
        * nullif(
            sqrt(sum(part_of_error * part_of_error) * {{ ratio('count(*)', 'count(*) - 1') }}), 0
        ) as half_width
    from buyers
    group by domain
),

-- The same customer after a discounted and after a full-price order: what kind of customer uses
-- discounts does not come into it.
follow_ups as (
    select
        domain,
        count(*) as compared_customers_count,
        avg(following_orders_per_order_difference) as difference,
        {{ t_quantile_975('(count(*) - 1)') }}
        * nullif(
            {{ ratio('stddev_samp(following_orders_per_order_difference)', 'sqrt(count(*))') }}, 0
        ) as half_width
    from {{ ref('fct_discount_follow_ups') }}
    group by domain
),

final as (
    select
        group_totals.domain,
        group_totals.is_discounted,
        group_totals.customers_count,
        group_totals.buyers_count,
        group_totals.orders_count,
        case
            when group_totals.is_discounted
                then coalesce(follow_ups.compared_customers_count, 0)
        end as compared_customers_count,
        case
            when
                group_totals.is_discounted
                and follow_ups.compared_customers_count >= {{ minimum_group_size }}
                then follow_ups.difference
        end as following_orders_per_order_difference,
        case
            when
                group_totals.is_discounted
                and follow_ups.compared_customers_count >= {{ minimum_group_size }}
                then follow_ups.difference - follow_ups.half_width
        end as following_orders_per_order_difference_lower,
        case
            when
                group_totals.is_discounted
                and follow_ups.compared_customers_count >= {{ minimum_group_size }}
                then follow_ups.difference + follow_ups.half_width
        end as following_orders_per_order_difference_upper,
        group_totals.units,
        group_totals.gross_amount,
        group_totals.discount_amount,
        {{ ratio('group_totals.discount_amount', 'group_totals.gross_amount') }} as discount_rate,
        group_totals.revenue,
        {{ ratio(
            'group_totals.orders_count',
            'sum(group_totals.orders_count) over (partition by group_totals.domain)'
        ) }} as orders_share,
        {{ ratio(
            'group_totals.revenue',
            'sum(group_totals.revenue) over (partition by group_totals.domain)'
        ) }} as revenue_share,
        {{ amount('group_totals.avg_order_value') }} as avg_order_value,
        {{ ratio('group_totals.units', 'group_totals.orders_count') }} as units_per_order,
        group_totals.revenue_with_cost,
        group_totals.gross_margin,
        {{ ratio('group_totals.gross_margin', 'group_totals.revenue_with_cost') }}
            as gross_margin_rate,
        case
            when group_totals.is_discounted and not differences.is_too_small
                then {{ amount('differences.difference') }}
        end as avg_order_value_difference,
        case
            when group_totals.is_discounted
                then {{ amount('differences.difference - intervals.half_width') }}
        end as avg_order_value_difference_lower,
        case
            when group_totals.is_discounted
                then {{ amount('differences.difference + intervals.half_width') }}
        end as avg_order_value_difference_upper,
        differences.is_too_small
    from group_totals
    inner join differences
        on group_totals.domain = differences.domain
    left join intervals
        on group_totals.domain = intervals.domain
    left join follow_ups
        on group_totals.domain = follow_ups.domain
)

select * from final
