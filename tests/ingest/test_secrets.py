"""The password of the database appears nowhere, and a URL that is wrong is not repeated."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from databases import Database

from commerce_marts.cli import main
from commerce_marts.ingest.secret import without_secrets

SECRET = "s3cr%40t-word"
PLAIN = "s3cr@t-word"


def ingest(source, into, env=None):
    arguments = ["ingest", "adventure_works", "--from", source, "--into", str(into)]
    return CliRunner().invoke(main, arguments, env=env)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("env:NOT_THERE", "The environment has no variable 'NOT_THERE', which --from names."),
        (f"postgresql://shop:a@{SECRET}@host/x", "--from has more than one @."),
        (f"shop:{SECRET}", "--from is not the URL of a database."),
        (f"oracle://shop:{SECRET}@127.0.0.1/x", "The driver"),
        (f"nonsense://shop:{SECRET}@127.0.0.1/x", "nonsense"),
        (f"postgresql://shop:{SECRET}@127.0.0.1:1/x", "127.0.0.1:1/x were not landed."),
    ],
)
def test_a_source_that_does_not_work_is_told_without_its_password(tmp_path, source, expected):
    done = ingest(source, tmp_path / "landed.duckdb")
    assert done.exit_code in (1, 2)
    assert expected in done.output
    assert SECRET not in done.output
    assert PLAIN not in done.output
    assert not (tmp_path / "landed.duckdb").exists()


def test_a_password_on_the_command_line_is_warned_about(tmp_path):
    done = ingest(f"postgresql://shop:{SECRET}@127.0.0.1:1/x", tmp_path / "landed.duckdb")
    assert "The password in --from can be seen in the list of processes." in done.output
    env = {"SHOP_URL": f"postgresql://shop:{SECRET}@127.0.0.1:1/x"}
    assert "list of processes" not in ingest("env:SHOP_URL", tmp_path / "a.duckdb", env).output


def test_no_output_and_no_file_of_a_run_has_the_password(landed_shop, postgres, tables_file):
    shop = landed_shop
    file = tables_file("tables: {store: Sales.Store, address: Person.Nowhere}")
    broken = tables_file("tables: {store: {from: Sales.Store, columns: {name: 1 / 0}}}")
    outputs = [
        shop.land(),
        shop.refusal("--tables", file),
        shop.refusal("--tables", broken),
        Database(shop.url.replace(postgres.password, "wrong-word"), shop.landed).refusal(),
    ]
    assert "password authentication failed" in outputs[-1]
    assert "division by zero" in outputs[2]
    for output in outputs:
        assert postgres.password not in output
        assert "wrong-word" not in output
    for path in shop.landed.parent.rglob("*"):
        assert not path.is_file() or postgres.password.encode() not in path.read_bytes()


def test_what_a_killed_run_leaves_has_no_password(killed_run, postgres):
    files = [path for path in killed_run.parent.rglob("*") if path.is_file()]
    assert any("dlt" in path.parts for path in files)
    for path in files:
        assert postgres.password.encode() not in path.read_bytes()


def test_options_of_the_url_are_hidden_as_well():
    url = sa.make_url(f"mssql+pymssql://sa:{SECRET}@host/x?access_token=tok-123")
    text = f"{PLAIN} {SECRET} tok-123"
    assert without_secrets(text, url) == "*** *** ***"


def test_the_command_line_does_not_import_the_libraries_of_the_extra():
    code = (
        "import sys, commerce_marts.cli;"
        "print(sorted({'dlt', 'sqlalchemy', 'pyarrow', 'psycopg', 'pymssql'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_without_the_extra_the_command_names_it(tmp_path, monkeypatch):
    # What Python does where a library is not installed.
    monkeypatch.setitem(sys.modules, "dlt", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "dlt" else name)
    done = ingest("env:X", tmp_path / "landed.duckdb")
    assert "ingest needs dlt, which a build does not install. Run: pip install -e '.[ingest]'" in (
        done.output
    )
    assert list(Path(tmp_path).iterdir()) == []
