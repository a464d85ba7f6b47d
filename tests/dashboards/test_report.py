"""commerce-marts report: files that open without a network and have the numbers of the marts."""

import re

import pytest
from views import PAGES


@pytest.fixture(scope="module")
def reports(run_cli, seeds_warehouse, tmp_path_factory):
    out = tmp_path_factory.mktemp("reports")
    result = run_cli("report", "--warehouse", seeds_warehouse, "--out", out)
    assert result.returncode == 0, result.stdout + result.stderr
    return out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_report_is_one_small_file_that_asks_the_network_for_nothing(page, reports):
    file = reports / f"{page.name}.html"
    html = file.read_text()
    assert file.stat().st_size < 5_000_000
    assert f"<h1>{page.title}</h1>" in html
    # Addresses in it only name the format of the pictures.
    assert {*re.findall(r"https?://[^\"' <]+", html)} <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert not re.search(r"<(script|link|img|iframe)\b", html)
    assert "<svg" in html


def test_the_numbers_are_those_of_the_marts(reports, seeds_warehouse, query):
    html = (reports / "overview.html").read_text()
    rows = query(
        seeds_warehouse,
        "select domain, sum(revenue), any_value(currency)"
        " from retention.net_sales_bridge_monthly inner join core.dim_domains using (domain)"
        " group by domain, month_start_date having bool_or(is_complete)"
        " qualify row_number() over (partition by domain order by month_start_date desc) = 1",
    )
    assert len(rows) == 4
    for _, revenue, currency in rows:
        assert f"<b>{revenue:,.0f} {currency}</b>" in html
