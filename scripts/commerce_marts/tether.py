"""Runs a program that dies with the process that starts it, even where that is killed.

    python tether.py STARTER_PID PROGRAM [ARGUMENT ...]

On Linux the kernel sees to it. Elsewhere the program outlives a killed starter; the lock that it
inherits keeps other builds away until it ends.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(starter: int, program: str, arguments: list[str]) -> None:
    """Becomes the program."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        # Killed before the kernel was asked to watch it: nobody waits for the program.
        if os.getppid() != starter:
            sys.exit(1)
    os.execv(program, [program, *arguments])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
