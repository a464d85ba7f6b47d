{%- macro check_vars() -%}
{%- if execute -%}
    {%- set known = known_vars() -%}
    {%- for name in invocation_args_dict.vars if name not in known -%}
        {%- set nearest = nearest_name(name, known) -%}
        {%- set advice = "Did you mean " ~ nearest ~ "?" if nearest
            else "dbt_project.yml lists all vars under `vars:`." -%}
        {%- do exceptions.raise_compiler_error(
            "--vars: there is no var '" ~ name ~ "'. " ~ advice) -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}

{%- macro known_vars() -%}
{%- set vars_of_packages = ['surrogate_key_treat_nulls_as_empty_strings'] -%}
{{ return(adapter.config.vars.to_dict().keys() | list + vars_of_packages) }}
{%- endmacro -%}
