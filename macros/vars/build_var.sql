{%- macro build_var(name) -%}
{%- set given = fromjson(env_var('COMMERCE_MARTS_VARS', '{}')) if execute else {} -%}
{{ return(given[name] if name in given else var(name)) }}
{%- endmacro -%}
