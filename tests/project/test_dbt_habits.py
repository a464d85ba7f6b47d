"""Common dbt commands work without reading the docs, or the message says what to type."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from commerce_marts.project import project_at

ROOT = Path(__file__).resolve().parents[2]
AREAS = sorted(folder.name for folder in (ROOT / "models" / "marts").iterdir() if folder.is_dir())
DOMAINS = tuple(project_at(ROOT).raw_contract)
ONLY_SALES = ("--vars", "{domains: [sales]}")
# Thresholds outside their range, and what dbt says.
OUT_OF_RANGE = {
    "{basket_minimum_orders: 0}": "basket_minimum_orders is 0; it must be a whole number of at",
    "{basket_maximum_products: many}": "is many; it must be a whole number of at least 2.",
    "{basket_suggestions_count: 21}": "is 21; it must be a whole number from 1 to 20.",
    "{basket_best_partners_count: true}": "is True; it must be a whole number from 1 to 20.",
    "{basket_interval_z: 0}": "basket_interval_z is 0; it must be a number from 0.01 to 10.",
    "{basket_minimum_affinity: 0.9}": "is 0.9; it must be a number of at least 1.0.",
    "{clv_horizon_days: 6}": "clv_horizon_days is 6; it must be a whole number from 7 to 3650.",
    "{forecast_horizon_days: 5}": "forecast_horizon_days is 5; it must be a whole number from 7",
    "{forecast_level_days: 183}": "forecast_level_days is 183; it must be a whole number from 28",
    "{forecast_closed_days: 14.5}": "forecast_closed_days is 14.5; it must be a whole number from",
    "{alert_z: high}": "alert_z is high; it must be a number from 2.0 to 6.",
}


def run(folder, program, *arguments):
    """Runs `program` in `folder`; profiles.yml puts the analyst's file into warehouse/dev there."""
    options = ("--project-dir", ROOT, "--profiles-dir", ROOT)
    options += ("--target-path", folder, "--log-path", folder)
    (folder / "warehouse" / "dev").mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        [*map(str, (*program, *arguments, *options))],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def outcome(made_once, manifest, shared_folder, warm_python):
    """outcome(*arguments): the outcome of a dbt command; all of them run in one process."""
    commands = [
        ("ls", "--select", *AREAS),
        *(("ls", "--selector", area) for area in AREAS),
        *(("ls", "--selector", domain) for domain in DOMAINS),
        *(("ls", *without_others(domain)) for domain in DOMAINS),
        ("build", "--select", "sales"),
        ("build", "--selector", "sales"),
        ("build", "--select", "dim_dates", "tag:greenery", *ONLY_SALES),
        ("run", "--select", "dim_dates", "--vars", "{churn_risk_days: 3}"),
        ("run", "--select", "dim_dates", "--vars", "{xyz: 3}"),
        *(("run", "--select", "dim_dates", "--vars", given) for given in OUT_OF_RANGE),
    ]

    def make(folder):
        # dbt parses only changed files, and nothing has changed.
        shutil.copy(shared_folder / "manifest" / "partial_parse.msgpack", folder)
        script = Path(__file__).with_name("dbt_commands.py")
        done = run(folder, [*warm_python, script], json.dumps(commands))
        lines = done.stdout.splitlines() or [""]
        (folder / "outcomes.json").write_text(lines[-1])
        return "" if done.returncode == 0 else done.stdout + done.stderr

    outcomes = json.loads((made_once("dbt_habits", make) / "outcomes.json").read_text())
    return lambda *arguments: outcomes[commands.index(arguments)]


def without_others(domain):
    return ("--exclude", *(f"tag:{other}" for other in DOMAINS if other != domain))


@pytest.fixture(scope="session")
def only_sales_after_all(made_once, seeds_warehouse, warm_python):
    """dbt's output when it builds only sales into a file with all domains."""

    def make(folder):
        (folder / "warehouse" / "dev").mkdir(parents=True)
        shutil.copy(seeds_warehouse, folder / "warehouse" / "dev" / "commerce.duckdb")
        dbt = (*warm_python, Path(sys.executable).with_name("dbt"), "--no-use-colors")
        done = run(folder, dbt, "build", "--selector", "sales", *ONLY_SALES)
        (folder / "output.txt").write_text(done.stdout)
        return "" if done.returncode == 0 else done.stdout + done.stderr

    return (made_once("only_sales_after_all", make) / "output.txt").read_text()


