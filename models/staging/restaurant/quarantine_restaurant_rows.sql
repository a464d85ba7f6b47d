-- Grain: one row per raw row that was set aside.
-- Trap: equal raw rows are separate rows here; there is no key.
{{ config(materialized='table', schema='quarantine') }}

{{ set_aside_rows('restaurant') }}
