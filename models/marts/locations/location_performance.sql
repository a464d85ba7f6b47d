-- Grain: one row per domain and location with an order up to as_of_date.
-- Trap: an open day is a day with an order; a day without orders counts as closed. total_revenue is
-- before returns, growth is of net_sales.
{%- set period_days = var('same_store_period_days') %}
{%- set tolerance_days = var('same_store_tolerance_days') %}
with

domains as (
    select
        domain,
        as_of_date,
        has_returns,
        cast({{ dbt.dateadd('day', 1 - period_days, 'as_of_date') }} as date)
            as period_starts_on,
        cast({{ dbt.dateadd('day', 1 - 2 * period_days, 'as_of_date') }} as date)
            as previous_period_starts_on
    from {{ ref('dim_domains') }}
    where has_locations
),

orders as (
    select * from {{ ref('fct_orders_as_of') }}
),

returns as (
    select * from {{ ref('fct_returns_as_of') }}
),

locations as (
    select * from {{ ref('dim_locations') }}
),

returns_by_location as (
    select
        returns.domain,
        returns.location_id,
        sum(returns.amount) as returned_amount,
        sum(
            case when returns.return_date >= domains.period_starts_on then returns.amount else 0 end
        ) as period_returned_amount,
        sum(
            case
                when returns.return_date >= domains.period_starts_on then 0
                when returns.return_date >= domains.previous_period_starts_on then returns.amount
                else 0
            end
        ) as previous_period_returned_amount
    from returns
    inner join domains
        on returns.domain = domains.domain
    group by
        returns.domain,
        returns.location_id
),

order_totals as (
    select
        orders.domain,
        orders.location_id,
        min(orders.order_date) as first_order_date,
        max(orders.order_date) as last_order_date,
        count(*) as orders_count,
        sum(orders.net_amount) as total_revenue,
        count(distinct orders.order_date) as open_days_count,
        {{ dbt.datediff('min(orders.order_date)', 'domains.as_of_date', 'day') }} + 1
            as calendar_days_count,
        sum(case when orders.order_date >= domains.period_starts_on then 1 else 0 end)
            as period_orders_count,
        sum(
            case
                when orders.order_date >= domains.period_starts_on then orders.net_amount else 0
            end
        ) as period_revenue,
        sum(
            case
                when orders.order_date >= domains.period_starts_on then 0
                when orders.order_date >= domains.previous_period_starts_on then 1
                else 0
            end
        ) as previous_period_orders_count,
        sum(
            case
                when orders.order_date >= domains.period_starts_on then 0
                when orders.order_date >= domains.previous_period_starts_on then orders.net_amount
                else 0
            end
        ) as previous_period_revenue,
        domains.has_returns,
        -- Otherwise opening or closing a store during the periods would count as growth.
        {{ dbt.datediff('domains.previous_period_starts_on', 'min(orders.order_date)', 'day') }}
        <= {{ tolerance_days }}
        and {{ dbt.datediff('max(orders.order_date)', 'domains.as_of_date', 'day') }}
        <= {{ tolerance_days }} as is_same_store
    from orders
    inner join domains
        on orders.domain = domains.domain
    group by
        orders.domain,
        orders.location_id,
        domains.as_of_date,
        domains.has_returns,
        domains.previous_period_starts_on
),

location_totals as (
    select
        order_totals.*,
        case
            when order_totals.has_returns
                then {{ amount('coalesce(returns_by_location.returned_amount, 0)') }}
        end as returned_amount,
        order_totals.period_revenue - coalesce(returns_by_location.period_returned_amount, 0)
            as period_net_sales,
        order_totals.previous_period_revenue
        - coalesce(returns_by_location.previous_period_returned_amount, 0)
            as previous_period_net_sales
    from order_totals
    left join returns_by_location
        on
            order_totals.domain = returns_by_location.domain
            and order_totals.location_id = returns_by_location.location_id
),

same_stores as (
    select
        domain,
        location_id,
        period_orders_count,
        previous_period_orders_count,
        {{ amount('period_net_sales') }} as period_net_sales,
        {{ amount('previous_period_net_sales') }} as previous_period_net_sales,
        {{ amount('period_net_sales - previous_period_net_sales') }} as growth_amount
    from location_totals
    where is_same_store
),

