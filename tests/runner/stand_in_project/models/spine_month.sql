{{ dbt_utils.date_spine("month", "cast('2023-12-30' as date)", "cast('2025-03-01' as date)") }}
