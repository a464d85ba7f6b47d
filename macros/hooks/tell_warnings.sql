{%- macro tell_warnings(results) -%}
{%- if execute -%}
    {%- for result in results if result.status == 'warn' and result.node.config.meta.means -%}
        {%- set rows = '{:,}'.format(result.failures) ~ " row" ~ ("s" if result.failures != 1) -%}
        {%- set means = result.node.config.meta.means -%}
        {%- do log(result.node.name ~ ": " ~ rows ~ ". " ~ means, info=true) -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}
