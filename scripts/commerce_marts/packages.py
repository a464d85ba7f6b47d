"""The dbt packages: from the dbt Hub, or a stand-in where the Hub cannot be reached."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from commerce_marts.dbt import DBT, dbt_environment
from commerce_marts.errors import RunnerError
from commerce_marts.project import Project

HUB_SECONDS = 5
DBT_DEPS_SECONDS = 60
# Without a network, `dbt deps` alone tries for much longer. The Hub's answer has "versions"; a
# proxy may answer with a page of its own.
ASK_HUB = "import requests, sys; requests.get(sys.argv[1]).json()['versions']"
STAND_IN = Path(__file__).with_name("dbt_utils_stand_in")
# Only the stand-in has this file, so it is never taken for the real package.
STAND_IN_MARK = "STAND_IN.md"


def install_packages(project: Project) -> str | None:
    """Installs what packages.yml pins; returns a line on what was done, None where nothing was.

    Raises RunnerError where the Hub cannot be reached and the stand-in is for another version.
    """
    root = project.root
    wanted = pinned(root / "packages.yml")
    if all(_is_installed(root, name, version) for name, version in wanted.items()):
        return None
    names = ", ".join(f"{name} {version}" for name, version in wanted.items())
    hub = os.environ.get("DBT_PACKAGE_HUB_URL") or "https://hub.getdbt.com/"
    questions = [[sys.executable, "-c", ASK_HUB, f"{hub}api/v1/{name}.json"] for name in wanted]
    deps = [DBT, "deps", "--project-dir", root, "--profiles-dir", root, "--log-path", root / "logs"]
    if all(_succeeds(ask, HUB_SECONDS) for ask in questions) and _succeeds(deps, DBT_DEPS_SECONDS):
        return f"Installed {names} from the dbt Hub."
    [(name, version)] = stand_in_for().items()
    if wanted != {name: version}:
        raise RunnerError(
            f"{names} could not be installed from the dbt Hub, and the bundled stand-in is for "
            f"{name} {version}. Run `commerce-marts deps` again with a network."
        )
    folder = root / "dbt_packages" / STAND_IN.name.removesuffix("_stand_in")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(STAND_IN, folder)
    return (
        f"{names} could not be installed from the dbt Hub, so the bundled stand-in is used. To try "
        f"again, delete dbt_packages/ and run `commerce-marts deps`."
    )


def pinned(path: Path) -> Mapping[str, str]:
    """The packages of the Hub in packages.yml or package-lock.yml, each with its version."""
    entries = yaml.safe_load(path.read_text()).get("packages") if path.is_file() else None
    return {each["package"]: str(each["version"]) for each in entries or () if "package" in each}


def stand_in_for() -> Mapping[str, str]:
    """The package, and its version, that the stand-in has the macros of."""
    settings = yaml.safe_load((STAND_IN / "dbt_project.yml").read_text())
    return {f"dbt-labs/{settings['name']}": settings["version"]}


def _succeeds(command: Sequence[str | Path], seconds: float) -> bool:
    try:
        environment = dbt_environment()
        subprocess.run(command, check=True, capture_output=True, env=environment, timeout=seconds)
    except subprocess.SubprocessError:
        return False
    return True


def _is_installed(root: Path, name: str, version: str) -> bool:
    folder = root / "dbt_packages" / name.rpartition("/")[2]
    if (folder / STAND_IN_MARK).is_file():
        return stand_in_for().get(name) == version and _content(folder) == _content(STAND_IN)
    # A real package does not tell its version, but dbt's lock file does.
    locked = pinned(root / "package-lock.yml")
    return (folder / "dbt_project.yml").is_file() and locked.get(name, version) == version


def _content(folder: Path) -> Mapping[Path, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder): path.read_bytes() for path in files}
