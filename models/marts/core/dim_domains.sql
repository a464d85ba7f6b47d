-- Grain: one row per domain.
-- Trap: the has_ flags describe what the domain's contract can record. Only has_returns,
-- has_loyalty and has_time_of_day depend on its rows.
{{ union_of_domains('domains') }}
