{%- macro time_zone_names() -%}
{{ return(adapter.dispatch('time_zone_names', 'commerce_marts')()) }}
{%- endmacro -%}

{#- Other engines have no list, and stop at a name that they do not know. Java knows all of Python's but ROC. -#}
{%- macro default__time_zone_names() -%}
{{ return(modules.pytz.all_timezones | reject('equalto', 'ROC') | list) }}
{%- endmacro -%}

{%- macro duckdb__time_zone_names() -%}
{{ return(run_query('select name from pg_timezone_names() order by name').columns[0].values() | list) }}
{%- endmacro -%}
