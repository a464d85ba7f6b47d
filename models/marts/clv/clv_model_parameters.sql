-- Grain: one row per domain and cutoff (now, holdout).
-- Trap: parameters at a bound describe a limit, such as customers who never leave; one of them
-- alone means little. not_fitted: too few repeat buyers, and no parameters.
{%- set given = given_clv_parameters() %}
with

cutoffs as (
    select * from {{ ref('fct_clv_cutoffs') }}
),

customers as (
    select
        domain,
        cutoff,
        repeat_purchases_count,
        avg_spend_per_repeat_purchase,
        case when avg_spend_per_repeat_purchase > 0 then cast(repeat_purchases_count as double) end
            as spending_repeats,
        case when avg_spend_per_repeat_purchase > 0 then avg_spend_per_repeat_purchase end
            as spending_avg
    from {{ ref('fct_clv_customers') }}
    where purpose = 'fit'
),

fits as (
    {%- if given %}
    -- The var takes the place of the fit.
    {%- for domain, values in given.items() %}
    {%- for cutoff in ['now', 'holdout'] %}
    select
        {{ sql_text(domain) }} as domain,
        {{ sql_text(cutoff) }} as cutoff,
        {%- for name, symbol in [
            ('purchase_rate_r', 'r'), ('purchase_rate_alpha', 'alpha'), ('dropout_a', 'a'), ('dropout_b', 'b'),
            ('spend_p', 'p'), ('spend_q', 'q'), ('spend_v', 'v'),
        ] %}
        cast({{ values[symbol] }} as double) as {{ name }},
        {%- endfor %}
        cast(null as double) as log_likelihood,
        cast(null as double) as spend_log_likelihood,
        cast(null as boolean) as is_at_bound,
        cast(null as boolean) as is_purchase_rate_at_bound,
        cast(null as boolean) as is_spend_at_bound
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- else %}
    select * from {{ ref('fct_clv_fits') }}
    {%- endif %}
),

customer_totals as (
    select
        domain,
        cutoff,
        count(*) as customers_count,
        sum(case when repeat_purchases_count > 0 then 1 else 0 end) as repeat_buyers_count,
        sum(case when avg_spend_per_repeat_purchase <= 0 then 1 else 0 end)
            as buyers_without_spend_count,
        {{ ratio(
            'covar_pop(spending_repeats, spending_avg)',
            'stddev_pop(spending_repeats) * stddev_pop(spending_avg)'
        ) }} as frequency_spend_correlation
    from customers
    group by
        domain,
        cutoff
),

final as (
    select
        cutoffs.domain,
        cutoffs.cutoff,
        cutoffs.cutoff_date,
        cutoffs.fit_date,
        coalesce(customer_totals.customers_count, 0) as customers_count,
        cast(coalesce(customer_totals.repeat_buyers_count, 0) as bigint) as repeat_buyers_count,
        cast(coalesce(customer_totals.buyers_without_spend_count, 0) as bigint)
            as buyers_without_spend_count,
        fits.purchase_rate_r,
        fits.purchase_rate_alpha,
        fits.dropout_a,
        fits.dropout_b,
        fits.log_likelihood,
        fits.spend_p,
        fits.spend_q,
        fits.spend_v,
        fits.spend_log_likelihood,
        -- Rounded, as the sum of doubles depends on the order of rows in its last digits.
        round(customer_totals.frequency_spend_correlation, 9) as frequency_spend_correlation,
        case
            when fits.purchase_rate_r is null then 'not_fitted'
            when fits.is_at_bound is null then 'given'
            when fits.is_at_bound then 'at_bound'
            else 'fitted'
        end as fit_status,
        case
            when fits.spend_p is null then 'not_fitted'
            when fits.is_spend_at_bound is null then 'given'
            when fits.is_spend_at_bound then 'at_bound'
            else 'fitted'
        end as spend_fit_status,
        coalesce(fits.is_purchase_rate_at_bound, false) as is_everybody_alike
    from cutoffs
    left join customer_totals
        on
            cutoffs.domain = customer_totals.domain
            and cutoffs.cutoff = customer_totals.cutoff
    left join fits
        on
            cutoffs.domain = fits.domain
            and cutoffs.cutoff = fits.cutoff
)

select * from final
