"""A forecast knows nothing of the days after it, and a build names unlikely revenue."""

import shutil
from datetime import date, timedelta

import duckdb
import pytest

HEADER = "order_id,customer_id,product_id,order_date,quantity,total_price\n"
FIRST_DATE, DAYS = date(2024, 1, 1), 182


@pytest.fixture(scope="session")
def cut_at_an_origin(made_once, models_built, seeds_warehouse):
    """The forecasts of a warehouse of the seeds whose sales end 28 days earlier."""

    def make(folder):
        file = folder / "commerce.duckdb"
        shutil.copy(seeds_warehouse, file)
        with duckdb.connect(str(file)) as connection:
            connection.execute("update core.dim_domains set as_of_date = as_of_date - 28")
            connection.execute(
                "delete from trends.fct_daily_category_revenue as sales using core.dim_domains as d"
                " where sales.domain = d.domain and sales.business_date > d.as_of_date"
            )
        return models_built(folder, {}, "--select", "fct_daily_demand+", "fct_forecast_origins+")

    return made_once("cut_at_an_origin", make) / "commerce.duckdb"


@pytest.mark.parametrize(
    ("mart", "datepart", "period"),
    [
        ("demand_forecast", "day", "forecast_date"),
        ("demand_forecast_weekly", "week", "week_start_date"),
    ],
)
def test_the_backtest_says_what_the_forecast_of_that_day_said(
    mart, datepart, period, cut_at_an_origin, seeds_warehouse, query
):
    values = (
        "domain, location_id, category, {period}, origin_date, days_ahead, history_days,"
        " round(units_expected, 9), round(units_low, 9), round(units_high, 9), is_seasonal,"
        " forecast_status"
    )
    made_then = query(
        cut_at_an_origin,
        f"select {values.format(period=period)} from forecast.{mart} order by all",
    )
    tested = query(
        seeds_warehouse,
        f"select {values.format(period='period_start')} from forecast.demand_forecast_backtest"
        f" inner join core.dim_domains using (domain) where datepart = '{datepart}'"
        " and origin_date = as_of_date - 28 order by all",
    )
    assert len(tested) > 400
    # A week that begins within the horizon may end after the last day that is known.
    known = {row[:4] for row in tested}
    assert [row for row in made_then if row[:4] in known] == tested
    assert len(made_then) == len(tested) or datepart == "week"


def test_earlier_forecasts_of_the_backtest_do_not_change_with_later_days(
    cut_at_an_origin, seeds_warehouse, query
):
    rows = (
        "select b.* replace (round(units_expected, 9) as units_expected,"
        " round(units_low, 9) as units_low, round(units_high, 9) as units_high,"
        " round(naive_error_units, 9) as naive_error_units)"
        " from forecast.demand_forecast_backtest as b"
        " where (domain, origin_date) in (values {}) and datepart = 'day' order by all"
    )
    origins = query(
        seeds_warehouse,
        "select domain, cast(as_of_date - days as varchar) from core.dim_domains"
        " cross join unnest([56, 84, 112]) as d (days)",
    )
    wanted = rows.format(", ".join(f"('{domain}', date '{day}')" for domain, day in origins))
    assert len(query(seeds_warehouse, wanted)) > 5000
    assert query(cut_at_an_origin, wanted) == query(seeds_warehouse, wanted)


@pytest.fixture(scope="session")
def steady_shop(made_once, published):
    """A shop that sells 9 a day in one week and 11 in the next, but 500 on its last day."""

    def make(folder):
        (folder / "sales").mkdir()
        (folder / "sales" / "customers.csv").write_text(
            "customer_id,first_name,last_name,email,address,city,state,postal_code\n"
            "C1,Ada,Byron,,,,,\n"
        )
        (folder / "sales" / "products.csv").write_text(
            "product_id,product_name,category,price\nP1,Kite,Toys,1.00\n"
        )
        lines = []
        for number in range(DAYS):
            units = 500 if number == DAYS - 1 else (9, 11)[number // 7 % 2]
            day = FIRST_DATE + timedelta(number)
            lines.append(f"O{number},C1,P1,{day},{units},{units}.00\n")
        (folder / "sales" / "sales.csv").write_text(HEADER + "".join(lines))
        return ""

    raw_dir = made_once("raw_steady_shop", make)
    return published(
        *("steady_shop", "--raw-from", "files", "--raw-dir", raw_dir, "--domains", "sales")
    )


def test_a_build_names_unlikely_revenue_of_its_newest_day_and_week(steady_shop):
    # The 8 weeks before the origin, 2 June, have 4 x 11 and 4 x 9 a day.
    output = steady_shop.with_name("output.txt").read_text()
    assert [line for line in output.splitlines() if ": revenue " in line] == [
        "sales: revenue on 2024-06-30 was 500.00, where 10.00 was expected",
        "sales: revenue in the week from 2024-06-24 was 566.00, where 70.00 was expected",
    ]


def test_the_forecast_of_a_steady_shop_is_near_what_it_sells(steady_shop, query):
    [(expected, low, high, history_days, status)] = query(
        steady_shop,
        "select units_expected, units_low, units_high, history_days, forecast_status"
        " from forecast.demand_forecast_backtest where period_start = date '2024-06-05'"
        " and datepart = 'day'",
    )
    assert expected == pytest.approx((4 * 11 + 4 * 9) / 8)
    # Its errors are smaller than those of independent sales, which are the least.
    assert high - expected == pytest.approx(1.2816 * (expected * (1 + 3 / 154)) ** 0.5)
    assert expected - low == pytest.approx(high - expected)
    assert (history_days, status) == (154, "forecast")
