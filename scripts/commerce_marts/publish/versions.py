"""The published file and its earlier versions: publishing, keeping, rolling back.

Every change is a rename or a link on one disk. At any moment, even after a kill, the target is one
complete version.

    commerce.duckdb                             what is published
    commerce.duckdb.kept/<build id>/commerce.duckdb   what was published before

A kept version is a folder named by its build. Its file has the target's name, because views in it
name the database.
"""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import duckdb

from commerce_marts.errors import OptionError, RunnerError, no_writing, shown_path
from commerce_marts.publish.lock import only_one

# Ids begin with the time, so they sort by age.
BUILD_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
WITHDRAWN_MARK = "withdrawn"
NOT_OURS = "was not published by commerce-marts"
# Errors of file systems without hard links, and of another user's files, which Linux protects.
NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
USER_OBJECTS = """
    select count(*) from (
        select table_name from duckdb_tables() where not internal
        union all select view_name from duckdb_views() where not internal
        union all select sequence_name from duckdb_sequences()
        union all select function_name from duckdb_functions() where not internal
    )
"""


def kept_versions(target: Path) -> list[Path]:
    """The folders of the versions kept beside the target, newest first."""
    return [folder for folder in _kept_folders(target) if (folder / target.name).is_file()]


def version_as_of(target: Path, day: date) -> Path:
    """The file of the newest version, published or kept, that sees no day after this one.

    Raises OptionError if there is none.
    """
    kept = [folder / target.name for folder in kept_versions(target)]
    days = {file: _as_of_date(file) for file in (target, *kept) if file.is_file()}
    for file, as_of_date in days.items():
        if as_of_date <= day:
            return file
    known = ", ".join(f"{one:%Y-%m-%d}" for one in sorted({*days.values()})) or "none"
    raise OptionError(
        f"No version of {shown_path(target)} is as of {day:%Y-%m-%d} or earlier; those that are "
        f"kept: {known}. `commerce-marts build --as-of-date {day:%Y-%m-%d} --warehouse OTHER` "
        "makes one."
    )


def is_withdrawn(version: Path) -> bool:
    """Whether a rollback went back past it. The next rollback skips it, unless it is named."""
    return (version / WITHDRAWN_MARK).exists()


@contextmanager
def published_build(target: Path) -> Iterator[str | None]:
    """The id of the build at the target; None where there is nothing, or an empty database.

    While this is open, no client can open the target for writing: its changes would be lost with
    the old file, and its `.wal` would be applied to the new file. Raises RunnerError if the target
    is not from commerce-marts, cannot be read, or is open for writing.
    """
    if not target.exists() or _is_empty_file(target):
        yield None
        return
    try:
        connection = duckdb.connect(str(target), read_only=True)
    except duckdb.Error as error:
        raise _unreadable(target, error) from error
    with connection:
        yield _build_id(connection, target)


def swap_in(file: Path, target: Path, keep: int) -> None:
    """Replaces the target with the file in one step, and keeps the replaced version.

    Raises OSError, or RunnerError if the target may not be replaced; it is then unchanged.
    """
    # Read rights follow the umask. Nobody may write: most clients open a file for writing by
    # default, which would lock every reader out.
    file.chmod(file.stat().st_mode & 0o444)
    flush(file)
    with published_build(target) as replaced:
        if replaced and keep:
            _keep(target, replaced)
        _rename(file, target)


def replace_kept(new: Path, file: Path) -> None:
    """Puts a new file in the place of one that is not published, with its rights, in one step.

    Raises OSError; the file is then unchanged.
    """
    new.chmod(file.stat().st_mode & 0o777)
    flush(new)
    new.replace(file)
    flush(file.parent)


def tidy(target: Path, published: str | None, keep: int | None = None) -> None:
    """Removes kept versions: the published one, incomplete ones, all but `keep` of the rest.

    Only for the holder of the lock. The next build tries again to remove what is left.
    """
    versions = [version for version in kept_versions(target) if version.name != published]
    # Withdrawn versions are removed first.
    staying = sorted(versions, key=is_withdrawn)[:keep]
    for folder in _kept_folders(target):
        if folder not in staying:
            # The file first: a folder without its file does not count as a version.
            with suppress(OSError):
                (folder / target.name).unlink(missing_ok=True)
                shutil.rmtree(folder)
    with suppress(OSError):
        _kept_folder(target).rmdir()


