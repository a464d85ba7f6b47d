{%- macro raw_text(column, type, given='') -%}
{%- if given == 'missing' -%}{{ return('cast(null as ' ~ dbt.type_string() ~ ')') }}{%- endif -%}
{{ return(column if is_read_as_it_is(type, given) else trimmed(column)) }}
{%- endmacro -%}

{%- macro is_read_as_it_is(type, given) -%}
{{ return(
    type in ['decimal', 'integer', 'count', 'quantity', 'signed_quantity'] and is_number_type(given)
    or type in ['timestamp', 'date'] and (given.startswith('timestamp') or given.startswith('date'))
) }}
{%- endmacro -%}

{%- macro is_text_type(type) -%}
{{ return(type in ['string', 'name', 'person', 'buyer', 'currency']) }}
{%- endmacro -%}

{%- macro typed(column, type, given='', time_zone='UTC', as_utc=false) -%}
{%- set is_text = not is_read_as_it_is(type, given) -%}
{%- set number = '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$' -%}
{%- set decimal = 'try_cast(' ~ column ~ ' as decimal(18, 6))' -%}
{%- set decimal = 'case when ' ~ matches(column, number) ~ ' then ' ~ decimal ~ ' end' if is_text else decimal -%}
{%- set timestamp = text_to_timestamp(column, time_zone, as_utc) if is_text else native_to_timestamp(column, given, time_zone, as_utc) -%}
{%- if type == 'string' -%}
    {{ return(column) }}
{%- elif type == 'name' -%}
    {{ return(one_unicode_form(column)) }}
{%- elif type == 'person' -%}
    {{ return(null_if_in(column, var('null_words'))) }}
{%- elif type == 'buyer' -%}
    {{ return(null_if_in(column, var('null_words') + var('guest_customer_ids'))) }}
{%- elif type == 'decimal' -%}
    {{ return(decimal) }}
{%- elif type in ['integer', 'count', 'quantity', 'signed_quantity'] -%}
    {{ return(whole_number(decimal, {'count': ' >= 0', 'quantity': ' > 0'}.get(type, ''))) }}
{%- elif type == 'boolean' -%}
    {{ return("case when lower(" ~ column ~ ") in ('true', 't', '1', 'yes') then true"
        ~ " when lower(" ~ column ~ ") in ('false', 'f', '0', 'no') then false end") }}
{%- elif type == 'currency' -%}
    {{ return('upper(' ~ null_if_in(column, var('null_words')) ~ ')') }}
{%- elif type == 'timestamp' -%}
    {{ return(timestamp) }}
{%- elif type == 'date' -%}
    {{ return('cast(' ~ timestamp ~ ' as date)') }}
{%- elif type == 'date_key' -%}
    {{ return('coalesce(cast(' ~ timestamp ~ ' as date), ' ~ day_first_to_date(column) ~ ')') }}
{%- elif type == 'time_zone' -%}
    {{ return(known_time_zone(column)) }}
{%- endif -%}
{%- do exceptions.raise_compiler_error('The raw contract has a column of an unknown type: ' ~ type ~ '.') -%}
{%- endmacro -%}

{%- macro null_if_in(text, words) -%}
{{ return('case when ' ~ text ~ ' not in ' ~ sql_texts(words) ~ ' then ' ~ text ~ ' end' if words else text) }}
{%- endmacro -%}

{%- macro whole_number(number, bounds='') -%}
case when {{ number }} = floor({{ number }}){{ ' and ' ~ number ~ bounds if bounds }} then cast({{ number }} as bigint) end
{%- endmacro -%}

{%- macro is_number_type(given) -%}
{{ return(is_floating_type(given) or given.split('(')[0] in [
    'tinyint', 'smallint', 'integer', 'int', 'bigint', 'hugeint', 'utinyint', 'usmallint', 'uinteger',
    'ubigint', 'uhugeint', 'byte', 'short', 'long', 'decimal', 'numeric', 'number',
]) }}
{%- endmacro -%}

{%- macro is_floating_type(given) -%}
{{ return(given in ['float', 'double', 'real', 'double precision']) }}
{%- endmacro -%}

{%- macro expected_instead_of_type(type, given) -%}
{%- if given.startswith('blob') or given.endswith(']') or given.split('(')[0] in ['struct', 'map', 'union', 'array', 'variant'] -%}
    {{ return('a column of text, numbers or dates') }}
{%- elif is_text_type(type) and is_floating_type(given) -%}
    {{ return('a column of text or whole numbers, since ids are kept letter for letter') }}
{%- endif -%}
{{ return('') }}
{%- endmacro -%}
