-- Grain: one row per domain, location, category, daypart and month of business days.
-- Trap: orders do not add up over categories; months differ in days and in weekends.
{{ revenue_trends('month', 'month_start_date', 12) }}
