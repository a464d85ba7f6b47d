{%- macro check_vars() -%}
{%- if execute -%}
    {%- set vars_of_dbt_utils = ['surrogate_key_treat_nulls_as_empty_strings'] -%}
    {%- set known = adapter.config.vars.to_dict().keys() | list + vars_of_dbt_utils -%}
    {%- for name in invocation_args_dict.vars if name not in known -%}
        {%- set nearest = nearest_name(name, known) -%}
        {%- set advice = "Did you mean " ~ nearest ~ "?" if nearest
            else "dbt_project.yml lists all vars under `vars:`." -%}
        {%- do exceptions.raise_compiler_error(
            "--vars: there is no var '" ~ name ~ "'. " ~ advice) -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}
