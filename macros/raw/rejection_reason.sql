{%- macro rejection_reason(contract) -%}
{%- set expected = {
    'decimal': 'a number', 'integer': 'a whole number', 'count': 'a whole number of 0 or more',
    'quantity': 'a whole number above 0', 'signed_quantity': 'a whole number other than 0',
    'boolean': 'true or false', 'timestamp': 'an ISO 8601 date or timestamp', 'date': 'an ISO 8601 date',
    'date_key': 'a date (ISO or dd-MM-yyyy)', 'time_zone': 'an IANA time zone',
} -%}
case
    {%- for column in contract.columns %}
    {%- set value = quoted_name(column.name) %}
    {%- set raw_value = quoted_name('raw_' ~ column.name) %}
    {%- set raw_text = 'cast(' ~ raw_value ~ ' as ' ~ dbt.type_string() ~ ')' %}
    {#- A column may be null in all rows. -#}
    {%- set is_unreadable = value ~ ' is null and ' ~ raw_value ~ ' is not null' %}
    {%- if column.type == 'decimal' %}
    when {{ is_unreadable }} and abs(try_cast({{ raw_text }} as double)) between 1e12 and 1e300 then 'rejected: {{ column.name }} is not below 10^12'
    {%- endif %}
    {%- if column.type in expected %}
    when {{ is_unreadable }} and {{ null_if_in(raw_text, var('null_words')) }} is not null then 'rejected: {{ column.name }} is not {{ expected[column.type] }}'
    {%- endif %}
    {%- if column.required %}
    when {{ value }} is null then 'rejected: {{ column.name }} is missing'
    {%- endif %}
    {%- if column.name == contract.returns.quantity %}
    when {{ value }} = 0 and not {{ quoted_name(contract.returns.amount) }} < 0 then 'rejected: {{ column.name }} is not a whole number other than 0'
    {%- endif %}
    {%- if contract.line_amount and column.name == contract.line_amount[-1] %}
    when abs(cast({{ quoted_name(contract.line_amount[0]) }} as double) * {{ value }}) >= 1e12 then 'rejected: {{ contract.line_amount | join(' * ') }} is not below 10^12'
    {%- endif %}
    {%- if contract.transactions and column.required and column.type in ['date', 'timestamp'] %}
    when not {{ is_plausible_date(value) }} then 'rejected: {{ column.name }} is not a plausible date'
    {%- endif %}
    {%- endfor %}
end
{%- endmacro -%}

{%- macro reason_or_test_traffic(contract, reason) -%}
{%- if not contract.test_traffic or contract.test_traffic == 'parent' -%}{{ return(reason) }}{%- endif -%}
case when {{ is_test_traffic(quoted_name(contract.test_traffic)) }} then 'test traffic: {{ contract.test_traffic }} marks the order as a test' else {{ reason }} end
{%- endmacro -%}

{%- macro is_plausible_date(value) -%}
(cast({{ value }} as date) between cast({{ sql_text(build_var('earliest_plausible_date')) }} as date) and {# -#}
cast({{ sql_text(build_var('latest_plausible_date')) }} as date))
{%- endmacro -%}
