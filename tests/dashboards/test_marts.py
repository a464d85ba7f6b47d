"""The connection of the pages: always to the version that is published."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from marts import NothingToShowError, Published

DASHBOARDS = Path(__file__).resolve().parents[2] / "dashboards"


def test_a_publish_shows_on_the_next_page_also_while_a_connection_is_open(
    tmp_path,
):
    target = tmp_path / "commerce.duckdb"

    def publish(number):
        new = tmp_path / f"new_{number}" / "commerce.duckdb"
        new.parent.mkdir()
        with duckdb.connect(str(new)) as connection:
            connection.execute("create schema core")
            connection.execute(f"create table core.dim_domains as select {number} as build")
        new.replace(target)

    publish(0)
    published = Published(target)
    held = duckdb.connect(str(published.marts().path), read_only=True)
    for number in range(1, 11):
        publish(number)
        marts = published.marts()
        assert marts.frame("from core.dim_domains")["build"].tolist() == [number]
    assert held.execute("from core.dim_domains").fetchall() == [(0,)]
    held.close()


def test_links_of_a_killed_process_go_and_those_of_a_living_one_stay(tmp_path):
    target = tmp_path / "commerce.duckdb"
    duckdb.connect(str(target)).close()
    script = (
        "import os, signal, sys; from pathlib import Path; from marts import Published;"
        "Published(Path(sys.argv[1])).marts(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run(
        [sys.executable, "-c", script, target],
        check=False,
        env={**os.environ, "PYTHONPATH": str(DASHBOARDS)},
    )
    [left] = [path for path in tmp_path.iterdir() if path.is_dir()]
    living = Published(target).marts()
    assert not left.exists()
    Published(target)
    assert living.path.exists()


def test_without_a_file_there_is_nothing_to_show(tmp_path):
    with pytest.raises(NothingToShowError, match="There is no "):
        Published(tmp_path / "commerce.duckdb").marts()