def test_every_area_and_every_domain_has_a_selector():
    selectors = yaml.safe_load((ROOT / "selectors.yml").read_text())["selectors"]
    assert {entry["name"] for entry in selectors} == {*AREAS, *DOMAINS, "no_domain"}


def test_an_areas_bare_name_selects_nothing_and_dbt_says_so(outcome):
    bare = outcome("ls", "--select", *AREAS)
    assert bare["listed"] == []
    for area in AREAS:
        assert f"The selection criterion '{area}' does not match any enabled nodes" in bare["text"]


@pytest.mark.parametrize("area", AREAS)
def test_an_areas_selector_has_its_models_and_tests(area, outcome, manifest):
    selected = set(outcome("ls", "--selector", area)["listed"])
    own = {
        ".".join(node["fqn"])
        for node in manifest["nodes"].values()
        if {"marts", area} <= set(node["original_file_path"].split("/"))
    }
    unit_tests = {
        f"unit_test:commerce_marts.{test['name']}"
        for test in manifest["unit_tests"].values()
        if area in test["original_file_path"].split("/")
    }
    assert own
    assert own | unit_tests <= selected
    models = {
        ".".join(n["fqn"]) for n in manifest["nodes"].values() if n["resource_type"] == "model"
    }
    assert {name.split(".")[2] for name in models & selected} == {area}


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domains_selector_is_all_but_what_belongs_to_the_others(domain, outcome):
    selected = outcome("ls", "--selector", domain)["listed"]
    without = outcome("ls", *without_others(domain))["listed"]
    assert len(selected) > 100
    # Sources have no tag and are not built.
    assert set(selected) == {name for name in without if not name.startswith("source:")}


def test_a_domains_bare_name_is_refused_because_it_is_the_seeds_folder(outcome):
    refused = outcome("build", "--select", "sales")
    assert not refused["success"]
    assert "selects the seeds of sales and none of its models" in refused["text"]
    assert "Use --selector sales --vars '{domains: [sales]}'" in refused["text"]


def test_a_domains_selector_is_refused_without_its_var(outcome):
    refused = outcome("build", "--selector", "sales")
    assert not refused["success"]
    assert "Use --selector sales --vars '{domains: [sales]}'" in refused["text"]


def test_nodes_of_a_domain_outside_the_var_are_refused(outcome):
    refused = outcome("build", "--select", "dim_dates", "tag:greenery", *ONLY_SALES)
    assert not refused["success"]
    assert "The var domains leaves out greenery, but " in refused["text"]
    assert "Add --exclude tag:greenery" in refused["text"]


@pytest.mark.parametrize(
    ("var", "advice"),
    [
        ("churn_risk_days", "Did you mean churn_at_risk_days?"),
        ("xyz", "dbt_project.yml lists all vars under `vars:`."),
    ],
)
def test_dbt_refuses_an_unknown_var_with_the_nearest_name(var, advice, outcome):
    refused = outcome("run", "--select", "dim_dates", "--vars", f"{{{var}: 3}}")
    assert not refused["success"]
    assert f"--vars: there is no var '{var}'. {advice}" in refused["text"]


@pytest.mark.parametrize("given", OUT_OF_RANGE)
def test_dbt_refuses_a_threshold_outside_of_its_range(given, outcome):
    refused = outcome("run", "--select", "dim_dates", "--vars", given)
    assert not refused["success"]
    assert OUT_OF_RANGE[given] in refused["text"]


def test_a_build_of_one_domain_says_what_an_earlier_one_left_of_the_others(only_sales_after_all):
    others = ", ".join(domain for domain in DOMAINS if domain != "sales")
    assert f"tables and views of {others} from an earlier build" in only_sales_after_all
    assert "commerce.duckdb and build again." in only_sales_after_all


def test_every_test_that_may_warn_says_what_its_rows_mean(manifest):
    may_warn = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and node["config"]["severity"].lower() == "warn"
    ]
    assert len(may_warn) > 20
    for test in may_warn:
        assert test["config"]["meta"].get("means", "").startswith("Each is "), test["name"]


def test_a_build_of_the_seeds_says_what_each_warning_means(seeds_warehouse, manifest):
    lines = (seeds_warehouse.parent / "output.txt").read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.endswith(" warnings:"))
    warnings = lines[start + 1 : lines.index("", start)]
    titles = [line for line in warnings if not line.startswith("    ")]
    assert len(titles) == int(lines[start].split()[0])
    for warning in titles:
        assert (
            " rows left out, " in warning
            or " row left out, " in warning
            or (warning.startswith("  test ") and ". Each is " in warning)
        )
