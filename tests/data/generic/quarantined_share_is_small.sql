{#-
    For a domain's quarantine: the rejected share of each transaction table is at most
    max_quarantined_share, and no table that must have rows is empty.
    Share = rows of kind 'rejected' / all raw rows of the table (staged + left out of any kind).
    'parent rejected', repeats, superseded rows and test traffic are raw rows, but not rejected.
    Returns one row per reason for each table that fails, the most frequent reasons first.
-#}
{%- test quarantined_share_is_small(model, domain) -%}
{{ config(meta={
    'means': 'Each is a reason why too many rows of a table are rejected, or a table without rows.',
    'next_step': "Correct the delivery and build again, or allow more with --vars '{max_quarantined_share: 0.1}'.",
}) }}
with

left_out as (
    select * from {{ model }}
),

staged as (
    {{ staged_row_counts(domain) }}
),

left_out_by_table as (
    select
        table_name,
        count(*) as rows_count,
        sum(case when left_out_kind = 'rejected' then 1 else 0 end) as rejected_rows_count
    from left_out
    group by table_name
),

tables as (
    select
        staged.table_name,
        staged.is_optional,
        staged.rows_count + coalesce(left_out_by_table.rows_count, 0) as raw_rows_count,
        coalesce(left_out_by_table.rejected_rows_count, 0) as rejected_rows_count
    from staged
    left join left_out_by_table
        on staged.table_name = left_out_by_table.table_name
),

numbered_rows as (
    select
        *,
        count(*) over (partition by table_name, reason) as reason_rows_count,
        row_number() over (
            partition by table_name, reason
            order by source_file, row_key, raw_row
        ) as row_number_of_reason
    from left_out
    where left_out_kind = 'rejected'
),

reasons as (
    select
        table_name,
        reason,
        reason_rows_count,
        row_number() over (partition by table_name order by reason_rows_count desc, reason) as reason_number,
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
    tables.rejected_rows_count,
    {{ ratio('tables.rejected_rows_count', 'tables.raw_rows_count') }} as rejected_share,
    {{ build_var('max_quarantined_share') }} as max_quarantined_share,
    reasons.reason,
    reasons.reason_rows_count,
    reasons.example_file,
    reasons.example_key,
    reasons.example_raw_row
from tables
left join reasons
    on tables.table_name = reasons.table_name
where
    tables.rejected_rows_count > {{ build_var('max_quarantined_share') }} * tables.raw_rows_count
    or (tables.raw_rows_count = 0 and not tables.is_optional)
order by
    reasons.reason_number,
    tables.table_name
{%- endtest -%}
