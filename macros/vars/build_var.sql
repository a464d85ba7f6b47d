{#-
    A var that each build sets for itself: build_var('as_of_date'). `commerce-marts build` passes
    these in the environment, because dbt parses the whole project again when --vars change. A plain
    dbt run reads them like any other var. So does parsing, whose result must not depend on them.
-#}
{%- macro build_var(name) -%}
{%- set given = fromjson(env_var('COMMERCE_MARTS_VARS', '{}')) if execute else {} -%}
{{ return(given[name] if name in given else var(name)) }}
{%- endmacro -%}
