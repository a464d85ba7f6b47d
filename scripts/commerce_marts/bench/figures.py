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


@dataclass(frozen=True)
class Figure:
    """Medians over the runs of one kind of build, or of the floor (`kind` floor, no warehouse)."""

    history: str
    kind: str
    with_tests: bool
    seconds: float
    peak_memory_bytes: float
    warehouse_bytes: float | None


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
        found.append(_figure(history, "floor", False, own, None))
        for with_tests in (False, True):
            for kind in KINDS:
                alike = _alike(builds, history, with_tests, kind)
                size = median(build.warehouse_bytes for build in alike)
                found.append(_figure(history, kind, with_tests, alike, size))
    return found


def goals(found: Sequence[Figure]) -> list[Goal]:
    """What was aimed at, each for builds without and with tests where both make sense."""
    seconds = {(figure.history, figure.kind, figure.with_tests): figure.seconds for figure in found}
    peak = max(figure.peak_memory_bytes for figure in found if figure.kind != "floor")
    reached = [
        Goal(
            "full build without tests / floor",
            1.5,
            _ratio(seconds[LARGE, "full", False], seconds[LARGE, "floor", False]),
        ),
        Goal("peak memory of any build, GiB", 6, peak / GIB),
    ]
    for with_tests in (False, True):
        added = {
            history: seconds[history, "daily", with_tests] - seconds[history, "empty", with_tests]
            for history in (LARGE, SMALL)
        }
        whole = seconds[LARGE, "full", with_tests] - seconds[LARGE, "empty", with_tests]
        growth = _ratio(added[LARGE], added[SMALL])
        words = f"{'with' if with_tests else 'without'} tests"
        reached += [
            Goal(f"(daily - empty) / (full - empty), {words}", 0.1, _ratio(added[LARGE], whole)),
            Goal(
                f"growth of (daily - empty) from small to large, {words}",
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
        kind: _medians([_wall_seconds(b, "model") for b in _alike(builds, LARGE, with_tests, kind)])
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


def _figure(
    history: str,
    kind: str,
    with_tests: bool,
    runs: Sequence[MeasuredBuild | MeasuredFloor],
    size: float | None,
) -> Figure:
    seconds = median(run.seconds for run in runs)
    peak = median(run.peak_memory_bytes for run in runs)
    return Figure(history, kind, with_tests, seconds, peak, size)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if part > 0 and whole > 0 else None


def _parts(build: MeasuredBuild) -> dict[str, float]:
    phases = dict(build.phases)
    dbt_seconds = phases.pop("dbt")
    kinds = {f"{kind}s": sum(_wall_seconds(build, kind).values()) for kind in _kinds(build)}
    inside = sum(build.phases.values())
    return {
        "start of Python": build.seconds - inside,
        **phases,
        **{f"dbt: {kind.replace('_', ' ')}": seconds for kind, seconds in kinds.items()},
        "dbt: start, hooks, end": dbt_seconds - sum(kinds.values()),
    }


def _kinds(build: MeasuredBuild) -> list[str]:
    kinds = sorted({str(node["kind"]) for node in build.nodes})
    return [kind for kind in kinds if kind not in ("operation", "exposure")]


def _wall_seconds(build: MeasuredBuild, kind: str) -> dict[str, float]:
    """Wall-clock seconds of each node of that kind; while several run, they share the time."""
    spans = [
        (datetime.fromisoformat(str(node["began_at"])), float(str(node["seconds"])), node)
        for node in build.nodes
    ]
    moments = sorted(
        {began for began, _, _ in spans}
        | {began + timedelta(seconds=seconds) for began, seconds, _ in spans}
    )
    found = {str(node["name"]): 0.0 for node in build.nodes if node["kind"] == kind}
    for start, end in pairwise(moments):
        running = [
            node
            for began, seconds, node in spans
            if began <= start and end <= began + timedelta(seconds=seconds)
        ]
        for node in running:
            if node["kind"] == kind:
                found[str(node["name"])] += (end - start).total_seconds() / len(running)
    return found


def _medians(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    names: Iterator[str] = (name for run in runs for name in run)
    return {name: median(run.get(name, 0.0) for run in runs) for name in dict.fromkeys(names)}
