{%- macro check_selection() -%}
{%- if execute and invocation_args_dict.which in ['build', 'run', 'test'] -%}
    {%- do check_domains() -%}
    {%- set known = var('raw_contract').keys() | list -%}
    {%- set selector = invocation_args_dict.selector -%}
    {%- for domain in invocation_args_dict.select or [] if domain in known -%}
        {%- do exceptions.raise_compiler_error(
            "--select " ~ domain ~ " selects the seeds of " ~ domain
            ~ " and none of its models. Use " ~ selection_of(domain)) -%}
    {%- endfor -%}
    {%- if selector in known and var('domains') | list != [selector] -%}
        {%- do exceptions.raise_compiler_error(
            "The selector " ~ selector ~ " builds one domain, and the var domains names "
            ~ var('domains') | join(', ') ~ ": core would read tables that this run does not"
            ~ " build. Use " ~ selection_of(selector)) -%}
    {%- endif -%}
    {%- for domain in known if domain not in var('domains') -%}
        {%- set nodes = nodes_of_domain(domain) | selectattr('unique_id', 'in', selected_resources) | list -%}
        {%- if nodes -%}
            {%- set more = " and " ~ (nodes | length - 1) ~ " more of its nodes" if nodes | length > 1 -%}
            {%- do exceptions.raise_compiler_error(
                "The var domains leaves out " ~ domain ~ ", but " ~ nodes[0].name
                ~ " is selected" ~ more ~ ". Add --exclude tag:" ~ domain
                ~ ". For one domain use " ~ selection_of(var('domains')[0])) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}

{%- macro selection_of(domain) -%}
{{ return("--selector " ~ domain ~ " --vars '{domains: [" ~ domain ~ "]}'") }}
{%- endmacro -%}

{%- macro nodes_of_domain(domain) -%}
{%- set nodes = [] -%}
{%- for node in graph.nodes.values() if node.resource_type in ['seed', 'model'] and domain in node.tags -%}
    {%- do nodes.append(node) -%}
{%- endfor -%}
{{ return(nodes) }}
{%- endmacro -%}
