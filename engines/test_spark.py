"""Sales on Spark has the rows of DuckDB, and Spark accepts each model and data test."""

import json

import pytest
from analysis import analysed
from compare import all_differences
from engines import DOMAINS, Builds, end

MODELS = ("--resource-type", "seed", "--resource-type", "model")


@pytest.fixture(scope="module")
def sales(tmp_path_factory):
    """Sales on both engines. Parquet: no jar is needed, and a table costs a third less."""
    builds = Builds(tmp_path_factory.mktemp("sales"), ("sales",), "parquet")
    builds.dbt("publish", "build", *MODELS)
    builds.dbt("spark", "build", *MODELS)
    # Before the first session of this process: the catalog of a folder is open in one process only.
    everything = Builds(builds.folder, DOMAINS, "parquet")
    everything.dbt("spark", "compile")
    yield builds
    end(builds.session())


def test_sales_has_the_same_rows_on_both_engines(sales):
    count, found = all_differences(sales)
    assert count > 60
    assert [f"{each.place}: {each.found}" for each in found if each.reason is None] == []


def test_spark_accepts_every_model_and_data_test(sales):
    manifest = json.loads((sales.folder / "target_spark/manifest.json").read_text())
    count, faults = analysed(sales.session(), manifest)
    assert count > 400
    assert faults == []


@pytest.mark.long
def test_all_domains_have_the_same_rows_on_both_engines(tmp_path):
    builds = Builds(tmp_path)
    builds.dbt("publish", "build", *MODELS)
    builds.dbt("spark", "build")
    count, found = all_differences(builds)
    end(builds.session())
    assert count > 220
    assert [f"{each.place}: {each.found}" for each in found if each.reason is None] == []
