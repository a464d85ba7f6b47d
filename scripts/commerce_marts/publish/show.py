"""Progress of a build: a bar on a terminal, a few plain lines in a log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from commerce_marts.dbt import Progress

# A log gets one line for each fifth of the nodes.
PLAIN_LINES = 5


@contextmanager
def progress_display(console: Console) -> Iterator[Callable[[Progress], None]]:
    """Yields a function that shows the given progress; the bar is removed at the end."""
    if not console.is_terminal:
        yield _plain_lines(console)
        return
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading the project", total=None)

        def show(progress: Progress) -> None:
            bar.update(
                task,
                completed=progress.done,
                total=progress.total or None,
                description=progress.doing,
            )

        yield show


def _plain_lines(console: Console) -> Callable[[Progress], None]:
    shown = 0

    def show(progress: Progress) -> None:
        nonlocal shown
        fifths = PLAIN_LINES * progress.done // progress.total if progress.total else 0
        if fifths > shown:
            shown = fifths
            console.print(f"  {progress.done} of {progress.total} nodes done", highlight=False)

    return show
