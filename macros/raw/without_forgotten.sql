{#- Each id is hashed once, not once a row. -#}
{%- macro without_forgotten(contract, relation, raw) -%}
{%- set list = build_var('forgotten_list') -%}
{%- if not list or not contract.people -%}{{ return(relation) }}{%- endif -%}
{%- set owner = contract.people.keys() | first -%}
{%- set kept = contract.columns | map(attribute='name') | reject('in', contract.personal) | list -%}
(
        select
            {%- for name in raw.names + raw.own_names %}
            {%- set given = 'given_rows.' ~ quoted_name(name) %}
            {%- if name | lower in contract.people %}
            coalesce({{ name | lower }}_forgotten.pseudonym, cast({{ given }} as {{ dbt.type_string() }})) as {{ quoted_name(name) }}{{ ',' if not loop.last }}
            {%- elif name | lower in kept or name in raw.own_names %}
            {{ given }}{{ ',' if not loop.last }}
            {%- else %}
            case when {{ owner }}_forgotten.pseudonym is null then {{ given }} end as {{ quoted_name(name) }}{{ ',' if not loop.last }}
            {%- endif %}
            {%- endfor %}
        from {{ relation }} as given_rows
        {%- for name in raw.names if name | lower in contract.people %}
        left join (
            select
                given_id,
                min(pseudonym) as pseudonym
            from (
                select distinct {{ quoted_name(name) }} as given_id
                from {{ relation }} as all_rows
                where {{ quoted_name(name) }} is not null
            ) as given_ids
            inner join {{ forgotten_list(list) }} as forgotten_list
                on
                    forgotten_list.domain = '{{ contract.domain }}'
                    and forgotten_list.kind = '{{ contract.people[name | lower] }}'
                    and forgotten_list.key_hash = {{ sha256(
                        "concat((select min(salt) from " ~ forgotten_list(list) ~ " as salts), '|" ~ contract.domain ~ "|"
                        ~ contract.people[name | lower] ~ "|', " ~ trimmed('given_id') ~ ")"
                    ) }}
            group by given_id
        ) as {{ name | lower }}_forgotten
            on given_rows.{{ quoted_name(name) }} = {{ name | lower }}_forgotten.given_id
        {%- endfor %}
    )
{%- endmacro -%}
