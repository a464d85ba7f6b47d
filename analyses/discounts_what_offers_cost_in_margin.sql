-- What did each special offer cost in margin, compared with the same products without an offer?
select
    offer_name,
    category,
    units,
    round(discount_rate, 4) as discount_rate,
    revenue_difference,
    gross_margin_difference,
    compared_units_per_line,
    other_units_per_line,
    is_too_small
from {{ ref('discount_impact') }}
order by
    gross_margin_difference,
    special_offer_id,
    category
