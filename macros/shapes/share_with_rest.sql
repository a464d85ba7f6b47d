{#-
    A rounded_share() that adds up to the order's amount to the last digit:
      share_with_rest('shipping_share', 'shipping_cost', 'line_amount', 'order_id', 'order_line_id')
    The order's largest line (ties: the first order_line_id) gets the remainder of the rounding.
-#}
{%- macro share_with_rest(share, amount, line_amount, order_id, order_line_id) -%}
cast(
    {{ share }} + case
        when row_number() over (
            partition by {{ order_id }} order by {{ line_amount }} desc nulls last, {{ order_line_id }}
        ) = 1 then ({{ amount }}) - sum({{ share }}) over (partition by {{ order_id }}) else 0
    end as decimal(18, 6)
)
{%- endmacro -%}
