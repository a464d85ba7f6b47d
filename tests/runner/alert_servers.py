"""Servers on loopback that take alerts: a webhook, and a mail server."""

import json
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = "marts", "a-secret-password"
PATH = "/services/T0/a-secret-path"


@dataclass
class WebhookServer:
    """What it was sent, and how it answers: a status, or `never`."""

    url: str = ""
    answer: int | str = 200
    texts: list[str] = field(default_factory=list)
    requests: list[tuple[str, str, str]] = field(default_factory=list)


@contextmanager
def webhook_server() -> Iterator[WebhookServer]:
    state, is_over = WebhookServer(), Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.requests.append(("POST", self.path, self.headers["Content-Type"]))
            if state.answer == "never":
                is_over.wait()
            elif state.answer == 200:
                state.texts.append(json.loads(body)["text"])
            self.send_response(state.answer if isinstance(state.answer, int) else 200)
            # A server may repeat what it was asked.
            self.send_header("Location", state.url)
            self.end_headers()
            self.wfile.write(self.path.encode())

        def do_GET(self):
            state.requests.append(("GET", self.path, ""))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}{PATH}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield state
    finally:
        is_over.set()
        server.shutdown()
        server.server_close()


class MailServer(Controller):
    """A mail server on a free port; `messages` are those that it took."""

    def __init__(self, certificate: tuple[Path, Path] | None, tls: str, refuses: bool = False):
        self.messages, self.logins, self.refuses = [], [], refuses
        context = None
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
        self.starttls_context = context if tls == "starttls" else None
        super().__init__(
            self,
            hostname="127.0.0.1",
            port=0,
            ssl_context=context if tls == "tls" else None,
        )

    def _trigger_server(self):
        # The library connects once, to the port that it was given.
        self.port = port_of(self)
        super()._trigger_server()

    def factory(self):
        return SMTP(
            self,
            hostname="localhost",
            tls_context=self.starttls_context,
            require_starttls=self.starttls_context is not None,
            authenticator=self.check,
            # A connection that is TLS from the start has no STARTTLS.
            auth_require_tls=self.starttls_context is not None,
        )

    def check(self, _server, _session, _envelope, _mechanism, given):
        self.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=self.logins[-1] == (USER, PASSWORD), handled=False)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if self.refuses:
            return "550 no such box"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        text = message.get_content().replace("\r\n", "\n")
        self.messages.append((envelope.rcpt_tos, message["Subject"], text))
        return "250 OK"


@contextmanager
def mail_server(certificate=None, tls="none", refuses=False) -> Iterator[MailServer]:
    server = MailServer(certificate, tls, refuses)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def port_of(server: MailServer) -> int:
    return server.server.sockets[0].getsockname()[1]


def certificate_in(folder: Path) -> tuple[Path, Path]:
    """A certificate of `localhost` and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key
