{#-
    The rows of a raw relation with left_out_reason, as raw() gives them: judged_rows(contract, relation, given).
    given is what raw_columns() says of the relation.

    A row is judged alone first (missing or unreadable values), then with the usable rows of its key:
    of equal rows one stays (repeat); of different rows the one delivered last stays (superseded);
    different rows of one delivery contradict each other and none is used.

    Few keys are given more than once, and only their rows are compared: whole rows of a large table
    in a window take more memory and time than to read the table again.

    The nested selects stand here and not in 27 staging models because they say the same thing 27 times.
-#}
{%- macro judged_rows(contract, relation, given) -%}
{%- set columns = [] -%}
{%- set key = [] -%}
{%- set key_columns = [] -%}
{%- for column in contract.columns -%}
    {%- do columns.append(adapter.quote(column.name)) -%}
    {%- if column.name in contract.key -%}{%- do key_columns.append(column) -%}{%- endif -%}
{%- endfor -%}
{%- for name in contract.key -%}{%- do key.append(adapter.quote(name)) -%}{%- endfor -%}
{%- set rows_judged_alone -%}
(
        select
            typed_rows.*,
            {% if key -%}
            {{ row_hash(key_columns) }} as key_hash,
            {% endif -%}
            {{ rejection_reason(contract) | indent(12) }} as rejection_reason
        from (
            select
                {{ typed_columns(contract, given.types) | indent(16) }},
                {{ given.delivery }} as delivery,
                {{ row_as_struct(given.names) }} as raw_row,
                {{ given.source_file }} as source_file
            from {{ relation }} as raw_table
        ) as typed_rows
    ) as judged_alone
{%- endset -%}
(
    {% if key -%}
    with keys_given_again as (
        select key_hash
        from (
            select {{ row_hash(key_columns) }} as key_hash
            from (
                select
                    {{ typed_columns({'columns': key_columns}, given.types) | indent(20) }}
                from {{ relation }} as raw_table
            ) as typed_keys
        ) as hashed_keys
        group by key_hash
        having count(*) > 1
    )

    {% endif -%}
    select
        {{ columns | join(', ') }},
        rejection_reason as left_out_reason,
        raw_row,
        source_file
    from {{ rows_judged_alone }}
    {%- if key %}
    left join keys_given_again
        on judged_alone.key_hash = keys_given_again.key_hash
    where keys_given_again.key_hash is null

    union all

    select
        {{ columns | join(', ') }},
        case
            when rejection_reason is not null then rejection_reason
            -- Equal rows are interchangeable, so any order of them gives the same result.
            when row_number() over (
                partition by {{ key | join(', ') }}, rejection_reason, row_hash
                order by delivery desc
            ) > 1 then 'repeat: equal to another row'
            when delivery < max(delivery) over (
                partition by {{ key | join(', ') }}, rejection_reason
            ) then 'superseded: a later delivery holds another row with this key'
            when min(row_hash) over (
                partition by {{ key | join(', ') }}, rejection_reason, delivery
            ) <> max(row_hash) over (
                partition by {{ key | join(', ') }}, rejection_reason, delivery
            ) then 'rejected: contradicts another row with the same {{ contract.key | join(", ") }}'
        end as left_out_reason,
        raw_row,
        source_file
    from (
        select
            judged_alone.*,
            {{ row_hash(contract.columns) }} as row_hash
        from {{ rows_judged_alone | indent(8) }}
        inner join keys_given_again
            on judged_alone.key_hash = keys_given_again.key_hash
    ) as rows_of_keys_given_again
    {%- endif %}
)
{%- endmacro -%}
