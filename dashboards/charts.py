"""The pictures of the pages, for the app and the report alike."""

from collections.abc import Sequence
from typing import Literal

import altair as alt
import pandas as pd

# Okabe and Ito (2008), told apart by the colour-blind; those that show on light and on dark.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
HEIGHT = 280
Order = Literal["ascending", "descending"] | Sequence[object] | None
LABEL_WIDTH = 180
LEGEND_LETTERS = 24
# For lines that only help to read, on light and on dark.
GREY = "#8a8a8a"
# Vega's names of formats. Large amounts without decimals.
FORMATS = {"amount": ",.0f", "count": ",.0f", "rate": ".0%", "days": ",.1f", "decimal": ",.2f"}


def lines_over_time(
    rows: pd.DataFrame, time: str, values: dict[str, str], kind: str, label: str
) -> alt.Chart:
    """One line per value column; `values` is {column: its label}, `label` names the axis."""
    long = rows.rename(columns=values).melt(
        id_vars=[time], value_vars=list(values.values()), var_name="series", value_name="value"
    )
    axis = _axis(kind, label)
    base = alt.Chart(long.dropna(subset=["value"])).encode(
        x=alt.X(f"{time}:T", title=None),
        y=alt.Y("value:Q", axis=axis),
        color=_series_colour(list(values.values())),
        tooltip=[
            alt.Tooltip(f"{time}:T", title="Time"),
            alt.Tooltip("series:N", title="What"),
            alt.Tooltip("value:Q", title=label, format=FORMATS[kind]),
        ],
    )
    return base.mark_line().properties(height=HEIGHT)


def lines_by_group(
    rows: pd.DataFrame, time: str, value: str, group: str, kind: str, label: str
) -> alt.Chart:
    """One line per group over time."""
    return (
        alt.Chart(rows.dropna(subset=[value]))
        .mark_line()
        .encode(
            x=alt.X(f"{time}:T", title=None),
            y=alt.Y(f"{value}:Q", axis=_axis(kind, label)),
            color=_series_colour(sorted(rows[group].unique()), group),
            tooltip=[
                alt.Tooltip(f"{time}:T", title="Time"),
                alt.Tooltip(f"{group}:N", title="What"),
                alt.Tooltip(f"{value}:Q", title=label, format=FORMATS[kind]),
            ],
        )
        .properties(height=HEIGHT)
    )


def bars(
    rows: pd.DataFrame, name: str, value: str, kind: str, label: str, group: str | None = None
) -> alt.Chart:
    """Horizontal bars in the order of the rows; with `group`, a colour for each of its values."""
    colour = _series_colour(sorted(rows[group].unique()), group) if group else alt.value(COLOURS[0])
    more = [alt.Tooltip(f"{group}:N", title="Kind")] if group else []
    return (
        alt.Chart(_told_apart(rows, name))
        .mark_bar()
        .encode(
            x=alt.X(f"{value}:Q", axis=_axis(kind, label)),
            y=_names(name),
            color=colour,
            tooltip=[
                alt.Tooltip(f"{name}:N", title="What"),
                alt.Tooltip(f"{value}:Q", title=label, format=FORMATS[kind]),
                *more,
            ],
        )
        .properties(height=alt.Step(24))
    )


def bars_by_series(
    rows: pd.DataFrame,
    name: str,
    values: dict[str, str],
    kind: str,
    label: str,
    is_stacked: bool = True,
) -> alt.Chart:
    """Horizontal bars in the order of the rows, one colour per value column.

    Stacked, the values of a row stand behind each other (those below 0 to the left), else below
    each other. `values` is {column: its label}.
    """
    names = list(values.values())
    long = rows.rename(columns=values).melt(
        id_vars=[name], value_vars=names, var_name="series", value_name="value"
    )
    # Vega would put the series in the order of the alphabet.
    long["place"] = long["series"].map(names.index)
    chart = alt.Chart(long.dropna(subset=["value"])).encode(
        x=alt.X("value:Q", axis=_axis(kind, label)),
        y=alt.Y(
            f"{name}:N", sort=list(rows[name]), title=None, axis=alt.Axis(labelLimit=LABEL_WIDTH)
        ),
        color=_series_colour(names),
        order=alt.Order("place:Q"),
        tooltip=[
            alt.Tooltip(f"{name}:N", title="What"),
            alt.Tooltip("series:N", title="Of this"),
            alt.Tooltip("value:Q", title=label, format=FORMATS[kind]),
        ],
    )
    if not is_stacked:
        chart = chart.encode(yOffset=alt.YOffset("series:N", sort=names))
    # With an offset, a step is that of one series.
    step = alt.Step(24) if is_stacked else alt.Step(15)
    return chart.mark_bar().properties(height=step)


