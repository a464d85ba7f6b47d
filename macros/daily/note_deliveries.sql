{%- macro note_deliveries() -%}
{%- if notes_deliveries() -%}
    {%- do adapter.create_schema(ledger_table('there')) -%}
    {%- do replace_ledger_table('there', deliveries_that_are_there()) -%}
    {%- if build_var('incremental') -%}
        {%- if adapter.get_relation(target.database or none, ledger_table('taken').schema, 'taken') is none -%}
            {%- do exceptions.raise_compiler_error(
                'There is no ' ~ ledger_table('taken') ~ ': a daily build starts from a full build. Build without the var incremental.') -%}
        {%- endif -%}
        {%- do replace_ledger_table('deliveries', compared_deliveries()) -%}
    {%- endif -%}
{%- endif -%}
{%- endmacro -%}

{%- macro keep_deliveries() -%}
{%- if notes_deliveries() -%}
    {%- do replace_ledger_table('taken', 'select * from ' ~ ledger_table('there')) -%}
{%- endif -%}
{%- endmacro -%}

{%- macro replace_ledger_table(name, sql) -%}
{%- do run_query('drop table if exists ' ~ ledger_table(name)) -%}
{%- do run_query('create table ' ~ ledger_table(name) ~ ' as ' ~ sql) -%}
{%- endmacro -%}

{%- macro notes_deliveries() -%}
{{ return(not has_runner() and (var('raw_from') == 'files' or var('raw_from') == 'tables' and var('tables_hold_deliveries'))) }}
{%- endmacro -%}

{%- macro deliveries_that_are_there() -%}
{%- set selects = [] -%}
{%- for domain in var('domains') -%}
    {%- for contract in raw_contracts(domain) -%}
        {%- set table = 'select ' ~ sql_text(domain) ~ ' as domain, ' ~ sql_text(contract.table) ~ ' as table_name, ' -%}
        {%- if var('raw_from') == 'files' -%}
            {%- for file in raw_files_of(contract) -%}
                {%- do selects.append(table ~ sql_text(file.name) ~ ' as name, ' ~ sql_text(file.delivery) ~ ' as delivery, '
                    ~ sql_text(file.columns | join('\n')) ~ ' as layout, ' ~ sql_text(file.mark) ~ ' as mark') -%}
            {%- endfor -%}
        {%- else -%}
            {%- do selects.append(table ~ load_name() ~ ' as name, ' ~ load_name() ~ " as delivery, '' as layout, cast(count(*) as "
                ~ dbt.type_string() ~ ') as mark from (' ~ landed_rows(contract) ~ ') as loads group by ' ~ load_name()) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endfor -%}
{{ return(selects | join(' union all ')) }}
{%- endmacro -%}

{%- macro compared_deliveries() -%}
select
    coalesce(there.domain, taken.domain) as domain,
    coalesce(there.table_name, taken.table_name) as table_name,
    coalesce(there.name, taken.name) as name,
    coalesce(there.delivery, taken.delivery) as delivery,
    coalesce(there.layout, taken.layout) as layout,
    case
        when taken.name is null then 'new'
        when there.name is null then 'gone'
        when there.mark <> taken.mark then 'changed'
        else 'same'
    end as change
from {{ ledger_table('there') }} as there
full join {{ ledger_table('taken') }} as taken
    on
        there.domain = taken.domain
        and there.table_name = taken.table_name
        and there.name = taken.name
{%- endmacro -%}
