-- Grain: one row per domain and location.
-- Trap: '(none)' is a location where the domain has none.
{{ union_of_domains('locations') }}
