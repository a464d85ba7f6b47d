-- Grain: one row per domain.
-- Trap: the has_ flags say what the domain's contract can record, not what its rows hold.
{{ union_of_domains('domains') }}
