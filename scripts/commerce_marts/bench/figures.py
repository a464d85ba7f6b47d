"""What the measurements come to: medians, the goals that they are held against, where time goes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from commerce_marts.bench.builds import KINDS, MeasuredBuild
from commerce_marts.bench.floor import MeasuredFloor

LARGE, SMALL = "large", "small"
GIB = 2**30
# How models are materialized of which a daily build makes only what changed.
INCREMENTAL = ("staged", "by_order")
INCREMENTAL_MODELS = "dbt: incremental models"


@dataclass(frozen=True)
class Figure:
    """Medians over the runs of one kind of build, or of the floor (`kind` floor).

    The floor has no warehouse, and no incremental models.
    """

    history: str
    kind: str
    with_tests: bool
    seconds: float
    peak_memory_bytes: float
    warehouse_bytes: float | None
    incremental_seconds: float | None


@dataclass(frozen=True)
class Goal:
    """A limit, and what was measured; None where the measurements do not tell (noise, no time)."""

    text: str
    limit: float
    value: float | None

    @property
    def is_met(self) -> bool | None:
        """Whether the value is below the limit, or at it."""
        return None if self.value is None else self.value <= self.limit


@dataclass(frozen=True)
class Share:
    """Seconds of something within builds of each kind, and in the floor where it is a model."""

    name: str
    seconds: Mapping[str, float]
    floor: float | None = None


def figures(builds: Sequence[MeasuredBuild], floors: Sequence[MeasuredFloor]) -> list[Figure]:
    """The floor, then the builds without and with tests, of the large history, then the small."""
    found = []
    for history in (LARGE, SMALL):
        own = [floor for floor in floors if floor.history == history]
        found.append(Figure(history, "floor", False, *_seconds_and_peak(own), None, None))
        for with_tests in (False, True):
            for kind in KINDS:
                alike = _alike(builds, history, with_tests, kind)
                size = median(build.warehouse_bytes for build in alike)
                spent = median(_parts(build)[INCREMENTAL_MODELS] for build in alike)
                measured = _seconds_and_peak(alike)
                found.append(Figure(history, kind, with_tests, *measured, size, spent))
    return found


def goals(found: Sequence[Figure]) -> list[Goal]:
    """What was aimed at, each for builds without and with tests where both make sense."""
    figure = {(one.history, one.kind, one.with_tests): one for one in found}
    peak = max(one.peak_memory_bytes for one in found if one.kind != "floor")
    reached = [
        Goal(
            "full build without tests / floor",
            1.5,
            _ratio(figure[LARGE, "full", False].seconds, figure[LARGE, "floor", False].seconds),
        ),
        Goal("peak memory of any build, GiB", 6, peak / GIB),
    ]
    for with_tests in (False, True):
        full, daily, empty = (figure[LARGE, kind, with_tests].seconds for kind in KINDS)
        added = {
            history: figure[history, "daily", with_tests].incremental_seconds
            - figure[history, "empty", with_tests].incremental_seconds
            for history in (LARGE, SMALL)
        }
        growth = _ratio(added[LARGE], added[SMALL])
        words = f"{'with' if with_tests else 'without'} tests"
        reached += [
            Goal(
                f"(daily - empty) / (full - empty), {words}",
                0.1,
                _ratio(daily - empty, full - empty),
            ),
            Goal(
                f"growth of the incremental models' (daily - empty), {words}",
                0.2,
                None if growth is None else growth - 1,
            ),
        ]
    return reached


def phase_shares(builds: Sequence[MeasuredBuild], with_tests: bool) -> list[Share]:
    """Where the wall-clock time of the large history's builds goes; a build's shares add up to it.

    The phase dbt is told as its start, its kinds of nodes and the rest.
    """
    parts = {
        kind: _medians([_parts(b) for b in _alike(builds, LARGE, with_tests, kind)])
        for kind in KINDS
    }
    names = dict.fromkeys(name for kind in KINDS for name in parts[kind])
    return [Share(name, {kind: parts[kind].get(name, 0.0) for kind in KINDS}) for name in names]


def model_shares(
    builds: Sequence[MeasuredBuild], floors: Sequence[MeasuredFloor], with_tests: bool
) -> list[Share]:
    """The same of every model, slowest full build first, beside its seconds in the floor."""
    parts = {
        kind: _medians([_models(b) for b in _alike(builds, LARGE, with_tests, kind)])
        for kind in KINDS
    }
    floor = _medians([f.models for f in floors if f.history == LARGE])
    shares = [
        Share(name, {kind: parts[kind].get(name, 0.0) for kind in KINDS}, floor.get(name))
        for name in parts["full"]
    ]
    return sorted(shares, key=lambda share: -share.seconds["full"])


def _alike(
    builds: Sequence[MeasuredBuild], history: str, with_tests: bool, kind: str
) -> list[MeasuredBuild]:
    wanted = (history, with_tests, kind)
    return [build for build in builds if (build.history, build.with_tests, build.kind) == wanted]


def _seconds_and_peak(runs: Sequence[MeasuredBuild | MeasuredFloor]) -> tuple[float, float]:
    seconds = median(run.seconds for run in runs)
    return seconds, median(run.peak_memory_bytes for run in runs)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if part > 0 and whole > 0 else None


def _parts(build: MeasuredBuild) -> dict[str, float]:
    phases = dict(build.phases)
    dbt_seconds = phases.pop("dbt")
    nodes: dict[str, float] = {}
    for node, seconds in _wall_seconds(build):
        part = _part(node)
        if part is not None:
            nodes[part] = nodes.get(part, 0.0) + seconds
    return {
        "start of Python": build.seconds - sum(build.phases.values()),
        **phases,
        **dict(sorted(nodes.items())),
        "dbt: start, hooks, end": dbt_seconds - sum(nodes.values()),
    }


def _models(build: MeasuredBuild) -> dict[str, float]:
    return {
        str(node["name"]): seconds
        for node, seconds in _wall_seconds(build)
        if node["kind"] == "model"
    }


def _part(node: Mapping[str, object]) -> str | None:
    kind = str(node["kind"])
    if kind in ("operation", "exposure"):
        return None
    if kind == "model":
        return INCREMENTAL_MODELS if node["materialized"] in INCREMENTAL else "dbt: other models"
    return f"dbt: {kind.replace('_', ' ')}s"


def _wall_seconds(build: MeasuredBuild) -> list[tuple[Mapping[str, object], float]]:
    """Each node and its wall-clock seconds; while several run, they share the time."""
    spans = []
    for node in build.nodes:
        began = datetime.fromisoformat(str(node["began_at"]))
        spans.append((began, began + timedelta(seconds=float(str(node["seconds"])))))
    found = [0.0] * len(spans)
    for start, end in pairwise(sorted({moment for span in spans for moment in span})):
        running = [
            index for index, (began, ended) in enumerate(spans) if began <= start and end <= ended
        ]
        for index in running:
            found[index] += (end - start).total_seconds() / len(running)
    return list(zip(build.nodes, found, strict=True))


def _medians(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    names: Iterator[str] = (name for run in runs for name in run)
    return {name: median(run.get(name, 0.0) for run in runs) for name in dict.fromkeys(names)}
