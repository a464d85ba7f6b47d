{%- macro time_zone_names() -%}
{{ return(adapter.dispatch('time_zone_names', 'commerce_marts')()) }}
{%- endmacro -%}

{%- macro default__time_zone_names() -%}{{ return([]) }}{%- endmacro -%}

{%- macro duckdb__time_zone_names() -%}
{{ return(run_query('select name from pg_timezone_names() order by name').columns[0].values() | list) }}
{%- endmacro -%}

{#- Spark has no list, and stops at a name that it does not know. Java knows all of Python's list but ROC. -#}
{%- macro spark__time_zone_names() -%}
{{ return(modules.pytz.all_timezones | reject('equalto', 'ROC') | list) }}
{%- endmacro -%}
