"""A support desk on loopback that answers as Front's API does, its limits and faults included.

It follows Front's published specification: a PATCH of custom fields erases those that it leaves
out, 429 has a Retry-After in seconds, and a contact is found by alt:email:<address>.
"""

import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

TOKEN = "sEcReT-tOkEn-0123456789"
TYPES = {
    "Support priority": "number",
    "Customer segment": "string",
    "Customer group": "enum",
    "Customer segment as of": "datetime",
    "Language": "string",
}
PYTHON_TYPES = {"number": (int, float), "string": str, "enum": str, "datetime": int}
FOUND = re.compile(r"/contacts/alt:email:(.+)")


@dataclass(frozen=True)
class Request:
    """A request as it arrived, and the status of its answer (0: none was given)."""

    method: str
    email: str
    fields: dict[str, Any] | None
    status: int
    at: float


@dataclass
class FrontDesk:
    """The contacts of the desk, what was asked of it, and how it misbehaves."""

    contacts: dict[str, dict[str, Any]]
    types: dict[str, str] = field(default_factory=lambda: dict(TYPES))
    # At most `limit` requests in `window` seconds.
    limit: int = 1_000_000
    window: float = 60.0
    # Given the number of the request (from 1), its method and e-mail address: what goes wrong.
    # A status, "drop" (after the change), "slow" (longer than the client waits), or None.
    fault: Callable[[int, str, str], int | str | None] = lambda number, method, email: None
    # Called with the number of the request and "received", "changed" or "answered". A request that
    # it calls lost when it is received changes nothing and gets no answer.
    moment: Callable[[int, str], str | None] = lambda number, what: None
    # Whether custom_fields: {} changes nothing, and whether null is a value.
    empty_is_nothing: bool = False
    null_is_allowed: bool = False
    requests: list[Request] = field(default_factory=list)
    headers_seen: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def of(self, method: str, *statuses: int) -> list[Request]:
        """The requests of a method that were answered with one of the statuses, or with any."""
        return [
            request
            for request in self.requests
            if request.method == method and (not statuses or request.status in statuses)
        ]


@contextmanager
def running(desk: FrontDesk) -> Iterator[FrontDesk]:
    """The desk, listening on a free port of loopback until the end."""
    lock, recent, count = threading.Lock(), deque[float](), [0]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Without it a small answer waits 40 ms for the client's acknowledgement.
        disable_nagle_algorithm = True

        def do_GET(self):
            self.answer("GET")

        def do_PATCH(self):
            self.answer("PATCH")

        def answer(self, method):
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            fields = body["custom_fields"] if body else None
            found = FOUND.fullmatch(self.path)
            email = unquote(found[1]) if found else ""
            with lock:
                count[0] += 1
                number = count[0]
                if desk.moment(number, "received") == "lost":
                    self.close_connection = True
                    return
                desk.headers_seen.append(dict(self.headers))
                fault = desk.fault(number, method, email)
                wait = self.seconds_over_the_limit()
                status, content, headers = 0, {}, {}
                if wait:
                    status, headers = 429, {"Retry-After": str(int(wait) + 1)}
                elif self.headers["Authorization"] != f"Bearer {TOKEN}":
                    status, content = 401, error(f"{self.headers['Authorization']} is not known")
                elif isinstance(fault, int):
                    status, content = fault, error(f"trouble with {self.headers['Authorization']}")
                    headers = {"Retry-After": "1"} if fault == 429 else {}
                else:
                    status, content = self.done(method, email, fields)
                    desk.moment(number, "changed")
                request = Request(method, email, fields, status, time.monotonic())
                if fault in ("drop", "slow"):
                    request = Request(method, email, fields, 0, time.monotonic())
                desk.requests.append(request)
            if fault == "drop":
                self.close_connection = True
                return
            if fault == "slow":
                time.sleep(1.5)
            data = json.dumps(content).encode() if content else b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            desk.moment(number, "answered")

        def seconds_over_the_limit(self):
            now = time.monotonic()
            while recent and recent[0] <= now - desk.window:
                recent.popleft()
            if len(recent) >= desk.limit:
                return recent[0] + desk.window - now
            recent.append(now)
            return 0

        def done(self, method, email, fields):
            if self.path == "/contacts/custom_fields":
                results = [{"name": name, "type": type_} for name, type_ in desk.types.items()]
                return 200, {"_results": results}
            if email not in desk.contacts:
                return 404, error("Contact not found")
            if method == "GET":
                return 200, {"id": "crd_1", "custom_fields": desk.contacts[email]}
            for name, value in fields.items():
                if value is None and desk.null_is_allowed:
                    continue
                if not isinstance(value, PYTHON_TYPES[desk.types[name]]):
                    return 400, error(f"custom_fields: {name}: invalid")
            if fields or not desk.empty_is_nothing:
                desk.contacts[email] = fields
            return 204, None

        def log_message(self, *arguments):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            """A client that was killed is no error of the server."""

    server = Server(("127.0.0.1", 0), Handler)
    desk.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def error(message: str) -> dict[str, Any]:
    """An error in Front's form."""
    return {"_error": {"status": 0, "title": "Error", "message": message}}
