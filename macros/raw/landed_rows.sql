{%- macro landed_rows(contract, loads=none) -%}
{%- set relation = adapter.get_relation(landed_database(), 'raw_' ~ contract.domain, contract.table) -%}
{%- if relation is none -%}
    {{ return('select *, cast(null as timestamp) as _loaded_at from ' ~ empty_rows(contract) ~ ' as no_rows') }}
{%- endif -%}
{{ return('select * from ' ~ relation ~ (' where ' ~ load_name() ~ ' in (' ~ loads ~ ')' if loads else '')) }}
{%- endmacro -%}

{%- macro load_name() -%}coalesce(cast(_loaded_at as {{ dbt.type_string() }}), ''){%- endmacro -%}
