{#-
    Why a raw row cannot be used, from the row alone: 'rejected: order_cost is not a number', or null.
    Reads the columns that typed_columns() gives.
-#}
{%- macro rejection_reason(contract) -%}
{%- set expected = {
    'decimal': 'a number', 'integer': 'a whole number', 'quantity': 'a whole number above 0',
    'boolean': 'true or false', 'timestamp': 'an ISO 8601 timestamp', 'date': 'an ISO 8601 date',
    'date_key': 'a date (ISO or dd-MM-yyyy)', 'time_zone': 'an IANA time zone',
} -%}
case
    {%- for column in contract.columns %}
    {%- set value = adapter.quote(column.name) %}
    {%- set given = value ~ ' is not null' if column.type == 'string' else adapter.quote('given_' ~ column.name) %}
    {%- if column.required %}
    when not ({{ given }}) then 'rejected: {{ column.name }} is missing'
    {%- endif %}
    {%- if column.type != 'string' %}
    when {{ given }} and {{ value }} is null
        then 'rejected: {{ column.name }} is not {{ expected[column.type] }}'
    {%- endif %}
    {%- if contract.transactions and column.required and column.type in ['date', 'timestamp'] %}
    when not {{ is_plausible_date(value) }}
        then 'rejected: {{ column.name }} is not a plausible date'
    {%- endif %}
    {%- endfor %}
end
{%- endmacro -%}

{#- A date or timestamp that a transaction may have; null stays null. -#}
{%- macro is_plausible_date(value) -%}
(cast({{ value }} as date) between cast({{ sql_text(var_of_the_moment('earliest_plausible_date')) }} as date)
and cast({{ sql_text(var_of_the_moment('latest_plausible_date')) }} as date))
{%- endmacro -%}
