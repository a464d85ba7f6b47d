{%- macro find_whole_domains() -%}
{%- if execute and build_var('incremental') -%}
    {%- set days = ['first_order_date', 'last_order_date', 'as_of_date'] -%}
    {%- set recorded = graph.nodes['model.' ~ project_name ~ '.dim_domains'].columns.keys() | reject('in', days) | join(', ') -%}
    {%- set values = 'select ' ~ recorded ~ ', as_of_date is null as has_no_day from ' -%}
    insert into {{ touched_table('whole_domains') }}
    select domain
    from ({{ values }} {{ ref('dim_domains') }} except {{ values }} {{ before_this_build('dim_domains') }}) as changed
    {%- for parent in model.depends_on.nodes if graph.nodes[parent].config.materialized == 'by_order' -%}
        {%- for shape in fully_rebuilt_parents(graph.nodes[parent]) %}
    union all
    select {{ sql_text(shape.fqn[2]) }}
        {%- endfor -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}
