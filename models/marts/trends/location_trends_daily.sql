-- Grain: one row per domain, location, daypart and business day, also days without any order.
-- Trap: here orders add up; in the trends by category an order of two categories counts twice.
{{ revenue_trends('day', 'business_date', 364, by_category=false) }}
