"""The published warehouse as the pages read it. No other module of the dashboards has a connection.

Pages read core and the marts, and only select, filter and add up what is there.
"""

import atexit
import os
import shutil
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

# The folder of links of a process, with its number.
LINKS = ".dashboard-"
# The daily build of a day, and some hours until it has run.
FRESH_FOR = timedelta(hours=26)


class NothingToShowError(Exception):
    """There is no warehouse that can be read; the message says what to do."""


class OtherVersionError(NothingToShowError):
    """The file has a table in the form of another version."""


class Published:
    """The file at `warehouse`, whatever version is published there at the moment.

    Inside one process DuckDB gives a new connection the old file as long as any connection to its
    path is open. So each version gets a path of its own here: a hard link, in a folder beside the
    warehouse that goes when the process ends.
    """

    def __init__(self, warehouse: Path) -> None:
        self.warehouse = warehouse
        self._lock = threading.Lock()
        self._links: Path | None = None
        if warehouse.parent.is_dir():
            try:
                remove_links_of_the_dead(warehouse.parent)
                prefix = f"{LINKS}{os.getpid()}-"
                self._links = Path(tempfile.mkdtemp(prefix=prefix, dir=warehouse.parent))
            except OSError:
                # Nobody but the builder may write there. Connections are short, so the old file
                # is seen only by those who ask while another one is still being answered.
                return
            atexit.register(shutil.rmtree, self._links, ignore_errors=True)

    def marts(self) -> "Marts":
        """What is published now. Raises NothingToShowError where nothing is."""
        # Else another thread could remove the link before it is opened.
        with self._lock:
            return Marts(self._path())

    def _path(self) -> Path:
        try:
            found = self.warehouse.stat()
            if self._links is None:
                return self.warehouse
            version = self._links / f"{found.st_ino}-{found.st_mtime_ns}"
            # Views in the file name the database, which is named by the file.
            link = version / self.warehouse.name
            if not link.exists():
                version.mkdir(exist_ok=True)
                link.hardlink_to(self.warehouse)
                self._remove_others(version)
        except OSError:
            return self.warehouse
        return link

    def _remove_others(self, version: Path) -> None:
        """A connection that is still open keeps its file, though it has no name any more."""
        assert self._links is not None
        for other in self._links.iterdir():
            if other != version:
                shutil.rmtree(other, ignore_errors=True)


def remove_links_of_the_dead(folder: Path) -> None:
    """Removes what killed processes have left: a link keeps the whole file of its version."""
    for links in folder.glob(f"{LINKS}*-*"):
        pid = links.name.removeprefix(LINKS).split("-")[0]
        with suppress(PermissionError, ValueError):
            try:
                os.kill(int(pid), 0)
            except ProcessLookupError:
                shutil.rmtree(links, ignore_errors=True)


class Marts:
    """One version of the warehouse, for as long as a page is made.

    Its one connection ends with the context: opening takes longer than most queries. Raises
    NothingToShowError where the file is not there or cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            raise NothingToShowError(
                f"There is no {path}. `commerce-marts build` (or `make build`) writes it."
            )
        try:
            self._connection = duckdb.connect(str(path), read_only=True)
        except duckdb.Error as error:
            raise NothingToShowError(f"{path.name} cannot be read: {error}") from error

    def __enter__(self) -> "Marts":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def frame(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """The rows of a query: `$name` in it are the parameters; decimals come as floats.

        Raises OtherVersionError where the file has no such table or column.
        """
        try:
            return self._connection.execute(sql, dict(parameters or {})).df()
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            first_line = str(error).splitlines()[0]
            raise OtherVersionError(
                f"{self.path.name} was built by another version of commerce_marts, so build it"
                f" again. DuckDB says: {first_line}"
            ) from error

    @cached_property
    def _columns(self) -> dict[str, dict[str, str]]:
        """The comment of each column, by table and column."""
        found: dict[str, dict[str, str]] = {}
        for table, column, comment in self.frame(
            "select schema_name || '.' || table_name, column_name, coalesce(comment, '')"
            " from duckdb_columns() where not internal"
        ).itertuples(index=False):
            found.setdefault(table, {})[column] = comment
        return found

    def has(self, table: str) -> bool:
        """Whether the file has `schema.table`."""
        return table in self._columns

    def comment(self, column: str) -> str:
        """What `schema.table.column` means, in the words of its model."""
        table, name = column.rsplit(".", 1)
        return self._columns.get(table, {}).get(name, "")

    @cached_property
    def domains(self) -> pd.DataFrame:
        """One row per domain: the columns of core.dim_domains, built_at (UTC) and build_id."""
        if not (self.has("core.dim_domains") and self.has("core.build_info")):
            raise NothingToShowError(
                f"{self.path.name} has no core.dim_domains and core.build_info: it is not from"
                " commerce-marts, or from a version before 0.1. Build it again."
            )
        return self.frame(
            "select domains.*, build_info.built_at, build_info.build_id"
            " from core.dim_domains as domains"
            " inner join core.build_info on domains.domain = build_info.domain"
            " order by domains.domain"
        )

    def why_empty(self, table: str, domain: str | None) -> str | None:
        """Why `schema.table` has no row of a domain, where the build knows it."""
        if domain is None or not self.has("core.empty_marts"):
            return None
        area, mart = table.split(".")
        reasons = self.frame(
            "select reason from core.empty_marts"
            " where domain = $domain and area = $area and mart = $mart",
            {"domain": domain, "area": area, "mart": mart},
        )
        return reasons["reason"].iloc[0] if len(reasons) else None

    def age(self) -> timedelta:
        """Since the warehouse was built."""
        return datetime.now(UTC) - self.domains["built_at"].max().to_pydatetime().replace(
            tzinfo=UTC
        )


def warehouse_of(argument: str | None) -> Path:
    """The file to show: the argument, COMMERCE_MARTS_WAREHOUSE, or the project's."""
    given = argument or os.environ.get("COMMERCE_MARTS_WAREHOUSE")
    default = Path(__file__).resolve().parents[1] / "warehouse" / "commerce.duckdb"
    return Path(given) if given else default
