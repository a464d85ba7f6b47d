"""Data flows in one direction, and domains meet only in core.

dbt groups protect a domain's staging from other domains; these tests check the rest.
"""

import re
import shutil
from pathlib import Path

import pytest

from commerce_marts.dbt import BUILD_VARS
from commerce_marts.project import project_at

ROOT = Path(__file__).resolve().parents[2]
# Files that a copy of the project with other models needs.
LINKED = ("dbt_project.yml", "selectors.yml", "profiles.yml", "packages.yml", "dbt_packages")
LINKED += ("macros", "seeds", "tests", "analyses")
FOLDERS = ("models", "macros", "analyses", "tests/data")

# Layers that a model of each layer may read.
MAY_READ = {
    "staging": {"raw", "staging"},
    "intermediate": {"staging", "intermediate"},
    "core": {"intermediate", "core"},
    "marts": {"core", "marts", "look-up"},
}
# A mart that belongs to one domain may also read below core, within that domain.
DOMAIN_MART_MAY_READ = MAY_READ["marts"] | {"staging", "intermediate"}
# Staging models that others may read, because their names are fixed. Also quarantine.
OPEN_STAGING = {"stg_sales", "stg_products", "stg_customers"}


@pytest.fixture(scope="session")
def models(nodes):
    return [node for node in nodes.values() if node.kind == "model"]


def test_every_model_stands_in_a_known_layer(models):
    assert {model.layer for model in models} == set(MAY_READ)


def test_a_model_reads_only_the_layers_before_it(models, nodes):
    for model in models:
        is_domain_mart = model.domain and model.layer == "marts"
        allowed = DOMAIN_MART_MAY_READ if is_domain_mart else MAY_READ[model.layer]
        for parent in (nodes[unique_id] for unique_id in model.parents):
            # build_info counts left out rows: it is about the build, not about the shop.
            if model.name == "build_info" and parent.name.startswith("quarantine_"):
                continue
            assert parent.layer in allowed, f"{model.name} reads {parent.name} ({parent.layer})"


def test_a_domain_reads_no_other_domain(models, nodes):
    for model in models:
        if model.domain:
            others = {nodes[parent].domain for parent in model.parents} - {model.domain, None}
            assert not others, f"{model.name} reads {others}"


def test_orders_never_depend_on_order_lines(contract, nodes):
    # In every domain order lines may read orders, and orders never read order lines.
    ids = {node.name: unique_id for unique_id, node in nodes.items()}
    for domain in contract:
        ancestors = _ancestors_of(ids[f"int_{domain}__orders"], nodes)
        names = {nodes[ancestor].name for ancestor in ancestors}
        assert f"int_{domain}__order_lines" not in names, f"int_{domain}__orders reads its lines"
        assert any(name.startswith("stg_") for name in names), f"int_{domain}__orders reads nothing"


def _ancestors_of(unique_id, nodes):
    """The dbt ids of all nodes that a node reads, directly or through others."""
    found, open_ids = set(), [unique_id]
    while open_ids:
        for parent in nodes[open_ids.pop()].parents:
            if parent not in found:
                found.add(parent)
                open_ids.append(parent)
    return found


def test_core_and_the_general_marts_name_no_domain(models, contract):
    for model in models:
        if model.layer in ("core", "marts") and not model.domain:
            named = [domain for domain in contract if re.search(rf"\b{domain}\b", model.code)]
            assert not named, f"{model.name} names {named}"


def test_core_facts_and_dimensions_are_unions_of_the_intermediate_models(models, contract, nodes):
    shapes = ("fct_orders", "fct_order_lines", "fct_order_discounts", "returns_before_linking")
    shapes += ("dim_customers", "dim_products", "dim_locations", "dim_promotions", "dim_domains")
    missing_shapes = project_at(ROOT).variables["missing_shapes"]
    for model in models:
        if model.name in shapes:
            shape = model.name.removeprefix("fct_").removeprefix("dim_")
            shape = shape.removesuffix("_before_linking")
            parents = {nodes[parent].name for parent in model.parents}
            missing = {domain for domain in contract if shape in missing_shapes.get(domain, ())}
            read = {f"int_{domain}__{shape}" for domain in set(contract) - missing}
            if shape in ("customers", "domains"):
                read |= {f"int_{domain}__orders" for domain in missing}
            assert parents == read


def test_returns_are_linked_in_core_alone(models, nodes):
    # The only common shape that is more than a union.
    [fct_returns] = [model for model in models if model.name == "fct_returns"]
    parents = {nodes[parent].name for parent in fct_returns.parents}
    assert parents == {"returns_before_linking", "fct_orders", "fct_order_lines"}


