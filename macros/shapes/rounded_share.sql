{#-
    A line's share of an order's amount, by line amount, else by quantity, else equally:
      rounded_share('shipping_cost', 'line_amount', 'quantity', 'order_id') as shipping_share
    Rounding leaves a remainder; in the next step share_with_rest() adds it to the largest line.
    Doubles: in DuckDB a product of two decimal(18, 6) has 18 digits and overflows at nine million.
-#}
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
