{%- macro plausible_date(column, has_happened=false, not_before=none) -%}
case when {{ ignored_date_reason(column, has_happened, not_before) }} is null then {{ column }} end
{%- endmacro -%}

{%- macro ignored_date_reason(column, has_happened=false, not_before=none) -%}
{%- set name = column.split('.')[-1] -%}
{%- set day = 'cast(' ~ column ~ ' as date)' -%}
{%- set text = "concat('" ~ name ~ " ', cast(" ~ day ~ ' as ' ~ dbt.type_string() ~ ')' -%}
{%- set earliest = build_var('earliest_plausible_date') -%}
case
    when {{ day }} < cast({{ sql_text(earliest) }} as date) then {{ text }}, ' is before ', {{ sql_text(earliest) }})
    {%- if has_happened %}
    when {{ day }} > cast({{ sql_text(build_var('latest_plausible_date')) }} as date) then {{ text }}, ' is in the future')
    {%- endif %}
    {%- if not_before %}
    when {{ day }} < cast({{ not_before }} as date) then {{ text }}, ' is before the order')
    {%- endif %}
end
{%- endmacro -%}
