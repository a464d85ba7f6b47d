{#- Stops the run if the var `trouble` says so. -#}
{% macro refuse() %}
{%- if execute and var("trouble") == "hook" -%}
    {{ exceptions.raise_compiler_error(
        "apples.orders: there is neither a file nor a folder of that name in "
        ~ (var("raw_dir") or "nowhere")
        ~ ". Put orders.csv there, or leave the domain out with --domains."
    ) }}
{%- elif execute and var("trouble") == "show_vars" -%}
    {%- set build_vars = fromjson(env_var("COMMERCE_MARTS_VARS")) -%}
    {{ exceptions.raise_compiler_error("vars: " ~ tojson([invocation_args_dict.vars, build_vars])) }}
{%- elif execute and var("trouble") == "show_memory" -%}
    {%- set settings = run_query(
        "select current_setting('memory_limit'), current_setting('temp_directory')"
    ).rows[0] -%}
    {{ exceptions.raise_compiler_error("memory: " ~ settings[0] ~ ", spills to " ~ settings[1]) }}
{%- endif -%}
{% endmacro %}
