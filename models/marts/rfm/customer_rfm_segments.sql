-- Grain: one row per domain and customer with an order up to as_of_date that was not returned in
-- full.
-- Trap: scores compare customers of one domain; recency is in minutes or days, see recency_unit.
-- behaviour_group has fewer groups than rfm_segment: an 'At Risk' customer is in group 'Core'.
with

customers as (
    select * from {{ ref('fct_customer_totals') }}
    where orders_count > 0
),

domains as (
    select * from {{ ref('dim_domains') }}
),

segments as (
    select * from {{ ref('rfm_segment_grid') }}
),

customers_with_recency as (
    select
        customers.domain,
        customers.customer_id,
        domains.as_of_date,
        customers.first_ordered_at,
        {{ dbt.datediff('customers.first_ordered_at', 'domains.as_of_date', 'day') }}
            as days_since_first_order,
        customers.last_ordered_at,
        case when domains.has_time_of_day then 'minute' else 'day' end as recency_unit,
        cast(
            case
                when domains.has_time_of_day
                    then {{ dbt.datediff(
                        'customers.last_ordered_at',
                        'cast(' ~ dbt.dateadd('day', 1, 'domains.as_of_date') ~ ' as timestamp)',
                        'minute'
                    ) }}
                else {{ dbt.datediff('customers.last_ordered_at', 'domains.as_of_date', 'day') }}
            end as bigint
        ) as recency,
        customers.orders_count as frequency,
        {{ amount('customers.revenue - customers.returned_amount') }} as monetary
    from customers
    inner join domains
        on customers.domain = domains.domain
),

ranked as (
    select
        *,
        {{ rfm_percentile('recency desc', 'domain') }} as recency_percentile,
        {{ rfm_percentile('frequency', 'domain') }} as frequency_percentile,
        {{ rfm_percentile('monetary', 'domain') }} as monetary_percentile,
        count(*) over (partition by domain) as customers_ranked
    from customers_with_recency
),

scored as (
    select
        *,
        {{ rfm_score('recency_percentile') }} as recency_score,
        {{ rfm_score('frequency_percentile') }} as frequency_score,
        {{ rfm_score('monetary_percentile') }} as monetary_score
    from ranked
),

final as (
    select
        scored.domain,
        scored.customer_id,
        scored.as_of_date,
        scored.first_ordered_at,
        scored.last_ordered_at,
        segments.rfm_segment,
        case
            when scored.recency_score is null then null
            when
                scored.recency_score >= {{ var('rfm_high_score') }}
                and scored.frequency_score >= {{ var('rfm_high_score') }}
                and scored.monetary_score >= {{ var('rfm_high_score') }}
                then 'VIP'
            when
                scored.recency_score >= {{ var('rfm_high_score') }}
                and scored.frequency_score <= {{ var('rfm_low_score') }}
                and scored.days_since_first_order <= {{ var('rfm_new_customer_days') }}
                then 'New Customer'
            when
                scored.recency_score <= {{ var('rfm_low_score') }}
                and scored.frequency_score <= {{ var('rfm_low_score') }}
                then 'Churn Risk'
            else 'Core'
        end as behaviour_group,
        scored.recency_unit,
        scored.recency,
        scored.frequency,
        scored.monetary,
        scored.recency_percentile,
        scored.frequency_percentile,
        scored.monetary_percentile,
        scored.recency_score,
        scored.frequency_score,
        scored.monetary_score,
        scored.customers_ranked
    from scored
    left join segments
        on
            scored.recency_score = segments.recency_score
            and scored.frequency_score = segments.frequency_score
)

select * from final
