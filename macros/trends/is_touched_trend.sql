{%- macro is_touched_trend(datepart, period_start) -%}
{%- set touched = ref('touched_trends') -%}
{%- if build_var('incremental') -%}
    (
        (domain, {{ period_start }})
        in (select domain, period_start from {{ touched }} where datepart = '{{ datepart }}')
        or (domain, location_id) in (select domain, location_id from {{ touched }} where location_id is not null)
    )
{%- else -%}
    true
{%- endif -%}
{%- endmacro -%}
