"""How long a build took: its phases one after the other, and each node of dbt."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass
class Timings:
    """Seconds of what a build has done so far. The phases add up to the whole."""

    began: float = field(default_factory=time.monotonic)
    phases: dict[str, float] = field(default_factory=dict)
    nodes: list[Mapping[str, Any]] = field(default_factory=list)

    def end_phase(self, name: str) -> None:
        """Gives the phase all the time since the one before ended."""
        spent = time.monotonic() - self.began - sum(self.phases.values())
        self.phases[name] = self.phases.get(name, 0.0) + spent

    def take_nodes(self, target: Path) -> None:
        """Adds what dbt noted of its nodes in its target folder.

        When each began (UTC), its seconds in a thread, and how a model is materialized.
        """
        nodes = json.loads((target / "manifest.json").read_text())["nodes"]
        for result in json.loads((target / "run_results.json").read_text())["results"]:
            if result["timing"]:
                kind, _, *names = result["unique_id"].split(".")
                began = datetime.fromisoformat(result["timing"][0]["started_at"])
                node = {
                    "kind": kind,
                    # A generic test's id ends in a hash, a unit test's begins with its model.
                    "name": ".".join(names) if kind == "unit_test" else names[0],
                    "began_at": began.isoformat(),
                    "seconds": result["execution_time"],
                }
                if kind == "model":
                    node["materialized"] = nodes[result["unique_id"]]["config"]["materialized"]
                self.nodes.append(node)

    def as_json(self, build_id: str) -> str:
        """`build_id`, `seconds` in all, `phases` as {name: seconds}, and `nodes` in dbt's order."""
        content = {
            "build_id": build_id,
            "seconds": sum(self.phases.values()),
            "phases": self.phases,
            "nodes": self.nodes,
        }
        return json.dumps(content, indent=2) + "\n"
