-- Grain: one row per raw row that was left out.
-- Trap: equal raw rows are separate rows here; there is no key.
{{ config(materialized='table', schema='quarantine', access='protected') }}

{{ left_out_rows('greenery') }}
