{%- macro check_var_ranges() -%}
{%- if execute -%}
    {#- As the comments in dbt_project.yml say. Whole numbers where both bounds are whole. -#}
    {%- set ranges = {
        'forecast_horizon_days': (7, 182),
        'forecast_backtest_origins': (1, 12),
        'forecast_dispersion_days': (28, 364),
        'forecast_level_days': (28, var('forecast_dispersion_days')),
        'forecast_minimum_days': (7, 364),
        'forecast_weekday_days': (7, 364),
        'forecast_season_days': (84, 728),
        'forecast_closed_days': (7, 91),
        'forecast_minimum_growth': (0.01, 1.0),
        'forecast_maximum_growth': (1.0, 100.0),
        'forecast_interval_z': (0.01, 4.0),
        'reorder_lead_days': (1, 91),
        'reorder_review_days': (0, 91),
        'reorder_service_z': (0.0, 4.0),
        'alert_z': (2.0, 6.0),
        'alert_minimum_days': (14, 364),
    } -%}
    {%- for name, (lowest, highest) in ranges.items() -%}
        {%- set value = var(name) -%}
        {%- set is_whole = lowest is integer -%}
        {%- if value is not number or value is boolean or (is_whole and value is not integer)
                or value < lowest or value > highest -%}
            {%- do exceptions.raise_compiler_error(
                name ~ " is " ~ value ~ "; it must be a " ~ ("whole " if is_whole else "") ~ "number from " ~ lowest
                ~ " to " ~ highest ~ ".") -%}
        {%- endif -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}
