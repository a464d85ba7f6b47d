"""A warehouse that is loaded day by day, and compared with its stories."""

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from feed import Feed
from story import Story

RunCli = Callable[..., subprocess.CompletedProcess]
WAREHOUSE = "commerce.duckdb"


@dataclass(frozen=True)
class Chain:
    """Days of some domains. Files and warehouse of the days in `compared` are kept."""

    domains: tuple[str, ...]
    days: int
    compared: tuple[int, ...]
    # The column with the order's id, in all tables of the domain.
    order_id: Mapping[str, str]
    stories: Mapping[str, Sequence[Story]]
    latest_plausible_dates: Mapping[int, str]
    # Days whose as-of date is not the date of the last order.
    as_of_dates: Mapping[int, str]
    # Days that need a full build, and why.
    full_builds: Mapping[int, str]
    # Whether a delivery holds an order whole; else each row stands for itself.
    whole_orders: bool = False

    @property
    def all_stories(self) -> list[Story]:
        return [story for stories in self.stories.values() for story in stories]


def load(
    chain: Chain,
    folder: Path,
    feeds: Mapping[str, Feed],
    deliver_base: Callable[[Feed], None],
    build: RunCli,
) -> str:
    """Delivers and builds every day; fills `folder`. Returns an error or an empty text.

    raw/ and warehouse/ are of the last day, days/<day>/ the same of each compared day, and
    output/<day>.txt is the output of the build. mismatches.json: {story's title: [mismatch]}.
    first_seen/ has the first content of each file.
    """
    mismatches = {story.title: [] for story in chain.all_stories}
    (folder / "output").mkdir()
    for day in range(1, chain.days + 1):
        for domain, feed in feeds.items():
            feed.day = day
            deliver_base(feed)
            for story in chain.stories[domain]:
                for step in story.steps:
                    if step.day == day:
                        for action in step.actions:
                            action(feed)
        keep_new_files(folder / "raw", folder / "first_seen")
        built = build(*arguments(chain, day, folder / "raw", folder / "warehouse"))
        (folder / "output" / f"{day}.txt").write_text(built.stdout + built.stderr)
        if built.returncode != 0:
            return f"Day {day}: {built.stdout}{built.stderr}"
        for title, texts in mismatches_of_day(chain, day, folder / "warehouse" / WAREHOUSE).items():
            mismatches[title] += texts
        if day in chain.compared:
            for name in ("raw", "warehouse"):
                shutil.copytree(folder / name, folder / "days" / str(day) / name)
    (folder / "mismatches.json").write_text(json.dumps(mismatches, indent=1))
    return ""


def keep_new_files(raw_dir: Path, kept: Path) -> None:
    """Copies the files that are new; one that comes again as Parquet is not."""
    for file in raw_dir.rglob("*"):
        copy = kept / file.relative_to(raw_dir)
        if file.is_file() and not list(copy.parent.glob(f"{copy.stem}.*")):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, copy)


def arguments(chain: Chain, day: int, raw_dir: Path, warehouse: Path) -> list[str | Path]:
    """The build of a day, with the latest plausible date and the as-of date of that day."""
    as_of = chain.as_of_dates.get(day)
    dbt_vars = {
        "latest_plausible_date": chain.latest_plausible_dates[day],
        "max_quarantined_share": 1,
        "max_vanished_share": 1,
        "orders_are_delivered_whole": chain.whole_orders,
    }
    return [
        *("--raw-from", "files", "--raw-dir", raw_dir, "--warehouse", warehouse / WAREHOUSE),
        *("--domains", ",".join(chain.domains), "--keep", "0"),
        *("--vars", json.dumps(dbt_vars)),
        *(("--as-of-date", as_of) if as_of else ()),
    ]


def mismatches_of_day(chain: Chain, day: int, warehouse: Path) -> dict[str, list[str]]:
    """Where the warehouse differs from the stories, by title."""
    mismatches: dict[str, list[str]] = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for domain, stories in chain.stories.items():
            amounts = dict(
                connection.execute(
                    "select order_id, net_amount from core.fct_orders where domain = ?", [domain]
                ).fetchall()
            )
            left_out: dict[str, list[str]] = {}
            for order_id, text in connection.execute(
                "select json_extract_string(raw_row, ?),"
                " table_name || ': ' || left_out_kind || ': ' || reason"
                f" from quarantine.{domain}_rows",
                [f"$.{chain.order_id[domain]}"],
            ).fetchall():
                left_out.setdefault(order_id, []).append(text)
            for story in stories:
                step = story.step(day)
                if step is None:
                    continue
                checks = [
                    (sql, rows, connection.execute(sql).fetchall())
                    for sql, rows in step.also.items()
                ]
                if story.order_id is not None:
                    amount = amounts.get(story.order_id)
                    text = None if amount is None else f"{amount.normalize():f}"
                    expected, actual = (
                        sorted(step.left_out),
                        sorted(left_out.get(story.order_id, [])),
                    )
                    checks += [("amount", step.amount, text), ("left out", expected, actual)]
                mismatches[story.title] = [
                    f"day {day}, {what}: expected {expected}, got {actual}"
                    for what, expected, actual in checks
                    if expected != actual
                ]
    return mismatches
