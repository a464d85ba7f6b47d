"""Feeds, and a project without tests and documentation, which builds in half the time."""

import shutil
from pathlib import Path

import pytest
import yaml
from chain import load
from days import deliver_seeds
from feed import Feed

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ("dbt_project.yml", "profiles.yml", "packages.yml", "dbt_packages", "macros", "models")
PROJECT += ("seeds", "tests/data/generic")


@pytest.fixture(scope="session")
def feed_of(contract):
    """feed_of(folder, domain): a feed without files, in folder/raw."""

    def feed(folder: Path, domain: str) -> Feed:
        columns = {table: list(entry["columns"]) for table, entry in contract[domain].items()}
        return Feed(folder / "raw" / domain, columns)

    return feed


@pytest.fixture(scope="session")
def copied_project(made_once):
    """copied_project(name): a copy of the project, to change."""

    def make(folder: Path) -> str:
        for name in PROJECT:
            source = ROOT / name
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, folder / name)
            else:
                shutil.copy(source, folder / name)
        return ""

    return lambda name: made_once(name, make)


@pytest.fixture(scope="session")
def light_project(made_once, copied_project):
    """light_project(*domains): a copy of the project with these domains, without tests and docs.

    It builds the same tables and views; with `areas`, only those of core and these areas. Data
    tests would fail on many rows here, and the comparison of the days finds more than they do; the
    models `tested` keep theirs.
    """

    def project(*domains: str, areas: tuple[str, ...] = (), tested: tuple[str, ...] = ()) -> Path:
        def make(folder: Path) -> str:
            shutil.copytree(copied_project("project"), folder, dirs_exist_ok=True)
            leave_domains_out(folder, domains)
            if areas:
                leave_areas_out(folder, areas)
            leave_tests_out(folder, tested)
            return ""

        return made_once(f"light_project_{'_and_'.join((*domains, *areas, *tested))}", make)

    return project


@pytest.fixture(scope="session")
def build_of(run_cli, light_project):
    """build_of(*domains, areas=...): a function that builds their light project."""

    def build(*domains, areas=()):
        project = light_project(*domains, areas=areas)
        # One thread, because tests run in parallel.
        common = ("build", "--project-dir", project, "--threads", "1")
        return lambda *arguments: run_cli(*common, *arguments)

    return build


@pytest.fixture(scope="session")
def days_of(made_once, feed_of, build_of, contract):
    """days_of(chain): the folder of its days, see load()."""

    def folder_of(chain):
        def make(folder):
            feeds = {domain: feed_of(folder, domain) for domain in chain.domains}
            build = build_of(*chain.domains)
            return load(chain, folder, feeds, lambda feed: deliver_seeds(feed, contract), build)

        whole = "whole_orders_of_" if chain.whole_orders else "days_of_"
        return made_once(whole + "_and_".join(chain.domains), make)

    return folder_of


def leave_domains_out(folder: Path, domains: tuple[str, ...]) -> None:
    """Removes everything that has the tag of another domain and none of these."""
    path = folder / "dbt_project.yml"
    settings = yaml.safe_load(path.read_text())
    removed = set()

    def remove_others(node: dict) -> None:
        for name, below in list(node.items()):
            if isinstance(below, dict):
                tags = below.get("+tags", [])
                if tags and not set(tags) & set(domains):
                    removed.add(name)
                    del node[name]
                remove_others(below)

    for kind in ("models", "seeds"):
        remove_others(settings[kind]["commerce_marts"])
    settings["vars"]["domains"] = list(domains)
    path.write_text(yaml.safe_dump(settings, sort_keys=False))
    for file in [*folder.glob("models/**/*"), *folder.glob("seeds/**/*")]:
        inside = {part.split(".")[0] for part in file.relative_to(folder).parts}
        if file.is_file() and inside & removed:
            file.unlink()
    for directory in [*folder.glob("models/staging/*"), *folder.glob("seeds/*")]:
        if directory.name in removed:
            shutil.rmtree(directory)


def leave_areas_out(folder: Path, areas: tuple[str, ...]) -> None:
    """Removes the marts of other areas. All read core; a look-up table has a doc block of rfm."""
    path = folder / "dbt_project.yml"
    settings = yaml.safe_load(path.read_text())
    for area in (folder / "models/marts").iterdir():
        if area.is_dir() and area.name not in ("core", "rfm", *areas):
            shutil.rmtree(area)
            settings["models"]["commerce_marts"]["marts"].pop(area.name, None)
    path.write_text(yaml.safe_dump(settings, sort_keys=False))


def leave_tests_out(folder: Path, tested: tuple[str, ...]) -> None:
    """Removes tests but those of some models, exposures, metrics, and what is said of no model."""
    names = {file.stem for file in folder.rglob("*.sql")} | {f.stem for f in folder.rglob("*.csv")}
    for path in [*folder.glob("models/**/*.yml"), *folder.glob("seeds/**/*.yml")]:
        content = yaml.safe_load(path.read_text())
        for kind in ("unit_tests", "exposures", "semantic_models", "metrics"):
            content.pop(kind, None)
        if not content:
            path.unlink()
            continue
        for kind in ("models", "seeds"):
            if kind in content:
                content[kind] = [entry for entry in content[kind] if entry["name"] in names]
        for kind in ("models", "seeds", "sources"):
            for entry in content.get(kind, []):
                if entry["name"].startswith("quarantine_") or entry["name"] in tested:
                    # Keeps the test that limits the share of rejected rows.
                    continue
                for described in (entry, *entry.get("columns", []), *entry.get("tables", [])):
                    described.pop("data_tests", None)
        path.write_text(yaml.safe_dump(content, sort_keys=False))
    path = folder / "dbt_project.yml"
    settings = yaml.safe_load(path.read_text())
    settings["models"]["commerce_marts"]["+persist_docs"] = {"relation": False, "columns": False}
    path.write_text(yaml.safe_dump(settings, sort_keys=False))
