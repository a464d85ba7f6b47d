"""A small wrong change to a model makes a dbt test fail.

The changes are made in a copy of the project. Then the models are built and tested in a copy of a
correct warehouse: as many changes at a time as do not disturb each other.
"""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DBT_COMMANDS = ROOT / "tests" / "project" / "dbt_commands.py"
PROJECT = ("dbt_project.yml", "profiles.yml", "packages.yml", "dbt_packages", "macros", "models")
PROJECT += ("seeds", "tests/data")


@dataclass(frozen=True)
class Mutation:
    """A wrong change: `old` becomes `new` in the file of `model`, a model or macro.

    `select` names the models that are built then, if it is not this one.
    """

    what: str
    model: str
    old: str
    new: str
    select: str = ""

    @property
    def built(self) -> set[str]:
        """The ids of the models to build."""
        return {f"model.commerce_marts.{name}" for name in (self.select or self.model).split()}


MUTATIONS = (
    Mutation(
        "lines without an order are kept",
        "stg_greenery__order_items",
        "when orders.order_id is null then",
        "when false then",
    ),
    Mutation(
        "rejected orders count as sales",
        "int_adventure_works__orders",
        "{{ counts_as_sale('adventure_works', 'orders.status') }} as counts_as_sale",
        "true as counts_as_sale",
    ),
    Mutation(
        "lines counted instead of orders",
        "customer_lifetime_value",
        "count(distinct case when not is_return then order_id end)",
        "count(case when not is_return then order_id end)",
    ),
    Mutation(
        "a dropped coalesce",
        "monthly_revenue_orders",
        "coalesce(sales_by_month.total_orders, 0)",
        "sales_by_month.total_orders",
    ),
    Mutation(
        "the rest of the rounding is lost",
        "int_greenery__order_lines",
        "share_with_rest(\n            'gross_share', 'order_gross_amount', 'list_amount', "
        "'order_id', 'product_id'\n        )",
        "amount('gross_share')",
    ),
    Mutation(
        "a join that loses unknown products",
        "category_performance",
        "left join products",
        "inner join products",
    ),
    Mutation(
        "as many gaps as orders", "customer_order_frequency", "total_orders - 1", "total_orders"
    ),
    Mutation(
        "ties in the opposite order",
        "top_10_customers_by_revenue",
        "total_revenue desc, customer_id",
        "total_revenue desc, customer_id desc",
    ),
    Mutation(
        "shipping counted as a discount",
        "int_greenery__orders",
        "+ coalesce(orders.shipping_cost, 0) + coalesce(orders.tax_amount, 0)\n        - ",
        "+ coalesce(orders.tax_amount, 0)\n        - ",
    ),
    Mutation(
        "a window one day too long",
        "product_stock_cover",
        "< observed_window.observed_days_count",
        "<= observed_window.observed_days_count",
    ),
    Mutation(
        "steps in any order",
        "fct_sessions",
        "            and first_carts_after_view.carted_at <= events.created_at\n",
        "",
    ),
    Mutation(
        "an order counted at its own full hour",
        "fct_rfm_states",
        "dbt.dateadd('hour', 1, dbt.date_trunc('hour', 'ordered_at_utc'))",
        "dbt.date_trunc('hour', 'ordered_at_utc')",
    ),
    Mutation(
        "recency ranked in the wrong direction",
        "customer_rfm_segments",
        "recency desc",
        "recency",
    ),
    Mutation(
        "guests among the customers",
        "fct_customer_totals",
        "where customer_id is not null and {{ is_touched('customer', 'customer_id') }}",
        "where {{ is_touched('customer', 'customer_id') }}",
        "fct_customer_totals customer_clv",
    ),
    Mutation(
        "customers scored on the day of the fit",
        "fct_clv_purchases",
        "('now', 'score', 'cutoff_date')",
        "('now', 'score', 'fit_date')",
    ),
    Mutation(
        "returns of later days known at the cutoff",
        "fct_clv_purchases",
        "case when returns.return_date <= moments.{{ moment }}_date then",
        "case when true then",
    ),
    Mutation(
        "the first day counted as a repeat purchase",
        "fct_clv_purchases",
        "when purchases.purchase_date > first_purchases.",
        "when purchases.purchase_date >= first_purchases.",
    ),
    Mutation(
        "orders of the same day counted as following",
        "fct_discount_follow_ups",
        "preceding and 1 preceding",
        "preceding and current row",
    ),
    Mutation(
        "at risk on the 45th day",
        "customer_churn_indicators",
        "> {{ var('churn_at_risk_days') }}",
        ">= {{ var('churn_at_risk_days') }}",
    ),
    Mutation(
        "a business day that starts at midnight",
        "fct_order_business_days",
        "{{ business_date('orders.ordered_at') }}",
        "orders.order_date",
    ),
    Mutation(
        "a member only where every order was a loyalty order",
        "loyalty_program_impact",
        "case when all_loyalty_orders_count > 0",
        "case when all_loyalty_orders_count = all_orders_count",
    ),
    Mutation(
        "growth of stores that just opened",
        "location_performance",
        "where is_same_store",
        "where true",
    ),
    Mutation(
        "no window before a promotion",
        "discount_before_after",
        "cast({{ dbt.dateadd('day', -window_days, 'starts_on') }} as date) as period_starts_on",
        "starts_on as period_starts_on",
    ),
    Mutation(
        "sessions without an add_to_cart excluded",
        "funnel_levels_agg",
        "has_add_to_cart or has_checkout",
        "has_add_to_cart",
    ),
    Mutation(
        "ntile instead of percent_rank",
        "rfm_percentile",
        "percent_rank() over (partition by {{ group }} order by {{ value }})",
        "(ntile(5) over (partition by {{ group }} order by {{ value }}) - 1) / 5.0",
        "customer_rfm_segments fct_hourly_rfm_segments",
    ),
    Mutation(
        "ntile splits ties",
        "clv_tier",
        "'percent_rank() over",
        "'-0.2 + 0.2 * ntile(5) over",
        "customer_clv fct_clv_tier_stays",
    ),
    Mutation(
        "a period one day too long",
        "customer_churn_indicators",
        "sum(case when days_ago < {{ window_days }} then net_amount",
        "sum(case when days_ago <= {{ window_days }} then net_amount",
    ),
    Mutation(
        "changes of incomplete periods",
        "fct_revenue_trends",
        "periods.is_complete and periods.is_after_a_period as",
        "periods.is_after_a_period as",
        "fct_revenue_trends sales_trends_weekly sales_trends_monthly location_trends_daily",
    ),
    Mutation(
        "Student's test instead of Welch's",
        "loyalty_program_impact",
        "sqrt(members.squared_error + non_members.squared_error)",
        "sqrt(members.squared_error)",
    ),
    Mutation(
        "traffic at the old price only",
        "location_performance",
        "~ ratio('previous_period_net_sales', 'previous_period_orders_count') ~ ') / 2'",
        "~ '0)'",
    ),
    Mutation(
        "a level of all days that errors are taken over",
        "fct_forecasts",
        "{%- set level_days = var('forecast_level_days') %}",
        "{%- set level_days = var('forecast_dispersion_days') %}",
    ),
    Mutation(
        "past weeks compared with levels that know them",
        "fct_forecasts",
        "order by weeks_ago rows between ' ~ lead_weeks\n",
        "order by weeks_ago rows between ' ~ 0\n",
    ),
    Mutation(
        "orders without a discount excluded",
        "fct_discount_days",
        "coalesce(is_discounted, false) as has_discount",
        "true as has_discount",
    ),
    Mutation(
        "lift where affinity is meant",
        "fct_pairs",
        "{{ ratio('lift', 'basket_size_bias') }} as affinity",
        "lift as affinity",
    ),
    Mutation(
        "orders of too many products in pairs",
        "fct_order_products",
        "<= {{ var('basket_maximum_products') }} as is_paired",
        "> 0 as is_paired",
    ),
    Mutation(
        "rules of the holdout from orders that are left out",
        "fct_product_suggestions",
        "where holdout_pair_orders >= {{ var('basket_minimum_orders') }}",
        "where pair_orders >= {{ var('basket_minimum_orders') }}",
    ),
    Mutation(
        "what was bought is suggested again",
        "fct_customer_suggestions",
        "        and purchases.product_number is null\n",
        "",
    ),
    Mutation(
        "a return that uses up nothing",
        "link_step_by_step",
        "{{ list_with_less_at('quantities_left', 'line_number', 'quantity') }}",
        "quantities_left",
        select="fct_returns",
    ),
    Mutation(
        "options that do not come back",
        "int_restaurant__returns",
        "            + coalesce(option_amounts.option_amount, 0)\n",
        "",
    ),
    Mutation(
        "a return of an own order linked to other orders",
        "fct_returns",
        "returns_in_order.order_id is null\n            and lines_of_buyers.counts_as_sale\n",
        "lines_of_buyers.counts_as_sale\n",
    ),
    Mutation(
        "a return without a time that excludes the day of the sale",
        "fct_returns",
        "and lines_of_buyers.order_date <= returns_in_order.return_date",
        "and lines_of_buyers.order_date < returns_in_order.return_date",
    ),
    Mutation(
        "a return that takes the line of another domain",
        "fct_returns",
        "concat(domain, ' customer ', customer_id)",
        "concat('customer ', customer_id)",
    ),
    Mutation(
        "a return that looks at one line only",
        "fct_returns",
        "    where place <= step\n",
        "    where place <= 1\n",
    ),
    Mutation(
        "orders returned in full among the customers",
        "fct_customer_totals",
        "not is_returned_in_full as is_kept",
        "true as is_kept",
        "fct_customer_totals customer_rfm_segments",
    ),
    Mutation(
        "spend by the day of the order that came back",
        "customer_churn_indicators",
        "{{ dbt.datediff('return_date', 'as_of_date', 'day') }}",
        "cast(0 as bigint)",
    ),
    Mutation(
        "a forecast that sees the days after its origin",
        "fct_forecast_indices",
        "            and location_days.business_date <= origins.origin_date\n",
        "",
    ),
    Mutation(
        "a stock at the reorder point that is enough",
        "product_reorder",
        "when inventory <= reorder_point then",
        "when inventory < reorder_point then",
    ),
    Mutation(
        "a return that counts as an order",
        "customer_lifetime_value",
        "count(distinct case when not is_return then order_id end)",
        "count(distinct order_id)",
    ),
    Mutation(
        "customers whose first orders came back in full among the cohorts",
        "fct_customer_months",
        "        and not is_returned_in_full\n",
        "",
    ),
    Mutation(
        "returns of a month at the end of the order's month",
        "net_sales_bridge_monthly",
        "coalesce(return_months.returned_amount, 0) end\n            as returned_amount",
        "coalesce(order_months.orders_returned_amount, 0) end\n            as returned_amount",
    ),
    Mutation(
        "retained after any pause",
        "customer_movement_monthly",
        "when active_before_month = previous_month then 'retained'",
        "when active_before_month <= previous_month then 'retained'",
    ),
    Mutation(
        "a cohort's months without an order are missing",
        "customer_cohorts",
        "    from triangle\n    left join cohort_months",
        "    from triangle\n    inner join cohort_months",
    ),
    Mutation(
        "an order that came back in full never counted",
        "fct_clv_tier_stays",
        "case when orders_count = 0 or value_amount > 0 then orders_count else 0 end",
        "case when orders_count = 0 then orders_count else 0 end",
    ),
    Mutation(
        "a score boundary that is not reached",
        "rfm_score",
        ">= {{ boundary }}",
        "> {{ boundary }}",
        "customer_rfm_segments fct_hourly_rfm_segments",
    ),
    Mutation(
        "High wins when a customer is near both ends",
        "clv_tier",
        "when {{ is_near_top }} and not {{ is_near_bottom }}",
        "when {{ is_near_top }}",
        "customer_clv fct_clv_tier_stays",
    ),
    Mutation(
        "hours without orders counted from unfinished days",
        "peak_periods",
        "else location_weekdays.finished_days_count",
        "else location_weekdays.days_count",
    ),
    Mutation(
        "the joining order counted as after",
        "loyalty_before_after",
        "orders.order_date > compared_members.joined_on",
        "orders.order_date >= compared_members.joined_on",
    ),
    Mutation(
        "an alert at exactly three deviations",
        "revenue_alerts",
        "> {{ alert_z }} * standard_deviation",
        ">= {{ alert_z }} * standard_deviation",
    ),
    Mutation(
        "a rank that breaks ties at random",
        "location_performance",
        "        rank() over (",
        "        row_number() over (",
    ),
    Mutation(
        "rules where they do not win",
        "product_suggestions",
        "when decisions.is_ranked_by_rules then suggestions.rules_rank",
        "when true then suggestions.rules_rank",
    ),
    Mutation(
        "all lines counted as lines without the offer",
        "discount_impact",
        "where special_offer_id is null",
        "where true",
    ),
)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory, manifest, shared_folder):
    """A copy of the project to change, with what dbt parsed of it and a place for its warehouse."""
    folder = tmp_path_factory.mktemp("mutations")
    for name in PROJECT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
        else:
            shutil.copy(ROOT / name, folder / name)
    (folder / "target").mkdir()
    shutil.copy(shared_folder / "manifest" / "partial_parse.msgpack", folder / "target")
    (folder / "warehouse/dev").mkdir(parents=True)
    return folder


