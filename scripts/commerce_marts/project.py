"""The dbt project that a command works on."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from commerce_marts.errors import OptionError, RunnerError

PROJECT_NAME = "commerce_marts"


@dataclass(frozen=True)
class Project:
    """A dbt project: its folder, and the vars of its dbt_project.yml."""

    root: Path
    variables: Mapping[str, Any]

    @property
    def raw_contract(self) -> Mapping[str, Mapping[str, Any]]:
        """What the raw tables hold, by domain and table."""
        return self.variables.get("raw_contract") or {}

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains that the project knows."""
        return tuple(self.raw_contract)

    @property
    def default_domains(self) -> tuple[str, ...]:
        """The domains that it builds by default."""
        return tuple(self.variables.get("domains", self.domains))

    @property
    def default_warehouse(self) -> Path:
        """The file that others read."""
        return self.root / "warehouse" / "commerce.duckdb"


def project_at(folder: Path | None) -> Project:
    """The project in `folder`; without one, around the working directory or around this package.

    Raises OptionError where there is none.
    """
    if folder is not None:
        if not _is_project(folder):
            raise OptionError(
                f"--project-dir {folder}: there is no dbt_project.yml of {PROJECT_NAME} in it."
            )
        return Project(folder.resolve(), _settings(folder).get("vars") or {})
    here = Path.cwd()
    for candidate in (here, *here.parents, *Path(__file__).resolve().parents):
        if _is_project(candidate):
            return Project(candidate, _settings(candidate).get("vars") or {})
    raise OptionError(
        f"No dbt_project.yml of {PROJECT_NAME} here or above. Run this in a checkout of "
        f"{PROJECT_NAME}, or name it with --project-dir."
    )


def _is_project(folder: Path) -> bool:
    return (folder / "dbt_project.yml").is_file() and _settings(folder)["name"] == PROJECT_NAME


def _settings(folder: Path) -> Mapping[str, Any]:
    path = folder / "dbt_project.yml"
    try:
        settings = yaml.load(path.read_text(), yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise RunnerError(f"{path} is not valid YAML: {error}") from error
    return settings if isinstance(settings, dict) and "name" in settings else {"name": None}
