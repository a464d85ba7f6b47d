"""The dbt project that a command works on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from commerce_marts.errors import OptionError, RunnerError

PROJECT_NAME = "commerce_marts"

# One entry of the var raw_contract as macros/raw/raw_contract.sql gives it.
Contract = Mapping[str, Any]


@dataclass(frozen=True)
class Project:
    """A dbt project: its folder, and what its dbt_project.yml says."""

    root: Path
    settings: Mapping[str, Any]

    @property
    def variables(self) -> Mapping[str, Any]:
        """The vars of dbt_project.yml."""
        return self.settings.get("vars") or {}

    @property
    def raw_contract(self) -> Mapping[str, Mapping[str, Any]]:
        """What the raw tables hold, by domain and table."""
        return self.variables.get("raw_contract") or {}

    def contracts(self, domains: Iterable[str]) -> list[Contract]:
        """The tables of these domains in the raw contract, with all defaults."""
        return [
            {
                **{"transactions": False, "optional": False, "test_traffic": None, "follows": None},
                **{
                    "same_in_order": (),
                    "returns": None,
                    "people": {},
                    "personal": (),
                    "renamed": {},
                },
                **entry,
                **{"domain": domain, "table": table},
                "columns": [
                    {
                        **{"name": name, "type": type_.rstrip("!?")},
                        **{"required": type_[-1] == "!", "may_be_missing": type_[-1] == "?"},
                    }
                    for name, type_ in entry["columns"].items()
                ],
            }
            for domain in domains
            for table, entry in self.raw_contract[domain].items()
        ]

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
    here = Path.cwd()
    around = (here, *here.parents, *Path(__file__).resolve().parents)
    for root in around if folder is None else (folder,):
        path = root / "dbt_project.yml"
        try:
            settings = yaml.load(path.read_text(), yaml.CSafeLoader) if path.is_file() else None
        except yaml.YAMLError as error:
            raise RunnerError(f"{path} is not valid YAML: {error}") from error
        if isinstance(settings, dict) and settings.get("name") == PROJECT_NAME:
            return Project(root.resolve(), settings)
    raise OptionError(
        f"There is no dbt_project.yml of {PROJECT_NAME} in {folder or 'this folder or above it'}. "
        f"Run this in a checkout of {PROJECT_NAME}, or name one with --project-dir."
    )
