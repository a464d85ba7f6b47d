{%- macro domain_time_zone(domain) -%}
{%- set zones = var('domain_timezones') -%}
{#- check_vars_by_domain() refuses another value, but only after parsing. -#}
{{ return(zones.get(domain, 'UTC') if zones is mapping else 'UTC') }}
{%- endmacro -%}
