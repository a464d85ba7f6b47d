{%- macro one_unicode_form(text) -%}{{ return(adapter.dispatch('one_unicode_form', 'commerce_marts')(text)) }}{%- endmacro -%}

{%- macro default__one_unicode_form(text) -%}{{ text }}{%- endmacro -%}

{%- macro duckdb__one_unicode_form(text) -%}nfc_normalize({{ text }}){%- endmacro -%}
