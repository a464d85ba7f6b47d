{%- macro find_touched() -%}
{%- set text = dbt.type_string() -%}
{%- do adapter.drop_schema(touched_table('ids')) -%}
{%- do adapter.create_schema(touched_table('ids')) -%}
{%- do run_query('create table ' ~ touched_table('ids') ~ ' (domain ' ~ text ~ ', part_of ' ~ text ~ ', id ' ~ text ~ ')') -%}
{%- do run_query(create_shared_table(touched_table('changed_tables'), 'node ' ~ text)) -%}
{%- do run_query('create table ' ~ touched_table('whole_domains') ~ ' (domain ' ~ text ~ ')') -%}
{%- for domain in var('domains') if domain not in build_var('unchanged_domains') -%}
    {%- for contract in raw_contracts(domain, only_transactions=true) -%}
        {%- do run_query(
            'insert into ' ~ touched_table('ids') ~ " select '" ~ domain ~ "', '" ~ contract.part_of ~ "', id from ("
            ~ ids_in_changed_deliveries(contract) ~ ') as found where id is not null'
        ) -%}
    {%- endfor -%}
    {%- for contract in raw_contracts(domain, only_transactions=true) -%}
        {%- do touch_orders_sharing_a_key(contract) -%}
    {%- endfor -%}
{%- endfor -%}
{%- do keep_rows_before(
    'fct_orders', "(domain, order_id) in (select domain, id from " ~ touched_table('ids') ~ " where part_of = 'order')"
) -%}
{%- for node in graph.nodes.values() if node.config.materialized == 'touched' -%}
    {%- for name in node.config.compares -%}{%- do keep_rows_before(name) -%}{%- endfor -%}
{%- endfor -%}
{%- do make_room(tables_made_anew()) -%}
{%- endmacro -%}

{%- macro tables_made_anew() -%}
{%- set tables = [] -%}
{%- for node in graph.nodes.values()
    if node.unique_id in selected_resources and node.config.materialized == 'table'
        and node.language == 'sql' and not node.config.get('reads_itself') -%}
    {%- do tables.append(relation_of_model(node.name)) -%}
{%- endfor -%}
{{ return(tables) }}
{%- endmacro -%}

{%- macro keep_rows_before(name, condition='true') -%}
{%- do run_query(
    'create table ' ~ before_this_build(name) ~ ' as select * from ' ~ relation_of_model(name) ~ ' where ' ~ condition
) -%}
{%- endmacro -%}

{%- macro before_this_build(name) -%}{{ return(touched_table(name ~ '__before')) }}{%- endmacro -%}

{%- macro ids_in_changed_deliveries(contract) -%}
{%- set staged = staged_relation(contract) -%}
{%- set id = quoted_name(contract.id_column) -%}
select {{ id }} as id from {{ staged }} where source_file in {{ changed_deliveries(contract) }}
union
select {{ id }} from {{ left_out_relation(staged) }}
where source_file in {{ changed_deliveries(contract) }} or left_out_reason like '%is not a plausible date'
union
select {{ trimmed(id) }} from ({{ changed_rows(contract) }}) as changed_rows
{%- if contract.follows %}
union
select {{ id }} from {{ staged_relation(raw_contract(contract.domain, contract.follows)) }}
where delivery in ({{ deliveries(contract, 'delivery') }} and change not in ('same', 'vanished'))
{%- endif %}
{%- for column in contract.columns if column.required and column.type in ['date', 'timestamp'] %}
union
select {{ id }} from {{ staged }}
where not {{ is_plausible_date(quoted_name(contract.renamed.get(column.name, column.name))) }}
{%- endfor %}
{%- for name in contract.happened %}
union
select {{ id }} from {{ staged }}
where ignored_date like '% is in the future' or not {{ is_plausible_date(quoted_name(name)) }}
{%- endfor %}
{%- endmacro -%}

{%- macro touch_orders_sharing_a_key(contract) -%}
{%- if contract.key and contract.id_column not in contract.key -%}
    {%- set raw_key = [] -%}{%- set left_out_key = [] -%}
    {%- for name in contract.key -%}
        {%- do raw_key.append(trimmed(quoted_name(name)) ~ ' as ' ~ quoted_name(name)) -%}
        {%- do left_out_key.append(trimmed(json_field('raw_row', name)) ~ ' as ' ~ quoted_name(name)) -%}
    {%- endfor -%}
    {%- set id = quoted_name(contract.id_column) -%}
    {%- set staged = staged_relation(contract) -%}
    {%- set orders_sharing_a_key -%}
        with all_rows as (
            select {{ id }} as id, {{ quoted_names(contract.key) }} from {{ staged }}
            union
            select {{ id }}, {{ left_out_key | join(', ') }} from {{ left_out_relation(staged) }}
            union
            select {{ trimmed(id) }}, {{ raw_key | join(', ') }} from ({{ changed_rows(contract) }}) as changed_rows
        )

        select distinct '{{ contract.domain }}', '{{ contract.part_of }}', others.id
        from all_rows as touched
        inner join all_rows as others using ({{ quoted_names(contract.key) }})
        where touched.id in {{ touched_ids(contract) }} and others.id not in {{ touched_ids(contract) }}
    {%- endset -%}
    {#- A newly found order may share a key with another order, so search again. -#}
    {%- set search = namespace(goes_on=true) -%}
    {%- for _ in range(1000) if search.goes_on -%}
        {%- set before = touched_count() -%}
        {%- do run_query('insert into ' ~ touched_table('ids') ~ ' ' ~ orders_sharing_a_key) -%}
        {%- set search.goes_on = touched_count() > before -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}

{%- macro touched_count() -%}
{{ return(run_query('select count(*) from ' ~ touched_table('ids')).columns[0].values()[0]) }}
{%- endmacro -%}
