{%- macro work_table(relation) -%}{{ return(adapter.dispatch('work_table', 'commerce_marts')(relation)) }}{%- endmacro -%}

{%- macro default__work_table(relation) -%}{{ return(make_temp_relation(relation)) }}{%- endmacro -%}

{#- Spark has temporary views only: they are read again for each use, and have no schema, so two models may meet. -#}
{%- macro spark__work_table(relation) -%}
{{ return(relation.incorporate(path={'identifier': relation.identifier ~ '__judged'}, type='table')) }}
{%- endmacro -%}

{%- macro create_work_table_as(relation, sql) -%}
{{ return(adapter.dispatch('create_work_table_as', 'commerce_marts')(relation, sql)) }}
{%- endmacro -%}

{%- macro default__create_work_table_as(relation, sql) -%}{{ return(create_table_as(True, relation, sql)) }}{%- endmacro -%}

{%- macro spark__create_work_table_as(relation, sql) -%}
{%- do adapter.drop_relation(relation) -%}
{{ return('create table ' ~ relation ~ ' using parquet as ' ~ sql) }}
{%- endmacro -%}
