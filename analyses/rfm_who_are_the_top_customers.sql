-- Who are the best customers of each domain: recent, frequent and with high revenue?
with

vips as (
    select
        domain,
        customer_id,
        frequency,
        monetary,
        last_ordered_at,
        row_number() over (partition by domain order by monetary desc, customer_id) as vip_rank
    from {{ ref('customer_rfm_segments') }}
    where behaviour_group = 'VIP'
)

select
    vips.domain,
    vips.vip_rank,
    vips.customer_id,
    customers.name,
    vips.frequency,
    vips.monetary,
    vips.last_ordered_at
from vips
inner join {{ ref('dim_customers') }} as customers
    on vips.domain = customers.domain and vips.customer_id = customers.customer_id
where vips.vip_rank <= 10
order by vips.domain, vips.vip_rank
