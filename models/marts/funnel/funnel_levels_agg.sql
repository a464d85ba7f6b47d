-- Grain: one row, all sessions together; no row without events.
-- Trap: a level counts sessions that reached it or a later one, even if they skipped steps.
with

sessions as (
    select * from {{ ref('fct_sessions') }}
),

levels as (
    select
        cast(sum(case when is_shopping_session then 1 else 0 end) as bigint) as level_1,
        cast(sum(case when has_add_to_cart or has_checkout then 1 else 0 end) as bigint)
            as level_2,
        cast(sum(case when has_checkout then 1 else 0 end) as bigint) as level_3
    from sessions
    having count(*) > 0
),

final as (
    select
        level_1,
        level_2,
        level_3,
        level_1 - level_2 as level_1_to_2_drop_off_count,
        level_2 - level_3 as level_2_to_3_drop_off_count,
        {{ ratio('level_1 - level_2', 'level_1') }} as level_1_to_2_drop_off_rate,
        {{ ratio('level_2 - level_3', 'level_2') }} as level_2_to_3_drop_off_rate,
        {{ ratio('level_3', 'level_1') }} as conversion_rate
    from levels
)

select * from final
