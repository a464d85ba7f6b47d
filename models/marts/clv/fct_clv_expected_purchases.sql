-- Grain: one row per domain, cutoff, number of repeat purchases and days observed.
-- Trap: it is what a customer buys within the horizon who is still a customer; multiply by
-- alive_probability. The date of the last purchase has no part in it.
-- BG/NBD, Fader, Hardie and Lee (2005), equation 10, as a sum without negative terms: the chance of
-- n purchases at the customer's rate, times those that come before a dropout.
{{ config(reads_itself=true) }}

{%- set horizon_weeks = '(cast(' ~ var('clv_horizon_days') ~ ' as double) / 7)' %}
{%- set most_terms = 131072 %}
{%- set no_number = 'cast(null as double) as expected_purchases_if_alive' %}
{%- set nothing = '(select *, ' ~ no_number ~ ' from histories as none_of_them where false)' %}
{%- set kept = this if build_var('incremental') else nothing %}
with

parameters as (
    select * from {{ ref('clv_model_parameters') }}
    where purchase_rate_r is not null
),

histories as (
    select
        customers.domain,
        customers.cutoff,
        customers.repeat_purchases_count,
        customers.days_observed,
        max(parameters.purchase_rate_r) as purchase_rate_r,
        max(parameters.purchase_rate_alpha) as purchase_rate_alpha,
        max(parameters.dropout_a) as dropout_a,
        max(parameters.dropout_b) as dropout_b
    from {{ ref('fct_clv_customers') }} as customers
    inner join parameters
        on
            customers.domain = parameters.domain
            and customers.cutoff = parameters.cutoff
    where customers.purpose = 'score'
    group by
        customers.domain,
        customers.cutoff,
        customers.repeat_purchases_count,
        customers.days_observed
),

-- A number depends on nothing but its history and the parameters, which move once a month.
kept_numbers as (
    select
        kept.domain,
        kept.cutoff,
        kept.repeat_purchases_count,
        kept.days_observed,
        kept.purchase_rate_r,
        kept.purchase_rate_alpha,
        kept.dropout_a,
        kept.dropout_b,
        kept.expected_purchases_if_alive
    from {{ kept }} as kept
    inner join histories
        on
            kept.domain = histories.domain
            and kept.cutoff = histories.cutoff
            and kept.repeat_purchases_count = histories.repeat_purchases_count
            and kept.days_observed = histories.days_observed
            and kept.purchase_rate_r = histories.purchase_rate_r
            and kept.purchase_rate_alpha = histories.purchase_rate_alpha
            and kept.dropout_a = histories.dropout_a
            and kept.dropout_b = histories.dropout_b
),

new_histories as (
    select
        histories.*,
        histories.purchase_rate_r + histories.repeat_purchases_count as k,
        {{ horizon_weeks }} / (
            histories.purchase_rate_alpha
            + cast(histories.days_observed as double) / 7
            + {{ horizon_weeks }}
        ) as z,
        histories.dropout_a as a,
        histories.dropout_b + histories.repeat_purchases_count as b
    from histories
    left join kept_numbers
        on
            histories.domain = kept_numbers.domain
            and histories.cutoff = kept_numbers.cutoff
            and histories.repeat_purchases_count = kept_numbers.repeat_purchases_count
            and histories.days_observed = kept_numbers.days_observed
    where kept_numbers.domain is null
),

-- After so many terms the rest of the sum is below the last digit of a double.
histories_with_terms as (
    select
        *,
        ceil(k * z / (1 - z) + 8 * sqrt(k * z) / (1 - z) - 30 / ln(z) + 10) as terms_count
    from new_histories
),

numbers as (
    select whole_number + 1 as term
    from (
        {{ whole_numbers(most_terms) }}
    ) as whole_numbers
),

-- Of n purchases that a customer would make, the (m + 1)st comes if none of the m before was the
-- last; that depends on a, b and the repeat purchases only.
survivals as (
    select
        repeats.domain,
        repeats.cutoff,
        repeats.repeat_purchases_count,
        numbers.term,
        -- 0 for the first: nothing lies before it.
        coalesce(
            sum(
                ln((repeats.b + numbers.term - 1) / (repeats.a + repeats.b + numbers.term - 1))
            ) over (
                partition by repeats.domain, repeats.cutoff, repeats.repeat_purchases_count
                order by numbers.term
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as log_survival
    from (
        select
            domain,
            cutoff,
            repeat_purchases_count,
            max(a) as a,
            max(b) as b,
            max(terms_count) as terms_count
        from histories_with_terms
        where terms_count <= {{ most_terms }}
        group by
            domain,
            cutoff,
            repeat_purchases_count
    ) as repeats
    inner join numbers
        on repeats.terms_count >= numbers.term
),

kept_purchases as (
    select
        domain,
        cutoff,
        repeat_purchases_count,
        term,
        sum(exp(log_survival)) over (
            partition by domain, cutoff, repeat_purchases_count
            order by term
            rows between unbounded preceding and current row
        ) as purchases_count
    from survivals
),

-- A row per history and number of purchases.
chances as (
    select
        histories.domain,
        histories.cutoff,
        histories.repeat_purchases_count,
        histories.days_observed,
        numbers.term,
        exp(
            histories.k * ln(1 - histories.z)
            + sum(ln((histories.k + numbers.term - 1) / numbers.term * histories.z)) over (
                partition by
                    histories.domain,
                    histories.cutoff,
                    histories.repeat_purchases_count,
                    histories.days_observed
                order by numbers.term
                rows between unbounded preceding and current row
            )
        ) as chance
    from histories_with_terms as histories
    inner join numbers
        on histories.terms_count >= numbers.term
    where histories.terms_count <= {{ most_terms }}
),

new_numbers as (
    select
        chances.domain,
        chances.cutoff,
        chances.repeat_purchases_count,
        chances.days_observed,
        sum(chances.chance * kept_purchases.purchases_count) as expected_purchases_if_alive
    from chances
    inner join kept_purchases
        on
            chances.domain = kept_purchases.domain
            and chances.cutoff = kept_purchases.cutoff
            and chances.repeat_purchases_count = kept_purchases.repeat_purchases_count
            and chances.term = kept_purchases.term
    group by
        chances.domain,
        chances.cutoff,
        chances.repeat_purchases_count,
        chances.days_observed
),

final as (
    select
        new_numbers.domain,
        new_numbers.cutoff,
        new_numbers.repeat_purchases_count,
        new_numbers.days_observed,
        histories.purchase_rate_r,
        histories.purchase_rate_alpha,
        histories.dropout_a,
        histories.dropout_b,
        new_numbers.expected_purchases_if_alive
    from new_numbers
    inner join histories
        on
            new_numbers.domain = histories.domain
            and new_numbers.cutoff = histories.cutoff
            and new_numbers.repeat_purchases_count = histories.repeat_purchases_count
            and new_numbers.days_observed = histories.days_observed

    union all

    select * from kept_numbers
)

select * from final
