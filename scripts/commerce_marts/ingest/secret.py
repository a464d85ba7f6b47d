"""The URL of a database, whose password appears nowhere."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from commerce_marts.errors import OptionError, RunnerError

# The drivers of the extra, for a URL that names none.
DRIVERS = {
    **{"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"},
    **{"mssql": "mssql+pymssql", "sqlserver": "mssql+pymssql"},
}
EXAMPLE = "postgresql://user:password@host:5432/name, or mssql://user:password@host:1433/name"
ENVIRONMENT = "env:"


def url_given(text: str) -> sa.URL:
    """The URL of `--from`, or of the environment variable that it names.

    Raises OptionError where there is none. No message repeats the text: it may hold a password.
    """
    origin, url_text = "--from", text
    if text.startswith(ENVIRONMENT):
        name = text.removeprefix(ENVIRONMENT)
        origin, url_text = f"The variable {name}", os.environ.get(name, "")
        if not url_text:
            raise OptionError(
                f"The environment has no variable '{name}', which --from names. Set it to a URL "
                f"such as {EXAMPLE}"
            )
    if url_text.count("@") > 1:
        raise OptionError(
            f"{origin} has more than one @. Write those of the user and the password as %40."
        )
    try:
        url = sa.make_url(url_text.strip())
    except (sa.exc.ArgumentError, ValueError):
        raise OptionError(f"{origin} is not the URL of a database. Write it as {EXAMPLE}") from None
    return url.set(drivername=DRIVERS.get(url.drivername, url.drivername))


def shown_url(url: sa.URL) -> str:
    """The database as messages name it: without user, password and options."""
    port = f":{url.port}" if url.port else ""
    return f"{url.host or 'localhost'}{port}/{url.database or ''}"


@contextmanager
def telling_no_secret(url: sa.URL) -> Iterator[None]:
    """Turns an error of the database or of dlt into a RunnerError without anything secret."""
    from dlt.common.exceptions import DltException

    try:
        yield
    except (sa.exc.SQLAlchemyError, DltException, ModuleNotFoundError) as error:
        message = without_secrets(_cause(error), url)
    else:
        return
    raise RunnerError(f"The tables of {shown_url(url)} were not landed. {message}") from None


def without_secrets(text: str, url: sa.URL) -> str:
    """The text with the password, and values of the URL's options, as ***."""
    options = (value if isinstance(value, tuple) else (value,) for value in url.query.values())
    secrets = {url.password or "", *(part for parts in options for part in parts)}
    secrets |= {sa.engine.url.quote(secret, safe="") for secret in secrets}
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def _cause(error: BaseException) -> str:
    """What the database itself says, in one paragraph: dlt and SQLAlchemy put words around it."""
    if isinstance(error, ModuleNotFoundError):
        return f"The driver {error.name} is not installed: pip install {error.name}"
    seen = error
    while (inner := getattr(seen, "exception", None) or seen.__cause__) is not None:
        seen = inner
    original = getattr(seen, "orig", None) or seen
    return " ".join(str(original).split()) or type(original).__name__
