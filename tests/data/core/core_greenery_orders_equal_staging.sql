-- What core says was paid, its goods and shipping, is what each greenery order says, to the last digit.
select orders.order_id
from {{ ref('stg_greenery__orders') }} as orders
full outer join (
    select * from {{ ref('fct_orders') }}
    where {{ adapter.quote('domain') }} = 'greenery'
) as core
    on orders.order_id = core.order_id
where
    orders.order_id is null
    or core.order_id is null
    or orders.order_cost <> core.gross_amount
    or orders.order_total <> core.total_amount
