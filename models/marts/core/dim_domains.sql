-- Grain: one row per domain.
-- Trap: the has_ flags describe what the domain's contract can record, not what its rows have.
{{ union_of_domains('domains') }}
