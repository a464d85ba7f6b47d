"""A PostgreSQL for tests and benchmarks: Debian's package, on loopback, removed afterwards.

It refuses to run as root, so as root it runs as the user `postgres` of the package.
"""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from loopback import free_port

USER = "shop"
# No data outlives the cluster, so nothing waits for the disk.
SETTINGS = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")
SETTINGS += ("-c", "max_wal_size=4GB")
# Of Debian's package.
OWNER = "postgres"


@dataclass(frozen=True)
class Postgres:
    """A running cluster: the port on 127.0.0.1, and the password of its one user."""

    port: int
    password: str

    def url(self, database: str = "postgres", password: str | None = None) -> str:
        """The URL as `commerce-marts ingest --from` takes it."""
        secret = self.password if password is None else password
        return f"postgresql://{USER}:{secret}@127.0.0.1:{self.port}/{database}"


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Starts a cluster in a temporary folder, and removes both; raises if it is not installed.

    It ends with this process, even if that is killed.
    """
    programs = max(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: int(path.parent.name),
        default=None,
    )
    if programs is None:
        raise RuntimeError("PostgreSQL is not installed: run `make debian`.")
    as_user = [f"--reuid={OWNER}", f"--regid={OWNER}", "--init-groups"] * (os.geteuid() == 0)
    # Not below pytest's folder, which other users may not enter.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    postgres = Postgres(free_port(), secrets.token_urlsafe(12))
    password, log = folder / "password", folder / "log"
    password.write_text(postgres.password)
    log.touch()
    if as_user:
        for path in (folder, password, log):
            shutil.chown(path, OWNER, OWNER)

    def started(program: str, *options: str) -> subprocess.Popen:
        ends_with_this = ["setpriv", "--pdeathsig=QUIT", *as_user]
        command = [*ends_with_this, str(programs / program), "-D", str(folder / "data"), *options]
        with log.open("a") as output:
            return subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)

    try:
        initial = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        made = started("initdb", f"--username={USER}", f"--pwfile={password}", *initial)
        if made.wait():
            raise RuntimeError(log.read_text())
        server = started(
            "postgres",
            *("-p", str(postgres.port), "-c", "listen_addresses=127.0.0.1", "-k", str(folder)),
            *SETTINGS,
        )
        try:
            is_ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(postgres.port)]
            while subprocess.run(is_ready, check=False).returncode:
                if server.poll() is not None:
                    raise RuntimeError(log.read_text())
                time.sleep(0.05)
            yield postgres
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait()
    finally:
        shutil.rmtree(folder)