def bring_back(target: Path, wanted: str | None) -> tuple[str, str | None]:
    """Publishes a kept version again; returns its build id and that of the version it replaces.

    `wanted` is a build id; the default is the newest version that is not withdrawn. Raises
    RunnerError if there is none; the target is then unchanged.
    """
    with only_one(target, "rollback"):
        with published_build(target) as replaced:
            version = _chosen(target, wanted, replaced)
            file = version / target.name
            with published_build(file) as build_id:
                if build_id != version.name:
                    raise RunnerError(f"{file} is not build {version.name}. Remove it.")
            try:
                if replaced:
                    _keep(target, replaced)
                _mark_withdrawn(target, version.name)
                _rename(file, target)
            except OSError as error:
                raise no_writing(target, error) from error
        tidy(target, version.name)
    return version.name, replaced


def _chosen(target: Path, wanted: str | None, published: str | None) -> Path:
    versions = [version for version in kept_versions(target) if version.name != published]
    for version in versions:
        if version.name == wanted or (wanted is None and not is_withdrawn(version)):
            return version
    names = ", ".join(version.name for version in versions)
    if wanted is not None and wanted == published:
        raise OptionError(f"--to: build {wanted} is already published.")
    if not versions:
        raise RunnerError(f"No earlier version of {shown_path(target)} is kept.")
    if wanted is not None:
        raise OptionError(f"--to: no build '{wanted}' is kept. Choose one of: {names}.")
    raise RunnerError(
        f"Every kept version was withdrawn by a rollback. Choose one of them with --to: {names}."
    )


def _mark_withdrawn(target: Path, build_id: str) -> None:
    """Marks the versions newer than this build as withdrawn, and no others."""
    for version in kept_versions(target):
        mark = version / WITHDRAWN_MARK
        if version.name > build_id:
            mark.touch()
        else:
            mark.unlink(missing_ok=True)


def _keep(target: Path, build_id: str) -> None:
    """Gives the published file a second name, under which it stays after a swap."""
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
        flush(copy)
        copy.replace(kept)
    flush(kept.parent)
    flush(kept.parent.parent)


def _rename(file: Path, target: Path) -> None:
    # A client that had the old file open for writing may leave a log, which DuckDB would apply to
    # the new file. Removed before the rename, because a kill between the two would leave it.
    for write_ahead_log in target.parent.glob(f"{target.name}.wal*"):
        write_ahead_log.unlink()
    file.replace(target)
    flush(target.parent)


def flush(path: Path) -> None:
    """Forces the file or folder to disk: a crash must not keep the rename but lose the content."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _as_of_date(file: Path) -> date:
    """The last day that a version sees in any shop."""
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            sql = "select max(as_of_date)::date from core.dim_domains"
            return connection.execute(sql).fetchall()[0][0]
    except duckdb.Error as error:
        raise RunnerError(f"{shown_path(file)} cannot be read: {error}") from error


def _kept_folder(target: Path) -> Path:
    return target.with_name(f"{target.name}.kept")


def _kept_folders(target: Path) -> list[Path]:
    folders = _kept_folder(target).glob("*")
    return sorted((path for path in folders if BUILD_ID.fullmatch(path.name)), reverse=True)


def _is_empty_file(target: Path) -> bool:
    return target.stat().st_size == 0 and not _write_ahead_log(target).exists()


def _write_ahead_log(target: Path) -> Path:
    return target.with_name(f"{target.name}.wal")


def _build_id(connection: duckdb.DuckDBPyConnection, target: Path) -> str | None:
    try:
        rows = connection.execute("select distinct build_id from core.build_info").fetchall()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        if connection.execute(USER_OBJECTS).fetchone() == (0,):
            return None
        raise _refused(target, f"{NOT_OURS} (it has no table core.build_info)") from error
    except duckdb.Error as error:
        raise _unreadable(target, error) from error
    # The id becomes the name of a folder, so it must have the form of an id.
    if len(rows) != 1 or not BUILD_ID.fullmatch(str(rows[0][0])):
        raise _refused(target, f"{NOT_OURS} (core.build_info does not name one build)")
    return rows[0][0]


def _unreadable(target: Path, error: duckdb.Error) -> RunnerError:
    writer = re.search(r"lock is held in (.*? \(PID \d+\))", str(error))
    if writer:
        return RunnerError(
            f"{shown_path(target)} is open for writing in {writer[1]}, which locks every reader "
            f"out. End that process, or let it open the file read-only, then run this again."
        )
    with_log = f" with the {target.name}.wal beside it" if _write_ahead_log(target).exists() else ""
    reason = str(error).strip().splitlines()[0].rstrip(".")
    return _refused(target, f"cannot be read{with_log}: {reason}")


def _refused(target: Path, reason: str) -> RunnerError:
    return RunnerError(
        f"{shown_path(target)} {reason}. It is left unchanged. Choose another file with "
        f"--warehouse, or move this one away."
    )