def test_a_domains_own_nodes_carry_its_tag_and_no_others_do(nodes, contract):
    for node in nodes.values():
        tags = node.tags & set(contract)
        if node.kind != "source":
            assert tags == ({node.domain} if node.domain else set()), node.name


def test_nothing_is_switched_off(manifest):
    assert not manifest["disabled"]


def test_no_model_reads_a_clock(models):
    # 'now' is also the name of a cutoff; as a date it would be cast.
    clock = re.compile(
        r"\b(current_date|current_timestamp)\b|\b(getdate|now|today)\s*\(|cast\('(now|today)'"
        r"|(date|timestamp)\s+'(now|today)'|'(now|today)'\s*::",
        re.IGNORECASE,
    )
    for model in models:
        code = "\n".join(line.split("--")[0] for line in model.code.splitlines())
        assert not clock.search(code), model.name


def test_what_differs_from_build_to_build_is_never_read_as_a_common_var():
    # Read that way it would always have its default, whatever the build sets.
    common_var = re.compile(rf"\bvar\(\s*['\"]({'|'.join(BUILD_VARS)})\b")
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.*")]
    texts = {file: file.read_text() for file in files if file.suffix in (".sql", ".yml")}
    assert [str(file) for file, text in texts.items() if common_var.search(text)] == []
    assert [str(file) for file, text in texts.items() if "build_var(" in text]


def test_no_unit_test_stands_on_a_union_of_domains(manifest, models):
    # Its rows would be of domains that a build may leave out.
    unions = {model.name for model in models if "union_of_domains(" in model.code}
    assert {"fct_orders", "dim_domains", "returns_before_linking"} <= unions
    for test in manifest["unit_tests"].values():
        assert test["model"] not in unions, test["name"]


def test_a_domains_own_models_are_its_group(manifest, models, contract):
    groups = {node["unique_id"]: node["config"]["group"] for node in manifest["nodes"].values()}
    assert {group["name"] for group in manifest["groups"].values()} == set(contract)
    for model in models:
        assert groups[f"model.commerce_marts.{model.name}"] == model.domain, model.name


def test_staging_is_private_but_for_quarantine_and_the_fixed_names(manifest, models):
    for model in models:
        if model.layer == "staging":
            access = manifest["nodes"][f"model.commerce_marts.{model.name}"]["access"]
            is_open = model.name in OPEN_STAGING or model.name.startswith("quarantine_")
            assert access == ("protected" if is_open else "private"), model.name


def test_a_singular_test_that_reads_staging_is_of_that_domains_group_and_folder(manifest, nodes):
    checked = 0
    for unique_id, test in manifest["nodes"].items():
        if test["resource_type"] != "test" or test.get("test_metadata"):
            continue
        parents = [nodes[parent] for parent in manifest["parent_map"][unique_id]]
        domains = {parent.domain for parent in parents if parent.layer == "staging"}
        if domains:
            checked += 1
            assert {test["config"]["group"]} == domains, test["name"]
            assert {test["original_file_path"].split("/")[-2]} == domains, test["name"]
    assert checked > 5


def test_an_analysis_reads_core_marts_and_quarantine_only(manifest, nodes):
    for unique_id, analysis in manifest["nodes"].items():
        if analysis["resource_type"] == "analysis":
            for parent in manifest["parent_map"][unique_id]:
                is_quarantine = nodes[parent].name.startswith("quarantine_")
                assert nodes[parent].layer in ("core", "marts") or is_quarantine, unique_id


def test_dbt_refuses_a_mart_that_reads_a_domains_staging(
    manifest, run_dbt, shared_folder, tmp_path
):
    for name in LINKED:
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "models", tmp_path / "models")
    forbidden = tmp_path / "models" / "marts" / "clv" / "reads_staging.sql"
    forbidden.write_text("select * from {{ ref('stg_greenery__users') }}")
    # dbt parses only the new file.
    (tmp_path / "target").mkdir()
    shutil.copy(shared_folder / "manifest" / "partial_parse.msgpack", tmp_path / "target")
    parsed = run_dbt(
        *("parse", "--project-dir", tmp_path, "--profiles-dir", tmp_path),
        *("--target-path", tmp_path / "target", "--log-path", tmp_path / "logs"),
    )
    assert parsed.returncode != 0
    assert "reads_staging attempted to reference node" in parsed.stdout
    assert "private to the 'greenery' group" in parsed.stdout
