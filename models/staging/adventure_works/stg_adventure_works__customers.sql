-- Grain: one row per customer account.
-- Trap: if store_id is filled, the customer is the store; the person is only the contact.
with

source as (
    select * from {{ raw('adventure_works', 'customer') }}
),

final as (
    select
        customer_id,
        person_id,
        store_id,
        territory_id,
        account_number,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
