"""The dbt packages: the Hub where it answers, else the stand-in, said in one line."""

import functools
import http.server
import json
import shutil
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import duckdb
import pytest
import yaml

from commerce_marts.packages import STAND_IN, packages_wanted

ROOT = Path(__file__).resolve().parents[2]
SMALL_PROJECT = Path(__file__).with_name("small_project")
NO_HUB = {"DBT_PACKAGE_HUB_URL": "http://127.0.0.1:1/"}


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the small project that wants the package which this project pins."""
    folder = tmp_path / "project"
    shutil.copytree(SMALL_PROJECT, folder)
    shutil.copy(ROOT / "packages.yml", folder)
    return folder


@pytest.fixture
def hub(tmp_path):
    """hub(with_tarball): a dbt Hub on this machine that offers the pinned version."""
    servers = []

    def serve(with_tarball: bool) -> dict[str, str]:
        folder = tmp_path / "hub"
        (folder / "api" / "v1" / "dbt-labs").mkdir(parents=True)
        handler = functools.partial(QuietHandler, directory=folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        version = packages_wanted(ROOT)[0].version
        entry = {
            "name": "dbt_utils",
            "version": version,
            "packages": [],
            "require_dbt_version": [],
            "downloads": {"tarball": f"{url}dbt_utils.tar.gz"},
        }
        package = {"name": "dbt_utils", "namespace": "dbt-labs", "latest": version}
        (folder / "api/v1/index.json").write_text('["dbt-labs/dbt_utils"]')
        (folder / "api/v1/dbt-labs/dbt_utils.json").write_text(
            json.dumps({**package, "versions": {version: entry}})
        )
        (folder / "api/v1/dbt-labs/dbt_utils").mkdir()
        (folder / f"api/v1/dbt-labs/dbt_utils/{version}.json").write_text(json.dumps(entry))
        if with_tarball:
            (folder / "real").mkdir()
            (folder / "real/dbt_project.yml").write_text("name: dbt_utils\nversion: 0.1.0\n")
            with tarfile.open(folder / "dbt_utils.tar.gz", "w:gz") as archive:
                archive.add(folder / "real", "dbt-utils")
        return {"DBT_PACKAGE_HUB_URL": url}

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_arguments) -> None:
        """No line per request."""


def laid(project: Path) -> Path:
    return project / "dbt_packages" / "dbt_utils"


def test_without_the_hub_the_stand_in_is_laid_once_and_said_in_one_line(project, run_cli):
    version = packages_wanted(ROOT)[0].version
    first = run_cli("deps", "--project-dir", project, env=NO_HUB)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == (
        f"The dbt Hub did not answer within 3 s: using the bundled stand-in for dbt_utils "
        f"{version} (to try again: delete dbt_packages/, then `commerce-marts deps`).\n"
    )
    assert (laid(project) / "STAND_IN.md").is_file()
    again = run_cli("deps", "--project-dir", project, env=NO_HUB)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_a_stand_in_that_was_changed_is_laid_again(project, run_cli):
    run_cli("deps", "--project-dir", project, env=NO_HUB)
    (laid(project) / "macros" / "date_spine.sql").write_text("")
    assert run_cli("deps", "--project-dir", project, env=NO_HUB).stdout
    assert (laid(project) / "macros" / "date_spine.sql").read_text()


def test_with_the_hub_the_real_package_is_installed_once(project, run_cli, hub):
    env = hub(with_tarball=True)
    version = packages_wanted(ROOT)[0].version
    first = run_cli("deps", "--project-dir", project, env=env)
    assert first.stdout == f"Installed dbt_utils {version} from the dbt Hub.\n"
    assert not (laid(project) / "STAND_IN.md").exists()
    # The next time nothing is asked for, and nothing is replaced by the stand-in.
    again = run_cli("deps", "--project-dir", project, env=NO_HUB)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert not (laid(project) / "STAND_IN.md").exists()


def test_where_the_hub_answers_but_the_package_cannot_be_fetched_the_stand_in_is_laid(
    project, run_cli, hub
):
    done = run_cli("deps", "--project-dir", project, env=hub(with_tarball=False))
    assert done.returncode == 0
    assert done.stdout.startswith("The dbt Hub answered, but `dbt deps` could not fetch dbt_utils")
    assert done.stderr == ""
    assert (laid(project) / "STAND_IN.md").is_file()


def test_a_version_that_the_stand_in_is_not_for_is_an_error(project, run_cli):
    (project / "packages.yml").write_text(
        "packages: [{package: dbt-labs/dbt_utils, version: 1.0.0}]"
    )
    done = run_cli("deps", "--project-dir", project, env=NO_HUB)
    assert done.returncode == 1
    assert "not for dbt_utils 1.0.0. Run `commerce-marts deps` again with a network." in done.stderr


def test_the_stand_in_is_for_the_version_that_is_pinned():
    settings = yaml.safe_load((STAND_IN / "dbt_project.yml").read_text())
    assert settings["version"] == packages_wanted(ROOT)[0].version


# Test name: failing rows. The figures are those of the real package on the same rows.
EXPECTED_FAILURES = {
    "combination_of_two_twice": 1,
    "combination_of_three_once": 0,
    "combination_of_quoted_columns_twice": 1,
    "false_fails_and_null_passes": 1,
    "expression_after_a_column": 1,
    "below_the_minimum": 1,
    "within_both_bounds": 1,
    "bounds_excluded": 3,
    "no_bounds": 0,
    "bound_that_is_an_expression": 1,
}


def test_the_stand_in_gives_what_the_real_package_gives(tmp_path):
    project = tmp_path / "project"
    shutil.copytree(Path(__file__).with_name("stand_in_project"), project)
    shutil.copytree(STAND_IN, project / "dbt_packages" / "dbt_utils")
    dbt = [Path(sys.executable).with_name("dbt"), "build", "--profiles-dir", "."]
    done = subprocess.run(dbt, cwd=project, capture_output=True, text=True, check=False)
    results = json.loads((project / "target" / "run_results.json").read_text())["results"]
    failures = {
        result["unique_id"].split(".")[2]: result["failures"]
        for result in results
        if result["unique_id"].startswith("test.")
    }
    assert failures == EXPECTED_FAILURES, done.stdout
    with duckdb.connect(str(project / "stand_in.duckdb")) as connection:
        for datepart, rows, last in [
            ("day", 427, "2025-02-28 00:00:00"),
            ("month", 15, "2025-02-28 00:00:00"),
            ("hour", 10248, "2025-02-28 23:00:00"),
        ]:
            assert connection.execute(
                f"select count(*), cast(min(date_{datepart}) as varchar), "
                f"cast(max(date_{datepart}) as varchar) from spine_{datepart}"
            ).fetchall() == [(rows, "2023-12-30 00:00:00", last)]
        keys = connection.execute("select i, of_one, of_three from keys order by i, of_three")
        assert keys.fetchall()[-1] == (
            None,
            "f14cc5cdce0420f4a5a6b6d9d7b85f39",
            "2fa5491950d66d153d23cfbcfea4e164",
        )
    empty = [r for r in results if r["unique_id"].endswith(".spine_of_no_length")]
    assert "upper bound must be positive" in empty[0]["message"]
