-- Grain: one row per domain and return, before core has looked for its order line.
-- Trap: order_line_id is what the feed names. It is sure only where is_linked is true; read
-- fct_returns for the line that a return belongs to.
{{ config(materialized='view') }}

{{ union_of_domains('returns') }}
