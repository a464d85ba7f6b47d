{%- macro tell_left_over_domains() -%}
{%- if execute and invocation_args_dict.which in ['build', 'run'] -%}
    {%- set left_over = [] -%}
    {%- for domain in var('raw_contract') if domain not in var('domains') -%}
        {%- for node in nodes_of_domain(domain) -%}
            {%- if load_relation(api.Relation.create(node.database, node.schema, node.alias)) -%}
                {%- do left_over.append({'domain': domain, 'schema': node.schema}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if left_over -%}
        {%- set remedy = "delete " ~ target.path ~ " and build again." if target.path else "drop them." -%}
        {%- do exceptions.warn(
            "This database still holds " ~ left_over | length ~ " tables and views of "
            ~ left_over | map(attribute='domain') | unique | join(', ') ~ " from an earlier build, in the schemas "
            ~ left_over | map(attribute='schema') | unique | sort | join(', ')
            ~ ". This build did not change them, and core no longer has their orders. To remove them, " ~ remedy) -%}
    {%- endif -%}
{%- endif -%}
{%- endmacro -%}
