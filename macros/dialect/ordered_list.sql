{%- macro ordered_list(value, position) -%}
{{ return(adapter.dispatch('ordered_list', 'commerce_marts')(value, position)) }}
{%- endmacro -%}

{%- macro default__ordered_list(value, position) -%}
transform(array_sort(collect_list(struct({{ position }} as position, {{ value }} as value))), element -> element.value)
{%- endmacro -%}

{%- macro duckdb__ordered_list(value, position) -%}list({{ value }} order by {{ position }}){%- endmacro -%}

{%- macro snowflake__ordered_list(value, position) -%}
array_agg({{ value }}) within group (order by {{ position }})
{%- endmacro -%}
