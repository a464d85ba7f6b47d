{%- materialization touched, default -%}
{%- set target = this.incorporate(type='table') -%}
{{ run_hooks(pre_hooks, inside_transaction=True) }}
{%- call statement('main') -%}
    {{ create_table_as(False, target, sql) if build_var('incremental') else 'select 1 as nothing' }}
{%- endcall -%}
{{ adapter.commit() }}
{{ return({'relations': [target] if build_var('incremental') else []}) }}
{%- endmaterialization -%}
