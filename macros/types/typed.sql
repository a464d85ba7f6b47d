{#-
    A raw column as a value of a contract type, null where it cannot be read:
    typed('order_cost', 'decimal') or typed('order_cost', 'decimal', 'decimal(9,2)').
    given: the column's type in the raw relation; '' is text. A typed column (Parquet, landed tables)
    is cast straight. Text must look like what it claims to be: engines read '1_000' and 'epoch' too.
-#}
{%- macro typed(column, type, given='') -%}
{%- set text = trimmed(column) -%}
{%- set number = '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$' -%}
{%- if type in ['string', 'time_zone', 'date_key', 'boolean'] or not given -%}
    {%- if type == 'string' -%}
        {{ return(text) }}
    {%- elif type == 'decimal' -%}
        {{ return('case when ' ~ matches(text, number) ~ ' then try_cast(' ~ text ~ ' as decimal(18, 6)) end') }}
    {%- elif type in ['integer', 'quantity'] -%}
        {{ return(whole_number('case when ' ~ matches(text, number) ~ ' then try_cast(' ~ text ~ ' as decimal(18, 6)) end', type)) }}
    {%- elif type == 'boolean' -%}
        {{ return("case when lower(" ~ text ~ ") in ('true', 't', '1', 'yes') then true"
            ~ " when lower(" ~ text ~ ") in ('false', 'f', '0', 'no') then false end") }}
    {%- elif type == 'timestamp' -%}
        {{ return(text_to_timestamp(text)) }}
    {%- elif type == 'date' -%}
        {{ return('cast(' ~ text_to_timestamp(text) ~ ' as date)') }}
    {%- elif type == 'date_key' -%}
        {{ return('coalesce(cast(' ~ text_to_timestamp(text) ~ ' as date), ' ~ day_first_to_date(text) ~ ')') }}
    {%- elif type == 'time_zone' -%}
        {{ return(known_time_zone(text)) }}
    {%- endif -%}
{%- elif type in ['integer', 'quantity'] -%}
    {{ return(whole_number('try_cast(' ~ column ~ ' as decimal(18, 6))', type)) }}
{%- elif type == 'decimal' -%}
    {{ return('try_cast(' ~ column ~ ' as decimal(18, 6))') }}
{%- elif type == 'timestamp' -%}
    {{ return(native_to_timestamp(column, given)) }}
{%- elif type == 'date' -%}
    {{ return('cast(' ~ native_to_timestamp(column, given) ~ ' as date)') }}
{%- endif -%}
{%- do exceptions.raise_compiler_error('typed(): unknown contract type ' ~ type) -%}
{%- endmacro -%}

{#- A decimal as a whole number (quantity: above 0), null where it is none. 1.0 is one, 1.5 is none. -#}
{%- macro whole_number(number, type) -%}
case when {{ number }} = floor({{ number }}){{ ' and ' ~ number ~ ' > 0' if type == 'quantity' }}
then cast({{ number }} as bigint) end
{%- endmacro -%}
