{%- macro create_shared_table(relation, columns) -%}
{{ return(adapter.dispatch('create_shared_table', 'commerce_marts')(relation, columns)) }}
{%- endmacro -%}

{%- macro default__create_shared_table(relation, columns) -%}
{{ return('create table ' ~ relation ~ ' (' ~ columns ~ ')') }}
{%- endmacro -%}

{#- Spark's own formats lose each other's half-written files. -#}
{%- macro spark__create_shared_table(relation, columns) -%}
{{ return('create table ' ~ relation ~ ' (' ~ columns ~ ') using delta') }}
{%- endmacro -%}
