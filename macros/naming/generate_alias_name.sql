{%- macro generate_alias_name(custom_alias_name=none, node=none) -%}
{%- if custom_alias_name -%}
    {{ custom_alias_name | trim }}
{%- elif node.resource_type == 'seed' -%}
    {{ node.name.split('__')[-1] }}
{%- elif node.name.startswith('stg_') and '__' in node.name -%}
    stg_{{ node.name.split('__')[1] }}
{%- elif node.name.startswith('quarantine_') -%}
    {{ node.name | replace('quarantine_', '') }}
{%- else -%}
    {{ node.name }}
{%- endif -%}
{%- endmacro -%}
