{%- macro link_step_by_step(this_cte, lines, returns) -%}
{{ return(adapter.dispatch('link_step_by_step', 'commerce_marts')(this_cte, lines, returns)) }}
{%- endmacro -%}

{%- macro default__link_step_by_step(this_cte, lines, returns) -%}
select
    buyer,
    product_id,
    cast(0 as bigint) as step,
    cast(null as bigint) as line_number,
    quantities_left
from {{ lines }}

union all

select
    buyer,
    product_id,
    step,
    line_number,
    {{ list_with_less_at('quantities_left', 'line_number', 'quantity') }} as quantities_left
from (
    select
        {{ this_cte }}.buyer,
        {{ this_cte }}.product_id,
        {{ returns }}.step,
        {{ returns }}.quantity,
        {{ this_cte }}.quantities_left,
        {{ first_place_with_enough(
            returns ~ '.line_numbers', this_cte ~ '.quantities_left', returns ~ '.quantity'
        ) }} as line_number
    from {{ this_cte }}
    inner join {{ returns }}
        on
            {{ this_cte }}.buyer = {{ returns }}.buyer
            and {{ this_cte }}.product_id = {{ returns }}.product_id
            and {{ returns }}.step = {{ this_cte }}.step + 1
) as next_links
{%- endmacro -%}

{#- Spark 4.0 reads a recursive query and cannot run it: the returns of a buyer and product are folded instead. -#}
{%- macro spark__link_step_by_step(this_cte, lines, returns) -%}
{%- set place = first_place_with_enough('next.line_numbers', 'done.quantities_left', 'next.quantity') -%}
select
    buyer,
    product_id,
    link.step,
    link.line_number
from (
    select
        lines.buyer,
        lines.product_id,
        explode(aggregate(
            array_sort(collect_list(struct(returns.step, returns.quantity, returns.line_numbers))),
            struct(
                lines.quantities_left,
                cast(array() as array<struct<step: bigint, line_number: bigint>>) as links
            ),
            (done, next) -> struct(
                {{ list_with_less_at('done.quantities_left', place, 'next.quantity') }} as quantities_left,
                concat(done.links, array(struct(next.step as step, {{ place }} as line_number))) as links
            ),
            done -> done.links
        )) as link
    from {{ lines }} as lines
    inner join {{ returns }} as returns
        on
            lines.buyer = returns.buyer
            and lines.product_id = returns.product_id
    group by
        lines.buyer,
        lines.product_id,
        lines.quantities_left
) as folded_returns
{%- endmacro -%}
