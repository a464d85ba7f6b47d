{#-
    What an incremental build has to make anew, in tables of schema touched:
      units           domain, unit ('order', 'event'), unit_id: what a changed delivery holds or held;
      changed_tables  node: staging models whose news concern every order, see is_whole().
    What changed stands in ledger.deliveries, written by `commerce-marts build` before it starts dbt. A
    delivery is a file, or of a landed table the rows of one _loaded_at.
-#}
{%- macro find_touched() -%}
{%- set text = dbt.type_string() -%}
{%- do adapter.drop_schema(touched_table('units')) -%}
{%- do adapter.create_schema(touched_table('units')) -%}
{%- do run_query('create table ' ~ touched_table('units') ~ ' (domain ' ~ text ~ ', unit ' ~ text ~ ', unit_id ' ~ text ~ ')') -%}
{%- do run_query('create table ' ~ touched_table('changed_tables') ~ ' (node ' ~ text ~ ')') -%}
{%- for domain in var('domains') -%}
    {%- for table in raw_contract()[domain] if raw_contract(domain, table).transactions -%}
        {%- set contract = raw_contract(domain, table) -%}
        {%- do run_query(
            'insert into ' ~ touched_table('units') ~ " select '" ~ domain ~ "', '" ~ contract.unit ~ "', unit_id from ("
            ~ touched_units(contract) ~ ') as found where unit_id is not null'
        ) -%}
    {%- endfor -%}
    {%- for table in raw_contract()[domain] if raw_contract(domain, table).transactions -%}
        {%- do touch_rivals(raw_contract(domain, table)) -%}
    {%- endfor -%}
{%- endfor -%}
{%- endmacro -%}

{#- The units that changed deliveries of a table hold or held, and those that a date in the future kept out. -#}
{%- macro touched_units(contract) -%}
{%- set staged = staged_relation(contract) -%}
{%- set left_out = left_out_relation(staged) -%}
{%- set unit = adapter.quote(contract.unit_column) -%}
select {{ unit }} as unit_id from {{ staged }} where source_file in {{ changed_deliveries(contract) }}
union
select {{ unit }} from {{ left_out }}
where source_file in {{ changed_deliveries(contract) }} or left_out_reason like '%is not a plausible date'
union
select {{ trimmed(unit) }} from ({{ changed_rows(contract) }}) as changed_rows
{%- for column in contract.columns if column.required and column.type in ['date', 'timestamp'] %}
union
select {{ unit }} from {{ staged }}
where not {{ is_plausible_date(adapter.quote(contract.staged_names.get(column.name, column.name))) }}
{%- endfor %}
{%- endmacro -%}

{#-
    Rows of one key are judged together, and some tables' key says nothing of the order: two orders whose
    rows share a return_id are touched together.
-#}
{%- macro touch_rivals(contract) -%}
{%- if contract.key and contract.unit_column not in contract.key -%}
    {%- set key = [] -%}{%- set raw_key = [] -%}{%- set left_out_key = [] -%}
    {%- for name in contract.key -%}
        {%- do key.append(adapter.quote(name)) -%}
        {%- do raw_key.append(trimmed(adapter.quote(name)) ~ ' as ' ~ adapter.quote(name)) -%}
        {%- do left_out_key.append(trimmed(json_field('raw_row', name)) ~ ' as ' ~ adapter.quote(name)) -%}
    {%- endfor -%}
    {%- set unit = adapter.quote(contract.unit_column) -%}
    {%- set staged = staged_relation(contract) -%}
    {%- set rivals -%}
        with all_rows as (
            select {{ unit }} as unit_id, {{ key | join(', ') }} from {{ staged }}
            union
            select {{ unit }}, {{ left_out_key | join(', ') }} from {{ left_out_relation(staged) }}
            union
            select {{ trimmed(unit) }}, {{ raw_key | join(', ') }}
            from ({{ changed_rows(contract) }}) as changed_rows
        )

        select distinct '{{ contract.domain }}', '{{ contract.unit }}', rival.unit_id
        from all_rows as touched
        inner join all_rows as rival using ({{ key | join(', ') }})
        where touched.unit_id in {{ touched_ids(contract) }}
            and rival.unit_id not in {{ touched_ids(contract) }}
    {%- endset -%}
    {#- A rival may have rivals of its own. -#}
    {%- set search = namespace(goes_on=true) -%}
    {%- for _ in range(1000) if search.goes_on -%}
        {%- set before = touched_count() -%}
        {%- do run_query('insert into ' ~ touched_table('units') ~ ' ' ~ rivals) -%}
        {%- set search.goes_on = touched_count() > before -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}

{%- macro touched_count() -%}
{{ return(run_query('select count(*) from ' ~ touched_table('units')).columns[0].values()[0]) }}
{%- endmacro -%}

{#- Ids of the touched orders (or events) of a table, to stand behind `in`. -#}
{%- macro touched_ids(contract) -%}
{{ return('(select unit_id from ' ~ touched_table('units')
    ~ " where domain = '" ~ contract.domain ~ "' and unit = '" ~ contract.unit ~ "')") }}
{%- endmacro -%}

{#- Names of a table's deliveries that are new, changed or gone, to stand behind `in`. -#}
{%- macro changed_deliveries(contract) -%}
{{ return('(' ~ deliveries(contract) ~ " and change <> 'same')") }}
{%- endmacro -%}

{%- macro deliveries(contract, columns='name') -%}
{{ return('select ' ~ columns ~ ' from '
    ~ api.Relation.create(database=target.database, schema='ledger', identifier='deliveries')
    ~ " where domain = '" ~ contract.domain ~ "' and table_name = '" ~ contract.table ~ "'") }}
{%- endmacro -%}

{#- All rows of a table's new and changed deliveries. -#}
{%- macro changed_rows(contract) -%}
{%- set names = deliveries(contract) ~ " and change in ('new', 'changed')" -%}
{%- if var('raw_from') == 'tables' -%}
    {{ return(landed_rows(contract, names)) }}
{%- endif -%}
{{ return(raw_files_select(
    contract.domain, contract.table, raw_files(contract.domain, contract.table, run_query(names).columns[0].values())
)) }}
{%- endmacro -%}

{#- The relation of a table's staging model, without ref(): hooks run outside the graph. -#}
{%- macro staged_relation(contract) -%}
{%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ contract.model] -%}
{{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias, type='table')) }}
{%- endmacro -%}
