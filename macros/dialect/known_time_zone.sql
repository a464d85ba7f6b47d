{%- macro known_time_zone(text) -%}
{{ return(adapter.dispatch('known_time_zone', 'commerce_marts')(text)) }}
{%- endmacro -%}

{%- macro default__known_time_zone(text) -%}
case when {{ text }} in {{ sql_texts(time_zone_names()) }} then {{ text }} end
{%- endmacro -%}

{%- macro duckdb__known_time_zone(text) -%}
case when {{ text }} in (select name from pg_timezone_names()) then {{ text }} end
{%- endmacro -%}
