{#-
    on-run-end: explains the tests of this run that warn or fail, with examples. dbt itself shows only
    the test's name and its number of rows. The explanation is in the test's `meta`, under `means`.
    Runs before close_raw(), because a test of a daily build reads schema touched.
-#}
{%- macro tell_warnings(results) -%}
{%- if execute -%}
    {%- for result in results if result.status in ['warn', 'fail'] and result.node.config.meta.means -%}
        {%- set rows = '{:,}'.format(result.failures) ~ " row" ~ ("s" if result.failures != 1) -%}
        {%- set means = result.node.config.meta.means -%}
        {%- do log(result.node.name ~ ": " ~ rows ~ ". " ~ means ~ examples_of(result.node), info=true) -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}

{#- The first rows of a test as text: ' Such as: order_id G2, unexplained_amount 8.00'. -#}
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
