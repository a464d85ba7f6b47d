{%- macro check_var_ranges() -%}
{%- if execute -%}
    {#- Lowest and highest, as the comments in dbt_project.yml say; none for no limit. Whole numbers where the lowest is whole. -#}
    {%- set ranges = {
        'clv_horizon_days': (7, 3650),
        'clv_minimum_repeat_buyers': (1, none),
        'clv_maximum_groups': (1000, none),
        'discount_follow_up_days': (1, 365),
        'basket_minimum_orders': (1, none),
        'basket_maximum_products': (2, none),
        'basket_suggestions_count': (1, 20),
        'basket_last_products_count': (1, 50),
        'basket_best_partners_count': (1, 20),
        'basket_holdout_days': (1, none),
        'basket_interval_z': (0.01, 10),
        'basket_minimum_affinity': (1.0, none),
        'forecast_horizon_days': (7, 182),
        'forecast_backtest_origins': (1, 12),
        'forecast_dispersion_days': (28, 364),
        'forecast_level_days': (28, var('forecast_dispersion_days')),
        'forecast_minimum_days': (7, 364),
        'forecast_weekday_days': (7, 364),
        'forecast_season_days': (84, 728),
        'forecast_closed_days': (7, 91),
        'forecast_minimum_growth': (0.01, 1),
        'forecast_maximum_growth': (1.0, 100),
        'forecast_interval_z': (0.01, 4),
        'forecast_one_sided_z': (0.01, var('forecast_interval_z')),
        'reorder_lead_days': (1, 91),
        'reorder_review_days': (0, 91),
        'reorder_service_z': (0.0, 4),
        'alert_z': (2.0, 6),
        'alert_minimum_days': (14, 364),
    } -%}
    {%- for name, (lowest, highest) in ranges.items() -%}
        {%- set value = var(name) -%}
        {%- set is_whole = lowest is integer -%}
        {%- if value is not number or value is boolean or (is_whole and value is not integer)
                or value < lowest or (highest is not none and value > highest) -%}
            {%- do exceptions.raise_compiler_error(
                name ~ " is " ~ value ~ "; it must be a " ~ ("whole number" if is_whole else "number")
                ~ (" of at least " ~ lowest if highest is none else " from " ~ lowest ~ " to " ~ highest) ~ ".") -%}
        {%- endif -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}
