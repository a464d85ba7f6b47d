"""Where the support desk is, and the token that opens it."""

import re
from urllib.parse import urlsplit

from commerce_marts.errors import OptionError
from commerce_marts.loopback import is_loopback

TOKEN_VARIABLE = "COMMERCE_MARTS_DESK_TOKEN"
URL_VARIABLE = "COMMERCE_MARTS_DESK_URL"
FRONT = "https://api2.frontapp.com"


def url_checked(url: str) -> str:
    """The address without a slash at its end.

    Raises OptionError where it is no address, has a password in it, or would send the token
    unencrypted over a network. The password is in no message.
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    source = f"--url (or {URL_VARIABLE})"
    if parts.username is not None or parts.password is not None:
        raise OptionError(f"{source} must not hold a user: the token goes into {TOKEN_VARIABLE}.")
    if parts.scheme not in ("https", "http") or not host or parts.query or parts.fragment:
        raise OptionError(f"{source} {url} is not the address of an API, such as {FRONT}.")
    if parts.scheme == "http" and not is_loopback(host):
        raise OptionError(f"{source} {url} would send the token unencrypted: use https.")
    return parts.geturl().rstrip("/")


def token_checked(token: str | None) -> str:
    """The token, without blanks around it. Raises OptionError, which does not show it."""
    text = (token or "").strip()
    if not text:
        raise OptionError(
            f"The environment has no {TOKEN_VARIABLE}. Put an API token of the support desk into "
            "it, or use --dry-run or --csv, which need none."
        )
    # Anything else cannot stand in a header, and a library would show it in its error.
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        raise OptionError(
            f"{TOKEN_VARIABLE} is not a token: it has blanks or letters with accents in it. Copy "
            "it again from the desk."
        )
    return text
