-- Grain: one row per domain, cutoff, purpose (fit, score) and customer with a purchase by then.
-- Trap: it shows what was known on the day: an order that is returned in full later is a purchase.
-- A purchase is a day with an order that was not returned in full.
with

orders as (
    select
        domain,
        order_id,
        customer_id,
        order_date,
        net_amount
    from {{ ref('fct_orders_as_of') }}
    where customer_id is not null
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

moments as (
    select
        domain,
        cutoff,
        'fit' as purpose,
        fit_date as moment,
        horizon_days
    from {{ ref('fct_clv_cutoffs') }}

    union all

    select
        domain,
        cutoff,
        'score' as purpose,
        cutoff_date as moment,
        horizon_days
    from {{ ref('fct_clv_cutoffs') }}
),

returns_by_order as (
    select
        moments.domain,
        moments.cutoff,
        moments.purpose,
        returns.order_id,
        sum(returns.amount) as returned_amount
    from moments
    inner join returns
        on
            moments.domain = returns.domain
            and moments.moment >= returns.return_date
    group by
        moments.domain,
        moments.cutoff,
        moments.purpose,
        returns.order_id
),

-- A row per order and each moment that comes after it.
orders_by_moment as (
    select
        moments.domain,
        moments.cutoff,
        moments.purpose,
        moments.moment,
        moments.horizon_days,
        orders.customer_id,
        orders.order_date,
        orders.net_amount,
        coalesce(returns_by_order.returned_amount, 0) as returned_amount
    from moments
    inner join orders
        on
            moments.domain = orders.domain
            and moments.moment >= orders.order_date
    left join returns_by_order
        on
            moments.domain = returns_by_order.domain
            and moments.cutoff = returns_by_order.cutoff
            and moments.purpose = returns_by_order.purpose
            and orders.order_id = returns_by_order.order_id
),

purchases as (
    select
        domain,
        cutoff,
        purpose,
        customer_id,
        order_date as purchase_date,
        max(moment) as moment,
        max(horizon_days) as horizon_days,
        sum(net_amount - returned_amount) as net_spend
    from orders_by_moment
    where not (net_amount > 0 and returned_amount >= net_amount)
    group by
        domain,
        cutoff,
        purpose,
        customer_id,
        order_date
),

first_purchases as (
    select
        domain,
        cutoff,
        purpose,
        customer_id,
        min(purchase_date) as first_purchase_date
    from purchases
    group by
        domain,
        cutoff,
        purpose,
        customer_id
),

customers as (
    select
        purchases.domain,
        purchases.cutoff,
        purchases.purpose,
        purchases.customer_id,
        max(purchases.moment) as moment,
        max(first_purchases.first_purchase_date) as first_purchase_date,
        max(purchases.purchase_date) as last_purchase_date,
        count(*) as purchases_count,
        sum(
            case
                when
                    {{ dbt.datediff('purchases.purchase_date', 'purchases.moment', 'day') }}
                    < purchases.horizon_days
                    then 1
                else 0
            end
        ) as recent_purchases_count,
        sum(purchases.net_spend) as net_spend,
        sum(
            case
                when purchases.purchase_date > first_purchases.first_purchase_date
                    then purchases.net_spend
                else 0
            end
        ) as repeat_net_spend
    from purchases
    inner join first_purchases
        on
            purchases.domain = first_purchases.domain
            and purchases.cutoff = first_purchases.cutoff
            and purchases.purpose = first_purchases.purpose
            and purchases.customer_id = first_purchases.customer_id
    group by
        purchases.domain,
        purchases.cutoff,
        purchases.purpose,
        purchases.customer_id
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
        cast({{ dbt.datediff('first_purchase_date', 'moment', 'day') }} as bigint) as days_observed,
        cast(recent_purchases_count as bigint) as recent_purchases_count,
        {{ amount('net_spend') }} as net_spend,
        {{ ratio('repeat_net_spend', 'purchases_count - 1') }} as avg_spend_per_repeat_purchase
    from customers
)

select * from final
