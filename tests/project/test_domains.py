"""A shop with one domain names it, and everything that needs another is left out."""

import re

import pytest

DOMAINS = ("sales", "greenery", "adventure_works", "restaurant")


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_builds_alone_and_leaves_no_shell_of_another(domain, published, query, nodes):
    warehouse = published(f"only_{domain}", "--domains", domain)
    relations = query(
        warehouse,
        "select schema_name || '.' || table_name from duckdb_tables() union all"
        " select schema_name || '.' || view_name from duckdb_views() where not internal",
    )
    others = [other for other in DOMAINS if other != domain]
    shells = re.compile(rf"^(raw_)?({'|'.join(others)})\.|({'|'.join(others)})(__|_rows$)")
    assert not [relation for (relation,) in relations if shells.search(relation)]
    assert query(warehouse, "select domain from core.build_info") == [(domain,)]
    assert query(warehouse, "select distinct domain from core.fct_orders") == [(domain,)]
    built = {relation.split(".")[1] for (relation,) in relations}
    marts = {node for node in nodes.values() if node.layer in ("core", "marts")}
    assert {mart.name for mart in marts if mart.domain in (None, domain)} <= built
    assert not {mart.name for mart in marts if mart.domain in others} & built
