{#-
    The time zone of a domain's clock: domain_time_zone('greenery'). This is the var
    domain_timezones, else UTC. Restaurants have their own.
-#}
{%- macro domain_time_zone(domain) -%}
{%- set zones = var('domain_timezones') -%}
{#- check_vars_by_domain() refuses another value, but only after parsing. -#}
{{ return(zones.get(domain, 'UTC') if zones is mapping else 'UTC') }}
{%- endmacro -%}
