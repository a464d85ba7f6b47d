"""Runs a program that ends with the process that started it, even if that is killed.

    python tether.py STARTER_PID PROGRAM [ARGUMENT ...]

On Linux the kernel kills the program. Elsewhere it runs on; the lock that it inherits stops other
builds until it ends.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(starter: int, program: str, arguments: list[str]) -> None:
    """Replaces this process with the program."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        # The starter ended before the call above: the kernel will not kill the program.
        if os.getppid() != starter:
            sys.exit(1)
    os.execv(program, [program, *arguments])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
