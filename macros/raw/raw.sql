{#-
    A raw table, the only way into raw data: `select * from {{ raw('greenery', 'orders') }}`.

    Gives every contract column, trimmed and typed (a value that cannot be read is null), and
      left_out_reason   '<kind>: <sentence>' where the row cannot be used, else null;
      raw_row           the row as it came, as a struct: only written for rows left out;
      source_file       the file below the domain's folder, or the load; null for seeds.
-#}
{%- macro raw(domain, table) -%}
{%- set relation = raw_relation(domain, table) -%}
{{ judged_rows(raw_contract(domain, table), relation, raw_columns(domain, table, relation)) }}
{%- endmacro -%}

{#-
    The same columns without left_out_reason, for where it is not needed: much less to read.
    `select order_id from {{ raw_values('restaurant', 'order_items') }}`.
-#}
{%- macro raw_values(domain, table) -%}
{%- set relation = raw_relation(domain, table) -%}
(
    with {{ typed_rows(raw_contract(domain, table), relation, raw_columns(domain, table, relation)) }}

    select * from typed_rows
)
{%- endmacro -%}
