{#- One hash over the fields as text, with `-` between them. A null counts as the text
    _dbt_utils_surrogate_key_null_, or as empty text where the var says so. -#}
{%- macro generate_surrogate_key(field_list) -%}
{%- set null_text = (
    "" if var("surrogate_key_treat_nulls_as_empty_strings", false)
    else "_dbt_utils_surrogate_key_null_"
) -%}
{%- set parts = [] -%}
{%- for field in field_list -%}
    {%- if not loop.first -%}{%- do parts.append("'-'") -%}{%- endif -%}
    {%- set as_text = "cast(" ~ field ~ " as " ~ dbt.type_string() ~ ")" -%}
    {%- do parts.append("coalesce(" ~ as_text ~ ", '" ~ null_text ~ "')") -%}
{%- endfor -%}
{{ return(dbt.hash(dbt.concat(parts))) }}
{%- endmacro -%}
