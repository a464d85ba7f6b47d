{%- macro given_clv_parameters() -%}
{%- set nothing = {} -%}
{%- for symbol in ['r', 'alpha', 'a', 'b', 'p', 'q', 'v'] -%}{%- do nothing.update({symbol: 'null'}) -%}{%- endfor -%}
{{ return(var('clv_parameters') or ({} if has_python_models() else {'(none)': nothing})) }}
{%- endmacro -%}
