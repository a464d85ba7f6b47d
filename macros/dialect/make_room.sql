{%- macro make_room(tables) -%}
{%- do adapter.dispatch('make_room', 'commerce_marts')(tables) -%}
{%- endmacro -%}

{%- macro default__make_room(tables) -%}{%- endmacro -%}

{%- macro duckdb__make_room(tables) -%}
{%- for table in tables -%}{%- do adapter.drop_relation(table) -%}{%- endfor -%}
{%- endmacro -%}
