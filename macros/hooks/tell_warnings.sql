{%- macro tell_warnings(results) -%}
{%- if execute -%}
    {%- for result in results if result.status in ['warn', 'fail'] and result.node.config.meta.means -%}
        {%- set rows = '{:,}'.format(result.failures) ~ " row" ~ ("s" if result.failures != 1) -%}
        {%- set means = result.node.config.meta.means -%}
        {%- do log(result.node.name ~ ": " ~ rows ~ ". " ~ means ~ examples_of(result.node), info=true) -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}

{%- macro examples_of(test) -%}
{%- set found = run_query('select * from (' ~ test.compiled_code ~ '\n) as failed_rows limit 3') -%}
{%- set examples = [] -%}
{%- for row in found.rows -%}
    {%- set values = [] -%}
    {#- dbt_utils selects a 1 where a test is about an expression. -#}
    {%- for column in found.column_names[:6] if column != '1' and row[column] is not none -%}
        {%- do values.append(column ~ ' ' ~ row[column]) -%}
    {%- endfor -%}
    {%- do examples.append(values | join(', ')) if values -%}
{%- endfor -%}
{{ return(' Such as: ' ~ examples | join('; ') ~ '.' if examples else '') }}
{%- endmacro -%}
