-- Each general mart without a row of a domain is in empty_marts, and each mart that is there
-- without rows has none. A mart with rows only of guests has rows, and its domain no customers.
{%- set marts = [
    'category_pairs',
    'customer_product_suggestions',
    'product_pairs',
    'product_suggestions',
    'suggestion_holdout',
    'churn_summary',
    'customer_churn_indicators',
    'clv_holdout_customers',
    'clv_holdout_deciles',
    'clv_holdout_summary',
    'clv_model_parameters',
    'clv_tier_summary',
    'customer_clv',
    'customer_clv_predictions',
    'discount_before_after',
    'discount_effectiveness',
    'demand_forecast',
    'demand_forecast_accuracy',
    'demand_forecast_backtest',
    'demand_forecast_weekly',
    'revenue_alerts',
    'location_performance',
    'loyalty_before_after',
    'loyalty_program_impact',
    'clv_tier_migration',
    'customer_cohorts',
    'customer_movement_monthly',
    'net_sales_bridge_monthly',
    'customer_rfm_segments',
    'product_performance',
    'location_trends_daily',
    'peak_periods',
    'sales_trends_daily',
    'sales_trends_monthly',
    'sales_trends_weekly',
] %}
with

domains as (
    select domain from {{ ref('dim_domains') }}
),

empty_marts as (
    select * from {{ ref('empty_marts') }}
),

customers as (
    select distinct domain
    from {{ ref('fct_orders_as_of') }}
    where customer_id is not null
),

marts_with_rows as (
    {%- for mart in marts %}
    select
        '{{ mart }}' as mart,
        domain
    from {{ ref(mart) }}
    group by domain
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

marts as (
    {%- for mart in marts %}
    select '{{ mart }}' as mart
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select
        domains.domain,
        marts.mart,
        marts_with_rows.mart is not null as mart_has_rows,
        empty_marts.reason,
        empty_marts.has_rows
    from domains
    cross join marts
    left join marts_with_rows
        on
            domains.domain = marts_with_rows.domain
            and marts.mart = marts_with_rows.mart
    left join empty_marts
        on
            domains.domain = empty_marts.domain
            and marts.mart = empty_marts.mart
    left join customers
        on domains.domain = customers.domain
    where
        (marts_with_rows.mart is null) <> coalesce(not empty_marts.has_rows, false)
        or (empty_marts.has_rows and customers.domain is not null)
)

select * from final
