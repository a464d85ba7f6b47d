{%- macro nearest_name(name, names) -%}
{%- set best = namespace(name='', likeness=0.5) -%}
{%- set pairs = letter_pairs(name | lower) -%}
{%- for other in names -%}
    {%- set other_pairs = letter_pairs(other | lower) -%}
    {%- set shared = pairs | select('in', other_pairs) | list | length -%}
    {%- set all_pairs = [pairs | length + other_pairs | length, 1] | max -%}
    {%- set likeness = 2 * shared / all_pairs -%}
    {%- if likeness > best.likeness -%}
        {%- set best.name = other -%}
        {%- set best.likeness = likeness -%}
    {%- endif -%}
{%- endfor -%}
{{ return(best.name) }}
{%- endmacro -%}

{%- macro letter_pairs(text) -%}
{%- set pairs = [] -%}
{%- for index in range([text | length - 1, 0] | max) -%}
    {%- do pairs.append(text[index:index + 2]) -%}
{%- endfor -%}
{{ return(pairs) }}
{%- endmacro -%}
