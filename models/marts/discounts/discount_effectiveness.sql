-- Grain: one row per domain that records discounts and is_discounted, even without such orders.
-- Trap: discounts are given for large orders too. A difference of means is an association, not an
-- effect; following_orders_per_order_difference compares each customer with itself.
{%- set minimum_group_size = var('minimum_group_size') %}
with

domains as (
    select * from {{ ref('dim_domains') }}
    where has_discounts
),

days as (
    select * from {{ ref('fct_discount_days') }}
),

customers as (
    select * from {{ ref('fct_discount_customers') }}
),

-- Each guest order counts as one buyer: it is not known which belong together.
guest_orders as (
    select
        domain,
        coalesce(is_discounted, false) as is_discounted,
        net_amount
    from {{ ref('fct_orders_as_of') }}
    where customer_id is null
),

order_groups as (
    select true as is_discounted
    union all
    select false as is_discounted
),

customer_totals as (
    select
        domain,
        is_discounted,
        count(*) as customers_count
    from customers
    group by
        domain,
        is_discounted
),

day_totals as (
    select
        domain,
        is_discounted,
        sum(case when is_guest then orders_count else 0 end) as guest_orders_count,
        sum(orders_count) as orders_count,
        sum(units) as units,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount,
        sum(revenue) as revenue,
        sum(revenue_with_cost) as revenue_with_cost,
        sum(gross_margin) as gross_margin
    from days
    group by
        domain,
        is_discounted
),

order_totals as (
    select
        day_totals.*,
        coalesce(customer_totals.customers_count, 0) as customers_count,
        cast(
            coalesce(customer_totals.customers_count, 0) + day_totals.guest_orders_count as bigint
        ) as buyers_count
    from day_totals
    left join customer_totals
        on
            day_totals.domain = customer_totals.domain
            and day_totals.is_discounted = customer_totals.is_discounted
),

group_totals as (
    select
        domains.domain,
        order_groups.is_discounted,
        coalesce(order_totals.customers_count, 0) as customers_count,
        coalesce(order_totals.buyers_count, 0) as buyers_count,
        cast(coalesce(order_totals.orders_count, 0) as bigint) as orders_count,
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
buyers_and_guests as (
    select
        domain,
        customer_id,
        is_discounted,
        orders_count,
        revenue
    from customers

    union all

    select
        domain,
        cast(null as {{ dbt.type_string() }}) as customer_id,
        is_discounted,
        1 as orders_count,
        net_amount as revenue
    from guest_orders
),

parts_of_error as (
    select
        buyers_and_guests.domain,
        buyers_and_guests.customer_id,
        case
            when buyers_and_guests.is_discounted
                then
                    (
                        buyers_and_guests.revenue
                        - buyers_and_guests.orders_count * differences.discounted_avg_order_value
                    )
                    / differences.discounted_orders_count
            else
                -(
                    buyers_and_guests.revenue
                    - buyers_and_guests.orders_count * differences.other_avg_order_value
                )
                / differences.other_orders_count
        end as part_of_error
    from buyers_and_guests
    inner join differences
        on buyers_and_guests.domain = differences.domain
    where not differences.is_too_small
),

buyers as (
    select
        domain,
        sum(part_of_error) as part_of_error
    from parts_of_error
    where customer_id is not null
    group by
        domain,
        customer_id

    union all

    select
        domain,
        part_of_error
    from parts_of_error
    where customer_id is null
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
