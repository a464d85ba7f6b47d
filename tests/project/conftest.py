"""Fixtures about the project's files: the nodes of dbt's manifest."""

from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Node:
    """A seed, source or model: its folder and what it reads."""

    name: str
    kind: str
    path: str
    layer: str
    domain: str | None
    tags: frozenset[str]
    code: str
    parents: tuple[str, ...]
    # False for a model of which a full build makes no table or view.
    is_stored: bool


@pytest.fixture(scope="session")
def nodes(manifest, contract):
    """Seeds, sources and models by their dbt id."""
    nodes_by_id = {}
    for unique_id, node in (manifest["nodes"] | manifest["sources"]).items():
        if node["resource_type"] not in ("seed", "source", "model"):
            continue
        path = node["original_file_path"]
        folder = path.split("/")
        domain = next((part for part in folder[:-1] if part in contract), None)
        if node["resource_type"] != "model":
            layer = "raw" if domain else "look-up"
        else:
            layer = folder[2] if folder[1] == "marts" and folder[2] == "core" else folder[1]
        domain_tags = [tag for tag in node["tags"] if tag in contract]
        nodes_by_id[unique_id] = Node(
            name=node["name"],
            kind=node["resource_type"],
            path=path,
            layer=layer,
            domain=domain or (domain_tags[0] if domain_tags else None),
            tags=frozenset(node["tags"]),
            code=node.get("raw_code", ""),
            parents=tuple(manifest["parent_map"].get(unique_id, ())),
            is_stored=node.get("config", {}).get("materialized") not in ("ephemeral", "touched"),
        )
    return nodes_by_id
