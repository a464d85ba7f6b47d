{#- Orders of greenery with checkouts in several sessions: a warning. -#}
{%- test orders_have_one_checkout_session(model) -%}
{{ config(severity='warn') }}
select
    order_id,
    count(*) as repeated_checkouts_count,
    min(session_guid) as example_session_guid
from {{ model }}
where is_repeated_checkout
group by order_id
{%- endtest -%}
