"""Every model states its grain, and every column of a mart has a description and a type."""

import pytest

# A full build makes no table or view of these.
NOT_STORED = ("ephemeral", "touched")


@pytest.fixture(scope="session")
def model_nodes(manifest):
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def test_every_model_states_its_grain(model_nodes):
    for model in model_nodes:
        described = model["description"].startswith(("One row", "At most ten rows", "No rows"))
        assert described, f"{model['name']}: {model['description'][:60]!r}"
        # Also where a macro writes the SQL.
        assert "Grain: " in model["raw_code"], model["name"]


def test_every_mart_has_an_enforced_contract_and_described_columns(model_nodes):
    for model in model_nodes:
        if "/marts/" in model["original_file_path"]:
            # dbt has no contracts for Python models.
            assert model["contract"]["enforced"] == (model["language"] == "sql"), model["name"]
            for name, column in model["columns"].items():
                assert column["data_type"], f"{model['name']}.{name} has no type"
                words = column["description"].lower().replace(" ", "_").strip("._")
                assert column["description"], f"{model['name']}.{name} is not described"
                assert words != name, f"{model['name']}.{name} is described by its own name"


def test_contract_types_exist_on_other_engines(model_nodes):
    types = {"string", "bigint", "double", "boolean", "date", "timestamp"}
    types |= {"decimal(18, 6)", "decimal(38, 6)"}
    for model in model_nodes:
        for name, column in model["columns"].items():
            assert (column["data_type"] or "string") in types, f"{model['name']}.{name}"


def test_descriptions_reach_the_warehouse_as_comments(model_nodes, seeds_warehouse, query):
    comments = dict(
        query(
            seeds_warehouse,
            "select schema_name || '.' || table_name || '.' || column_name, comment"
            " from duckdb_columns() where comment is not null",
        )
    )
    for model in model_nodes:
        materialized = model["config"]["materialized"]
        if "/marts/" in model["original_file_path"] and materialized not in NOT_STORED:
            for name, column in model["columns"].items():
                relation = f"{model['schema']}.{model['alias']}"
                assert comments[f"{relation}.{name}"] == column["description"]
