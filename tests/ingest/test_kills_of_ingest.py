"""Kill -9 at any moment: the landed file stays as it was, and the next run completes it."""

import shutil
from dataclasses import replace
from random import Random

import pytest
from databases import Database
from killed import exit_code_of, steps_of

# Steps of the swap of the files, and before and after it.
AROUND_THE_SWAP = range(-1, 2)


def content(database: Database) -> dict[str, list[tuple]]:
    """The landed rows, without the time of their load."""
    return {
        table: database.rows(
            f"select * exclude (_loaded_at) from raw_adventure_works.{table} order by all"
        )
        for table in ("store", "sales_order_header", "sales_order_detail")
    }


def trials(database, kills: int, *options: object) -> int:
    """Kills as many runs, each of a landed file that is out of date; returns how many were."""
    folder, old = database.landed.parent, database
    before = content(old)
    database.change(
        'update "Sales"."SalesOrderHeader" set "Status" = 4, "ModifiedDate" = now()'
        ' where "SalesOrderID" < 50100',
        'delete from "Sales"."SalesOrderDetail" where "SalesOrderID" = 50200',
        'update "Sales"."Store" set "Name" = \'New\' where "BusinessEntityID" = 301',
    )
    new = replace(database, landed=folder / "new" / "landed.duckdb")
    new.landed.parent.mkdir()
    shutil.copyfile(old.landed, new.landed)
    assert exit_code_of(new, None, *options) == 0
    after, steps = content(new), steps_of(new)
    assert before != after
    swap = steps.index(f"os.rename {new.landed.parent}/.ingesting-landed.duckdb/landed.duckdb")
    around = [swap + more for more in AROUND_THE_SWAP if swap + more < len(steps)]
    killed = 0
    for step in [*Random(1).sample(range(swap), kills - len(around)), *around]:
        trial = replace(database, landed=folder / f"before_{step}" / "landed.duckdb")
        trial.landed.parent.mkdir()
        shutil.copyfile(old.landed, trial.landed)
        killed += exit_code_of(trial, step, *options) == -9
        assert content(trial) in (before, after)
        assert exit_code_of(trial, None, *options) == 0
        assert content(trial) == after
        assert sorted(path.name for path in trial.landed.parent.iterdir()) == [
            *(".landed.duckdb.lock", "landed.duckdb", "output", "steps")
        ]
        shutil.rmtree(trial.landed.parent)
    return killed


def test_a_killed_run_leaves_the_old_file_and_the_next_one_completes_it(landed_shop):
    assert trials(landed_shop, 6) >= 4


@pytest.mark.long
def test_sixty_killed_runs_leave_the_old_file(landed_shop):
    assert trials(landed_shop, 60, "--full-compare") > 50


def test_a_first_run_goes_on_with_the_tables_that_are_not_done(killed_run, shop):
    assert not killed_run.exists()
    assert exit_code_of(shop) == 0
    told = (killed_run.parent / "output").read_text()
    assert "Going on with the run that was stopped: 1" in told
    assert "store: 60 rows, nothing new" in told
    assert "sales_order_detail: 7,844 rows, 7,844 new" in told
