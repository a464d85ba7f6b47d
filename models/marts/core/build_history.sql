-- Grain: one row per build that ended, and domain that it was to build.
-- Trap: dbt leaves it empty. `commerce-marts build` fills it after all tests, from the history file
-- beside the warehouse, so that no line of that file can fail a build.
with

final as (
    select
        cast(null as {{ dbt.type_string() }}) as build_id,
        cast(null as {{ dbt.type_string() }}) as domain,
        cast(null as timestamp) as started_at,
        cast(null as timestamp) as ended_at,
        cast(null as date) as as_of_date,
        cast(null as {{ dbt.type_string() }}) as status,
        cast(null as {{ dbt.type_string() }}) as raw_from,
        cast(null as {{ dbt.type_string() }}) as full_build_reason,
        cast(null as {{ dbt.type_string() }}) as failure_reason,
        cast(null as {{ dbt.type_string() }}) as git_commit,
        cast(null as double) as duration_seconds,
        cast(null as bigint) as deliveries_taken_count,
        cast(null as bigint) as orders_count,
        cast(null as bigint) as order_lines_count,
        cast(null as bigint) as rejected_rows_count,
        cast(null as bigint) as excluded_rows_count,
        {{ amount('null') }} as revenue,
        cast(null as boolean) as is_daily
    where false
)

select * from final
