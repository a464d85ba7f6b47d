"""A day that fails, dies or is rolled back leaves nothing behind for the next one."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from feed import add, deliver_again, remove
from said import NOTHING, Taken, taken
from sales_story import line
from same_rows import differences

ORDERS = 20


@pytest.fixture(scope="module")
def shop(tmp_path_factory, feed_of, light_project, run_cli):
    return Shop(tmp_path_factory.mktemp("shop"), feed_of, light_project("sales"), run_cli)


class Shop:
    """A feed of sales, the warehouse that is made of it day by day, and full refreshes of it."""

    def __init__(self, folder, feed_of, project, run_cli):
        self.folder, self.project, self.run_cli = folder, project, run_cli
        self.feed = feed_of(folder, "sales")
        self.warehouse = folder / "warehouse" / "commerce.duckdb"
        self.feed.day = 1
        self.feed.write("products.csv", [{"product_id": "P001", "category": "Kitchen"}])
        self.feed.write("customers.csv", [{"customer_id": "C0001", "first_name": "Ada"}])

    def deliver(self, day, *actions, orders_count=ORDERS):
        """Orders of the day, and whatever else."""
        self.feed.day = day
        orders = [
            line(f"{day}-{number}", day, total_price=str(100 * day + number))
            for number in range(orders_count)
        ]
        self.change(add("sales", *orders), *actions)

    def change(self, *actions):
        for action in actions:
            action(self.feed)

    def command(self, warehouse):
        return [
            *("build", "--project-dir", self.project, "--warehouse", warehouse),
            *("--raw-from", "files", "--raw-dir", self.folder / "raw"),
        ]

    def build(self):
        return self.run_cli(*self.command(self.warehouse))

    def differences_to_full_refresh(self):
        full = self.folder / f"full_refresh_{time.time_ns()}" / "commerce.duckdb"
        built = self.run_cli(*self.command(full))
        assert built.returncode == 0, built.stdout + built.stderr
        return differences(self.warehouse, full)

    def kill_a_build(self, moment):
        """Kills a build, and its dbt, once dbt's log has these words."""
        program = Path(sys.executable).with_name("commerce-marts")
        runner = subprocess.Popen(
            [program, *map(str, self.command(self.warehouse))],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 120
        while moment not in self.log():
            assert runner.poll() is None and time.monotonic() < deadline, self.log()
            time.sleep(0.02)
        os.killpg(runner.pid, signal.SIGKILL)
        runner.wait()

    def log(self):
        logs = self.warehouse.parent.glob(".building-*/logs/dbt.log")
        return "".join(log.read_text() for log in logs)


def test_days_that_fail_die_or_are_rolled_back_leave_nothing_behind(shop, query):
    # Most comes on the first day: a build takes all anew where more than half is new.
    shop.deliver(0, orders_count=10 * ORDERS)
    shop.deliver(1)
    assert shop.build().returncode == 0
    shop.deliver(2, add("sales", line("1-0", 1, total_price="5.00")))
    second = shop.build()
    assert second.returncode == 0, second.stderr
    assert taken(second.stdout) == Taken(new=1)
    before = shop.warehouse.read_bytes()

    # Half a line, beside an earlier file that has changed.
    shop.deliver(3)
    shop.change(deliver_again("sales", 1, without={"order_id": "1-1"}))
    broken = shop.feed.folder / shop.feed.file("sales", 3)
    whole = broken.read_text()
    broken.write_text(whole[:-20])
    refused = shop.build()
    assert refused.returncode == 1
    assert "sales.sales, sales/2023-01-03.csv, line 21" in refused.stderr
    assert shop.warehouse.read_bytes() == before

    # Rows that only dbt, once it has made them, finds to be too many.
    broken.write_text(whole)
    torn = [line(f"2-{number}", 2, customer_id="C0002") for number in range(ORDERS)]
    shop.change(add("sales", *torn, mark="-torn"))
    failed = shop.build()
    assert failed.returncode == 1
    assert "customer_id contradicts another line of the order" in failed.stderr
    assert shop.warehouse.read_bytes() == before

    # A build that dies while it makes the tables of the next day.
    shop.change(remove("sales", 3, "-torn"))
    shop.kill_a_build("OK created sql by_order model")
    assert shop.warehouse.read_bytes() == before

    third = shop.build()
    assert third.returncode == 0, third.stderr
    assert taken(third.stdout) == Taken(new=1, changed=1)
    assert shop.differences_to_full_refresh() == []

    # Back to the second day: its ledger comes back with it.
    back = shop.run_cli("rollback", "--project-dir", shop.project, "--warehouse", shop.warehouse)
    assert back.returncode == 0, back.stderr
    assert query(shop.warehouse, "select max(order_date)::varchar from core.fct_orders") == [
        ("2023-01-02",)
    ]
    shop.deliver(4, remove("sales", 2))
    fourth = shop.build()
    assert fourth.returncode == 0, fourth.stderr
    assert taken(fourth.stdout) == Taken(new=2, changed=1, gone=1)
    assert shop.differences_to_full_refresh() == []

    # Forward again, to the withdrawn third day.
    shop.run_cli(
        *("rollback", "--project-dir", shop.project, "--warehouse", shop.warehouse),
        *("--to", back.stdout.split("--to ")[1].split("`")[0]),
    )
    fifth = shop.build()
    assert taken(fifth.stdout) == Taken(new=1, gone=1)
    assert shop.differences_to_full_refresh() == []
    assert taken(shop.build().stdout) == NOTHING


def test_a_disk_without_room_for_the_copy_is_called_that(shop):
    shop.deliver(1)
    assert shop.build().returncode == 0
    before, limit = shop.warehouse.read_bytes(), shop.warehouse.stat().st_size // 2
    # The copy of what is published is larger than any file may be.
    refused = subprocess.run(
        [Path(sys.executable).with_name("commerce-marts"), *map(str, shop.command(shop.warehouse))],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: No space is left for the new warehouse in ")
    assert shop.warehouse.read_bytes() == before
    assert not list(shop.warehouse.parent.glob(".building-*"))
