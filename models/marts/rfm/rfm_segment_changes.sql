-- Grain: one row per user and stay in a segment, over the whole history.
-- Trap: a user may leave a segment because others order; valid_to is null for the current stay.
-- Cost: users x hours with an order, sorted once to rank and once to compare. Ranks change only at
-- orders, because between them all recencies grow equally: no other hour is ranked. A daily build
-- ranks only the hours since the first one with a changed state.
{{ config(reads_itself=true) }}

with

states as (
    select * from {{ ref('fct_rfm_states') }}
),

segments as (
    select * from {{ ref('rfm_segment_grid') }}
),

first_changed as (
    {{ first_changed_rfm_hour() | indent(4) }}
),

hours as (
    select distinct states.valid_from as date_hour
    from states
    inner join first_changed
        on states.valid_from >= first_changed.first_changed_hour
),

last_hours as (
    select max(valid_from) as last_hour
    from states
),

states_with_end as (
    select
        states.user_id,
        states.valid_from,
        coalesce(states.valid_to, {{ dbt.dateadd('hour', 1, 'last_hours.last_hour') }})
            as valid_to,
        states.last_ordered_at,
        states.frequency
    from states
    cross join last_hours
),

states_by_hour as (
    select
        states_with_end.user_id,
        hours.date_hour,
        {{ dbt.datediff('states_with_end.last_ordered_at', 'hours.date_hour', 'minute') }}
            as recency,
        states_with_end.frequency
    from states_with_end
    inner join hours
        on
            states_with_end.valid_from <= hours.date_hour
            and states_with_end.valid_to > hours.date_hour
),

-- As in fct_hourly_rfm_segments, the few distinct counts of orders are ranked, not the users.
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
        sum(users_count) over (partition by date_hour) as customers_ranked
    from frequencies_by_hour
),

-- An only user cannot be ranked. From the first order of the second user on, there are two.
ranked_frequencies as (
    select
        date_hour,
        frequency,
        {{ ratio('users_with_fewer', 'customers_ranked - 1') }} as frequency_percentile
    from frequencies_with_users
    where customers_ranked > 1
),

ranked as (
    select
        user_id,
        date_hour,
        frequency,
        percent_rank() over (partition by date_hour order by recency desc) as recency_percentile
    from states_by_hour
),

scored as (
    select
        ranked.user_id,
        ranked.date_hour,
        {{ rfm_score('ranked.recency_percentile') }} as recency_score,
        {{ rfm_score('ranked_frequencies.frequency_percentile') }} as frequency_score
    from ranked
    inner join ranked_frequencies
        on
            ranked.date_hour = ranked_frequencies.date_hour
            and ranked.frequency = ranked_frequencies.frequency
),

segments_by_hour as (
    select
        scored.user_id,
        scored.date_hour,
        segments.rfm_segment
    from scored
    inner join segments
        on
            scored.recency_score = segments.recency_score
            and scored.frequency_score = segments.frequency_score
    {% if build_var('incremental') -%}
    union all
    select
        stays_before.user_id,
        stays_before.valid_from as date_hour,
        stays_before.rfm_segment
    from {{ this }} as stays_before
    inner join first_changed
        on stays_before.valid_from < first_changed.first_changed_hour
    {%- endif %}
),

segments_with_previous as (
    select
        user_id,
        date_hour,
        rfm_segment,
        lag(rfm_segment) over (partition by user_id order by date_hour) as previous_rfm_segment
    from segments_by_hour
),

changes as (
    select *
    from segments_with_previous
    where previous_rfm_segment is null or previous_rfm_segment <> rfm_segment
),

stays as (
    select
        user_id,
        date_hour as valid_from,
        lead(date_hour) over (partition by user_id order by date_hour) as valid_to,
        rfm_segment,
        previous_rfm_segment
    from changes
),

final as (
    select
        user_id,
        cast(valid_from as timestamp) as valid_from,
        cast(valid_to as timestamp) as valid_to,
        rfm_segment,
        previous_rfm_segment,
        valid_to is null as is_current
    from stays
)

select * from final
