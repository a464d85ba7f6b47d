-- Grain: one row per order.
-- Trap: sub_total, tax, freight and total_due belong to the order. Joined to its lines they repeat,
-- and their sum would overstate revenue twelve times. A due_date or ship_date that cannot be right
-- is null; ignored_date names it.
with

source as (
    select * from {{ raw('adventure_works', 'sales_order_header') }}
),

orders_with_lines as (
    select sales_order_id
    from {{ touched_rows('stg_adventure_works__sales_order_details') }}
    group by sales_order_id
),

final as (
    select
        source.sales_order_id,
        source.customer_id,
        source.sales_person_id,
        source.territory_id,
        source.bill_to_address_id,
        source.ship_to_address_id,
        source.order_date,
        {{ plausible_date('source.due_date') }} as due_date,
        {{ plausible_date(
            'source.ship_date', has_happened=true, not_before='source.order_date'
        ) }} as ship_date,
        source.status,
        source.sub_total,
        source.tax_amt as tax_amount,
        source.freight as freight_amount,
        source.total_due,
        coalesce(
            {{ ignored_date_reason(
                'source.ship_date', has_happened=true, not_before='source.order_date'
            ) }},
            {{ ignored_date_reason('source.due_date') }}
        ) as ignored_date,
        source.online_order_flag as is_online_order,
        coalesce(
            source.left_out_reason,
            case
                when orders_with_lines.sales_order_id is null
                    then 'rejected: sales_order_id has no usable line'
            end
        ) as left_out_reason,
        source.raw_row,
        source.source_file,
        source.delivery
    from source
    left join orders_with_lines
        on source.sales_order_id = orders_with_lines.sales_order_id
)

select * from final
