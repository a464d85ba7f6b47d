{%- macro sha256(text) -%}{{ return(adapter.dispatch('sha256', 'commerce_marts')(text)) }}{%- endmacro -%}

{%- macro default__sha256(text) -%}{{ return('sha2(' ~ text ~ ', 256)') }}{%- endmacro -%}

{%- macro duckdb__sha256(text) -%}{{ return('sha256(' ~ text ~ ')') }}{%- endmacro -%}
