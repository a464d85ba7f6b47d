"""Where a server that a test or a benchmark starts can listen."""

import socket


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
