{%- macro work_table(relation) -%}{{ return(adapter.dispatch('work_table', 'commerce_marts')(relation)) }}{%- endmacro -%}

{#- Elsewhere a temporary table may be a view that is read again for each use (Spark), or has no place of its own. -#}
{%- macro default__work_table(relation) -%}
{{ return(relation.incorporate(path={'identifier': relation.identifier ~ '__judged'}, type='table')) }}
{%- endmacro -%}

{%- macro duckdb__work_table(relation) -%}{{ return(make_temp_relation(relation)) }}{%- endmacro -%}

{%- macro create_work_table_as(relation, sql) -%}
{{ return(adapter.dispatch('create_work_table_as', 'commerce_marts')(relation, sql)) }}
{%- endmacro -%}

{%- macro default__create_work_table_as(relation, sql) -%}
{%- do adapter.drop_relation(relation) -%}
{{ return(create_table_as(False, relation, sql)) }}
{%- endmacro -%}

{%- macro duckdb__create_work_table_as(relation, sql) -%}{{ return(create_table_as(True, relation, sql)) }}{%- endmacro -%}

{#- Delta would keep a log of it. -#}
{%- macro spark__create_work_table_as(relation, sql) -%}
{%- do adapter.drop_relation(relation) -%}
{{ return('create table ' ~ relation ~ ' using parquet as ' ~ sql) }}
{%- endmacro -%}
