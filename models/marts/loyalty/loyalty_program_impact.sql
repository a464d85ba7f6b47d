-- Grain: one row per domain with a loyalty programme and customer group: member, non_member, guest.
-- Trap: members chose to join. A difference is an association, not an effect of the programme.
{%- set measures = ['spend_per_order', 'lifetime_value', 'orders', 'repeat_orders'] %}
{%- set minimum_group_size = var('minimum_group_size') %}
with

domains as (
    select * from {{ ref('dim_domains') }}
    where has_loyalty
),

guest_orders as (
    select * from {{ ref('fct_orders_as_of') }}
    where customer_id is null
),

customer_groups as (
    select 'member' as customer_group
    union all
    select 'non_member' as customer_group
    union all
    select 'guest' as customer_group
),

customers_with_orders as (
    select
        domain,
        customer_id,
        case when all_loyalty_orders_count > 0 then 'member' else 'non_member' end
            as customer_group,
        all_orders_count as orders_count,
        all_loyalty_orders_count as loyalty_orders_count,
        all_revenue as lifetime_value
    from {{ ref('fct_customer_totals') }}
),

customer_totals as (
    select
        domain,
        customer_group,
        count(*) as customers_count,
        sum(orders_count) as orders_count,
        sum(loyalty_orders_count) as loyalty_orders_count,
        sum(lifetime_value) as revenue,
        sum(case when orders_count > 1 then 1 else 0 end) as repeat_customers_count,
        percentile_cont(0.5) within group (order by lifetime_value) as median_lifetime_value
    from customers_with_orders
    group by
        domain,
        customer_group
),

guest_totals as (
    select
        domain,
        'guest' as customer_group,
        count(*) as orders_count,
        sum(case when is_loyalty_order then 1 else 0 end) as loyalty_orders_count,
        sum(net_amount) as revenue
    from guest_orders
    group by domain
),

-- Every domain has all three groups, even empty ones; the number of guests is not known.
group_totals as (
    select
        domains.domain,
        customer_groups.customer_group,
        case
            when customer_groups.customer_group <> 'guest'
                then coalesce(customer_totals.customers_count, 0)
        end as customers_count,
        case
            when customer_groups.customer_group <> 'guest'
                then coalesce(customer_totals.repeat_customers_count, 0)
        end as repeat_customers_count,
        coalesce(customer_totals.orders_count, guest_totals.orders_count, 0) as orders_count,
        coalesce(customer_totals.loyalty_orders_count, guest_totals.loyalty_orders_count, 0)
            as loyalty_orders_count,
        coalesce(customer_totals.revenue, guest_totals.revenue, 0) as revenue,
        customer_totals.median_lifetime_value
    from domains
    cross join customer_groups
    left join customer_totals
        on
            domains.domain = customer_totals.domain
            and customer_groups.customer_group = customer_totals.customer_group
    left join guest_totals
        on
            domains.domain = guest_totals.domain
            and customer_groups.customer_group = guest_totals.customer_group
),

