-- Would the prediction of a year ago have been right, and better than a plain guess?
select
    holdout.domain,
    holdout.method,
    fits.fit_status,
    holdout.customers_count,
    round(holdout.bias_rate, 4) as bias_rate,
    round(holdout.root_mean_squared_error, 3) as root_mean_squared_error,
    holdout.is_better_than_past_rate,
    round(holdout.spend_bias_rate, 4) as spend_bias_rate,
    round(holdout.gini, 4) as gini,
    round(holdout.top_decile_share, 4) as top_decile_share
from {{ ref('clv_holdout_summary') }} as holdout
inner join {{ ref('clv_model_parameters') }} as fits
    on
        holdout.domain = fits.domain
        and fits.cutoff = 'holdout'
order by holdout.domain, holdout.root_mean_squared_error
