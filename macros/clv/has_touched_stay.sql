{%- macro has_touched_stay(customer_id, domain='domain') -%}
{%- if build_var('incremental') -%}
({{ domain }}, {{ customer_id }}) in (
    select domain, customer_id from {{ ref('fct_clv_tier_stays') }}
    where {{ is_touched('month or later', 'month_start_date') }}
    union
    select domain, customer_id from {{ this }}
    where {{ is_touched('month or later', month_start('valid_from')) }}
)
{%- else -%}
{{ is_touched('month or later', 'month_start_date') }}
{%- endif -%}
{%- endmacro -%}