-- With n orders of a on average: n1 a1 - n0 a0 = (n1 - n0) (a0 + a1) / 2 + (a1 - a0) (n0 + n1) / 2.
same_store_growth as (
    select
        domain,
        location_id,
        period_orders_count,
        previous_period_orders_count,
        period_net_sales,
        previous_period_net_sales,
        growth_amount,
        {{ amount(
            '(period_orders_count - previous_period_orders_count) * ('
            ~ ratio('period_net_sales', 'period_orders_count') ~ ' + '
            ~ ratio('previous_period_net_sales', 'previous_period_orders_count') ~ ') / 2'
        ) }} as traffic_growth_amount
    from same_stores
),

final as (
    select
        location_totals.domain,
        location_totals.location_id,
        location_totals.first_order_date,
        location_totals.last_order_date,
        locations.location_name,
        locations.city,
        locations.state,
        locations.country,
        location_totals.orders_count,
        {{ amount('location_totals.total_revenue') }} as total_revenue,
        location_totals.returned_amount,
        {{ amount(
            'location_totals.total_revenue - coalesce(location_totals.returned_amount, 0)'
        ) }} as net_sales,
        {{ ratio(
            'location_totals.total_revenue',
            'sum(location_totals.total_revenue) over (partition by location_totals.domain)'
        ) }} as revenue_share,
        rank() over (
            partition by location_totals.domain order by location_totals.total_revenue desc
        ) as revenue_rank,
        rank() over (
            partition by location_totals.domain order by location_totals.total_revenue asc
        ) as worst_revenue_rank,
        {{ amount(ratio('location_totals.total_revenue', 'location_totals.orders_count')) }}
            as avg_order_value,
        location_totals.open_days_count,
        cast(location_totals.calendar_days_count as bigint) as calendar_days_count,
        {{ ratio('location_totals.orders_count', 'location_totals.open_days_count') }}
            as orders_per_open_day,
        {{ ratio('location_totals.orders_count', 'location_totals.calendar_days_count') }}
            as orders_per_calendar_day,
        case
            when location_totals.calendar_days_count >= 7
                then {{ ratio(
                    '7 * location_totals.orders_count', 'location_totals.calendar_days_count'
                ) }}
        end as orders_per_week,
        location_totals.is_same_store,
        cast(same_store_growth.period_orders_count as bigint) as period_orders_count,
        cast(same_store_growth.previous_period_orders_count as bigint)
            as previous_period_orders_count,
        same_store_growth.period_net_sales,
        same_store_growth.previous_period_net_sales,
        same_store_growth.growth_amount as same_store_growth_amount,
        same_store_growth.traffic_growth_amount,
        {{ amount(
            'same_store_growth.growth_amount - same_store_growth.traffic_growth_amount'
        ) }} as ticket_growth_amount,
        -- A rate of a value that is not above 0 has no meaning.
        case
            when same_store_growth.previous_period_net_sales > 0
                then {{ ratio(
                    'same_store_growth.growth_amount',
                    'same_store_growth.previous_period_net_sales'
                ) }}
        end as same_store_growth_rate,
        case
            when same_store_growth.previous_period_net_sales > 0
                then {{ ratio(
                    'same_store_growth.traffic_growth_amount',
                    'same_store_growth.previous_period_net_sales'
                ) }}
        end as traffic_growth_rate,
        case
            when same_store_growth.previous_period_net_sales > 0
                then {{ ratio(
                    '(same_store_growth.growth_amount'
                    ~ ' - same_store_growth.traffic_growth_amount)',
                    'same_store_growth.previous_period_net_sales'
                ) }}
        end as ticket_growth_rate
    from location_totals
    left join same_store_growth
        on
            location_totals.domain = same_store_growth.domain
            and location_totals.location_id = same_store_growth.location_id
    left join locations
        on
            location_totals.domain = locations.domain
            and location_totals.location_id = locations.location_id
)

select * from final