@pytest.fixture(scope="module")
def parents(manifest):
    """The nodes that each node reads, by unique id."""
    return {node: {*read} for node, read in manifest["parent_map"].items()}


@pytest.fixture(scope="module")
def batches(manifest, parents):
    """The mutations in lists. In a list, no changed model reads another one, and none is twice."""
    views = {
        node
        for node, fields in manifest["nodes"].items()
        if fields["config"].get("materialized") in ("view", "ephemeral")
    }

    def reads(nodes, others):
        """Whether a node of `nodes` reads one of `others`: itself, or through views."""
        seen, left = set(), {*nodes}
        while left:
            read = parents.get(left.pop(), set())
            if read & others:
                return True
            left |= (read & (views | nodes)) - seen
            seen |= read
        return False

    def disturb(one, other):
        return one & other or reads(one, other) or reads(other, one)

    found = []
    for mutation in MUTATIONS:
        for batch in found:
            if not any(disturb(mutation.built, other.built) for other in batch):
                batch.append(mutation)
                break
        else:
            found.append([mutation])
    return found


def changed_file(scratch, mutation):
    files = [*scratch.glob(f"m*/**/{mutation.model}.sql")]
    assert len(files) == 1, files
    return files[0]


@pytest.fixture(scope="module")
def statuses(scratch, warm_python):
    """statuses(models): the status of each model and each of its tests, after they were built."""

    def run_and_test(models):
        # Not `dbt build`, which skips what reads a model whose test failed.
        commands = [[command, "--select", *models] for command in ("run", "test")]
        options = ("--profiles-dir", scratch, "--log-path", scratch / "logs")
        done = subprocess.run(
            [*map(str, (*warm_python, DBT_COMMANDS, json.dumps(commands), *options))],
            cwd=scratch,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        run, test = json.loads(done.stdout.splitlines()[-1])
        # An error in a model is not a failure of a test.
        assert run["success"], run["text"]
        assert test["statuses"], test["text"]
        assert "error" not in test["statuses"].values(), test["text"]
        return run["statuses"] | test["statuses"]

    return run_and_test


@pytest.fixture(scope="module")
def failures(batches, parents, scratch, statuses, seeds_warehouse):
    """The tests that fail by each mutation, and read no model that another one changed."""
    found = {}
    for batch in batches:
        shutil.copy(seeds_warehouse, scratch / "warehouse/dev/commerce.duckdb")
        originals = {}
        for mutation in batch:
            file = changed_file(scratch, mutation)
            originals[file] = text = file.read_text()
            assert mutation.old in text, f"{mutation.what}: is no longer in {mutation.model}"
            file.write_text(text.replace(mutation.old, mutation.new))
        built = set().union(*(mutation.built for mutation in batch))
        select = sorted(node.split(".")[-1] for node in built)
        failed = {node for node, status in statuses(select).items() if status == "fail"}
        for file, text in originals.items():
            file.write_text(text)
        for mutation in batch:
            # None of the batch builds what another one does.
            others = built - mutation.built
            found[mutation] = {
                test
                for test in failed
                if parents[test] & mutation.built and not parents[test] & others
            }
    return found


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.what)
def test_a_wrong_change_makes_a_test_fail(mutation, failures):
    assert failures[mutation]
