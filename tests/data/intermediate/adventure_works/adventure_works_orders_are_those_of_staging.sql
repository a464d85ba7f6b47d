-- The common shape has every staged order and line once, even if look-up tables lack their ids.
{{ config(group='adventure_works') }}
with

counts as (
    select
        (select count(*) from {{ touched_rows('stg_adventure_works__sales_orders') }})
            as staged_orders_count,
        (select count(*) from {{ touched_rows('int_adventure_works__orders') }}) as orders_count,
        (select count(*) from {{ touched_rows('stg_adventure_works__sales_order_details') }})
            as staged_lines_count,
        (select count(*) from {{ touched_rows('int_adventure_works__order_lines') }}) as lines_count
),

final as (
    select *
    from counts
    where staged_orders_count <> orders_count or staged_lines_count <> lines_count
)

select * from final
