-- Each returned item is one return, with its quantity, and each option of a return belongs to
-- one.
{{ config(group='restaurant') }}
with

returns as (
    select
        count(*) as returns_count,
        coalesce(sum(quantity), 0) as quantity
    from {{ ref('int_restaurant__returns') }}
),

staged_items as (
    select
        count(*) as returns_count,
        coalesce(-sum(quantity), 0) as quantity
    from {{ ref('stg_restaurant__order_items') }}
    where is_return
),

options_without_a_return as (
    select count(*) as options_count
    from {{ ref('stg_restaurant__order_item_options') }} as return_options
    left join {{ ref('stg_restaurant__order_items') }} as items
        on
            return_options.order_id = items.order_id
            and return_options.order_line_id = items.order_line_id
            and return_options.return_date = items.return_date
            and items.is_return
    where return_options.is_return and items.order_id is null
)

select
    returns.returns_count,
    returns.quantity,
    staged_items.returns_count as staged_returns_count,
    staged_items.quantity as staged_quantity,
    options_without_a_return.options_count as options_without_a_return_count
from returns
cross join staged_items
cross join options_without_a_return
where
    returns.returns_count <> staged_items.returns_count
    or returns.quantity <> staged_items.quantity
    or options_without_a_return.options_count > 0
