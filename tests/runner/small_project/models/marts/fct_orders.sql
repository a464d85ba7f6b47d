-- One row per domain and order.
{% for domain in var("domains") %}
select '{{ domain }}' as domain, * from {{ ref("stg_" ~ domain ~ "__orders") }}
{% if not loop.last %}union all by name{% endif %}
{% endfor %}
{% if var("trouble") == "model" %}where no_such_column = 1{% endif %}
