"""What people see of a bench: tables on the screen, a JSON file, a plot."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from commerce_marts.bench.builds import KINDS, MeasuredBuild
from commerce_marts.bench.figures import (
    GIB,
    LARGE,
    SMALL,
    Figure,
    Goal,
    Share,
    figures,
    goals,
    model_shares,
    phase_shares,
)
from commerce_marts.bench.floor import MeasuredFloor


def results(
    setting: Mapping[str, Any],
    builds: Sequence[MeasuredBuild],
    floors: Sequence[MeasuredFloor],
) -> dict[str, Any]:
    """Everything as plain values: the setting, what it came to, and each measurement."""
    found = figures(builds, floors)
    return {
        "setting": dict(setting),
        "figures": [asdict(figure) for figure in found],
        "goals": [{**asdict(goal), "is_met": goal.is_met} for goal in goals(found)],
        "builds": [asdict(build) for build in builds],
        "floors": [asdict(floor) for floor in floors],
    }


def write_results(content: Mapping[str, Any], file: Path) -> None:
    """Writes them as JSON."""
    file.write_text(json.dumps(content, indent=1) + "\n")


def show_results(
    builds: Sequence[MeasuredBuild],
    floors: Sequence[MeasuredFloor],
    top: int,
    console: Console,
) -> None:
    """Prints medians, goals, and where the time goes: phases, and the slowest `top` models."""
    found = figures(builds, floors)
    shown = [
        _figures_table(found),
        _goals_table(goals(found)),
        _shares_table("phase, s", phase_shares(builds, with_tests=True), with_floor=False),
        _shares_table(
            f"model (slowest {top}), s",
            model_shares(builds, floors, with_tests=False)[:top],
            with_floor=True,
        ),
    ]
    for table in shown:
        console.print(table)
        console.print()


def write_plot(found: Sequence[Figure], file: Path) -> bool:
    """Draws the seconds of every build beside the floor; False where matplotlib is not there."""
    try:
        import matplotlib
    except ImportError:
        return False
    matplotlib.use("agg")
    from matplotlib import pyplot

    plot, areas = pyplot.subplots(1, 2, figsize=(10, 4), sharey=True, layout="constrained")
    for area, history in zip(areas, (SMALL, LARGE), strict=True):
        own = [figure for figure in found if figure.history == history]
        names = [_name(figure) for figure in own]
        bars = area.barh(names, [figure.seconds for figure in own])
        area.bar_label(bars, fmt="%.0f", padding=2)
        area.set_title(f"{history} history")
        area.set_xlabel("seconds, median")
        area.invert_yaxis()
    # Shared with its neighbour, the axis would be turned twice.
    areas[0].invert_yaxis()
    plot.savefig(file, dpi=120)
    pyplot.close(plot)
    return True


def _figures_table(found: Sequence[Figure]) -> Table:
    table = _table("history", "build", "s", "incremental models s", "peak GiB", "warehouse MB")
    for figure in found:
        spent, size = figure.incremental_seconds, figure.warehouse_bytes
        table.add_row(
            figure.history,
            _name(figure),
            f"{figure.seconds:.1f}",
            "-" if spent is None else f"{spent:.1f}",
            f"{figure.peak_memory_bytes / GIB:.2f}",
            "-" if size is None else f"{size / 1e6:,.1f}",
        )
    return table


def _goals_table(reached: Sequence[Goal]) -> Table:
    table = _table("goal", "at most", "measured", "")
    words = {True: "met", False: "missed", None: "not measurable"}
    for goal in reached:
        value = "-" if goal.value is None else f"{goal.value:.2f}"
        table.add_row(goal.text, f"{goal.limit:g}", value, words[goal.is_met])
    return table


def _shares_table(title: str, shares: Sequence[Share], with_floor: bool) -> Table:
    table = _table(title, *KINDS, *(["floor"] if with_floor else []))
    for share in shares:
        seconds = [f"{share.seconds[kind]:.2f}" for kind in KINDS]
        floor = "-" if share.floor is None else f"{share.floor:.2f}"
        table.add_row(share.name, *seconds, *([floor] if with_floor else []))
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(first, box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in others:
        table.add_column(title, justify="left" if title == "build" else "right")
    return table


def _name(figure: Figure) -> str:
    return figure.kind + (", with tests" if figure.with_tests else "")
