-- Grain: one row per domain and product.
-- Trap: category is 'Uncategorised' where the feed has none.
{{ union_of_domains('products') }}
