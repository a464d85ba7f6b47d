{#-
    A raw table: `select * from {{ raw('greenery', 'orders') }}`. The only way to read raw data.

    Gives every contract column, trimmed and typed (a value that cannot be read is null), and
      left_out_reason   '<kind>: <sentence>' if the row cannot be used, else null;
      raw_row           the unchanged raw row, as a struct: only stored for left out rows;
      source_file       the file below the domain's folder, or the load; null for seeds.
-#}
{%- macro raw(domain, table) -%}
{%- set relation = raw_relation(domain, table) -%}
{{ judged_rows(raw_contract(domain, table), relation, raw_columns(domain, table, relation)) }}
{%- endmacro -%}

{#-
    The contract columns without left_out_reason. Use it where possible: it reads much less.
    `select order_id from {{ raw_values('restaurant', 'order_items') }}`.
-#}
{%- macro raw_values(domain, table) -%}
{%- set relation = raw_relation(domain, table) -%}
(
    with {{ typed_rows(raw_contract(domain, table), relation, raw_columns(domain, table, relation)) }}

    select * from typed_rows
)
{%- endmacro -%}
