{#-
    A raw column as a value of a contract type, null where it cannot be read:
    typed('order_cost', 'decimal') or typed('order_cost', 'decimal', 'decimal(9,2)').
    given: the column's type in the raw relation; '' is text. A typed column (Parquet, landed tables) is
    cast straight where number meets number or time meets time; any other is read as its text, so that
    true is no 1 and 1612137600 no date. Text must look like what it claims to be: engines read '1_000'
    and 'epoch' too.
-#}
{%- macro typed(column, type, given='') -%}
{%- set text = trimmed(column) -%}
{%- set number = '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$' -%}
{%- set is_straight = (
    type in ['decimal', 'integer', 'quantity'] and is_number_type(given)
    or type in ['timestamp', 'date'] and (given.startswith('timestamp') or given.startswith('date'))
) -%}
{%- if not is_straight -%}
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

{#- Whether a column type of a raw relation is one of numbers: 'decimal(9,2)', 'bigint', 'double'. -#}
{%- macro is_number_type(given) -%}
{{ return(is_floating_type(given) or given.split('(')[0] in [
    'tinyint', 'smallint', 'integer', 'int', 'bigint', 'hugeint', 'utinyint', 'usmallint', 'uinteger',
    'ubigint', 'uhugeint', 'byte', 'short', 'long', 'decimal', 'numeric', 'number',
]) }}
{%- endmacro -%}

{%- macro is_floating_type(given) -%}
{{ return(given in ['float', 'double', 'real', 'double precision']) }}
{%- endmacro -%}

{#-
    What a column of a contract type should have been where its type in the raw relation cannot be kept
    letter for letter, else '': an id kept as floating point would come out as 1.0.
-#}
{%- macro expected_instead_of_type(type, given) -%}
{%- if given.startswith('blob') or given.endswith(']') or given.split('(')[0] in ['struct', 'map', 'union', 'array', 'variant'] -%}
    {{ return('a column of text, numbers or dates') }}
{%- elif type == 'string' and is_floating_type(given) -%}
    {{ return('a column of text or whole numbers, since ids are kept letter for letter') }}
{%- endif -%}
{{ return('') }}
{%- endmacro -%}
