{%- macro row_as_json(column) -%}{{ return(adapter.dispatch('row_as_json', 'commerce_marts')(column)) }}{%- endmacro -%}

{%- macro default__row_as_json(column) -%}to_json({{ column }}){%- endmacro -%}

{%- macro duckdb__row_as_json(column) -%}cast(to_json({{ column }}) as varchar){%- endmacro -%}

{#- Without the option a null field would be missing. -#}
{%- macro spark__row_as_json(column) -%}to_json({{ column }}, map('ignoreNullFields', 'false')){%- endmacro -%}
