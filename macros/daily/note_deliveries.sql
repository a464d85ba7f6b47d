{%- macro note_deliveries() -%}
{%- if notes_deliveries() -%}
    {%- do adapter.create_schema(ledger_table('there')) -%}
    {%- if build_var('incremental')
        and adapter.get_relation(target.database or none, ledger_table('taken').schema, 'taken') is none -%}
        {%- do exceptions.raise_compiler_error(
            'There is no ' ~ ledger_table('taken') ~ ': a daily build starts from a full build. Build without the var incremental.') -%}
    {%- endif -%}
    {%- do replace_ledger_table('there', deliveries_that_are_there()) -%}
    {%- if build_var('incremental') -%}{%- do replace_ledger_table('deliveries', compared_deliveries()) -%}{%- endif -%}
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
{%- set names = 'domain, table_name, name, delivery, layout, mark, ending, lines_count, is_utf8' -%}
{%- set files = [] -%}
{%- set loads = [] -%}
{%- for domain in var('domains') -%}
    {%- for contract in raw_contracts(domain) -%}
        {%- set table = sql_text(domain) ~ ', ' ~ sql_text(contract.table) -%}
        {%- if var('raw_from') == 'files' -%}
            {%- for file in listed_raw_files(contract, files_taken(contract)) -%}
                {%- set texts = [] -%}
                {%- for text in [file.name, file.delivery, file.columns | join('\n'), file.mark, file.ending] -%}{%- do texts.append(sql_text(text)) -%}{%- endfor -%}
                {%- do files.append('(' ~ table ~ ', ' ~ texts | join(', ') ~ ', ' ~ file.lines ~ ', ' ~ file.is_utf8 | lower ~ ')') -%}
            {%- endfor -%}
        {#- A look-up is read whole. -#}
        {%- elif contract.transactions -%}
            {%- do loads.append('select ' ~ table ~ ', ' ~ load_name() ~ ', ' ~ load_name() ~ ", '', cast(count(*) as " ~ dbt.type_string()
                ~ "), '', 0, true from (" ~ landed_rows(contract) ~ ') as loads group by ' ~ load_name()) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endfor -%}
{#- There is a row at least, so that the columns have types. -#}
{%- set nothing = "('', '', '', '', '', '', '', 0, true)" -%}
{{ return('select * from (select * from (values ' ~ (files + [nothing]) | join(', ') ~ ') as files (' ~ names ~ ") where domain <> ''"
    ~ (' union all ' ~ loads | join(' union all ') if loads else '') ~ ') as found') }}
{%- endmacro -%}

{%- macro files_taken(contract) -%}
{%- if not build_var('incremental') -%}{{ return([]) }}{%- endif -%}
{{ return(run_query(
    'select name, mark, layout, lines_count, is_utf8 from ' ~ ledger_table('taken')
    ~ ' where domain = ' ~ sql_text(contract.domain) ~ ' and table_name = ' ~ sql_text(contract.table)
).rows) }}
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
