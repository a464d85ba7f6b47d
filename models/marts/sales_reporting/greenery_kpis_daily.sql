-- Grain: one row per day from the first to the last event or order, also days without any.
-- Trap: buyers do not add up over days; a session counts on the day of its first event only.
{{ greenery_kpis('day', 'date_day') }}