def intervals(
    rows: pd.DataFrame, name: str, value: str, low: str, high: str, kind: str, label: str
) -> alt.LayerChart:
    """A point per row with the interval that it lies in, and a line at 0."""
    formats = {"title": label, "format": FORMATS[kind]}
    base = alt.Chart(rows.dropna(subset=[value])).encode(
        y=_names(name),
        tooltip=[
            alt.Tooltip(f"{name}:N", title="What"),
            alt.Tooltip(f"{value}:Q", **formats),
            alt.Tooltip(f"{low}:Q", title="From", format=FORMATS[kind]),
            alt.Tooltip(f"{high}:Q", title="To", format=FORMATS[kind]),
        ],
    )
    axis = _axis(kind, label)
    ranges = base.mark_rule(color=COLOURS[0], strokeWidth=3, opacity=0.5).encode(
        x=alt.X(f"{low}:Q", axis=axis), x2=f"{high}:Q"
    )
    points = base.mark_point(color=COLOURS[0], filled=True, opacity=1, size=80).encode(
        x=alt.X(f"{value}:Q", axis=axis)
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=GREY, strokeDash=[4, 3])
    return (zero.encode(x="zero:Q") + ranges + points).properties(height=alt.Step(30))


def pairs(
    rows: pd.DataFrame, name: str, values: dict[str, str], kind: str, label: str
) -> alt.Chart:
    """Two or more points per row on one line, to see which is further to the right.

    `values` is {column: its label}.
    """
    names = list(values.values())
    long = rows.rename(columns=values).melt(
        id_vars=[name], value_vars=names, var_name="series", value_name="value"
    )
    base = alt.Chart(long.dropna(subset=["value"])).encode(y=_names(name))
    axis = _axis(kind, label)
    between = base.mark_line(color=GREY).encode(x=alt.X("value:Q", axis=axis), detail=f"{name}:N")
    points = base.mark_point(filled=True, opacity=1, size=80).encode(
        x=alt.X("value:Q", axis=axis),
        color=_series_colour(names),
        shape=alt.Shape("series:N", sort=names, legend=_series_legend(names)),
        tooltip=[
            alt.Tooltip(f"{name}:N", title="What"),
            alt.Tooltip("series:N", title="Of this"),
            alt.Tooltip("value:Q", title=label, format=FORMATS[kind]),
        ],
    )
    return (between + points).properties(height=alt.Step(26))


def heat_map(
    rows: pd.DataFrame, across: str, down: str, value: str, kind: str, label: str
) -> alt.Chart:
    """A grid of cells in the order of the rows, darker for more."""
    return (
        alt.Chart(rows)
        # One colour whose strength is the value: cells without anything show the page behind.
        .mark_rect(color=COLOURS[0])
        .encode(
            x=alt.X(f"{across}:O", sort=None, title=None, axis=alt.Axis(labelOverlap=True)),
            y=alt.Y(f"{down}:O", sort=None, title=None),
            opacity=alt.Opacity(
                f"{value}:Q",
                scale=alt.Scale(domainMin=0, range=[0.04, 1]),
                legend=alt.Legend(orient="bottom", title=label, format=FORMATS[kind]),
            ),
            tooltip=[
                alt.Tooltip(f"{down}:O", title="Day"),
                alt.Tooltip(f"{across}:O", title="Hour"),
                alt.Tooltip(f"{value}:Q", title=label, format=FORMATS[kind]),
            ],
        )
        .properties(height=HEIGHT)
    )


