{#-
    Makes the landed tables of raw_from=tables readable: on DuckDB the file raw_database is attached
    read-only as `landed`; elsewhere they already stand in the target's platform. A missing optional
    table is no error: raw() then reads an empty one.
-#}
{%- macro open_raw_database() -%}
{{ return(adapter.dispatch('open_raw_database', 'commerce_marts')()) }}
{%- endmacro -%}

{%- macro default__open_raw_database() -%}{%- endmacro -%}

{%- macro duckdb__open_raw_database() -%}
{%- if var('raw_database') -%}
    {%- do run_query(
        'attach if not exists ' ~ sql_text(var('raw_database'))
        ~ ' as landed (read_only)') -%}
{%- endif -%}
{%- endmacro -%}

{#- The rows of a landed table, of some loads or all, for hooks, which have no source(); none where it was not landed. -#}
{%- macro landed_rows(contract, loads=none) -%}
{%- set relation = adapter.get_relation('landed', 'raw_' ~ contract.domain, contract.table) -%}
{%- if relation is none -%}
    {{ return('select *, cast(null as timestamp) as _loaded_at from ' ~ empty_rows(contract) ~ ' as no_rows') }}
{%- endif -%}
{{ return('select * from ' ~ relation ~ (' where ' ~ load_name() ~ ' in (' ~ loads ~ ')' if loads else '')) }}
{%- endmacro -%}

{#- The load that brought a landed row, as text. -#}
{%- macro load_name() -%}coalesce(cast(_loaded_at as {{ dbt.type_string() }}), ''){%- endmacro -%}
