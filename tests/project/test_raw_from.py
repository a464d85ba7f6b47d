"""Seeds, files and landed tables give the same staging."""

import shutil
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def staged(made_once, models_built):
    """staged(name, **vars): a warehouse with the staging of all domains and nothing else."""

    def warehouse(name, **variables):
        def make(folder):
            return models_built(folder, variables, "--select", "path:models/staging")

        return made_once(name, make) / "commerce.duckdb"

    return warehouse


@pytest.fixture(scope="session")
def seed_tables(contract):
    """All seeds as [(domain, table, seed file)]."""
    return [
        (domain, table, ROOT / f"seeds/{domain}/{domain}__{table}.csv")
        for domain, tables in contract.items()
        for table in tables
    ]


def assert_same_staging(one, other, contract, kinds=None):
    """The same rows staged, and the same left out for those kinds of reasons (None: for all)."""
    only = f"where left_out_kind in ({', '.join(map(repr, kinds))})" if kinds else ""
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        for domain, tables in contract.items():
            for entry in tables.values():
                table = f"{domain}.stg_{entry['staged_as'].split('__')[-1].removeprefix('stg_')}"
                rows = (
                    "select columns(lambda name: name not in ('source_file', 'delivery')) from {}."
                    + table
                )
                for left, right in (("one", "other"), ("other", "one")):
                    differing = connection.execute(
                        f"{rows.format(left)} except all {rows.format(right)}"
                    ).fetchall()
                    assert not differing, f"{table}: {len(differing)} rows, {differing[0]}"
                types = [
                    connection.execute(f"describe {rows.format(name)}").fetchall()
                    for name in ("one", "other")
                ]
                assert types[0] == types[1], table
            left_out = (
                "select table_name, left_out_kind, reason, row_key, count(*) from {}.quarantine."
                + f"{domain}_rows {only} group by all order by all"
            )
            assert (
                connection.execute(left_out.format("one")).fetchall()
                == connection.execute(left_out.format("other")).fetchall()
            ), domain


def test_csv_files_give_the_staging_of_seeds(
    staged, seeds_warehouse, contract, seed_tables, made_once
):
    def copy(folder):
        for domain, table, seed in seed_tables:
            (folder / domain).mkdir(exist_ok=True)
            # Columns in another order and in capitals, and one that is not in the contract.
            columns = ", ".join(
                f'"{name}" as "{name.upper()}"'
                for name in reversed(contract[domain][table]["columns"])
            )
            duckdb.sql(
                f"copy (select 'x' as extra, {columns} from read_csv('{seed}', all_varchar = true))"
                f" to '{folder / domain / table}.csv'"
            )
        return ""

    raw_dir = made_once("raw_csv", copy)
    other = staged("from_csv", raw_from="files", raw_dir=str(raw_dir))
    assert_same_staging(seeds_warehouse, other, contract)


def test_daily_parquet_files_give_the_staging_of_seeds(
    staged, seeds_warehouse, contract, made_once, run_cli
):
    def generate(folder):
        made = run_cli("generate", "--out", folder, "--format", "parquet", "--daily-files")
        # A domain may have no generator: its seeds may be written by hand.
        for domain in set(contract) - {path.name for path in folder.iterdir()}:
            shutil.copytree(ROOT / "seeds" / domain, folder / domain)
            for file in (folder / domain).glob("*.csv"):
                file.rename(file.with_name(file.name.removeprefix(f"{domain}__")))
        return "" if made.returncode == 0 else made.stdout + made.stderr

    raw_dir = made_once("raw_parquet", generate)
    other = staged("from_parquet", raw_from="files", raw_dir=str(raw_dir))
    # Daily files also hold orders that come again; what was delivered last is what seeds hold.
    assert_same_staging(seeds_warehouse, other, contract, kinds=("rejected", "test traffic"))


def test_landed_tables_give_the_staging_of_seeds(
    staged, seeds_warehouse, contract, seed_tables, made_once
):
    def land(folder):
        with duckdb.connect(str(folder / "landed.duckdb")) as connection:
            for domain, table, seed in seed_tables:
                connection.execute(f"create schema if not exists raw_{domain}")
                # Ids stay text, as with a loader's schema; the rest gets DuckDB's types.
                ids = {
                    name: "varchar"
                    for name, type_ in contract[domain][table]["columns"].items()
                    if type_.startswith("string") or type_.startswith("date_key")
                }
                connection.execute(
                    f"create table raw_{domain}.{table} as from read_csv('{seed}', types = {ids})"
                )
        return ""

    landed = made_once("landed", land) / "landed.duckdb"
    other = staged("from_tables", raw_from="tables", raw_database=str(landed))
    assert_same_staging(seeds_warehouse, other, contract)


def test_a_later_file_corrects_an_earlier_one(staged, seed_tables, made_once, query):
    def correct(folder):
        for domain, table, seed in seed_tables:
            (folder / domain).mkdir(exist_ok=True)
            (folder / domain / f"{table}.csv").write_bytes(seed.read_bytes())
        orders = (folder / "greenery/orders.csv").read_text().splitlines()
        (folder / "greenery/orders.csv").unlink()
        (folder / "greenery/orders").mkdir()
        corrected = orders[1].replace(orders[1].split(",")[1], "somebody-else", 1)
        (folder / "greenery/orders/day_1.csv").write_text("\n".join(orders) + "\n")
        # One unchanged order and a corrected one.
        (folder / "greenery/orders/day_2.csv").write_text(
            "\n".join([orders[0], corrected, orders[2]]) + "\n"
        )
        return ""

    raw_dir = made_once("raw_corrected", correct)
    warehouse = staged("from_corrected", raw_from="files", raw_dir=str(raw_dir))
    assert query(
        warehouse,
        "select user_id, source_file from greenery.stg_orders where source_file like '%day_2%'"
        " order by user_id = 'somebody-else' desc",
    )[0] == ("somebody-else", "orders/day_2.csv")
    assert query(
        warehouse,
        "select left_out_kind, source_file, count(*) from quarantine.greenery_rows"
        " where table_name = 'orders' group by all order by all",
    ) == [("superseded", "orders/day_1.csv", 2)]
