{%- macro periods_in_a_year() -%}{{ return({'day': 364, 'week': 52, 'month': 12}) }}{%- endmacro -%}
