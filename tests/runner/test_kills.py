"""Kill -9 at any moment: the published file stays whole, and the next build cleans up."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from trials import (
    SMALL_PROJECT,
    build_id_of,
    exit_code_of,
    folder_content,
    kept_of,
    publish_prepared,
    published_whole,
    roll_back,
)

STEPS = []
ROLLBACK_STEPS = []


@pytest.fixture
def target(prepared, tmp_path) -> Path:
    """Version 3 published, 0 to 2 kept, and what dead builds and writing clients may leave."""
    path = tmp_path / "warehouse" / "commerce.duckdb"
    for file in prepared[:4]:
        assert exit_code_of(publish_prepared, file, path) == 0
    dead = path.parent / ".building-commerce.duckdb-20240101T000000Z-0a1b2c"
    dead.mkdir()
    (dead / "commerce.duckdb").write_bytes(b"half")
    half_kept = path.with_name("commerce.duckdb.kept") / "20230101T000000Z-0a1b2c"
    half_kept.mkdir()
    (half_kept / "commerce.duckdb.part").write_bytes(b"half")
    path.with_name("commerce.duckdb.wal").write_bytes(b"left over")
    return path


def test_record(prepared, target, tmp_path):
    assert exit_code_of(publish_prepared, prepared[4], target, steps_file=tmp_path / "steps") == 0
    print((tmp_path / "steps").read_text())
    assert exit_code_of(roll_back, target, steps_file=tmp_path / "steps2") == 0
    print((tmp_path / "steps2").read_text())
    assert 0
