"""The published file and the versions before it: one is swapped in, some are kept, one comes back.

Every change is a rename or a link within one disk, and each leaves a state that the next command
understands: whatever is killed, at the target is one whole version at any moment.

    commerce.duckdb                             what is published
    commerce.duckdb.kept/<build id>/commerce.duckdb   what was published before

A kept version has the target's name, because views in it name the database.
"""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from commerce_marts.errors import OptionError, RunnerError, no_writing, shown_path
from commerce_marts.lock import only_one

BUILD_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
WITHDRAWN_MARK = "withdrawn"
# File systems without hard links, and files of another user, which Linux does not let one link.
NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
OWN_OBJECTS = """
    select count(*) from (
        select table_name from duckdb_tables() where not internal
        union all select view_name from duckdb_views() where not internal
        union all select sequence_name from duckdb_sequences()
        union all select function_name from duckdb_functions() where not internal
    )
"""


@dataclass(frozen=True)
class KeptVersion:
    """A version that was published once, whole and ready to come back."""

    file: Path

    @property
    def build_id(self) -> str:
        """The build that made it. Ids begin with the time, so they sort by age."""
        return self.file.parent.name

    @property
    def built_at(self) -> datetime:
        """When its build began."""
        return datetime.strptime(self.build_id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

    @property
    def is_withdrawn(self) -> bool:
        """Whether a rollback passed over it: the next one does not choose it of its own accord."""
        return (self.file.parent / WITHDRAWN_MARK).exists()


def kept_versions(target: Path) -> list[KeptVersion]:
    """The versions kept beside the target, newest first."""
    versions = [KeptVersion(folder / target.name) for folder in _kept_folders(target)]
    return [version for version in versions if version.file.is_file()]


@contextmanager
def published_build(target: Path) -> Iterator[str | None]:
    """The id of the build at the target; None where there is nothing, or an empty database.

    While this is open, no client can open the target for writing: what it wrote would be lost with
    the old file, and its `.wal` be taken for the new file's. Raises RunnerError where the target
    is somebody else's, cannot be read, or is open for writing.
    """
    if not target.exists() or _is_empty_file(target):
        yield None
        return
    try:
        connection = duckdb.connect(str(target), read_only=True)
    except duckdb.Error as error:
        raise RunnerError(_unreadable_message(target, str(error))) from error
    with connection:
        yield _build_id(connection, target)


def swap_in(file: Path, target: Path, keep: int) -> None:
    """Puts the file in the target's place, in one step; what was there is kept.

    Raises OSError, or RunnerError where what is there may not be replaced; the target is then what
    it was.
    """
    # The reader's rights are those that the umask leaves. Nobody writes: a client that opens the
    # file for writing, as most do unless told otherwise, would lock every reader out.
    file.chmod(file.stat().st_mode & 0o444)
    _flush(file)
    with published_build(target) as replaced:
        if replaced and keep:
            _keep(target, replaced)
        _rename(file, target)


def tidy(target: Path, published: str | None, keep: int | None = None) -> None:
    """Removes kept versions: the published one, what is left of others, all but `keep` of the rest.

    Only for the holder of the lock. What cannot be removed now is tried again by the next build.
    """
    for folder in _kept_folders(target):
        if folder.name == published or not (folder / target.name).is_file():
            _remove(folder, target)
    # Those that a rollback passed over go first.
    by_worth = sorted(kept_versions(target), key=lambda version: version.is_withdrawn)
    for version in by_worth[keep:] if keep is not None else []:
        _remove(version.file.parent, target)
    with suppress(OSError):
        _kept_folder(target).rmdir()


def bring_back(target: Path, wanted: str | None) -> tuple[str, str | None]:
    """Publishes a kept version again; returns its build id, and that of the version it replaces.

    `wanted` is a build id; without it, the newest version that no rollback passed over. Raises
    RunnerError where there is none; the target is then what it was.
    """
    with only_one(target, "rollback"):
        with published_build(target) as replaced:
            version = _chosen(target, wanted, replaced)
            with published_build(version.file) as found:
                if found != version.build_id:
                    raise RunnerError(f"{version.file} is not build {version.build_id}. Remove it.")
            try:
                if replaced:
                    _keep(target, replaced)
                _mark_withdrawn(target, version)
                _rename(version.file, target)
            except OSError as error:
                raise no_writing(target, error) from error
        tidy(target, version.build_id)
    return version.build_id, replaced


def _chosen(target: Path, wanted: str | None, published: str | None) -> KeptVersion:
    versions = [version for version in kept_versions(target) if version.build_id != published]
    if wanted is None:
        candidates = [version for version in versions if not version.is_withdrawn]
    else:
        candidates = [version for version in versions if version.build_id == wanted]
    if candidates:
        return candidates[0]
    if wanted is not None and wanted == published:
        raise OptionError(f"--to: build {wanted} is the one that is published.")
    if not versions:
        raise RunnerError(f"No earlier version of {shown_path(target)} is kept.")
    names = ", ".join(version.build_id for version in versions)
    if wanted is not None:
        raise OptionError(f"--to: no build '{wanted}' is kept. There are: {names}.")
    raise RunnerError(
        f"Rollbacks passed over every version that is kept. Name the one to bring back with "
        f"--to: {names}."
    )


def _mark_withdrawn(target: Path, chosen: KeptVersion) -> None:
    """Those newer than the chosen one are passed over, the older ones are its past."""
    for version in kept_versions(target):
        mark = version.file.parent / WITHDRAWN_MARK
        if version.build_id > chosen.build_id:
            mark.touch()
        else:
            mark.unlink(missing_ok=True)


def _keep(target: Path, build_id: str) -> None:
    """Gives what is published a second name, so that a swap leaves it there."""
    kept = _kept_folder(target) / build_id / target.name
    if kept.exists():
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    try:
        kept.hardlink_to(target)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        copy = kept.with_name(f"{kept.name}.part")
        shutil.copyfile(target, copy)
        copy.chmod(target.stat().st_mode & 0o444)
        _flush(copy)
        copy.replace(kept)
    _flush(kept.parent)
    _flush(kept.parent.parent)


def _rename(file: Path, target: Path) -> None:
    # Left by a client that had the old file open for writing, DuckDB would take it for the new
    # file's. Before the rename, or a kill between the two would leave it there.
    for write_ahead_log in target.parent.glob(f"{target.name}.wal*"):
        write_ahead_log.unlink()
    file.replace(target)
    _flush(target.parent)


def _remove(folder: Path, target: Path) -> None:
    # The file first: without it, what is left of the folder is no version.
    with suppress(OSError):
        (folder / target.name).unlink(missing_ok=True)
        shutil.rmtree(folder)


def _flush(path: Path) -> None:
    """Has the file or folder written to the disk itself: a rename must not outlive its content."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _kept_folder(target: Path) -> Path:
    return target.with_name(f"{target.name}.kept")


def _kept_folders(target: Path) -> list[Path]:
    folders = _kept_folder(target).glob("*")
    return sorted((path for path in folders if BUILD_ID.fullmatch(path.name)), reverse=True)


def _is_empty_file(target: Path) -> bool:
    return target.stat().st_size == 0 and not _write_ahead_log(target).exists()


def _build_id(connection: duckdb.DuckDBPyConnection, target: Path) -> str | None:
    try:
        rows = connection.execute("select distinct build_id from core.build_info").fetchall()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        if connection.execute(OWN_OBJECTS).fetchone() == (0,):
            return None
        raise RunnerError(_foreign_message(target, "it has no table core.build_info")) from error
    except duckdb.Error as error:
        raise RunnerError(_unreadable_message(target, str(error))) from error
    ids = [str(row[0]) for row in rows]
    # It becomes the name of a folder: nothing but an id will do.
    if len(ids) != 1 or not BUILD_ID.fullmatch(ids[0]):
        raise RunnerError(_foreign_message(target, "core.build_info does not name one build"))
    return ids[0]


def _foreign_message(target: Path, reason: str) -> str:
    return (
        f"{shown_path(target)} is there already and was not published by commerce-marts ({reason}),"
        f" so it is not replaced. Move it away, or choose another file with --warehouse."
    )


def _unreadable_message(target: Path, error: str) -> str:
    writer = re.search(r"lock is held in (.*? \(PID \d+\))", error)
    if writer:
        return (
            f"{shown_path(target)} is open for writing in {writer[1]}, which locks every reader "
            f"out. End that, or have it open the file read-only, and run this again."
        )
    reason = error.strip().splitlines()[0].rstrip(".")
    beside = f" with the {target.name}.wal beside it" if _write_ahead_log(target).exists() else ""
    return (
        f"{shown_path(target)} is there already and cannot be read{beside}, so it is not replaced: "
        f"{reason}. Move it away, or choose another file with --warehouse."
    )


def _write_ahead_log(target: Path) -> Path:
    return target.with_name(f"{target.name}.wal")
