"""The pages of the app as HTML files that need no network.

python dashboards/report.py --warehouse warehouse/commerce.duckdb --out reports
"""

import io
from pathlib import Path

import altair as alt
import click
from answers import (
    Answer,
    Page,
    Value,
    change,
    domains_of,
    heading,
    no_shop,
    questions_of,
    shown,
    whole_range,
)
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from marts import Marts, NothingToShowError, warehouse_of
from views import PAGES

HERE = Path(__file__).parent
# More would be a data file, not a report; the app has all of them.
MOST_ROWS = 50
WIDTH = 660


def page_as_html(page: Page, marts: Marts) -> str:
    """A whole page: every question, for every shop that the page can show."""
    shops = []
    for domain in domains_of(page, marts):
        choice = whole_range(marts, domain)
        choice = choice.with_filters({one.name: None for one in page.filters})
        facts = marts.domains.set_index("domain").loc[domain]
        questions = [
            (question.text, question.answered(marts, choice))
            for question in questions_of(page, domain)
        ]
        shops.append((choice, facts, questions))
    return TEMPLATES.get_template("report.html.j2").render(
        page=page, shops=shops, nothing=no_shop(page), marts=marts, most_rows=MOST_ROWS
    )


def svg(chart: alt.TopLevelMixin) -> str:
    """The picture itself, as part of the page."""
    file = io.StringIO()
    chart.properties(width=WIDTH).save(file, format="svg")
    return file.getvalue()


def rows_of(answer: Answer) -> list[list[str]]:
    """The cells of the table as people read them, at most MOST_ROWS rows."""
    assert answer.table is not None
    names = list(answer.columns)
    kinds = [kind for _, kind, _ in answer.columns.values()]

    def row(cells: tuple[Value, ...]) -> list[str]:
        return [shown(cell, kind) for cell, kind in zip(cells, kinds, strict=True)]

    table = answer.table[names].head(MOST_ROWS)
    return [row(cells) for cells in table.itertuples(index=False, name=None)]


TEMPLATES = Environment(
    loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
TEMPLATES.filters.update(svg=svg, rows=rows_of, shown=shown, change=change, heading=heading)


@click.command()
@click.option("--warehouse", help="The published file.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("reports"), show_default=True)
def main(warehouse: str | None, out: Path) -> None:
    """Write every page as OUT/<page>.html."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with Marts(warehouse_of(warehouse)) as marts:
            for page in PAGES:
                (out / f"{page.name}.html").write_text(page_as_html(page, marts), encoding="utf-8")
    except NothingToShowError as problem:
        raise SystemExit(str(problem)) from None
    click.echo(f"{len(PAGES)} pages are in {out}.")


if __name__ == "__main__":
    main()
