-- Grain: one row per domain, customer (null: a guest, or nobody) and day of which a daily build
-- takes other orders or returns than the build before.
-- Trap: it exists only during a daily build. A day stands here with the day before it, to which
-- hours after midnight belong.
-- depends_on: {{ ref('fct_order_lines') }}
{{ config(
    materialized='touched',
    schema='touched',
    compares=['dim_domains', 'fct_returns'],
    pre_hook="{{ find_whole_domains() }}"
) }}

with

whole_domains as (
    select distinct domain
    from {{ touched_table('whole_domains') }}
),

-- All days of a domain of which nothing is kept, and those that as_of_date has passed.
passed as (
    select
        domains.domain,
        whole_domains.domain is not null as is_whole,
        least(domains.as_of_date, domains_before.as_of_date) as from_date,
        greatest(domains.as_of_date, domains_before.as_of_date) as to_date
    from {{ ref('dim_domains') }} as domains
    left join {{ before_this_build('dim_domains') }} as domains_before
        on domains.domain = domains_before.domain
    left join whole_domains
        on domains.domain = whole_domains.domain
),

touched_orders as (
    select
        domain,
        id as order_id
    from {{ touched_table('ids') }}
    where part_of = 'order'
),

orders as (
    select * from {{ ref('fct_orders') }}
),

returns_before as (
    select * from {{ before_this_build('fct_returns') }}
),

returns_now as (
    select * from {{ ref('fct_returns') }}
),

-- A line that is no longer there may change the returns of other orders.
returns_no_more as (
    select * from returns_before
    except
    select * from returns_now
),

new_returns as (
    select * from returns_now
    except
    select * from returns_before
),

-- Returns of touched orders are here because their daypart is that of the order.
returns as (
    select * from returns_no_more

    union all

    select * from new_returns

    union all

    select returns_now.*
    from returns_now
    inner join touched_orders
        on
            returns_now.domain = touched_orders.domain
            and returns_now.order_id = touched_orders.order_id

    union all

    select returns_now.*
    from returns_now
    inner join passed
        on
            returns_now.domain = passed.domain
            and (
                passed.is_whole
                or returns_now.return_date between passed.from_date and passed.to_date
            )
),

-- With the orders of these returns: what is left of an order changes with them.
orders_to_take as (
    select * from touched_orders

    union

    select
        domain,
        order_id
    from returns
),

numbers as (
    {{ whole_numbers(65536) }}
),

customers_and_days as (
    select
        domain,
        customer_id,
        order_date as touched_date
    from {{ before_this_build('fct_orders') }}

    union all

    select
        orders.domain,
        orders.customer_id,
        orders.order_date as touched_date
    from orders
    inner join orders_to_take
        on
            orders.domain = orders_to_take.domain
            and orders.order_id = orders_to_take.order_id

    union all

    select
        orders.domain,
        orders.customer_id,
        orders.order_date as touched_date
    from orders
    inner join passed
        on
            orders.domain = passed.domain
            and (
                passed.is_whole
                or orders.order_date between passed.from_date and passed.to_date
            )

    union all

    select
        domain,
        customer_id,
        return_date as touched_date
    from returns

    union all

    select
        passed.domain,
        cast(null as {{ dbt.type_string() }}) as customer_id,
        cast({{ dbt.dateadd('day', 'numbers.whole_number', 'passed.from_date') }} as date)
            as touched_date
    from passed
    inner join numbers
        on {{ dbt.datediff('passed.from_date', 'passed.to_date', 'day') }} >= numbers.whole_number
),

final as (
    select
        domain,
        customer_id,
        touched_date
    from customers_and_days

    union

    select
        domain,
        customer_id,
        cast({{ dbt.dateadd('day', -1, 'touched_date') }} as date) as touched_date
    from customers_and_days
)

select * from final
