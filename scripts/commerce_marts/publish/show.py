"""Progress of a build: a bar on a terminal, a few plain lines in a log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

# A log gets one line for each fifth of the nodes.
PLAIN_LINES = 5


@contextmanager
def progress_display() -> Iterator[Callable[[int, int, str], None]]:
    """Yields a function that shows nodes done, nodes in all and the node of now."""
    console, fifths_shown = Console(), 0
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    text = TextColumn("{task.description}", markup=False)
    is_log = not console.is_terminal
    with Progress(*columns, text, console=console, transient=True, disable=is_log) as bar:
        task = bar.add_task("reading the project", total=None)

        def show(done: int, total: int, node: str) -> None:
            nonlocal fifths_shown
            bar.update(task, completed=done, total=total or None, description=node)
            fifths = PLAIN_LINES * done // total if total else 0
            if is_log and fifths > fifths_shown:
                fifths_shown = fifths
                console.print(f"  {done} of {total} nodes done", highlight=False)

        yield show
