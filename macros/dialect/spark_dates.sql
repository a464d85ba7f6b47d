{#-
    In place of dbt-spark's: its dateadd() loses fractions of a second, its datediff() counts whole hours and
    months where DuckDB and Snowflake count the boundaries between, and its split_part() stops at a missing part.
-#}
{%- macro spark__dateadd(datepart, interval, from_date_or_timestamp) -%}
timestampadd({{ datepart }}, cast({{ interval }} as int), cast({{ from_date_or_timestamp }} as timestamp))
{%- endmacro -%}

{%- macro spark__datediff(first_date, second_date, datepart) -%}
{%- if datepart == 'day' -%}
cast(datediff(cast({{ second_date }} as date), cast({{ first_date }} as date)) as bigint)
{%- elif datepart == 'year' -%}
cast(year({{ second_date }}) - year({{ first_date }}) as bigint)
{%- elif datepart == 'month' -%}
cast(12 * (year({{ second_date }}) - year({{ first_date }})) + month({{ second_date }}) - month({{ first_date }}) as bigint)
{%- else -%}
timestampdiff({{ datepart }}, date_trunc('{{ datepart }}', {{ first_date }}), date_trunc('{{ datepart }}', {{ second_date }}))
{%- endif -%}
{%- endmacro -%}

{%- macro spark__split_part(string_text, delimiter_text, part_number) -%}
get(split({{ string_text }}, concat('\\Q', {{ delimiter_text }}, '\\E')), {{ part_number - 1 }})
{%- endmacro -%}
