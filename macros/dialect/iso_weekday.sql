{%- macro iso_weekday(date) -%}{{ return(adapter.dispatch('iso_weekday', 'commerce_marts')(date)) }}{%- endmacro -%}

{%- macro default__iso_weekday(date) -%}cast(dayofweekiso({{ date }}) as bigint){%- endmacro -%}

{%- macro duckdb__iso_weekday(date) -%}cast(isodow({{ date }}) as bigint){%- endmacro -%}

{%- macro spark__iso_weekday(date) -%}cast(weekday({{ date }}) + 1 as bigint){%- endmacro -%}
