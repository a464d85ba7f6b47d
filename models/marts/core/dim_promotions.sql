-- Grain: one row per domain and promotion.
-- Trap: starts_on and ends_on are null where the feed gives a promotion no dates.
{{ union_of_domains('promotions') }}
