-- A segment goes with the groups of the table in the docs of customer_rfm_segments, and a new
-- customer's first order is recent. The table is that of the default scores.
{%- set groups_of_segment = {
    'Champions': ['VIP', 'Core'],
    'Loyal Customers': ['VIP', 'Core'],
    'Potential Loyalists': ['New Customer', 'Core'],
    'New Customers': ['New Customer', 'Core'],
    'Promising': ['New Customer', 'Core'],
    'Need Attention': ['Core'],
    'About to Sleep': ['Core'],
    'At Risk': ['Core'],
    'Cannot Lose Them': ['Core'],
    'Hibernating': ['Churn Risk'],
} %}
with

customers as (
    select
        *,
        {{ dbt.datediff('first_ordered_at', 'as_of_date', 'day') }} as days_since_first_order
    from {{ ref('customer_rfm_segments') }}
    where rfm_segment is not null
),

accepted_pairs as (
    {%- for segment, groups in groups_of_segment.items() %}
    {%- set segment_loop = loop %}
    {%- for group in groups %}
    select
        {{ sql_text(segment) }} as rfm_segment,
        {{ sql_text(group) }} as behaviour_group
    {%- if not (segment_loop.last and loop.last) %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
),

final as (
    select
        customers.domain,
        customers.customer_id,
        customers.rfm_segment,
        customers.behaviour_group,
        customers.days_since_first_order
    from customers
    left join accepted_pairs
        on
            customers.rfm_segment = accepted_pairs.rfm_segment
            and customers.behaviour_group = accepted_pairs.behaviour_group
    where
        (
            accepted_pairs.rfm_segment is null
            and {{ var('rfm_high_score') }} = 4 and {{ var('rfm_low_score') }} = 2
        )
        or (
            customers.behaviour_group = 'New Customer'
            and customers.days_since_first_order > {{ var('rfm_new_customer_days') }}
        )
)

select * from final
