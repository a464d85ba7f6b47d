"""Kills this process before one of its steps, for tests of `kill -9`.

A step is a change of a file or folder. Python announces each one before it happens (audit events),
so the programs need no code for these tests.
"""

import os
import signal
import sys
from collections.abc import Callable, Collection


def record_steps(
    changes: Collection[str], killed_before: int | None, is_meant: Callable[[str], bool] = bool
) -> list[str]:
    """The list that steps are added to as they happen, such as `os.rename /tmp/a`.

    `changes` are the events that count beside files that are opened to write. Before the step of
    this number, counted from 0, of those that are meant, the process is killed; None never.
    """
    steps: list[str] = []

    def on_event(event: str, arguments: tuple) -> None:
        is_write = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if not (is_write or event in changes):
            return
        step = f"{event} {arguments[0]}"
        if is_meant(step):
            if len(steps) == killed_before:
                os.kill(os.getpid(), signal.SIGKILL)
            steps.append(step)

    sys.addaudithook(on_event)
    return steps
