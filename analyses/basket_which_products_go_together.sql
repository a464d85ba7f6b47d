-- Which products do people buy together more often than chance explains? The surest pairs first.
select
    domain,
    product_name,
    other_product_name,
    pair_orders,
    round(confidence, 4) as confidence,
    round(other_confidence, 4) as other_confidence,
    round(affinity, 2) as affinity,
    round(affinity_low, 2) as affinity_low,
    round(channel_affinity, 2) as channel_affinity
from {{ ref('product_pairs') }}
where is_suggested
order by
    domain asc,
    least(affinity_low, channel_affinity_low) desc,
    product_name asc,
    other_product_name asc
