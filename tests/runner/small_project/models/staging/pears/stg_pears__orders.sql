select
    cast(order_id as varchar) as order_id,
    cast(amount as decimal(18, 6)) as amount,
from {% if var("raw_from") == "seeds" %}{{ ref("pears__orders") }}{% else %}(select 1 as order_id, 2 as amount){% endif %}
