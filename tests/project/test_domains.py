"""A build of one domain leaves out everything that needs another domain."""

import re
from pathlib import Path

import pytest

from commerce_marts.project import project_at

ROOT = Path(__file__).resolve().parents[2]
DOMAINS = tuple(project_at(ROOT).raw_contract)


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_builds_alone_without_empty_relations_of_others(
    domain, domain_warehouse, query, nodes
):
    warehouse = domain_warehouse(domain)
    relations = query(
        warehouse,
        "select schema_name || '.' || table_name from duckdb_tables() union all"
        " select schema_name || '.' || view_name from duckdb_views() where not internal",
    )
    others = [other for other in DOMAINS if other != domain]
    of_others = re.compile(rf"^(raw_)?({'|'.join(others)})\.|({'|'.join(others)})(__|_rows$)")
    assert not [relation for (relation,) in relations if of_others.search(relation)]
    assert query(warehouse, "select domain from core.build_info") == [(domain,)]
    assert query(warehouse, "select distinct domain from core.fct_orders") == [(domain,)]
    built = {relation.split(".")[1] for (relation,) in relations}
    marts = {node for node in nodes.values() if node.layer in ("core", "marts") and node.is_stored}
    assert {mart.name for mart in marts if mart.domain in (None, domain)} <= built
    assert not {mart.name for mart in marts if mart.domain in others} & built
