-- Grain: one row per user and full hour, from the user's first order on, rfm_history_days back.
-- Trap: an order counts from the first full hour after it: one at 23:00:00 does not count at 23:00.
-- Cost: users x hours, the number of rows. Each row is built once, from the state between two
-- orders, and sorted twice within its hour. Orders are never joined with all later hours, so
-- neither their number nor older history matters: scripts/benchmarks/rfm_history.py.
with

states as (
    select * from {{ ref('fct_rfm_states') }}
),

segments as (
    select * from {{ ref('rfm_segment_grid') }}
),

first_and_last_hour as (
    select
        min(valid_from) as first_hour,
        max(valid_from) as last_hour
    from states
),

numbers as (
    {{ whole_numbers(var('rfm_history_days') * 24) }}
),

hours as (
    select {{ dbt.dateadd('hour', '-whole_number', 'last_hour') }} as date_hour
    from first_and_last_hour
    inner join numbers
        on {{ dbt.datediff('first_hour', 'last_hour', 'hour') }} >= numbers.whole_number
),

-- An open end would make the join below compare every state with every hour.
states_with_end as (
    select
        states.user_id,
        states.valid_from,
        coalesce(
            states.valid_to, {{ dbt.dateadd('hour', 1, 'first_and_last_hour.last_hour') }}
        ) as valid_to,
        states.last_ordered_at,
        states.frequency,
        states.monetary
    from states
    cross join first_and_last_hour
),

-- One row per hour in which a state is valid: as many rows as the result.
states_by_hour as (
    select
        states_with_end.user_id,
        hours.date_hour,
        cast(
            {{ dbt.datediff('states_with_end.last_ordered_at', 'hours.date_hour', 'minute') }}
            as bigint
        ) as recency,
        states_with_end.frequency,
        states_with_end.monetary
    from states_with_end
    inner join hours
        on
            states_with_end.valid_from <= hours.date_hour
            and states_with_end.valid_to > hours.date_hour
),

-- Many users have equally many orders, so these few counts are ranked, not the users. The share of
-- the others with fewer orders is percent_rank(), without another sort of all rows. The pairs are
-- built again, because reading states_by_hour twice would keep all its rows in memory.
frequencies_by_hour as (
    select
        hours.date_hour,
        states_with_end.frequency,
        count(*) as users_count
    from states_with_end
    inner join hours
        on
            states_with_end.valid_from <= hours.date_hour
            and states_with_end.valid_to > hours.date_hour
    group by hours.date_hour, states_with_end.frequency
),

frequencies_with_users as (
    select
        date_hour,
        frequency,
        sum(users_count) over (partition by date_hour order by frequency) - users_count
            as users_with_fewer,
        cast(sum(users_count) over (partition by date_hour) as bigint) as customers_ranked
    from frequencies_by_hour
),

ranked_frequencies as (
    select
        date_hour,
        frequency,
        {{ ratio('users_with_fewer', 'customers_ranked - 1') }} as frequency_percentile,
        customers_ranked
    from frequencies_with_users
),

ranked as (
    select
        user_id,
        date_hour,
        recency,
        frequency,
        monetary,
        percent_rank() over (partition by date_hour order by recency desc) as recency_rank,
        percent_rank() over (partition by date_hour order by monetary) as monetary_rank
    from states_by_hour
),

-- percent_rank() of an only user is 0, but there are no others to rank against.
with_percentiles as (
    select
        ranked.user_id,
        ranked.date_hour,
        ranked.recency,
        ranked.frequency,
        ranked.monetary,
        case when ranked_frequencies.customers_ranked > 1 then ranked.recency_rank end
            as recency_percentile,
        ranked_frequencies.frequency_percentile,
        case when ranked_frequencies.customers_ranked > 1 then ranked.monetary_rank end
            as monetary_percentile,
        ranked_frequencies.customers_ranked
    from ranked
    inner join ranked_frequencies
        on
            ranked.date_hour = ranked_frequencies.date_hour
            and ranked.frequency = ranked_frequencies.frequency
),

scored as (
    select
        *,
        {{ rfm_score('recency_percentile') }} as recency_score,
        {{ rfm_score('frequency_percentile') }} as frequency_score,
        {{ rfm_score('monetary_percentile') }} as monetary_score
    from with_percentiles
),

final as (
    select
        scored.user_id,
        cast(scored.date_hour as timestamp) as date_hour,
        segments.rfm_segment,
        scored.recency,
        scored.frequency,
        scored.monetary,
        scored.recency_percentile,
        scored.frequency_percentile,
        scored.monetary_percentile,
        scored.recency_score,
        scored.frequency_score,
        scored.monetary_score,
        scored.customers_ranked
    from scored
    left join segments
        on
            scored.recency_score = segments.recency_score
            and scored.frequency_score = segments.frequency_score
)

select * from final
