{#-
    The rows of a raw relation with set_aside_reason, as raw() gives them: judged_rows(contract, relation, given).
    given is what raw_columns() says of the relation.

    A row is judged alone first (missing or unreadable values), then with the usable rows of its key:
    of equal rows one stays (repeat); of different rows the one delivered last stays (superseded);
    different rows of one delivery contradict each other and none is used.

    The nested selects stand here and not in 27 staging models because they say the same thing 27 times.
-#}
{%- macro judged_rows(contract, relation, given) -%}
{%- set columns = [] -%}
{%- set key = [] -%}
{%- for column in contract.columns -%}{%- do columns.append(adapter.quote(column.name)) -%}{%- endfor -%}
{%- for name in contract.key -%}{%- do key.append(adapter.quote(name)) -%}{%- endfor -%}
(
    select
        {{ columns | join(', ') }},
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
        end as set_aside_reason,
        {%- else -%}
        unusable_reason as set_aside_reason,
        {%- endif %}
        raw_row,
        source_file
    from (
        select
            typed_rows.*,
            {% if key -%}
            {{ row_hash(contract) }} as row_hash,
            {% endif -%}
            {{ unusable_reason(contract) }} as unusable_reason
        from (
            select
                {{ typed_columns(contract, given.types) | indent(16) }},
                {{ given.delivery }} as delivery,
                {{ row_as_struct(given.names) }} as raw_row,
                {{ given.source_file }} as source_file
            from {{ relation }} as raw_table
        ) as typed_rows
    ) as judged_alone
)
{%- endmacro -%}
