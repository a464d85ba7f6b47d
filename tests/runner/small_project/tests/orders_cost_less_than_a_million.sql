{{ config(meta={"means": "Each is a dear order.", "next_step": "Sell cheaper things."}) }}
select * from {{ ref("fct_orders") }}
where amount > {{ 1 if var("trouble") == "test" else 1000000 }}
{% if var("stalled") == "orders_cost_less_than_a_million" %}
union all by name ({{ stall("orders_cost_less_than_a_million") }})
{% endif %}
