select * from {{ ref("fct_orders") }}
where amount > {{ 1 if var("trouble") == "test" else 1000000 }}
