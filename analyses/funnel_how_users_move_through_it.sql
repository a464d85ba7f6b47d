-- How do users move through the funnel, and where is the largest drop-off?
select
    'level 1 to 2: looked, and put nothing into the cart' as drop_off,
    level_1_to_2_drop_off_count as sessions_lost,
    level_1_to_2_drop_off_rate as share_of_level_before
from {{ ref('funnel_levels_agg') }}
union all
select
    'level 2 to 3: filled the cart, and did not check out' as drop_off,
    level_2_to_3_drop_off_count as sessions_lost,
    level_2_to_3_drop_off_rate as share_of_level_before
from {{ ref('funnel_levels_agg') }}
order by sessions_lost desc
