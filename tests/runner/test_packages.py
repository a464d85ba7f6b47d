"""The dbt packages: from the Hub where it answers, else the stand-in."""

import functools
import http.server
import json
import shutil
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest

from commerce_marts.packages import STAND_IN, pinned, stand_in_for

ROOT = Path(__file__).resolve().parents[2]
NO_HUB = {"DBT_PACKAGE_HUB_URL": "http://127.0.0.1:1/"}
VERSION = pinned(ROOT / "packages.yml")["dbt-labs/dbt_utils"]
USES_STAND_IN = (
    f"dbt-labs/dbt_utils {VERSION} could not be installed from the dbt Hub, so the bundled "
    f"stand-in is used. To try again, delete dbt_packages/ and run `commerce-marts deps`.\n"
)
# Test of stand_in_project: failing rows. The real package finds the same.
FAILING_ROWS = {
    "combination_of_two_twice": 1,
    "combination_of_three_once": 0,
    "false_fails_and_null_passes": 1,
    "expression_after_a_column": 1,
    "below_the_minimum": 1,
    "within_both_bounds": 1,
    "bounds_excluded": 3,
    "no_bounds": 0,
    "bound_that_is_an_expression": 1,
}


@pytest.fixture
def deps(tmp_path, run_cli):
    """deps(env): what `commerce-marts deps` prints in a project that pins what this one pins."""
    shutil.copytree(Path(__file__).with_name("small_project"), tmp_path / "project")
    shutil.copy(ROOT / "packages.yml", tmp_path / "project")
    return lambda env: run_cli("deps", "--project-dir", tmp_path / "project", env=env)


@pytest.fixture
def package(tmp_path) -> Path:
    return tmp_path / "project" / "dbt_packages" / "dbt_utils"


@pytest.fixture
def hub(tmp_path):
    """The environment for a dbt Hub on this machine, whose files are in tmp_path / "hub"."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path / "hub")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    tarball = {"tarball": f"{url}dbt_utils.tar.gz"}
    offer = {"name": "dbt_utils", "version": VERSION, "packages": [], "downloads": tarball}
    known = {"name": "dbt_utils", "namespace": "dbt-labs", "versions": {VERSION: offer}}
    api = tmp_path / "hub/api/v1"
    (api / "dbt-labs").mkdir(parents=True)
    (api / "index.json").write_text('["dbt-labs/dbt_utils"]')
    (api / "dbt-labs/dbt_utils.json").write_text(json.dumps({**known, "latest": VERSION}))
    (tmp_path / "real").mkdir()
    (tmp_path / "real/dbt_project.yml").write_text("name: dbt_utils\nversion: 0.1.0\n")
    with tarfile.open(tmp_path / "hub/dbt_utils.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "real", "dbt-utils")
    yield {"DBT_PACKAGE_HUB_URL": url}
    server.shutdown()
    server.server_close()


def test_without_the_hub_the_stand_in_is_installed_once_and_again_when_it_changed(deps, package):
    assert deps(NO_HUB).stdout == USES_STAND_IN
    assert deps(NO_HUB).stdout == ""
    (package / "macros/accepted_range.sql").write_text("")
    assert deps(NO_HUB).stdout == USES_STAND_IN
    assert (package / "macros/accepted_range.sql").read_text()


def test_the_real_package_is_installed_once_and_left_alone(deps, package, hub):
    assert deps(hub).stdout == f"Installed dbt-labs/dbt_utils {VERSION} from the dbt Hub.\n"
    assert [path.name for path in package.iterdir()] == ["dbt_project.yml"]
    assert deps(NO_HUB).stdout == ""


def test_where_the_hub_answers_but_has_no_package_the_stand_in_is_installed(deps, hub, tmp_path):
    (tmp_path / "hub/dbt_utils.tar.gz").unlink()
    assert deps(hub).stdout == USES_STAND_IN


def test_the_stand_in_is_for_the_pinned_version_alone(deps, tmp_path):
    assert stand_in_for() == {"dbt-labs/dbt_utils": VERSION}
    other = "packages: [{package: dbt-labs/dbt_utils, version: 1.0.0}]"
    (tmp_path / "project/packages.yml").write_text(other)
    done = deps(NO_HUB)
    assert done.returncode == 1
    assert f"the bundled stand-in is for dbt-labs/dbt_utils {VERSION}. Run" in done.stderr


def test_the_stand_in_finds_what_the_real_package_finds(tmp_path):
    project = shutil.copytree(Path(__file__).with_name("stand_in_project"), tmp_path / "project")
    shutil.copytree(STAND_IN, project / "dbt_packages" / "dbt_utils")
    shutil.copy(ROOT / "packages.yml", project)
    dbt = [Path(sys.executable).with_name("dbt"), "build", "--profiles-dir", "."]
    done = subprocess.run(dbt, cwd=project, capture_output=True, text=True, check=False)
    results = json.loads((project / "target" / "run_results.json").read_text())["results"]
    found = {result["unique_id"].split(".")[2]: result["failures"] for result in results}
    assert {name: found.get(name) for name in FAILING_ROWS} == FAILING_ROWS, done.stdout
