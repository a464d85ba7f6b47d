"""The dbt packages: from the dbt Hub, or a stand-in where the Hub cannot be reached."""

import filecmp
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import requests
import yaml

from commerce_marts.dbt import DBT, dbt_environment
from commerce_marts.errors import RunnerError
from commerce_marts.project import Project

HUB_SECONDS = 3
DBT_DEPS_SECONDS = 60
STAND_IN = Path(__file__).with_name("dbt_utils_stand_in")
# Only the stand-in has this file, so it is never taken for the real package.
STAND_IN_MARK = "STAND_IN.md"


@dataclass(frozen=True)
class Package:
    """A package of the dbt Hub as packages.yml pins it."""

    hub_name: str
    version: str

    @property
    def name(self) -> str:
        """The folder below dbt_packages."""
        return self.hub_name.rpartition("/")[2]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def install_packages(project: Project) -> str | None:
    """Installs what packages.yml names; returns a line on what was done, None where nothing was.

    Raises RunnerError where a package can neither be fetched nor replaced by the stand-in.
    """
    wanted = packages_wanted(project.root)
    if all(_is_in_place(package, project.root) for package in wanted):
        return None
    names = ", ".join(str(package) for package in wanted)
    if not hub_answers(wanted[0]):
        obstacle = f"The dbt Hub did not answer within {HUB_SECONDS} s"
    elif not _dbt_deps_succeeds(project.root):
        obstacle = f"The dbt Hub answered, but `dbt deps` could not fetch {names}"
    else:
        return f"Installed {names} from the dbt Hub."
    for package in wanted:
        _lay_stand_in(package, project.root, obstacle)
    return (
        f"{obstacle}: using the bundled stand-in for {names} "
        f"(to try again: delete dbt_packages/, then `commerce-marts deps`)."
    )


def packages_wanted(root: Path) -> tuple[Package, ...]:
    """The packages that packages.yml pins, each to one version."""
    path = root / "packages.yml"
    if not path.is_file():
        return ()
    entries = (yaml.safe_load(path.read_text()) or {}).get("packages") or []
    return tuple(
        Package(entry["package"], str(entry["version"])) for entry in entries if "package" in entry
    )


def hub_answers(package: Package) -> bool:
    """Whether the Hub that dbt would ask knows the package, found out within HUB_SECONDS."""
    hub = (os.environ.get("DBT_PACKAGE_HUB_URL") or "https://hub.getdbt.com").rstrip("/")
    answers: list[bool] = []
    # A thread, because a time-out of requests covers neither names that do not resolve nor a
    # second address after the first.
    asking = threading.Thread(
        target=lambda: answers.append(_knows(f"{hub}/api/v1/{package.hub_name}.json")), daemon=True
    )
    asking.start()
    asking.join(HUB_SECONDS)
    return answers == [True]


def _knows(url: str) -> bool:
    try:
        answer = requests.get(url, timeout=HUB_SECONDS)
        # A proxy may answer anything with its own page: only the Hub's own words count.
        return answer.ok and "versions" in answer.json()
    except (requests.RequestException, TypeError):
        return False


def _dbt_deps_succeeds(root: Path) -> bool:
    with tempfile.TemporaryDirectory() as scratch:
        command = [
            *(DBT, "deps", "--project-dir", root, "--profiles-dir", root, "--log-path", scratch)
        ]
        try:
            done = subprocess.run(
                command,
                cwd=root,
                env=dbt_environment(),
                capture_output=True,
                timeout=DBT_DEPS_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


def _is_in_place(package: Package, root: Path) -> bool:
    folder = root / "dbt_packages" / package.name
    if (folder / STAND_IN_MARK).is_file():
        return package == _stood_in_for() and _same_files(STAND_IN, folder)
    # The real package's own dbt_project.yml does not tell its version, but dbt's lock file does.
    return (folder / "dbt_project.yml").is_file() and package in _locked(root)


def _locked(root: Path) -> tuple[Package, ...]:
    path = root / "package-lock.yml"
    if not path.is_file():
        return ()
    entries: list[Mapping[str, str]] = yaml.safe_load(path.read_text()).get("packages") or []
    return tuple(
        Package(entry["package"], str(entry["version"])) for entry in entries if "package" in entry
    )


def _stood_in_for() -> Package:
    settings = yaml.safe_load((STAND_IN / "dbt_project.yml").read_text())
    return Package(f"dbt-labs/{settings['name']}", settings["version"])


def _same_files(left: Path, right: Path) -> bool:
    names = _files(left)
    equal, _, _ = filecmp.cmpfiles(left, right, names, shallow=False)
    return names == _files(right) and sorted(equal) == names


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _lay_stand_in(package: Package, root: Path, obstacle: str) -> None:
    if package != _stood_in_for():
        raise RunnerError(
            f"{obstacle}, and the bundled stand-in is for {_stood_in_for()}, not for {package}. "
            f"Run `commerce-marts deps` again with a network."
        )
    target = root / "dbt_packages" / package.name
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(STAND_IN, target)
