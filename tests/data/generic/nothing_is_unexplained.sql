{#- Rows with an amount that no part of the feed explains: a warning. -#}
{%- test nothing_is_unexplained(model, columns, amount) -%}
{{ config(severity='warn') }}
select {{ columns | join(', ') }}
from {{ model }}
where {{ amount }} > 0
{%- endtest -%}
