{% macro refuse() %}
{%- if execute and var("trouble") == "hook" -%}
    {{ exceptions.raise_compiler_error(
        "apples.orders: there is neither a file nor a folder of that name in " ~ var("raw_dir")
        ~ ". Put orders.csv there, or leave the domain out with --domains."
    ) }}
{%- endif -%}
{% endmacro %}
