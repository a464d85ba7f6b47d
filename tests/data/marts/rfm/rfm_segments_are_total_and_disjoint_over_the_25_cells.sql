-- Each of the 25 pairs of scores has exactly one segment, and each segment one priority.
with

numbers as (
    {{ whole_numbers(8) }}
),

scores as (
    select whole_number as score
    from numbers
    where whole_number between 1 and 5
),

segments as (
    select * from {{ ref('rfm_segment_grid') }}
),

cells as (
    select
        recencies.score as recency_score,
        frequencies.score as frequency_score
    from scores as recencies
    cross join scores as frequencies
),

wrong_cells as (
    select
        coalesce(cells.recency_score, segments.recency_score) as recency_score,
        coalesce(cells.frequency_score, segments.frequency_score) as frequency_score,
        'cell without exactly one segment' as reason
    from cells
    full outer join segments
        on
            cells.recency_score = segments.recency_score
            and cells.frequency_score = segments.frequency_score
    group by
        coalesce(cells.recency_score, segments.recency_score),
        coalesce(cells.frequency_score, segments.frequency_score)
    having
        count(*) <> 1
        or count(cells.recency_score) <> 1
        or count(segments.rfm_segment) <> 1
),

segments_with_two_priorities as (
    select
        min(recency_score) as recency_score,
        min(frequency_score) as frequency_score,
        'segment without exactly one priority' as reason
    from segments
    group by rfm_segment
    having count(distinct support_priority) <> 1
),

final as (
    select * from wrong_cells
    union all
    select * from segments_with_two_priorities
)

select * from final
