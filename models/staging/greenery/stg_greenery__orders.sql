-- Grain: one row per order.
-- Trap: order_total includes shipping and the promo; revenue is order_cost minus the discount. A
-- date that cannot be right, such as a delivery in 1970, is null; ignored_date names it.
with

source as (
    select * from {{ raw('greenery', 'orders') }}
),

orders_with_lines as (
    select order_id
    from {{ touched_rows('stg_greenery__order_items') }}
    group by order_id
),

final as (
    select
        source.order_id,
        source.user_id,
        source.promo_id,
        source.address_id,
        source.tracking_id,
        source.created_at,
        source.created_at_utc,
        {{ plausible_date('source.estimated_delivery_at') }} as estimated_delivery_at,
        {{ plausible_date(
            'source.delivered_at', has_happened=true, not_before='source.created_at'
        ) }} as delivered_at,
        source.shipping_service,
        source.status,
        source.order_cost,
        source.shipping_cost,
        source.order_total,
        source.tax_amount,
        coalesce(
            {{ ignored_date_reason(
                'source.delivered_at', has_happened=true, not_before='source.created_at'
            ) }},
            {{ ignored_date_reason('source.estimated_delivery_at') }}
        ) as ignored_date,
        coalesce(
            source.left_out_reason,
            case
                when orders_with_lines.order_id is null
                    then 'rejected: order_id has no usable line'
            end
        ) as left_out_reason,
        source.raw_row,
        source.source_file,
        source.delivery
    from source
    left join orders_with_lines
        on source.order_id = orders_with_lines.order_id
)

select * from final
