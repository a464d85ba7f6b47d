"""Macros are described, and their folders depend on each other in one direction."""

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Only dbt calls these: materializations, tests, and the variants of a dispatched macro.
NOT_CALLED = re.compile(r"^(materialization|test|default|duckdb|spark|snowflake|postgres)_")


@pytest.fixture(scope="session")
def macros(manifest):
    """The project's macros by unique id."""
    return {
        unique_id: macro
        for unique_id, macro in manifest["macros"].items()
        if macro["package_name"] == "commerce_marts" and macro["path"].startswith("macros/")
    }


def test_folders_of_macros_depend_on_each_other_in_one_direction(macros):
    folders: dict[str, set[str]] = {}
    for macro in macros.values():
        folder = Path(macro["path"]).parent.name
        read = {
            Path(macros[name]["path"]).parent.name
            for name in macro["depends_on"]["macros"]
            if name in macros
        }
        folders.setdefault(folder, set()).update(read - {folder})
    try:
        order = list(TopologicalSorter(folders).static_order())
    except CycleError as error:
        pytest.fail(f"Folders of macros depend on each other in a circle: {error.args[1]}")
    assert order[0] in ("dialect", "vars")


def test_dialects_stand_in_one_folder(macros):
    dispatching = {
        Path(macro["path"]).parent.name
        for macro in macros.values()
        if "adapter.dispatch(" in macro["macro_sql"]
    }
    assert dispatching == {"dialect"}


def test_every_macro_and_argument_is_described(macros):
    for macro in macros.values():
        if NOT_CALLED.match(macro["name"]):
            continue
        assert macro["description"].strip(), macro["name"]
        signature = re.search(r"macro\s+\w+\((.*?)\)\s*-?%\}", macro["macro_sql"], re.S)
        names = [part.split("=")[0].strip() for part in signature[1].split(",") if part.strip()]
        described = {argument["name"]: argument["description"] for argument in macro["arguments"]}
        assert list(described) == names, macro["name"]
        assert all(described.values()), macro["name"]


def test_no_model_or_macro_asks_for_the_engine(macros, manifest):
    codes = {macro["path"]: macro["macro_sql"] for macro in macros.values()}
    codes |= {
        node["original_file_path"]: node["raw_code"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    # An error message names the engine.
    allowed = {"macros/dialect/raw_files_select.sql"}
    asking = {path for path, code in codes.items() if "target.type" in code}
    assert asking <= allowed
