{#-
    For a domain's quarantine: of no transaction table more than max_quarantined_share of the raw rows
    is unusable, and none that must have rows is empty. Share = rows of kind 'unusable' / rows in, where rows
    in are all raw rows of the table (staged + set aside of any kind). What only follows an unusable row
    ('parent quarantined'), repeats, superseded rows and test traffic are rows in, and not unusable ones.
    Returns a row per reason of a table that fails; the runner prints them.
-#}
{%- test quarantined_share_is_small(model, domain) -%}
with

set_aside as (
    select * from {{ model }}
),

staged as (
    {{ staged_row_counts(domain) }}
),

set_aside_by_table as (
    select
        table_name,
        count(*) as rows_count,
        sum(case when set_aside_kind = 'unusable' then 1 else 0 end) as unusable_rows_count
    from set_aside
    group by table_name
),

tables as (
    select
        staged.table_name,
        staged.is_optional,
        staged.rows_count + coalesce(set_aside_by_table.rows_count, 0) as raw_rows_count,
        coalesce(set_aside_by_table.unusable_rows_count, 0) as unusable_rows_count
    from staged
    left join set_aside_by_table
        on staged.table_name = set_aside_by_table.table_name
),

numbered_rows as (
    select
        *,
        count(*) over (partition by table_name, reason) as reason_rows_count,
        row_number() over (
            partition by table_name, reason
            order by source_file, row_key, raw_row
        ) as row_number_of_reason
    from set_aside
    where set_aside_kind = 'unusable'
),

reasons as (
    select
        table_name,
        reason,
        reason_rows_count,
        source_file as example_file,
        row_key as example_key,
        raw_row as example_raw_row
    from numbered_rows
    where row_number_of_reason = 1
)

select
    '{{ domain }}' as domain,
    tables.table_name,
    tables.raw_rows_count,
    tables.unusable_rows_count,
    {{ ratio('tables.unusable_rows_count', 'tables.raw_rows_count') }} as unusable_share,
    {{ var_of_the_moment('max_quarantined_share') }} as max_quarantined_share,
    reasons.reason,
    reasons.reason_rows_count,
    reasons.example_file,
    reasons.example_key,
    reasons.example_raw_row
from tables
left join reasons
    on tables.table_name = reasons.table_name
where
    tables.unusable_rows_count > {{ var_of_the_moment('max_quarantined_share') }} * tables.raw_rows_count
    or (tables.raw_rows_count = 0 and not tables.is_optional)
{%- endtest -%}
