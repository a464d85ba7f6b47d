-- Grain: one row per domain and promotion that was used, or whose offer began, up to as_of_date.
-- Trap: values are of the whole domain, so they include every other change in these days.
{%- set window_days = var('discount_window_days') %}
with

domains as (
    select * from {{ ref('dim_domains') }}
    where has_discounts
),

orders as (
    select * from {{ ref('fct_orders_as_of') }}
),

order_discounts as (
    select * from {{ ref('fct_order_discounts') }}
),

promotions as (
    select * from {{ ref('dim_promotions') }}
),

-- The join excludes discounts on orders that do not count as a sale, or later than as_of_date.
promotions_used as (
    select
        order_discounts.domain,
        order_discounts.promotion_id,
        count(distinct order_discounts.order_id) as orders_with_promotion_count,
        {{ amount('sum(order_discounts.discount_amount)') }} as discount_amount,
        min(orders.order_date) as first_used_on,
        max(orders.order_date) as last_used_on
    from order_discounts
    inner join orders
        on
            order_discounts.domain = orders.domain
            and order_discounts.order_id = orders.order_id
    group by
        order_discounts.domain,
        order_discounts.promotion_id
),

days as (
    select
        domain,
        order_date,
        count(*) as orders_count,
        sum(net_amount) as revenue
    from orders
    group by
        domain,
        order_date
),

first_days as (
    select
        domain,
        min(order_date) as first_order_date
    from days
    group by domain
),

promotions_with_dates as (
    select
        domains.domain,
        promotions.promotion_id,
        coalesce(promotions.starts_on, promotions_used.first_used_on) as starts_on,
        coalesce(promotions.ends_on, promotions_used.last_used_on) as ends_on,
        promotions.promotion_name,
        promotions.promotion_type,
        promotions.starts_on is not null and promotions.ends_on is not null as has_offer_dates,
        coalesce(promotions_used.orders_with_promotion_count, 0) as orders_with_promotion_count,
        coalesce(promotions_used.discount_amount, {{ amount(0) }}) as discount_amount,
        first_days.first_order_date,
        domains.as_of_date
    from domains
    inner join promotions
        on domains.domain = promotions.domain
    inner join first_days
        on domains.domain = first_days.domain
    left join promotions_used
        on
            promotions.domain = promotions_used.domain
            and promotions.promotion_id = promotions_used.promotion_id
    where
        promotions_used.promotion_id is not null
        or promotions.starts_on <= domains.as_of_date
),

-- One row per promotion and period: before, while it runs, after.
periods as (
    select
        domain,
        promotion_id,
        'before' as period,
        cast({{ dbt.dateadd('day', -window_days, 'starts_on') }} as date) as period_starts_on,
        cast({{ dbt.dateadd('day', -1, 'starts_on') }} as date) as period_ends_on,
        first_order_date,
        as_of_date
    from promotions_with_dates
    union all
    select
        domain,
        promotion_id,
        'during' as period,
        starts_on as period_starts_on,
        ends_on as period_ends_on,
        first_order_date,
        as_of_date
    from promotions_with_dates
    union all
    select
        domain,
        promotion_id,
        'after' as period,
        cast({{ dbt.dateadd('day', 1, 'ends_on') }} as date) as period_starts_on,
        cast({{ dbt.dateadd('day', window_days, 'ends_on') }} as date) as period_ends_on,
        first_order_date,
        as_of_date
    from promotions_with_dates
),

-- Days before the domain's first order or after as_of_date are not known: they do not count as 0.
observed_periods as (
    select
        domain,
        promotion_id,
        period,
        case
            when period_starts_on < first_order_date then first_order_date else period_starts_on
        end as observed_from,
        case when period_ends_on > as_of_date then as_of_date else period_ends_on end
            as observed_to,
        period_starts_on >= first_order_date and period_ends_on <= as_of_date as is_complete
    from periods
),

-- Adds a row per day of each period; a period without observed days stays, with none.
period_totals as (
    select
        observed_periods.domain,
        observed_periods.promotion_id,
        observed_periods.period,
        observed_periods.is_complete,
        case
            when observed_periods.observed_from <= observed_periods.observed_to
                then {{ dbt.datediff(
                    'observed_periods.observed_from', 'observed_periods.observed_to', 'day'
                ) }} + 1
            else 0
        end as observed_days_count,
        sum(days.orders_count) as orders_count,
        sum(days.revenue) as revenue
    from observed_periods
    left join days
        on
            observed_periods.domain = days.domain
            and observed_periods.observed_from <= days.order_date
            and observed_periods.observed_to >= days.order_date
    group by
        observed_periods.domain,
        observed_periods.promotion_id,
        observed_periods.period,
        observed_periods.observed_from,
        observed_periods.observed_to,
        observed_periods.is_complete
),

