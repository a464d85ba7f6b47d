"""The flow has one direction, and core is the only place where domains meet."""

import re
from pathlib import Path

import pytest

from commerce_marts.dbt import BUILD_VARS

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("models", "macros", "analyses", "tests/data")

# What a model of a layer may read.
MAY_READ = {
    "staging": {"raw", "staging"},
    "intermediate": {"staging", "intermediate"},
    "core": {"intermediate", "core"},
    "marts": {"core", "marts", "look-up"},
}
# A mart that one domain's people named may also go below core, within that domain.
DOMAIN_MART_MAY_READ = MAY_READ["marts"] | {"staging", "intermediate"}


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
            # build_info counts what was left out: it is about the build, not about the shop.
            if model.name == "build_info" and parent.name.startswith("quarantine_"):
                continue
            assert parent.layer in allowed, f"{model.name} reads {parent.name} ({parent.layer})"


def test_a_domain_reads_no_other_domain(models, nodes):
    for model in models:
        if model.domain:
            others = {nodes[parent].domain for parent in model.parents} - {model.domain, None}
            assert not others, f"{model.name} reads {others}"


def test_orders_never_depend_on_order_lines(contract, nodes):
    # One direction in every domain: orders first, then lines, which may read what the order knows.
    ids = {node.name: unique_id for unique_id, node in nodes.items()}
    for domain in contract:
        ancestors = _ancestors_of(ids[f"int_{domain}__orders"], nodes)
        names = {nodes[ancestor].name for ancestor in ancestors}
        assert f"int_{domain}__order_lines" not in names, f"int_{domain}__orders reads its lines"
        assert any(name.startswith("stg_") for name in names), f"int_{domain}__orders reads nothing"


def _ancestors_of(unique_id, nodes):
    """The dbt ids of all that a node reads, directly or through others."""
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
    shapes = ("fct_orders", "fct_order_lines", "fct_order_discounts", "dim_customers")
    shapes += ("dim_products", "dim_locations", "dim_promotions", "dim_domains")
    for model in models:
        if model.name in shapes:
            shape = model.name.split("_", 1)[1]
            parents = {nodes[parent].name for parent in model.parents}
            assert parents == {f"int_{domain}__{shape}" for domain in contract}


def test_a_domains_own_nodes_carry_its_tag_and_no_others_do(nodes, contract):
    for node in nodes.values():
        tags = node.tags & set(contract)
        if node.kind != "source":
            assert tags == ({node.domain} if node.domain else set()), node.name


def test_nothing_is_switched_off(manifest):
    assert not manifest["disabled"]


def test_no_model_reads_a_clock(models):
    clock = re.compile(r"\b(current_date|current_timestamp|getdate|now|today)\b\s*(\(|\b)", re.I)
    for model in models:
        code = "\n".join(line.split("--")[0] for line in model.code.splitlines())
        assert not clock.search(code), model.name


def test_what_differs_from_build_to_build_is_never_read_as_a_common_var():
    # It would have its default there, whatever a build was asked for.
    common_var = re.compile(rf"\bvar\(\s*['\"]({'|'.join(BUILD_VARS)})\b")
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.*")]
    texts = {file: file.read_text() for file in files if file.suffix in (".sql", ".yml")}
    assert [str(file) for file, text in texts.items() if common_var.search(text)] == []
    assert [str(file) for file, text in texts.items() if "build_var(" in text]


def test_no_unit_test_stands_on_a_union_of_domains(manifest):
    for test in manifest["unit_tests"].values():
        assert test["model"].split("_")[0] not in ("fct", "dim") or "core" not in test["fqn"]