-- One row per customer and measure: each customer counts once, with any number of orders.
customer_values as (
    {%- for measure in measures %}
    select
        domain,
        customer_group,
        '{{ measure }}' as measure,
        {% if measure == 'spend_per_order' -%}
        {{ ratio('lifetime_value', 'orders_count') }} as customer_value
        {%- elif measure == 'lifetime_value' -%}
        cast(lifetime_value as double) as customer_value
        {%- elif measure == 'orders' -%}
        cast(orders_count as double) as customer_value
        {%- else -%}
        cast(case when orders_count > 1 then 1 else 0 end as double) as customer_value
        {%- endif %}
    from customers_with_orders
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

value_statistics as (
    select
        domain,
        customer_group,
        measure,
        count(*) as customers_count,
        avg(customer_value) as mean_value,
        var_samp(customer_value) / count(*) as squared_error
    from customer_values
    group by
        domain,
        customer_group,
        measure
),

differences as (
    select
        members.domain,
        members.customer_group,
        members.measure,
        members.mean_value - non_members.mean_value as difference,
        sqrt(members.squared_error + non_members.squared_error) as standard_error,
        {{ ratio(
            'power(members.squared_error + non_members.squared_error, 2)',
            '(' ~ ratio('power(members.squared_error, 2)', 'members.customers_count - 1') ~ ' + '
            ~ ratio('power(non_members.squared_error, 2)', 'non_members.customers_count - 1') ~ ')'
        ) }} as degrees_of_freedom
    from value_statistics as members
    inner join value_statistics as non_members
        on members.domain = non_members.domain and members.measure = non_members.measure
    where
        members.customer_group = 'member'
        and non_members.customer_group = 'non_member'
        and members.customers_count >= {{ minimum_group_size }}
        and non_members.customers_count >= {{ minimum_group_size }}
),

intervals as (
    select
        domain,
        customer_group,
        measure,
        difference,
        difference - {{ t_quantile_975('degrees_of_freedom') }} * standard_error
            as difference_lower,
        difference + {{ t_quantile_975('degrees_of_freedom') }} * standard_error
            as difference_upper
    from differences
),

group_intervals as (
    select
        domain,
        customer_group
        {%- for measure in measures %}
        {%- for bound in ['difference', 'difference_lower', 'difference_upper'] %},
        max(case when measure = '{{ measure }}' then {{ bound }} end) as {{ measure }}_{{ bound }}
        {%- endfor %}
        {%- endfor %}
    from intervals
    group by
        domain,
        customer_group
),

non_members as (
    select
        domain,
        customers_count
    from group_totals
    where customer_group = 'non_member'
),

-- Rounded to six digits: the last bits of a variance depend on the order in which it is summed.
final as (
    select
        group_totals.domain,
        group_totals.customer_group,
        group_totals.customers_count,
        cast(group_totals.orders_count as bigint) as orders_count,
        cast(group_totals.loyalty_orders_count as bigint) as loyalty_orders_count,
        {{ amount('group_totals.revenue') }} as revenue,
        {{ ratio(
            'group_totals.revenue',
            'sum(group_totals.revenue) over (partition by group_totals.domain)'
        ) }} as revenue_share,
        {{ amount(ratio('group_totals.revenue', 'group_totals.orders_count')) }}
            as avg_order_value,
        {{ amount(ratio('group_totals.revenue', 'group_totals.customers_count')) }}
            as avg_spend_per_customer,
        {{ amount('group_totals.median_lifetime_value') }} as median_lifetime_value,
        {{ ratio('group_totals.orders_count', 'group_totals.customers_count') }}
            as orders_per_customer,
        cast(group_totals.repeat_customers_count as bigint) as repeat_customers_count,
        {{ ratio('group_totals.repeat_customers_count', 'group_totals.customers_count') }}
            as repeat_order_rate,
        {{ amount('group_intervals.spend_per_order_difference') }} as spend_per_order_difference,
        {{ amount('group_intervals.spend_per_order_difference_lower') }}
            as spend_per_order_difference_lower,
        {{ amount('group_intervals.spend_per_order_difference_upper') }}
            as spend_per_order_difference_upper,
        {{ amount('group_intervals.lifetime_value_difference') }} as lifetime_value_difference,
        {{ amount('group_intervals.lifetime_value_difference_lower') }}
            as lifetime_value_difference_lower,
        {{ amount('group_intervals.lifetime_value_difference_upper') }}
            as lifetime_value_difference_upper,
        round(group_intervals.orders_difference, 6) as orders_per_customer_difference,
        round(group_intervals.orders_difference_lower, 6) as orders_per_customer_difference_lower,
        round(group_intervals.orders_difference_upper, 6) as orders_per_customer_difference_upper,
        round(group_intervals.repeat_orders_difference, 6) as repeat_order_rate_difference,
        round(group_intervals.repeat_orders_difference_lower, 6)
            as repeat_order_rate_difference_lower,
        round(group_intervals.repeat_orders_difference_upper, 6)
            as repeat_order_rate_difference_upper,
        group_totals.customers_count < {{ minimum_group_size }}
        or (
            group_totals.customers_count is not null
            and non_members.customers_count < {{ minimum_group_size }}
        ) as is_too_small
    from group_totals
    inner join non_members
        on group_totals.domain = non_members.domain
    left join group_intervals
        on
            group_totals.domain = group_intervals.domain
            and group_totals.customer_group = group_intervals.customer_group
)

select * from final
