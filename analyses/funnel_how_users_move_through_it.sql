-- How do users move through the funnel, and where is the largest drop-off? drop_off_rate is the
-- share of the level before.
select
    'level 1 to 2: looked, and put nothing into the cart' as drop_off,
    level_1_to_2_drop_off_count as lost_sessions_count,
    round(level_1_to_2_drop_off_rate, 4) as drop_off_rate
from {{ ref('funnel_levels_agg') }}
union all
select
    'level 2 to 3: filled the cart, and did not check out' as drop_off,
    level_2_to_3_drop_off_count as lost_sessions_count,
    round(level_2_to_3_drop_off_rate, 4) as drop_off_rate
from {{ ref('funnel_levels_agg') }}
order by lost_sessions_count desc
