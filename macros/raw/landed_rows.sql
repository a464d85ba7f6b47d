{#-
    A select over a landed table, empty if there is none. For hooks, which have no source().
    loads: a select of the loads to read.
-#}
{%- macro landed_rows(contract, loads=none) -%}
{%- set relation = adapter.get_relation('landed', 'raw_' ~ contract.domain, contract.table) -%}
{%- if relation is none -%}
    {{ return('select *, cast(null as timestamp) as _loaded_at from ' ~ empty_rows(contract) ~ ' as no_rows') }}
{%- endif -%}
{{ return('select * from ' ~ relation ~ (' where ' ~ load_name() ~ ' in (' ~ loads ~ ')' if loads else '')) }}
{%- endmacro -%}

{#- The load that brought a landed row, as text. -#}
{%- macro load_name() -%}coalesce(cast(_loaded_at as {{ dbt.type_string() }}), ''){%- endmacro -%}
