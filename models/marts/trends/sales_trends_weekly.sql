-- Grain: one row per domain, location, category, daypart and ISO week (Monday first).
-- Trap: orders do not add up over categories; a week belongs to no one month or year.
{{ revenue_trends('week', 'week_start_date', 52) }}
