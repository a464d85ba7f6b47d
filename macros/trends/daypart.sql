{%- macro daypart(local_time) -%}
{%- set dayparts = var('dayparts') | sort(attribute='start_hour', reverse=true) -%}
{%- set start_hours = dayparts | map(attribute='start_hour') | list -%}
{%- if not start_hours or start_hours | unique | list != start_hours
        or start_hours | min < 0 or start_hours | max > 23 -%}
    {%- do exceptions.raise_compiler_error(
        'dayparts: start_hour must be 0 to 23, each at most once, and there must be at least one; found '
        ~ var('dayparts')) -%}
{%- endif -%}
case
    {%- for part in dayparts %}
    when extract(hour from {{ local_time }}) >= {{ part.start_hour }} then {{ sql_text(part.name) }}
    {%- endfor %}
    else {{ sql_text(dayparts[0].name) }}
end
{%- endmacro -%}