def expected_over_time(
    rows: pd.DataFrame,
    time: str,
    actual: str,
    expected: str,
    kind: str,
    label: str,
    low: str | None = None,
    high: str | None = None,
    marked: str | None = None,
) -> alt.LayerChart:
    """What happened beside what was expected; the interval, where there is one, is a band.

    A point marks each row where `marked` is true.
    """
    axis = _axis(kind, label)
    names = {actual: "Actual", expected: "Expected"}
    layers = []
    base = alt.Chart(rows).encode(x=alt.X(f"{time}:T", title=None))
    if low and high:
        layers.append(
            base.transform_filter(alt.expr.isValid(alt.datum[low]))
            .mark_area(color=COLOURS[1], opacity=0.25)
            .encode(y=alt.Y(f"{low}:Q", axis=axis), y2=f"{high}:Q")
        )
    layers.append(lines_over_time(rows, time, names, kind, label))
    if marked and rows[marked].any():
        layers.append(
            base.transform_filter(alt.datum[marked])
            .mark_point(color=COLOURS[5], filled=True, opacity=1, size=90)
            .encode(
                y=alt.Y(f"{actual}:Q", axis=axis),
                tooltip=[
                    alt.Tooltip(f"{time}:T", title="Unlikely"),
                    alt.Tooltip(f"{actual}:Q", title="Actual", format=FORMATS[kind]),
                    alt.Tooltip(f"{expected}:Q", title="Expected", format=FORMATS[kind]),
                ],
            )
        )
    return alt.layer(*layers).properties(height=HEIGHT)


def stacked_by_month(
    rows: pd.DataFrame,
    month: str,
    values: dict[str, str],
    kind: str,
    label: str,
    below: Sequence[str] = (),
) -> alt.Chart:
    """One stacked bar per month; the columns in `below` hang under the zero line."""
    names = list(values.values())
    long = rows.rename(columns=values).melt(
        id_vars=[month], value_vars=names, var_name="series", value_name="value"
    )
    under = long["series"].isin([values[column] for column in below])
    long["height"] = long["value"].where(~under, -long["value"])
    return (
        alt.Chart(long)
        .mark_bar()
        .encode(
            x=alt.X(f"yearmonth({month}):T", title=None),
            y=alt.Y("height:Q", axis=_axis(kind, label)),
            color=_series_colour(names),
            tooltip=[
                alt.Tooltip(f"yearmonth({month}):T", title="Month"),
                alt.Tooltip("series:N", title="What"),
                alt.Tooltip("value:Q", title=label, format=FORMATS[kind]),
            ],
        )
        .properties(height=HEIGHT)
    )


def grid(
    rows: pd.DataFrame,
    across: tuple[str, str | None],
    down: tuple[str, str | None],
    value: tuple[str, str, str],
    more: dict[str, tuple[str, str]] | None = None,
    orders: tuple[Order, Order] = (None, None),
    text: str | None = None,
) -> alt.LayerChart:
    """A grid of cells, the brighter the more.

    `across` and `down` are (column, title), `value` (column, label, kind), `more` {column: (label,
    kind)} for the tooltip. An order is a list of all names, "descending", or None: that of the
    rows. `text` is the column that is written into the cells, if they are few; a line each.
    """
    column, label, kind = value
    texts = {name: (title or "Of", "text") for name, title in (down, across)}
    legend = None if text else alt.Legend(orient="bottom", format=FORMATS[kind], title=label)
    # Names that have no room side by side on a telephone.
    is_long = rows[across[0]].drop_duplicates().astype(str).str.len().sum() > 45 and bool(text)
    base = alt.Chart(rows).encode(
        x=alt.X(f"{across[0]}:O", **_ordered(orders[0])).axis(
            title=across[1], labelAngle=-90 if is_long else 0, labelOverlap=True, labelLimit=140
        ),
        y=alt.Y(f"{down[0]}:O", **_ordered(orders[1])).axis(
            title=down[1], labelLimit=140, labelOverlap=True
        ),
        tooltip=[
            alt.Tooltip(f"{name}:N", title=title)
            if of == "text"
            else alt.Tooltip(f"{name}:Q", title=title, format=FORMATS[of])
            for name, (title, of) in (texts | {column: (label, kind)} | (more or {})).items()
        ],
    )
    # Cividis (Nunez and others 2018) runs from dark to bright for the colour-blind, too.
    layers = [
        base.mark_rect().encode(
            color=alt.Color(f"{column}:Q", scale=alt.Scale(scheme="cividis"), legend=legend)
        )
    ]
    lines = rows[text].str.count("\n").max() + 1 if text else 0
    if text:
        middle = (rows[column].min() + rows[column].max()) / 2
        layers.append(
            base.mark_text(fontSize=10, lineBreak="\n", dy=-6 * int(lines - 1)).encode(
                text=f"{text}:N",
                color=alt.condition(
                    alt.datum[column] > middle, alt.value("black"), alt.value("white")
                ),
            )
        )
    return alt.layer(*layers).properties(height=alt.Step(18 + 12 * int(lines)))


