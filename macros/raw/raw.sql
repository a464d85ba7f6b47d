{#-
    A raw table, the only way into raw data: `select * from {{ raw('greenery', 'orders') }}`.

    Gives every contract column, trimmed and typed (a value that cannot be read is null), and
      set_aside_reason  '<kind>: <sentence>' where the row cannot be used, else null;
      raw_row           the row as it came, as a struct: carried, and only written for rows set aside;
      source_file       the file below the domain's folder, null for seeds and tables.
    A row is judged alone first (missing or unreadable values), then with the usable rows of its key:
    of equal rows one stays (repeat); of different rows the one delivered last stays (superseded);
    different rows of one delivery contradict each other and none is used.

    The nested selects stand here and not in 27 staging models because they say the same thing 27 times.
-#}
{%- macro raw(domain, table) -%}
{%- set contract = raw_contract(domain, table) -%}
{%- set source_relation = raw_relation(domain, table) -%}
{%- set given = raw_columns(domain, table, source_relation) -%}
{%- set key = [] -%}
{%- for column in contract.columns if column.name in contract.key -%}
    {%- do key.append(typed(adapter.quote(column.name), column.type, given.types[column.name])) -%}
{%- endfor -%}
(
    select
        {% for column in contract.columns -%}
        {{ typed(adapter.quote(column.name), column.type, given.types[column.name]) }}
            as {{ adapter.quote(column.name) }},
        {% endfor -%}
        set_aside_reason,
        raw_row,
        source_file
    from (
        select
            judged_alone.*,
            {% if key -%}
            case
                when unusable_reason is not null then unusable_reason
                -- Equal rows are interchangeable, so any order of them gives the same result.
                when row_number() over (
                    partition by {{ key | join(', ') }}, unusable_reason, row_hash
                    order by delivery desc
                ) > 1 then 'repeat: equal to another row'
                when delivery < max(delivery) over (
                    partition by {{ key | join(', ') }}, unusable_reason
                ) then 'superseded: a later delivery holds another row with this key'
                when min(row_hash) over (
                    partition by {{ key | join(', ') }}, unusable_reason, delivery
                ) <> max(row_hash) over (
                    partition by {{ key | join(', ') }}, unusable_reason, delivery
                ) then 'unusable: contradicts another row with the same {{ contract.key | join(", ") }}'
            end as set_aside_reason
            {%- else -%}
            unusable_reason as set_aside_reason
            {%- endif %}
        from (
            select
                {% for column in contract.columns -%}
                {{ adapter.quote(column.name) }},
                {% endfor -%}
                {{ unusable_reason(contract, given.types) }} as unusable_reason,
                {% if key -%}
                {{ row_hash(contract, given.types) }} as row_hash,
                {% endif -%}
                {{ given.delivery }} as delivery,
                {{ row_as_struct(given.names) }} as raw_row,
                {{ given.source_file }} as source_file
            from {{ source_relation }} as raw_table
        ) as judged_alone
    ) as judged_together
)
{%- endmacro -%}
