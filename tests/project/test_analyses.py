"""Analyses run, show names beside business keys, and have all rates as shares of 1."""

import re
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
# Keys that people use, each with the name that must stand beside it.
NAME_OF_KEY = {
    "customer_id": {"name", "customer_name"},
    "location_id": {"location_name"},
}


@pytest.fixture(scope="session")
def analyses(made_once, run_dbt, seeds_warehouse):
    """The columns and rows of each analysis, on the warehouse of the seeds."""

    def make(folder):
        compiled = run_dbt(
            *("compile", "-q", "--profiles-dir", ROOT, "--target", "publish"),
            *("--select", "path:analyses", "--target-path", folder, "--log-path", folder),
            env={"COMMERCE_MARTS_BUILD_FILE": str(folder / "commerce.duckdb")},
        )
        return "" if compiled.returncode == 0 else compiled.stdout + compiled.stderr

    folder = made_once("analyses", make) / "compiled" / "commerce_marts" / "analyses"
    results = {}
    with duckdb.connect(str(seeds_warehouse), read_only=True) as connection:
        for file in sorted(folder.glob("*.sql")):
            result = connection.execute(file.read_text())
            names = [column[0] for column in result.description]
            results[file.stem] = (names, result.fetchall())
    return results


def test_every_analysis_gives_rows_on_the_seeds(analyses):
    assert set(analyses) == {file.stem for file in (ROOT / "analyses").glob("*.sql")}
    assert [name for name, (_, rows) in analyses.items() if not rows] == []


def test_an_id_is_a_business_key_and_has_its_name_beside_it(analyses):
    for analysis, (names, _) in analyses.items():
        for key in (name for name in names if name.endswith("_id")):
            assert NAME_OF_KEY.get(key, set()) & set(names), f"{analysis}: {key}"


def test_rates_are_shares_of_one_with_four_digits(analyses):
    for analysis, (names, rows) in analyses.items():
        for place, name in enumerate(names):
            assert not re.search("pct|percent", name), f"{analysis}: {name}"
            if re.search("_(rate|share)$", name):
                for value in (row[place] for row in rows if row[place] is not None):
                    assert value == round(value, 4), f"{analysis}: {name} is {value}"
