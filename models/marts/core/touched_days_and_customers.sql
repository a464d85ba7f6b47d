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

domains as (
    select
        domains.domain,
        least(domains.as_of_date, domains_before.as_of_date) as from_date,
        greatest(domains.as_of_date, domains_before.as_of_date) as to_date
    from {{ ref('dim_domains') }} as domains
    left join {{ before_this_build('dim_domains') }} as domains_before
        on domains.domain = domains_before.domain
),

whole_domains as (
    select distinct domain
    from {{ touched_table('whole_domains') }}
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
    inner join domains
        on
            returns_now.domain = domains.domain
            and returns_now.return_date between domains.from_date and domains.to_date

    union all

    select returns_now.*
    from returns_now
    inner join whole_domains
        on returns_now.domain = whole_domains.domain
),

orders_of_returns as (
    select distinct
        domain,
        order_id
    from returns
    where order_id is not null
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
    inner join touched_orders
        on
            orders.domain = touched_orders.domain
            and orders.order_id = touched_orders.order_id

    union all

    select
        orders.domain,
        orders.customer_id,
        orders.order_date as touched_date
    from orders
    inner join orders_of_returns
        on
            orders.domain = orders_of_returns.domain
            and orders.order_id = orders_of_returns.order_id

    union all

    select
        orders.domain,
        orders.customer_id,
        orders.order_date as touched_date
    from orders
    inner join domains
        on
            orders.domain = domains.domain
            and orders.order_date between domains.from_date and domains.to_date

    union all

    select
        orders.domain,
        orders.customer_id,
        orders.order_date as touched_date
    from orders
    inner join whole_domains
        on orders.domain = whole_domains.domain

    union all

    select
        domain,
        customer_id,
        return_date as touched_date
    from returns

    union all

    select
        domains.domain,
        cast(null as {{ dbt.type_string() }}) as customer_id,
        cast({{ dbt.dateadd('day', 'numbers.whole_number', 'domains.from_date') }} as date)
            as touched_date
    from domains
    inner join numbers
        on {{ dbt.datediff('domains.from_date', 'domains.to_date', 'day') }} >= numbers.whole_number
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
