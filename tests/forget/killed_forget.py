"""`commerce-marts forget`, killed before a step: python killed_forget.py STEP STEPS_FILE OPTIONS...

A step is a change of a file or folder, which Python announces before it happens (audit events).
STEPS_FILE has the steps of a run that ends.
"""

import os
import signal
import sys
from pathlib import Path

from commerce_marts.cli import main

CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "sqlite3.connect")
steps: list[str] = []


def on_event(event: str, arguments: tuple) -> None:
    """Notes a step, or ends the process before it."""
    is_write = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if is_write or event in CHANGES:
        if len(steps) == killed_before:
            os.kill(os.getpid(), signal.SIGKILL)
        steps.append(f"{event} {arguments[0]}")


killed_before, steps_file = int(sys.argv[1]), Path(sys.argv[2])
sys.argv[1:3] = []
sys.addaudithook(on_event)
try:
    main()
finally:
    steps_file.write_text("\n".join(steps))
