{#- In a daily build: keeps a copy of the old states for first_changed_rfm_hour(). -#}
{%- macro keep_rfm_states(states) -%}
{%- if build_var('incremental') -%}
create table {{ touched_table('rfm_states_before') }} as select * from {{ states }}
{%- endif -%}
{%- endmacro -%}
