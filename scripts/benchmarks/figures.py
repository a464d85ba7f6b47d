"""What the measurements of build_speed.py come to: seconds by part and model, as tables."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Any

from floor import name_of, relation_parts

FLOOR, FULL, DAILY, EMPTY = KINDS = ("floor", "full", "daily", "empty")
Seconds = Mapping[str, float]


@dataclass(frozen=True)
class Measured:
    """One build or floor of a history. The parts of a build add up to its seconds."""

    order_lines: int
    kind: str
    with_tests: bool
    seconds: float
    peak_bytes: int
    warehouse_bytes: int
    parts: Seconds = field(default_factory=dict)
    models: Seconds = field(default_factory=dict)


def parts_of(run_results: Mapping[str, Any], began: float, seconds: float) -> dict[str, float]:
    """Seconds of a build by part, of its models by schema. They add up to `seconds`."""
    times = (run_results["metadata"][name] for name in ("invocation_started_at", "generated_at"))
    dbt_began, dbt_ended = (datetime.fromisoformat(text).timestamp() for text in times)
    areas = dict(sorted(summed(run_results["results"], area_of).items()))
    return {
        "before dbt: check of the files, copy, ledger": dbt_began - began,
        "dbt: parsing, hooks, end": dbt_ended - dbt_began - sum(areas.values()),
        **areas,
        "after dbt: check of the new file, swap": began + seconds - dbt_ended,
    }


def model_seconds(run_results: Mapping[str, Any]) -> dict[str, float]:
    """Seconds of each model."""
    return summed(run_results["results"], lambda node: name_of(node) if is_model(node) else None)


def is_model(node: Mapping[str, Any]) -> bool:
    """Whether a result of dbt is that of a model."""
    return node["unique_id"].startswith("model.")


def area_of(node: Mapping[str, Any]) -> str | None:
    """`models of core`, `tests`, `unit tests` or `seeds`; None for others."""
    if is_model(node):
        return f"models of {relation_parts(node['relation_name'])[-2]}"
    kind = node["unique_id"].split(".")[0]
    return None if kind in ("operation", "exposure") else f"{kind.replace('_', ' ')}s"


def summed(
    results: Sequence[Mapping[str, Any]], group_of: Callable[[Mapping[str, Any]], str | None]
) -> dict[str, float]:
    """Wall-clock seconds of dbt's nodes by group. While several nodes run, they share the time."""
    spans = []
    for node in results:
        if node["timing"]:
            began = datetime.fromisoformat(node["timing"][0]["started_at"]).timestamp()
            spans.append((began, began + node["execution_time"], group_of(node)))
    found: dict[str, float] = {}
    moments = sorted({moment for began, ended, _ in spans for moment in (began, ended)})
    for start, end in pairwise(moments):
        running = [group for began, ended, group in spans if began <= start and end <= ended]
        for group in running:
            if group is not None:
                found[group] = found.get(group, 0.0) + (end - start) / len(running)
    return found


def tables(measured: Sequence[Measured], top: int) -> str:
    """Medians as tables in Markdown, by history: its builds, their parts, and `top` models.

    Then how much longer the builds of each history take than those of the next smaller one.
    """
    shown = []
    histories = dict.fromkeys(one.order_lines for one in measured)
    for lines in histories:
        runs = {
            (kind, with_tests): runs_of(measured, lines, kind, with_tests)
            for with_tests in (False, True)
            for kind in (KINDS[1:] if with_tests else KINDS)
        }
        runs = {build: ones for build, ones in runs.items() if ones}
        parts = {kind: medians(one.parts for one in runs[kind, True]) for kind in KINDS[1:]}
        # Without tests, as in the floor, if there are such builds.
        with_tests = (FULL, False) not in runs
        kinds = [kind for kind in KINDS if (kind, with_tests) in runs]
        models = {kind: medians(one.models for one in runs[kind, with_tests]) for kind in kinds}
        names = dict.fromkeys(name for kind in parts for name in parts[kind])
        slowest = sorted(models[FULL], key=lambda name: -models[FULL][name])[:top]
        shown += [
            builds_table(f"{lines:,} order lines", runs),
            seconds_table("part, with tests", names, parts),
            seconds_table(f"model, with{'' if with_tests else 'out'} tests", slowest, models),
        ]
    shown += [growth_table(*pair, measured) for pair in pairwise(sorted(histories))]
    return "\n\n".join(shown)


def runs_of(
    measured: Sequence[Measured], lines: int, kind: str, with_tests: bool
) -> list[Measured]:
    """All runs of one build of one history."""
    build = (lines, kind, with_tests)
    return [one for one in measured if (one.order_lines, one.kind, one.with_tests) == build]


def growth_table(fewer: int, more: int, measured: Sequence[Measured]) -> str:
    """A row per kind of build, with tests: its seconds with more lines over those with fewer."""
    rows = []
    for kind in KINDS[1:]:
        seconds = [
            median(one.seconds for one in runs_of(measured, lines, kind, True))
            for lines in (fewer, more)
        ]
        rows.append((kind, f"{seconds[1] / seconds[0]:.2f}"))
    return markdown((f"seconds, {more:,} / {fewer:,} order lines, with tests", "ratio"), rows)


def builds_table(title: str, runs: Mapping[tuple[str, bool], Sequence[Measured]]) -> str:
    """A row per kind of build: seconds, also as a share of the full build's, memory and size."""
    rows = []
    for (kind, with_tests), ones in runs.items():
        seconds = median(one.seconds for one in ones)
        full = median(one.seconds for one in runs[FULL, with_tests])
        peak = median(one.peak_bytes for one in ones) / 2**30
        size = median(one.warehouse_bytes for one in ones) / 1e6
        name = kind + (", with tests" if with_tests else "")
        rows.append(
            (name, f"{seconds:.1f}", f"{seconds / full:.2f}", f"{peak:.2f}", f"{size:,.0f}")
        )
    return markdown((title, "s", "share of full", "peak, GiB", "file, MB"), rows)


def seconds_table(title: str, names: Iterable[str], columns: Mapping[str, Seconds]) -> str:
    """A row per name, a column per kind of build."""
    rows = [(name, *(f"{columns[kind].get(name, 0):.2f}" for kind in columns)) for name in names]
    return markdown((title, *(f"{kind}, s" for kind in columns)), rows)


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows))


def medians(runs: Iterable[Seconds]) -> dict[str, float]:
    """The median of each name; a run without the name counts as 0."""
    found = list(runs)
    names = dict.fromkeys(name for run in found for name in run)
    return {name: median(run.get(name, 0.0) for run in found) for name in names}
