{%- macro tell_left_over_domains() -%}
{%- if execute and invocation_args_dict.which in ['build', 'run'] -%}
    {%- set domains = [] -%}
    {%- set schemas = [] -%}
    {%- set names = [] -%}
    {%- for domain in var('raw_contract') if domain not in var('domains') -%}
        {%- for node in nodes_of_domain(domain) -%}
            {%- set relation = api.Relation.create(node.database, node.schema, node.alias) -%}
            {%- if load_relation(relation) -%}
                {%- do names.append(node.name) -%}
                {%- do domains.append(domain) if domain not in domains -%}
                {%- do schemas.append(node.schema) if node.schema not in schemas -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if names -%}
        {%- set remedy = "delete " ~ target.path ~ " and build again." if target.path
            else "drop them." -%}
        {%- do exceptions.warn(
            "This database still holds " ~ names | length ~ " tables and views of "
            ~ domains | join(', ') ~ " from an earlier build, in the schemas "
            ~ schemas | sort | join(', ') ~ ". This build did not change them, and core no longer"
            ~ " has their orders. To remove them, " ~ remedy) -%}
    {%- endif -%}
{%- endif -%}
{%- endmacro -%}
