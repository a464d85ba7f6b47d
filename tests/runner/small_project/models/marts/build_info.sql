{% set build_vars = fromjson(env_var("COMMERCE_MARTS_VARS", "{}")) if execute else {} %}
select
    domain,
    {% if var("trouble") == "wrong_id" %}'other'{% else %}'{{ build_vars.build_id }}'{% endif %} as build_id,
    cast(nullif('{{ build_vars.built_at }}', '') as timestamp) as built_at,
    cast('2024-01-31' as date) as as_of_date,
    '{{ build_vars.git_commit }}' as git_commit,
    '{{ dbt_version }}' as dbt_version,
    version() as duckdb_version,
    count(*) as orders_count,
    count(*) as order_lines_count,
    0 as rejected_rows_count,
    0 as excluded_rows_count,
    sum(amount) as revenue,
from {{ ref("fct_orders") }}
group by domain
