{#- Rows of a staging model with an optional date that cannot be right: a warning. -#}
{%- test no_date_is_ignored(model, key) -%}
{{ config(severity='warn') }}
select
    {{ key }},
    ignored_date
from {{ model }}
where ignored_date is not null
{%- endtest -%}
