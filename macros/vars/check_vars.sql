{#-
    on-run-start: stops a run if --vars has a name that dbt_project.yml does not have. dbt itself
    accepts any name, so a typing error would leave a threshold at its default without a warning.
    A misspelled name in dbt_project.yml itself is not found, because this check uses that list.
-#}
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

{#- The names of the vars in dbt_project.yml and of those that dbt_utils reads. -#}
{%- macro known_vars() -%}
{%- set vars_of_packages = ['surrogate_key_treat_nulls_as_empty_strings'] -%}
{{ return(adapter.config.vars.to_dict().keys() | list + vars_of_packages) }}
{%- endmacro -%}
