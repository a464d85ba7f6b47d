{%- macro check_vars_by_domain() -%}
{%- if execute -%}
    {%- do check_domains_of_var('domain_timezones', '{sales: Europe/Oslo}') -%}
    {%- do check_domains_of_var('statuses_that_are_no_sale', '{greenery: [cancelled]}') -%}
    {%- for domain, statuses in var('statuses_that_are_no_sale').items()
        if statuses is string or statuses is mapping or statuses is not iterable -%}
        {%- do exceptions.raise_compiler_error(
            "statuses_that_are_no_sale: " ~ domain ~ " is " ~ statuses ~ "; it must be a list such as [cancelled].") -%}
    {%- endfor -%}
    {%- for domain in domains_with_column('time_zone') if domain in var('domain_timezones') -%}
        {%- do exceptions.raise_compiler_error(
            "domain_timezones names " ~ domain ~ ", whose locations have a time zone each. Set it in the column"
            " timezone of the table restaurants, or for all in the var restaurant_default_timezone.") -%}
    {%- endfor -%}
    {%- for domain, zone in var('domain_timezones').items() -%}
        {%- do check_time_zone('domain_timezones: ' ~ domain, zone) -%}
    {%- endfor -%}
    {%- do check_time_zone('restaurant_default_timezone', var('restaurant_default_timezone')) -%}
    {%- for domain in domains_with_column(name='status')
        if domain in var('domains') and domain not in var('statuses_that_are_no_sale') -%}
        {%- do exceptions.raise_compiler_error(
            "statuses_that_are_no_sale has no entry for " ~ domain ~ ": its cancelled orders would count as sales."
            " Add " ~ domain ~ " with a list of statuses, or with [] if all orders count.") -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}

{%- macro check_domains_of_var(name, example) -%}
{%- set known = var('raw_contract').keys() | list -%}
{%- if var(name) is not mapping -%}
    {%- do exceptions.raise_compiler_error(
        name ~ " is " ~ var(name) ~ "; it must be a mapping by domain such as " ~ example ~ ".") -%}
{%- endif -%}
{%- for domain in var(name) if domain not in known -%}
    {%- set nearest = nearest_name(domain, known) -%}
    {%- do exceptions.raise_compiler_error(
        name ~ " names the unknown domain '" ~ domain ~ "'. "
        ~ ("Did you mean " ~ nearest ~ "?" if nearest else "Known are " ~ known | join(', ') ~ ".")) -%}
{%- endfor -%}
{%- endmacro -%}

{%- macro domains_with_column(type=none, name=none) -%}
{%- set domains = [] -%}
{%- for domain, tables in var('raw_contract').items() -%}
    {%- for table in tables.values() -%}
        {%- set types = table.columns.values() | map('replace', '!', '') | map('replace', '?', '') | list -%}
        {%- if domain not in domains and (type in types or (table.transactions and name in table.columns)) -%}
            {%- do domains.append(domain) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endfor -%}
{{ return(domains) }}
{%- endmacro -%}

{%- macro check_time_zone(setting, zone) -%}
{%- if zone != 'UTC' -%}
    {%- set is_known = run_query('select ' ~ known_time_zone(sql_text(zone)) ~ ' is not null').columns[0].values()[0] -%}
    {%- if not is_known -%}
        {%- set nearest = nearest_name(zone | string, time_zone_names()) -%}
        {%- do exceptions.raise_compiler_error(
            setting ~ " is '" ~ zone ~ "', which is not an IANA time zone that the engine knows. "
            ~ ("Did you mean " ~ nearest ~ "?" if nearest else "Use a name such as America/New_York.")) -%}
    {%- endif -%}
{%- endif -%}
{%- endmacro -%}
