-- Grain: one row per domain of the build that made this file.
-- Trap: rows of one build share build_id; a plain `dbt build` leaves it empty.
with

domains as (
    select * from {{ ref('dim_domains') }}
),

order_totals as (
    select
        domain,
        count(*) as orders_count,
        {{ amount('sum(case when counts_as_sale then net_amount else 0 end)') }} as revenue
    from {{ ref('fct_orders') }}
    group by domain
),

order_line_totals as (
    select
        domain,
        count(*) as order_lines_count
    from {{ ref('fct_order_lines') }}
    group by domain
),

left_out_rows as (
    {%- for domain in var('domains') %}
    select
        domain,
        left_out_kind
    from {{ ref('quarantine_' ~ domain ~ '_rows') }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

left_out_totals as (
    select
        domain,
        sum(case when left_out_kind in ('rejected', 'parent rejected') then 1 else 0 end)
            as rejected_rows_count,
        sum(case when left_out_kind in ('rejected', 'parent rejected') then 0 else 1 end)
            as excluded_rows_count
    from left_out_rows
    group by domain
),

final as (
    select
        domains.domain,
        {{ sql_text(build_var('build_id')) }} as build_id,
        cast(nullif({{ sql_text(build_var('built_at')) }}, '') as timestamp) as built_at,
        domains.as_of_date,
        {{ sql_text(build_var('git_commit')) }} as git_commit,
        '{{ dbt_version }}' as dbt_version,
        {{ engine_version() }} as duckdb_version,
        coalesce(order_totals.orders_count, 0) as orders_count,
        coalesce(order_line_totals.order_lines_count, 0) as order_lines_count,
        cast(coalesce(left_out_totals.rejected_rows_count, 0) as bigint)
            as rejected_rows_count,
        cast(coalesce(left_out_totals.excluded_rows_count, 0) as bigint) as excluded_rows_count,
        coalesce(order_totals.revenue, {{ amount(0) }}) as revenue
    from domains
    left join order_totals
        on domains.domain = order_totals.domain
    left join order_line_totals
        on domains.domain = order_line_totals.domain
    left join left_out_totals
        on domains.domain = left_out_totals.domain
)

select * from final