def lower_ends(
    rows: pd.DataFrame,
    name: str,
    value: tuple[str, str],
    low: str,
    group: tuple[str, Sequence[str]],
    nothing: float,
) -> alt.LayerChart:
    """For each row a point at `value` (column, label) and a line down to the interval's lower end.

    A dashed line stands at `nothing`, where the value says nothing. `group` is the column that
    gives the colours, and all its values.
    """
    column, label = value
    kind, kinds = group
    base = alt.Chart(_told_apart(rows, name)).encode(
        y=_names(name),
        color=_series_colour(kinds, kind),
        tooltip=[
            alt.Tooltip(f"{name}:N", title="What"),
            alt.Tooltip(f"{column}:Q", title=label, format=".2f"),
            alt.Tooltip(f"{low}:Q", title="At least", format=".2f"),
            alt.Tooltip(f"{kind}:N", title="Kind"),
        ],
    )
    lines = base.mark_rule(strokeWidth=2).encode(
        x=alt.X(f"{low}:Q", scale=alt.Scale(zero=False), axis=alt.Axis(title=label, format=".2~f")),
        x2=f"{column}:Q",
    )
    points = base.mark_point(filled=True, size=80, opacity=1).encode(x=f"{column}:Q")
    chance = (
        alt.Chart(pd.DataFrame({"at": [nothing]}))
        .mark_rule(strokeDash=[4, 4], color=GREY)
        .encode(x="at:Q")
    )
    return alt.layer(chance, lines, points).properties(height=alt.Step(24))


def bridge(steps: Sequence[tuple[str, float, bool]], label: str) -> alt.Chart:
    """From one total to the next: each step is (name, amount, whether it is a total).

    Amounts of other steps are added, so those that are taken off are below 0.
    """
    rows: list[dict[str, object]] = []
    level = 0.0
    for name, amount, is_total in steps:
        start, level = (0.0, amount) if is_total else (level, level + amount)
        kind = "Total" if is_total else "Added" if amount >= 0 else "Taken off"
        rows.append({"step": name, "from": start, "to": level, "amount": amount, "kind": kind})
    return (
        alt.Chart(pd.DataFrame(rows))
        .mark_bar()
        .encode(
            x=alt.X("from:Q", axis=_axis("amount", label)),
            x2="to:Q",
            y=_names("step"),
            color=_series_colour(("Total", "Taken off", "Added"), "kind"),
            tooltip=[
                alt.Tooltip("step:N", title="What"),
                alt.Tooltip("amount:Q", title=label, format=FORMATS["amount"]),
            ],
        )
        .properties(height=alt.Step(32))
    )


def _ordered(order: Order) -> dict[str, object]:
    """How an axis of names is ordered; of a list, also names without a row are shown."""
    if order is None or isinstance(order, str):
        return {"sort": order}
    return {"sort": list(order), "scale": alt.Scale(domain=list(order))}


def _names(field: str) -> alt.Y:
    """Names down the side, in the order of the rows."""
    return alt.Y(f"{field}:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABEL_WIDTH))


def _told_apart(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows with a number after a name that is there before: equal names share one bar."""
    number = rows.groupby(name).cumcount() + 1
    numbered = rows[name].astype(str) + " (" + number.astype(str) + ")"
    return rows.assign(**{name: rows[name].where(number == 1, numbered)})


def _axis(kind: str, label: str) -> alt.Axis:
    # Without a least step, few rows would give the ticks 0, 1, 1, 2, 2.
    return alt.Axis(
        format=FORMATS[kind],
        title=label,
        tickMinStep=1 if kind in ("count", "days") else alt.Undefined,
    )


def _series_colour(names: Sequence[str], field: str = "series") -> alt.Color:
    scale = alt.Scale(domain=list(names), range=[COLOURS[i % 6] for i in range(len(names))])
    return alt.Color(f"{field}:N", scale=scale, legend=_series_legend(names))


def _series_legend(names: Sequence[str]) -> alt.Legend | None:
    if len(names) < 2:
        return None
    # Below the picture, and long names below each other: there is no more room on a telephone.
    is_long = sum(map(len, names)) > LEGEND_LETTERS
    return alt.Legend(orient="bottom", title=None, columns=1 if is_long else 0)
