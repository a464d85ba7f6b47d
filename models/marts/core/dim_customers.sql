-- Grain: one row per domain and customer, with or without orders.
-- Trap: ids are only unique within a domain; a guest is not a customer.
{{ union_of_domains('customers') }}
