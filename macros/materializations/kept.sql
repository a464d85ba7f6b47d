{%- materialization kept, default -%}
{%- set target = this.incorporate(type='table') -%}
{{ run_hooks(pre_hooks, inside_transaction=False) }}
{{ run_hooks(pre_hooks, inside_transaction=True) }}

{%- if build_var('incremental') -%}
    {%- set touched = touched_relation(target) -%}
    {%- call statement('main') -%}{{ create_table_as(False, touched, sql) }}{%- endcall -%}
    {%- call statement('delete_touched') -%}
        {{ delete_rows_where(
            target,
            'domain in (select domain from ' ~ touched_table('whole_domains') ~ ') or '
            ~ render('{{ ' ~ config.require('replaces') ~ ' }}')
        ) }}
    {%- endcall -%}
    {%- call statement('insert') -%}{{ insert_all(target, touched) }}{%- endcall -%}
{%- else -%}
    {%- do drop_if_there(target) -%}
    {%- call statement('main') -%}{{ create_table_as(False, target, sql) }}{%- endcall -%}
    {%- do persist_docs(target, model) -%}
{%- endif -%}

{{ run_hooks(post_hooks, inside_transaction=True) }}
{{ adapter.commit() }}
{{ run_hooks(post_hooks, inside_transaction=False) }}
{{ return({'relations': [target]}) }}
{%- endmaterialization -%}
