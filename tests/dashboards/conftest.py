"""What several tests of the dashboards look at."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def docs_page(made_once, seeds_warehouse) -> Path:
    """The page that `make docs` writes, of the seeds."""

    def make(folder: Path) -> str:
        makefile = (ROOT / "Makefile").read_text()
        [line] = [line for line in makefile.splitlines() if " docs generate " in line]
        _, *arguments = line.split()
        profile = (ROOT / "profiles.yml").read_text()
        (folder / "profiles.yml").write_text(
            profile.replace("path: warehouse/commerce.duckdb", f"path: {seeds_warehouse}")
        )
        arguments[arguments.index("target/docs")] = str(folder)
        made = subprocess.run(
            [
                *(Path(sys.executable).with_name("dbt"), *arguments),
                *("--profiles-dir", folder, "--log-path", folder),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        return "" if made.returncode == 0 else made.stdout + made.stderr

    return made_once("docs_page", make) / "static_index.html"
