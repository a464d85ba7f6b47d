-- Grain: one row per raw row that was left out.
-- Trap: there is no key; equal raw rows are separate rows.
{{ config(materialized='table', schema='quarantine', access='protected') }}

{{ left_out_rows('adventure_works') }}
