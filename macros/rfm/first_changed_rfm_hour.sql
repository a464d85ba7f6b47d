{%- macro first_changed_rfm_hour() -%}
{%- if not build_var('incremental') -%}
select cast('0001-01-01' as timestamp) as first_changed_hour
{%- else -%}
{%- set columns = 'user_id, valid_from, last_ordered_at, frequency' -%}
{%- set before = 'select ' ~ columns ~ ' from ' ~ touched_table('rfm_states_before') -%}
select coalesce(min(valid_from), cast('9999-12-31' as timestamp)) as first_changed_hour
from (
    (select {{ columns }} from states except {{ before }})
    union all
    ({{ before }} except select {{ columns }} from states)
) as differences
{%- endif -%}
{%- endmacro -%}
