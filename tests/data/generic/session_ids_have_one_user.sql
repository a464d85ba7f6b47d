{#- Session ids of greenery that several users have: a warning. -#}
{%- test session_ids_have_one_user(model) -%}
{{ config(severity='warn') }}
select
    session_id,
    count(distinct session_guid) as sessions_count,
    min(session_guid) as example_session_guid
from {{ model }}
group by session_id
having count(distinct session_guid) > 1
{%- endtest -%}
