{#-
    A var that may have another value in each build: var_of_the_moment('as_of_date'). `commerce-marts build`
    gives those in the environment, because dbt parses the whole project anew for other --vars. A plain dbt
    takes them as it does any var; so does parsing, which therefore may not depend on them.
-#}
{%- macro var_of_the_moment(name) -%}
{%- set given = fromjson(env_var('COMMERCE_MARTS_VARS', '{}')) if execute else {} -%}
{{ return(given[name] if name in given else var(name)) }}
{%- endmacro -%}
