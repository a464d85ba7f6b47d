"""How long people wait for the dashboard: its first page, and each change of the page.

    python scripts/benchmarks/dashboard.py --warehouse warehouse/commerce.duckdb

The clock stops when a browser has drawn the page: its title, all answers, and the pictures.
"""

import sys
import time
from pathlib import Path
from statistics import median

import click
from served_app import chromium, served, wait_until_shown

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "dashboards"))
from views import PAGES


@click.command()
@click.option("--warehouse", type=click.Path(path_type=Path), required=True)
@click.option("--rounds", default=5, show_default=True, help="Changes to each page.")
def main(warehouse: Path, rounds: int) -> None:
    """Print the seconds until the first page, and the median seconds of a change to each page."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        began = time.monotonic()
        with served(warehouse.absolute()) as address:
            page.goto(address)
            wait_until_shown(page, PAGES[0].title)
            click.echo(f"{time.monotonic() - began:6.2f}  from the command to the first page")
            taken: dict[str, list[float]] = {shown.title: [] for shown in PAGES}
            for _ in range(rounds):
                # Begins with the second one: the menu does nothing on the page that is shown.
                for shown in (*PAGES[1:], PAGES[0]):
                    began = time.monotonic()
                    page.get_by_role("link", name=shown.title, exact=True).click()
                    wait_until_shown(page, shown.title)
                    taken[shown.title].append(time.monotonic() - began)
    for title, seconds in taken.items():
        click.echo(f"{median(seconds):6.2f}  {title}")


if __name__ == "__main__":
    main()
