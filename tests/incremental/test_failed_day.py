"""A day that fails, is killed or rolled back does not affect the next one."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from build_output import NOTHING, Changes, daily_changes
from feed import add, deliver_again, remove
from sales_story import line
from same_rows import differences

ORDERS = 20


@pytest.fixture(scope="module")
def shop(tmp_path_factory, feed_of, light_project, run_cli):
    project = light_project("sales", areas=("clv",))
    return Shop(tmp_path_factory.mktemp("shop"), feed_of, project, run_cli)


class Shop:
    """A feed of sales, its warehouse that is built day by day, and full builds of it."""

    def __init__(self, folder, feed_of, project, run_cli):
        self.folder, self.project, self.run_cli = folder, project, run_cli
        self.feed = feed_of(folder, "sales")
        self.warehouse = folder / "warehouse" / "commerce.duckdb"
        self.feed.day = 1
        self.feed.write("products.csv", [{"product_id": "P001", "category": "Kitchen"}])
        self.feed.write("customers.csv", [{"customer_id": "C0001", "first_name": "Ada"}])

    def deliver(self, day, *actions, orders_count=ORDERS):
        """Delivers orders of the day, then runs the actions."""
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
            *("--vars", "{max_vanished_share: 1}"),
        ]

    def build(self):
        return self.run_cli(*self.command(self.warehouse))

    def differences_to_full_build(self):
        full = self.folder / f"full_build_{time.time_ns()}" / "commerce.duckdb"
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


def test_failed_killed_and_rolled_back_days_do_not_affect_the_next(shop, query):
    # Most orders come first: a build is a full build if more than half of the rows are new.
    shop.deliver(0, orders_count=10 * ORDERS)
    shop.deliver(1)
    assert shop.build().returncode == 0
    shop.deliver(2, add("sales", line("1-0", 1, total_price="5.00")))
    second = shop.build()
    assert second.returncode == 0, second.stderr
    assert daily_changes(second.stdout) == Changes(new=1)
    before = shop.warehouse.read_bytes()

    # A file with half a line, and an earlier file that has changed.
    shop.deliver(3)
    shop.change(deliver_again("sales", 1, without={"order_id": "1-1"}))
    broken = shop.feed.folder / shop.feed.file("sales", 3)
    whole = broken.read_text()
    broken.write_text(whole[:-20])
    refused = shop.build()
    assert refused.returncode == 1
    assert "sales.sales, sales/2023-01-03.csv, line 21" in refused.stderr
    assert shop.warehouse.read_bytes() == before

    # Too many rejected rows, which only a dbt test finds.
    broken.write_text(whole)
    contradicting = [
        line(f"2-{number}", 2, customer_id=customer)
        for number in range(ORDERS)
        for customer in ("C0001", "C0002")
    ]
    shop.change(add("sales", *contradicting, mark="-contradicting"))
    failed = shop.build()
    assert failed.returncode == 1
    assert "customer_id contradicts another line of the order" in failed.stderr
    assert shop.warehouse.read_bytes() == before

    # A build that is killed while it builds the tables of the next day.
    shop.change(remove("sales", 3, "-contradicting"))
    shop.kill_a_build("OK created sql by_order model")
    assert shop.warehouse.read_bytes() == before

    third = shop.build()
    assert third.returncode == 0, third.stderr
    assert daily_changes(third.stdout) == Changes(new=1, changed=1)
    assert shop.differences_to_full_build() == []

    # Back to the second day and its ledger.
    back = shop.run_cli("rollback", "--project-dir", shop.project, "--warehouse", shop.warehouse)
    assert back.returncode == 0, back.stderr
    assert query(shop.warehouse, "select max(order_date)::varchar from core.fct_orders") == [
        ("2023-01-02",)
    ]
    shop.deliver(4, remove("sales", 2))
    fourth = shop.build()
    assert fourth.returncode == 0, fourth.stderr
    assert daily_changes(fourth.stdout) == Changes(new=2, changed=1, gone=1)
    assert shop.differences_to_full_build() == []

    # Forward again, to the withdrawn third day.
    shop.run_cli(
        *("rollback", "--project-dir", shop.project, "--warehouse", shop.warehouse),
        *("--to", back.stdout.split("--to ")[1].split("`")[0]),
    )
    fifth = shop.build()
    assert daily_changes(fifth.stdout) == Changes(new=1, gone=1)
    assert shop.differences_to_full_build() == []
    assert daily_changes(shop.build().stdout) == NOTHING


def test_a_disk_without_room_for_the_copy_gives_its_own_message(shop):
    shop.deliver(1)
    assert shop.build().returncode == 0
    before, limit = shop.warehouse.read_bytes(), shop.warehouse.stat().st_size // 2
    # The copy of the published file is larger than the limit.
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
