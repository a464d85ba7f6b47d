{%- macro share_with_rest(share, amount, line_amount, order_id, order_line_id) -%}
cast(
    {{ share }} + case
        when row_number() over (
            partition by {{ order_id }} order by {{ line_amount }} desc nulls last, {{ order_line_id }}
        ) = 1 then ({{ amount }}) - sum({{ share }}) over (partition by {{ order_id }}) else 0
    end as decimal(18, 6)
)
{%- endmacro -%}
