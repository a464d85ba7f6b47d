{#- A text in one Unicode form (NFC): an e with an accent may come as one character or as two. -#}
{%- macro one_unicode_form(text) -%}
{{ return(adapter.dispatch('one_unicode_form', 'commerce_marts')(text)) }}
{%- endmacro -%}

{%- macro default__one_unicode_form(text) -%}{{ text }}{%- endmacro -%}

{%- macro duckdb__one_unicode_form(text) -%}nfc_normalize({{ text }}){%- endmacro -%}
