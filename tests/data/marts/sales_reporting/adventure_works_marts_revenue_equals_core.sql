-- Every mart without rejected orders has core's revenue, to the last digit.
with

core as (
    select coalesce(sum(net_amount), 0) as revenue
    from {{ ref('fct_orders') }}
    where domain = 'adventure_works' and counts_as_sale
),

marts as (
    select
        'fact_sales' as mart,
        coalesce(sum(total_sales_amount), 0) as revenue
    from {{ ref('fact_sales') }}
    where counts_as_sale
    {% for mart in [
        'sales_performance', 'customer_analysis', 'customers_by_region', 'product_demand'
    ] -%}
    union all
    select
        '{{ mart }}' as mart,
        coalesce(sum(revenue), 0) as revenue
    from {{ ref(mart) }}
    {% endfor -%}
),

final as (
    select
        marts.mart,
        marts.revenue,
        core.revenue as revenue_of_core
    from marts
    cross join core
    where marts.revenue <> core.revenue
)

select * from final
