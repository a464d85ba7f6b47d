-- Grain: one row per person: customers, but also employees and vendors' contacts.
with

source as (
    select * from {{ raw('adventure_works', 'person') }}
),

final as (
    select
        business_entity_id as person_id,
        person_type,
        title,
        first_name,
        middle_name,
        last_name,
        email_promotion,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
