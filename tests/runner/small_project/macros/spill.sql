{#- Stays where DuckDB has spilled a temporary table of 140 MB, where the var `stalled` is `spilling`. -#}
{% macro spill() %}
{%- if var("stalled") == "spilling" -%}
    create temporary table spilled as
    select repeat(md5(cast(i as varchar)), 4) as text from range(1000000) as r(i);
    {{ stall("spilling") }}
{%- endif -%}
{% endmacro %}
