-- Grain: one row per domain and return of goods or money.
-- Trap: amount and quantity are not below 0: subtract them. A return may have no order in core.
{{ union_of_domains('returns') }}
