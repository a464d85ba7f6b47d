-- Grain: one row per hour from the first to the last event or order, also hours without any.
-- Trap: buyers do not add up over hours; a session counts in the hour of its first event only.
{{ greenery_kpis('hour', 'date_hour') }}
