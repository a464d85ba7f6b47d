-- Grain: one row per domain and customer whose purchases up to a cutoff a daily build counts again:
-- touched customers, and those who bought or returned on a day that a cutoff, or the horizon before
-- it, has passed.
-- Trap: it exists only during a daily build.
{{ config(materialized='touched', schema='touched', compares=['fct_clv_cutoffs']) }}

with

cutoffs as (
    select * from {{ before_this_build('fct_clv_cutoffs') }}
    union all
    select * from {{ ref('fct_clv_cutoffs') }}
),

moments as (
    {%- for purpose, column in [('fit', 'fit_date'), ('score', 'cutoff_date')] %}
    select
        domain,
        cutoff,
        '{{ purpose }}' as purpose,
        {{ column }} as moment,
        horizon_days
    from cutoffs
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

-- A cutoff that is new, or is there no more, has passed all days.
passed as (
    select
        domain,
        case
            when count(*) = 2 then min(moment)
            else cast({{ dbt.dateadd('day', -40000, 'min(moment)') }} as date)
        end as after_date,
        max(moment) as to_date,
        max(horizon_days) as horizon_days
    from moments
    group by
        domain,
        cutoff,
        purpose
),

numbers as (
    {{ whole_numbers(65536) }}
),

passed_days as (
    select
        passed.domain,
        passed.horizon_days,
        cast({{ dbt.dateadd('day', 'numbers.whole_number + 1', 'passed.after_date') }} as date)
            as passed_date
    from passed
    inner join numbers
        on {{ dbt.datediff('passed.after_date', 'passed.to_date', 'day') }} > numbers.whole_number
),

days as (
    select
        domain,
        passed_date
    from passed_days

    union

    select
        domain,
        cast({{ dbt.dateadd('day', '-horizon_days', 'passed_date') }} as date) as passed_date
    from passed_days
),

orders as (
    select * from {{ ref('fct_orders') }}
    where customer_id is not null
),

returns as (
    select * from {{ ref('fct_returns') }}
),

final as (
    select
        domain,
        customer_id
    from {{ ref('touched_days_and_customers') }}
    where customer_id is not null

    union

    select
        orders.domain,
        orders.customer_id
    from orders
    inner join days
        on
            orders.domain = days.domain
            and orders.order_date = days.passed_date

    union

    select
        orders.domain,
        orders.customer_id
    from returns
    inner join days
        on
            returns.domain = days.domain
            and returns.return_date = days.passed_date
    inner join orders
        on
            returns.domain = orders.domain
            and returns.order_id = orders.order_id
)

select * from final
