{%- macro rounded_share(amount, line_amount, quantity, order_id) -%}
cast(round(
    case
        when sum({{ line_amount }}) over (partition by {{ order_id }}) > 0
            then cast({{ amount }} as double) * ({{ line_amount }}) / sum({{ line_amount }}) over (partition by {{ order_id }})
        when sum({{ quantity }}) over (partition by {{ order_id }}) > 0
            then cast({{ amount }} as double) * ({{ quantity }}) / sum({{ quantity }}) over (partition by {{ order_id }})
        else ({{ amount }}) / count(*) over (partition by {{ order_id }})
    end, 6
) as decimal(18, 6))
{%- endmacro -%}
