"""The plugin of dbt-duckdb by which dbt reads raw files as the check does: see profiles.yml."""

from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig

from commerce_marts.check.problems import REFUSED
from commerce_marts.check.raw_files import files_select, header_problems, raw_files


class Plugin(BasePlugin):
    """Answers macros/dialect/raw_files_select.sql."""

    def store(self, target_config: TargetConfig) -> None:
        """Puts `select` (a table's files as SQL), `problems` and `deliveries` into the answer."""
        config = target_config.config
        contract, names, answer = config["contract"], config["names"], config["answer"]
        folder = Path(target_config.location.path).absolute() / contract["domain"]
        try:
            files, problems = raw_files(folder, contract, names)
        except OSError as error:
            answer["problems"] = [f"{error.filename} cannot be read: {error.strerror}"]
            return
        problems += header_problems(folder, contract, files, names)
        answer["problems"] = [str(problem) for problem in problems if problem.outcome == REFUSED]
        answer["select"] = files_select(folder, contract, files)
        answer["deliveries"] = [file.delivery for file in files]
