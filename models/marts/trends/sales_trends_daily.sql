-- Grain: one row per domain, location, category, daypart and business day, also without any order.
-- Trap: orders do not add up over categories; the year before is 364 days before.
{{ revenue_trends('day', 'business_date', 364) }}
