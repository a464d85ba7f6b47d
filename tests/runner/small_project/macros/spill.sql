{#- If the var `stalled` is `spilling`: spills a temporary table of 140 MB, then never ends. -#}
{% macro spill() %}
{%- if var("stalled") == "spilling" -%}
    create temporary table spilled as
    select repeat(md5(cast(i as varchar)), 4) as text from range(1000000) as r(i);
    {{ stall("spilling") }}
{%- endif -%}
{% endmacro %}
