{%- macro keep_rfm_states(states) -%}
{%- if build_var('incremental') -%}
create table {{ touched_table('rfm_states_before') }} as select * from {{ states }}
{%- endif -%}
{%- endmacro -%}
