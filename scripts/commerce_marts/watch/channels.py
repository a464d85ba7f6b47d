"""Where alerts go: a webhook and e-mail, configured by environment variables alone.

Addresses of webhooks and passwords are secrets: no message here has them, nor an answer of a
server, which may repeat them.
"""

import difflib
import json
import re
import smtplib
import ssl
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.client import HTTPException
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from commerce_marts.loopback import is_loopback

PREFIX = "COMMERCE_MARTS_ALERT_"
WEBHOOK, TO, SENDER = f"{PREFIX}WEBHOOK", f"{PREFIX}EMAIL_TO", f"{PREFIX}EMAIL_FROM"
SMTP, SECURITY = f"{PREFIX}SMTP", f"{PREFIX}SMTP_SECURITY"
USER, PASSWORD = f"{PREFIX}SMTP_USER", f"{PREFIX}SMTP_PASSWORD"
VARIABLES = (WEBHOOK, TO, SENDER, SMTP, SECURITY, USER, PASSWORD)
# How the connection to the mail server is encrypted, and the usual port.
PORTS = {"starttls": 587, "tls": 465, "none": 25}
# Of each connect and each answer.
SECONDS = 8
ADDRESS = re.compile(r"[^@\s,<>]+@[^@\s,<>]+")


class SettingError(Exception):
    """An environment variable is missing or wrong; the message names it, and no value."""


class NotSentError(Exception):
    """An alert did not arrive; the message says why, without a secret."""


class Channel(Protocol):
    """A way to tell people."""

    name: str

    def send(self, subject: str, text: str) -> None:
        """Raises NotSentError."""


@dataclass(frozen=True)
class Webhook:
    """POSTs {"text": ...}, as the incoming webhooks of Slack and Mattermost take it."""

    url: str = field(repr=False)
    name: str = "webhook"

    def send(self, subject: str, text: str) -> None:
        """Raises NotSentError unless the answer is 2xx."""
        # Slack reads these three as markup, so a raw value could call a whole channel.
        for letter, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            text = text.replace(letter, entity)
        body = json.dumps({"text": text}).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "commerce-marts"}
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            # The scheme was checked: http or https.
            request = urllib.request.Request(self.url, body, headers)
            with opener.open(request, timeout=SECONDS):
                pass
        except HTTPError as error:
            raise NotSentError(f"the server of {WEBHOOK} answered {error.code}") from None
        except (URLError, OSError, HTTPException, ValueError) as error:
            raise NotSentError(f"no answer from the server of {WEBHOOK}: {_kind(error)}") from None


@dataclass(frozen=True)
class Mail:
    """Sends plain text through a mail server."""

    host: str
    port: int
    security: str
    sender: str
    to: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)
    name: str = "email"

    def send(self, subject: str, text: str) -> None:
        """Raises NotSentError unless the server takes the message for every recipient."""
        message = EmailMessage()
        message["Subject"], message["From"] = " ".join(subject.split()), self.sender
        message["To"] = ", ".join(self.to)
        message.set_content(text)
        try:
            with self._connected() as server:
                if self.user:
                    server.login(self.user, self.password)
                refused = server.send_message(message)
        except smtplib.SMTPResponseException as error:
            what = f"{type(error).__name__} {error.smtp_code}"
            raise NotSentError(f"{self._server} answered with an error: {what}") from None
        except smtplib.SMTPRecipientsRefused:
            raise NotSentError(f"{self._server} refused every recipient of {TO}") from None
        except (OSError, ValueError) as error:
            raise NotSentError(f"{self._server} cannot be used: {_kind(error)}") from None
        if refused:
            raise NotSentError(f"{self._server} refused {len(refused)} of the recipients of {TO}")

    @property
    def _server(self) -> str:
        return f"the mail server {self.host}:{self.port}"

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        if self.security == "starttls":
            try:
                server.starttls(context=context)
            except BaseException:
                server.close()
                raise
        return server


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A POST that is redirected would become a GET, and nobody would be told."""

    def redirect_request(self, *_: object) -> None:
        """None: the redirect is an error."""
        return


def channels_of(environment: Mapping[str, str]) -> tuple[list[Channel], list[str]]:
    """The channels that are configured, and a sentence on each setting that is wrong."""
    given = {name: value.strip() for name, value in environment.items() if value.strip()}
    channels: list[Channel] = []
    problems = []
    for name in given:
        if name.startswith(PREFIX) and name not in VARIABLES:
            near = difflib.get_close_matches(name, VARIABLES, n=1)
            guess = f" Did you mean {near[0]}?" if near else f" Known are {', '.join(VARIABLES)}."
            problems.append(f"There is no setting {name}.{guess}")
    for make, is_wanted in ((_webhook, WEBHOOK in given), (_mail, TO in given or SMTP in given)):
        try:
            if is_wanted:
                channels.append(make(given))
        except SettingError as error:
            problems.append(str(error))
    return channels, problems


def _webhook(given: Mapping[str, str]) -> Webhook:
    try:
        parts = urlsplit(given[WEBHOOK])
        is_address = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise SettingError(f"{WEBHOOK} is not an address. Write it as https://host/path.")
    return Webhook(given[WEBHOOK])


def _mail(given: Mapping[str, str]) -> Mail:
    for name, what in ((SMTP, "host or host:port"), (TO, "a@example.com,b@example.com")):
        if name not in given:
            raise SettingError(f"E-mail needs {name}: {what}.")
    security = given.get(SECURITY, "starttls").lower()
    if security not in PORTS:
        raise SettingError(f"{SECURITY} must be one of {', '.join(PORTS)}.")
    host, _, port = given[SMTP].partition(":")
    if not host or not re.fullmatch(r"[1-9]\d{0,4}|", port):
        raise SettingError(f"{SMTP} must be host or host:port, such as mail.example.com:587.")
    to = tuple(address.strip() for address in given[TO].split(",") if address.strip())
    sender = given.get(SENDER, to[0] if to else "")
    if not to or not all(ADDRESS.fullmatch(address) for address in (*to, sender)):
        raise SettingError(f"{TO} and {SENDER} must be e-mail addresses, separated by commas.")
    if (USER in given) != (PASSWORD in given):
        missing = PASSWORD if USER in given else USER
        raise SettingError(f"{missing} is missing. A mail server needs both, or neither.")
    if PASSWORD in given and security == "none" and not is_loopback(host):
        raise SettingError(f"{SECURITY}=none would send the password unencrypted to {host}.")
    return Mail(
        host,
        int(port or PORTS[security]),
        security,
        sender,
        to,
        given.get(USER, ""),
        given.get(PASSWORD, ""),
    )


def _kind(error: BaseException) -> str:
    """What kind of error it is. Its text could have the address of a webhook."""
    reason = getattr(error, "reason", None)
    if isinstance(reason, BaseException):
        return _kind(reason)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    if isinstance(error, TimeoutError):
        return f"nothing came within {SECONDS} s"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
