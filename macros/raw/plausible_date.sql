{#-
    An optional date, null where it cannot be right: before earliest_plausible_date. A date of what
    has happened must also not be in the future, nor on a day before the transaction's:
      plausible_date('source.delivered_at', has_happened=true, not_before='source.created_at')
    A planned date (estimated, due, end of an offer) may be in the future.
-#}
{%- macro plausible_date(column, has_happened=false, not_before=none) -%}
case when {{ ignored_date_reason(column, has_happened, not_before) }} is null then {{ column }} end
{%- endmacro -%}

{#-
    Why plausible_date() ignores a date: 'delivered_at 1970-01-01 is before 1990-01-01', or null.
    Daily builds read orders again whose date 'is in the future': see ids_in_changed_deliveries().
-#}
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
