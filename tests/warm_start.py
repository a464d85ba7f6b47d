"""Runs Python programs as forks of a process that has dbt ready, which saves 2 s of CPU each.

    python warm_start.py SOCKET                              the process that forks
    python -I -S warm_start.py SOCKET PROGRAM [ARGUMENT ...]

The second lends PROGRAM its standard files, folder and environment, and ends with its exit code.
PROGRAM is a process of its own, and the dbt of `commerce-marts build` another one. Neither ends
when the one that asked for it is killed: tests of kills start programs in the usual way.
"""

import gc
import importlib
import json
import os
import runpy
import socket
import sys
from contextlib import suppress
from pathlib import Path

SMALL_PROJECT = Path(__file__).parent / "runner" / "small_project"
STANDARD_FILES = (0, 1, 2)
MOST_BYTES = 200_000


def exit_code_of(path: str, arguments: list[str]) -> int:
    """Has the process at this socket run a program."""
    message = json.dumps([arguments, str(Path.cwd()), dict(os.environ)]).encode()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.connect(path)
        socket.send_fds(connection, [message], STANDARD_FILES)
        # Nothing comes if that process was killed.
        return int(connection.recv(MOST_BYTES) or 1)


def make_ready(folder: Path) -> None:
    """Imports what programs need, and makes dbt generate the code it generates at its first use."""
    for module in ("commerce_marts.cli", "dbt.adapters.duckdb", "scipy.optimize"):
        importlib.import_module(module)
    dbt = importlib.import_module("dbt.cli.main")
    options = ["--log-level", "none", "--log-level-file", "none", "--no-send-anonymous-usage-stats"]
    # The static parser starts threads.
    options += ["--no-static-parser", "parse", f"--target-path={folder}"]
    options += [f"--project-dir={SMALL_PROJECT}", f"--profiles-dir={SMALL_PROJECT}"]
    # The second time dbt reads what it has parsed.
    for _ in range(2):
        done = dbt.dbtRunner().invoke(options)
        assert done.success, done.exception
    # Ends the locks of what it parsed.
    importlib.import_module("dbt.adapters.factory").reset_adapters()
    gc.collect()
    # As in commerce_marts.dbt.
    gc.disable()
    # In a fork, threads would be missing.
    assert len(list(Path("/proc/self/task").iterdir())) == 1


def next_request(path: str) -> socket.socket:
    """Waits for requests and forks for each of them; returns, in the fork, its connection."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(path)
        listener.listen()
        print("ready", flush=True)
        while True:
            connection, _ = listener.accept()
            if os.fork() == 0:
                return connection
            connection.close()
            # Takes leave of the forks that have ended.
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass


def become_program(connection: socket.socket, path: str) -> None:
    """Forks a process that becomes the program, waits for it and sends its exit code."""
    message, files, _, _ = socket.recv_fds(connection, MOST_BYTES, len(STANDARD_FILES))
    if process := os.fork():
        _, status = os.waitpid(process, 0)
        connection.send(str(os.waitstatus_to_exitcode(status) % 256).encode())
        os._exit(0)
    connection.close()
    for lent, standard in zip(files, STANDARD_FILES, strict=True):
        os.dup2(lent, standard)
        os.close(lent)
    sys.argv, folder, environment = json.loads(message)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    # The file of dbt's debug log is a twentieth of a small build.
    os.environ.setdefault("DBT_LOG_LEVEL_FILE", "none")
    dbt = importlib.import_module("commerce_marts.dbt")
    dbt.DBT_OF_BUILD = (sys.executable, "-I", "-S", __file__, path, dbt.DBT_OF_BUILD[-1])
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    socket_path, *program_and_arguments = sys.argv[1:]
    if program_and_arguments:
        sys.exit(exit_code_of(socket_path, program_and_arguments))
    make_ready(Path(socket_path).parent / "dbt")
    become_program(next_request(socket_path), socket_path)
