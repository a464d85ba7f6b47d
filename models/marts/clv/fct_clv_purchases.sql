-- Grain: one row per domain, cutoff, purpose (fit, score) and customer with a purchase by then.
-- Trap: it shows what was known on the day: an order that is returned in full later is a purchase.
-- A purchase is a day with an order that was not returned in full.
{{ config(
    materialized='kept',
    replaces="is_touched('customer', 'customer_id', listed_in='touched_clv_customers')"
) }}
{%- set moments = {
    'now_fit': ('now', 'fit', 'fit_date'),
    'now_score': ('now', 'score', 'cutoff_date'),
    'holdout_fit': ('holdout', 'fit', 'fit_date'),
    'holdout_score': ('holdout', 'score', 'cutoff_date'),
} %}
with

orders as (
    select
        domain,
        order_id,
        customer_id,
        order_date,
        net_amount
    from {{ ref('fct_orders_as_of') }}
    where
        customer_id is not null
        and {{ is_touched('customer', 'customer_id', listed_in='touched_clv_customers') }}
),

returns as (
    select
        domain,
        order_id,
        return_date,
        amount
    from {{ ref('fct_returns_as_of') }}
    where order_id is not null
),

-- Side by side, so that all orders are read once.
moments as (
    select
        domain,
        {%- for moment, (cutoff, purpose, cutoff_column) in moments.items() %}
        max(case when cutoff = '{{ cutoff }}' then {{ cutoff_column }} end) as {{ moment }}_date,
        {%- endfor %}
        max(horizon_days) as horizon_days
    from {{ ref('fct_clv_cutoffs') }}
    group by domain
),

returns_by_order as (
    select
        returns.domain,
        {%- for moment in moments %}
        sum(case when returns.return_date <= moments.{{ moment }}_date then returns.amount end)
            as {{ moment }}_amount,
        {%- endfor %}
        returns.order_id
    from returns
    inner join moments
        on returns.domain = moments.domain
    group by
        returns.domain,
        returns.order_id
),

-- Null before the order, and once it was returned in full.
order_values as (
    select
        orders.domain,
        orders.customer_id,
        {%- for moment in moments %}
        case
            when
                orders.order_date <= moments.{{ moment }}_date
                and not (
                    orders.net_amount > 0
                    and coalesce(returns_by_order.{{ moment }}_amount, 0) >= orders.net_amount
                )
                then orders.net_amount - coalesce(returns_by_order.{{ moment }}_amount, 0)
        end as {{ moment }}_value,
        {%- endfor %}
        orders.order_date
    from orders
    inner join moments
        on orders.domain = moments.domain
    left join returns_by_order
        on
            orders.domain = returns_by_order.domain
            and orders.order_id = returns_by_order.order_id
),

purchases as (
    select
        domain,
        customer_id,
        {%- for moment in moments %}
        sum({{ moment }}_value) as {{ moment }}_value,
        {%- endfor %}
        order_date as purchase_date
    from order_values
    group by
        domain,
        customer_id,
        order_date
),

first_purchases as (
    select
        domain,
        {%- for moment in moments %}
        min(case when {{ moment }}_value is not null then purchase_date end)
            as {{ moment }}_first_date,
        {%- endfor %}
        customer_id
    from purchases
    group by
        domain,
        customer_id
),

customer_totals as (
    select
        purchases.domain,
        {%- for moment in moments %}
        max(first_purchases.{{ moment }}_first_date) as {{ moment }}_first_date,
        max(case when purchases.{{ moment }}_value is not null then purchases.purchase_date end)
            as {{ moment }}_last_date,
        count(purchases.{{ moment }}_value) as {{ moment }}_count,
        count(
            case
                when
                    {{ dbt.datediff(
                        'purchases.purchase_date', 'moments.' ~ moment ~ '_date', 'day'
                    ) }}
                    < moments.horizon_days
                    then purchases.{{ moment }}_value
            end
        ) as {{ moment }}_recent_count,
        sum(purchases.{{ moment }}_value) as {{ moment }}_net_spend,
        sum(
            case
                when purchases.purchase_date > first_purchases.{{ moment }}_first_date
                    then purchases.{{ moment }}_value
                else 0
            end
        ) as {{ moment }}_repeat_net_spend,
        {%- endfor %}
        purchases.customer_id
    from purchases
    inner join first_purchases
        on
            purchases.domain = first_purchases.domain
            and purchases.customer_id = first_purchases.customer_id
    inner join moments
        on purchases.domain = moments.domain
    group by
        purchases.domain,
        purchases.customer_id
),

customers as (
    {%- for moment, (cutoff, purpose, cutoff_column) in moments.items() %}
    select
        domain,
        '{{ cutoff }}' as cutoff,
        '{{ purpose }}' as purpose,
        customer_id,
        {{ moment }}_first_date as first_purchase_date,
        {{ moment }}_last_date as last_purchase_date,
        {{ moment }}_count as purchases_count,
        {{ moment }}_recent_count as recent_purchases_count,
        {{ moment }}_net_spend as net_spend,
        {{ moment }}_repeat_net_spend as repeat_net_spend
    from customer_totals
    where {{ moment }}_count > 0
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

final as (
    select
        domain,
        cutoff,
        purpose,
        customer_id,
        first_purchase_date,
        last_purchase_date,
        cast(purchases_count - 1 as bigint) as repeat_purchases_count,
        cast({{ dbt.datediff('first_purchase_date', 'last_purchase_date', 'day') }} as bigint)
            as days_to_last_purchase,
        cast(recent_purchases_count as bigint) as recent_purchases_count,
        {{ amount('net_spend') }} as net_spend,
        {{ ratio('repeat_net_spend', 'purchases_count - 1') }} as avg_spend_per_repeat_purchase
    from customers
)

select * from final
