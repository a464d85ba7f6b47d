-- Grain: one row per domain, location, category, daypart and ISO week (Monday first).
-- Trap: orders do not add up over categories; a week may belong to two months or years.
{{ revenue_trends('week', 'week_start_date', 52) }}