period_rates as (
    select
        domain,
        promotion_id,
        period,
        is_complete,
        observed_days_count,
        {{ ratio('coalesce(orders_count, 0)', 'observed_days_count') }} as orders_per_day,
        {{ ratio('coalesce(revenue, 0)', 'observed_days_count') }} as revenue_per_day
    from period_totals
),

promotion_rates as (
    select
        domain,
        promotion_id
        {%- for period in ['before', 'during', 'after'] %},
        max(case when period = '{{ period }}' then observed_days_count end)
            as {{ period }}_observed_days_count,
        max(case when period = '{{ period }}' then orders_per_day end)
            as {{ period }}_orders_per_day,
        max(case when period = '{{ period }}' then revenue_per_day end)
            as {{ period }}_revenue_per_day
        {%- endfor %},
        min(case when is_complete then 1 else 0 end) = 1 as is_window_complete
    from period_rates
    group by
        domain,
        promotion_id
),

-- Pairs of promotions: the other one runs on any day from the window before to the window after.
-- '(none)' is not a promotion that runs.
overlapping_promotions as (
    select
        promotions_with_dates.domain,
        promotions_with_dates.promotion_id,
        count(*) as overlapping_promotions_count
    from promotions_with_dates
    inner join promotions_with_dates as other_promotions
        on
            promotions_with_dates.domain = other_promotions.domain
            and promotions_with_dates.promotion_id <> other_promotions.promotion_id
            and other_promotions.starts_on
            <= cast({{ dbt.dateadd('day', window_days, 'promotions_with_dates.ends_on') }} as date)
            and other_promotions.ends_on
            >= cast({{ dbt.dateadd(
                'day', -window_days, 'promotions_with_dates.starts_on'
            ) }} as date)
    where other_promotions.promotion_id <> '(none)'
    group by
        promotions_with_dates.domain,
        promotions_with_dates.promotion_id
),

final as (
    select
        promotions_with_dates.domain,
        promotions_with_dates.promotion_id,
        promotions_with_dates.starts_on,
        promotions_with_dates.ends_on,
        promotions_with_dates.promotion_name,
        promotions_with_dates.promotion_type,
        promotions_with_dates.has_offer_dates,
        promotions_with_dates.orders_with_promotion_count,
        promotions_with_dates.discount_amount,
        {%- for period in ['before', 'during', 'after'] %}
        cast(promotion_rates.{{ period }}_observed_days_count as bigint)
            as {{ period }}_observed_days_count,
        promotion_rates.{{ period }}_orders_per_day,
        {{ amount('promotion_rates.' ~ period ~ '_revenue_per_day') }}
            as {{ period }}_revenue_per_day,
        {%- endfor %}
        {{ ratio(
            '(promotion_rates.during_orders_per_day - promotion_rates.before_orders_per_day)',
            'promotion_rates.before_orders_per_day'
        ) }} as during_orders_change_rate,
        {{ ratio(
            '(promotion_rates.during_revenue_per_day - promotion_rates.before_revenue_per_day)',
            'promotion_rates.before_revenue_per_day'
        ) }} as during_revenue_change_rate,
        {{ ratio(
            '(promotion_rates.after_orders_per_day - promotion_rates.before_orders_per_day)',
            'promotion_rates.before_orders_per_day'
        ) }} as after_orders_change_rate,
        {{ ratio(
            '(promotion_rates.after_revenue_per_day - promotion_rates.before_revenue_per_day)',
            'promotion_rates.before_revenue_per_day'
        ) }} as after_revenue_change_rate,
        coalesce(overlapping_promotions.overlapping_promotions_count, 0)
            as overlapping_promotions_count,
        promotion_rates.is_window_complete
    from promotions_with_dates
    inner join promotion_rates
        on
            promotions_with_dates.domain = promotion_rates.domain
            and promotions_with_dates.promotion_id = promotion_rates.promotion_id
    left join overlapping_promotions
        on
            promotions_with_dates.domain = overlapping_promotions.domain
            and promotions_with_dates.promotion_id = overlapping_promotions.promotion_id
)

select * from final
