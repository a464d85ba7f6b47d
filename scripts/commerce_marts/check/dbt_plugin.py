"""The plugin of dbt-duckdb by which dbt reads raw files as the check does: see profiles.yml."""

from pathlib import Path

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig

from commerce_marts.check.problems import Problem
from commerce_marts.check.raw_files import file_problems, files_select, missing_table, raw_files


class Plugin(BasePlugin):
    """Answers macros/dialect/raw_files_select.sql."""

    def store(self, target_config: TargetConfig) -> None:
        """Puts `select` (a table's files as SQL) and `problems` (sentences) into the answer."""
        config = target_config.config
        contract, names = config["contract"], config["names"]
        folder = Path(target_config.location.path).absolute() / contract["domain"]
        place = {"domain": contract["domain"], "table": contract["table"], "outcome": "refused"}
        try:
            files = raw_files(folder, contract["table"], names)
        except (duckdb.Error, OSError) as error:
            config["answer"]["problems"] = [f"{folder / contract['table']} cannot be read: {error}"]
            return
        found = [problem for file in files for problem in file_problems(contract, file)]
        if not files and names is None:
            found += missing_table(folder, contract)
        config["answer"]["problems"] = [str(Problem(**place, **problem)) for problem in found]
        config["answer"]["select"] = files_select(folder, contract, files)
