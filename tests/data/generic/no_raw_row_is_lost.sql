{#-
    Raw rows = staged rows + left out rows, for the staging model of a raw table. A daily build
    counts only the rows that it read.
-#}
{%- test no_raw_row_is_lost(model, domain, table) -%}
{{ config(meta={
    'means': 'Each is a raw table whose rows are not all staged or left out, each once.',
    'next_step': 'No delivery should cause this. Correct the staging model: its joins and its left_out_reason.',
}) }}
{%- set contract = raw_contract(domain, table) -%}
{%- set left_out = left_out_relation(staged_relation(contract)) if execute else '' -%}
with

counts as (
    select
        (select count(*) from {{ raw_relation(domain, table) }}) as raw_rows_count,
        (select count(*) from {{ model }}) as staged_rows_count,
        (
            select count(*)
            from {{ touched_relation(left_out) if build_var('incremental') and contract.transactions else left_out }}
        ) as left_out_rows_count
)

select
    '{{ domain }}' as domain,
    '{{ table }}' as table_name,
    raw_rows_count,
    staged_rows_count,
    left_out_rows_count
from counts
where raw_rows_count <> staged_rows_count + left_out_rows_count
{%- endtest -%}
