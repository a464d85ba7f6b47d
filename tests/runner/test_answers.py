"""`build --answers FILE`: core and the marts alone, as tables, swapped in by its own rename."""

import duckdb
import pytest

RELATIONS = """
    select schema_name || '.' || table_name from duckdb_tables() union all
    select schema_name || '.' || view_name from duckdb_views() where not internal
    order by all
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory, build):
    """A warehouse and its answers, built once more over an earlier build."""
    folder = tmp_path_factory.mktemp("answers")
    files = (folder / "commerce.duckdb", folder / "bi" / "answers.duckdb")
    for _ in range(2):
        built = build(files[0], "--answers", files[1])
        assert built.returncode == 0, built.stderr
    return (*files, built.stdout)


def test_answers_have_the_rows_of_core_and_the_marts(both, query):
    warehouse, answers, _ = both
    relations = [name for (name,) in query(warehouse, RELATIONS)]
    expected = [name for name in relations if name.startswith("core.")]
    assert expected
    assert expected != relations
    assert [name for (name,) in query(answers, RELATIONS)] == expected
    for name in expected:
        rows = f"from {name} order by all"
        assert query(answers, rows) == query(warehouse, rows)


def test_answers_are_tables_that_an_old_client_reads(both, query, read_by_old_client):
    _, answers, _ = both
    tables = query(answers, "select count(*) from duckdb_tables()")[0][0]
    assert read_by_old_client(answers) == tables


def test_nobody_can_write_into_answers_and_no_part_of_one_is_left(both):
    _, answers, _ = both
    assert answers.stat().st_mode & 0o222 == 0
    assert [file.name for file in answers.parent.iterdir()] == [answers.name]


def test_the_sizes_of_both_are_told(both):
    warehouse, answers, output = both
    for file in (warehouse, answers):
        assert f"{file}: {file.stat().st_size / 1e6:,.1f} MB" in output


def test_a_reader_keeps_the_answers_that_it_opened(warehouse, build, query, tmp_path):
    answers = tmp_path / "answers.duckdb"
    assert build(warehouse, "--answers", answers).returncode == 0
    before = query(answers, "select distinct build_id from core.build_info")
    with duckdb.connect(str(answers), read_only=True) as reader:
        assert build(warehouse, "--answers", answers).returncode == 0
        assert reader.execute("select distinct build_id from core.build_info").fetchall() == before
    published = query(warehouse, "select distinct build_id from core.build_info")
    assert published != before
    assert query(answers, "select distinct build_id from core.build_info") == published


def test_a_failed_build_leaves_the_answers_as_they_were(warehouse, build, tmp_path):
    answers = tmp_path / "answers.duckdb"
    assert build(warehouse, "--answers", answers).returncode == 0
    before = answers.read_bytes()
    assert build(warehouse, "--answers", answers, trouble="test").returncode == 1
    assert answers.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["answers.duckdb", "warehouse"]


def test_another_file_is_never_replaced_by_answers(warehouse, build, tmp_path):
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("create table mine as select 1 as one")
    before = warehouse.read_bytes(), other.read_bytes()
    refused = build(warehouse, "--answers", other)
    assert refused.returncode == 1
    assert "was not published by commerce-marts" in " ".join(refused.stderr.split())
    same = build(warehouse, "--answers", warehouse)
    assert same.returncode == 2
    assert "is the warehouse itself" in same.stderr
    text = tmp_path / "answers.txt.duckdb"
    text.write_text("no database")
    assert build(warehouse, "--answers", text).returncode == 2
    assert (warehouse.read_bytes(), other.read_bytes()) == before
