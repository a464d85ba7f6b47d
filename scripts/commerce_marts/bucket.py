"""Raw files from a bucket, and published files into one: S3, and what speaks like it.

Needs the extra `[s3]`. Credentials, region and another endpoint come from the environment or the
machine's role, as boto3 reads them: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import click
import duckdb

from commerce_marts.errors import OptionError, RunnerError, no_writing, shown_path
from commerce_marts.publish.lock import only_one

if TYPE_CHECKING:
    from botocore.client import BaseClient

SCHEME = "s3://"
ADDRESS = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]+)(/(?P<prefix>.*?))?/?")
# Beside the files of a copy: the ETag of each, by which a changed one is known.
ETAGS = ".etags.json"
# Of a rollback: as many as a build keeps by default.
COPIES_KEPT = 3


@dataclass(frozen=True)
class Place:
    """A bucket and a prefix in it, `` or `path/to`."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.prefix}".rstrip("/")

    def key(self, name: str) -> str:
        """The key of what lies at `name` below the prefix."""
        return f"{self.prefix}/{name}".lstrip("/")


def is_address(text: str) -> bool:
    """Whether this names a place in a bucket, and no folder."""
    return text.startswith(SCHEME)


def place_of(option: str, address: str) -> Place:
    """The place of s3://bucket/prefix. Raises OptionError where it is none."""
    found = ADDRESS.fullmatch(address)
    if found is None:
        raise OptionError(f"{option} {address}: write s3://BUCKET or s3://BUCKET/PREFIX.")
    return Place(found["bucket"], found["prefix"] or "")


def local_copy(address: str, domains: Sequence[str], folder: Path) -> Path:
    """A folder below `folder` with the domains' files as they lie in the bucket now.

    Only files whose ETag is new are fetched, and files that are gone there go here. Raises
    RunnerError where the bucket cannot be listed to its end (then nothing has changed here) or a
    file cannot be fetched (then the next run goes on).
    """
    place = place_of("--raw-dir", address)
    copy = folder / place.bucket / place.prefix
    client = _client()
    with only_one(copy / "copy", "copy of a bucket"), _told(f"{place} cannot be read"):
        there = {
            name: entry for domain in domains for name, entry in _listed(client, place, domain)
        }
        missing = [
            domain for domain in domains if not any(n.startswith(f"{domain}/") for n in there)
        ]
        if missing:
            raise RunnerError(
                f"{place} has no files of {', '.join(missing)}. Put them below "
                f"{place}/{missing[0]}/, or leave the domain out with --domains."
            )
        fetched = _fetch(client, place, there, copy, domains)
    size = sum(there[name]["Size"] for name in fetched)
    click.echo(
        f"{place}: {len(there):,} files, {len(fetched):,} of them fetched ({size / 1e6:,.1f} MB)"
        f" into {shown_path(copy)}"
    )
    return copy


def publish_copy(warehouse: Path, place: Place, keep: int) -> str:
    """Copies the published file into the bucket, and then moves the pointer to it.

    The copy is <stem>-<build id>.duckdb, the pointer <stem>.json; of earlier copies `keep` stay.
    Returns the copy's address. Raises RunnerError where that fails; then the pointer names the
    copy that it named before.
    """
    client = _client()
    trouble = f"{shown_path(warehouse)} was published, but not copied to {place}"
    # A name of its own: another build may publish while this one is copied.
    link = warehouse.with_name(f".{warehouse.name}.copied")
    with only_one(link, "copy into a bucket"), _linked(warehouse, link):
        with duckdb.connect(str(link), read_only=True) as connection:
            sql = "select build_id, max(as_of_date)::varchar from core.build_info group by all"
            build_id, as_of_date = connection.execute(sql).fetchall()[0]
        name = f"{warehouse.stem}-{build_id}{warehouse.suffix}"
        pointer = {"build_id": build_id, "file": name, "as_of_date": as_of_date}
        pointer["bytes"] = link.stat().st_size
        with _told(trouble):
            client.upload_file(str(link), place.bucket, place.key(name))
            client.put_object(
                Bucket=place.bucket,
                Key=place.key(f"{warehouse.stem}.json"),
                Body=json.dumps(pointer).encode(),
                ContentType="application/json",
            )
            _remove_old_copies(client, place, warehouse, name, keep)
    return f"{place}/{name}"


@contextmanager
def _linked(file: Path, link: Path) -> Iterator[None]:
    """The file has a second name meanwhile; one that a killed run left goes."""
    try:
        link.unlink(missing_ok=True)
        link.hardlink_to(file)
    except OSError as error:
        raise no_writing(file, error) from error
    try:
        yield
    finally:
        link.unlink()


def _remove_old_copies(
    client: "BaseClient", place: Place, warehouse: Path, newest: str, keep: int
) -> None:
    pattern = re.compile(
        rf"{re.escape(warehouse.stem)}-\d{{8}}T\d{{6}}Z-[0-9a-f]{{6}}{re.escape(warehouse.suffix)}"
    )
    copies = [name for name, _ in _listed(client, place) if pattern.fullmatch(name)]
    older = sorted({*copies} - {newest}, reverse=True)
    for name in older[keep:]:
        client.delete_object(Bucket=place.bucket, Key=place.key(name))


def _listed(
    client: "BaseClient", place: Place, folder: str = ""
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object below the folder, by its name below the prefix."""
    start = place.key(f"{folder}/" if folder else "")
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=place.bucket, Prefix=start)
    for page in pages:
        for entry in page.get("Contents", ()):
            name = entry["Key"][len(place.key("")) :].removeprefix("/")
            path = PurePosixPath(name)
            if name.endswith("/"):
                # What consoles make for an empty folder.
                continue
            if ".." in path.parts or path.is_absolute():
                raise RunnerError(f"{place}: the key {entry['Key']} would leave the folder.")
            yield name, entry


def _fetch(
    client: "BaseClient",
    place: Place,
    there: dict[str, dict[str, Any]],
    copy: Path,
    domains: Sequence[str],
) -> list[str]:
    """Makes the copy like the bucket; the names that were fetched."""
    file_of_etags = copy / ETAGS
    known = json.loads(file_of_etags.read_text()) if file_of_etags.exists() else {}
    fetched, name = [], ""
    try:
        for name, entry in there.items():
            target = copy / name
            if known.get(name) == entry["ETag"] and target.is_file():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.part")
            # What was listed is what is fetched, or nothing.
            found = client.get_object(Bucket=place.bucket, Key=entry["Key"], IfMatch=entry["ETag"])
            with part.open("wb") as file:
                for chunk in found["Body"].iter_chunks(1 << 20):
                    file.write(chunk)
            modified = entry["LastModified"].timestamp()
            os.utime(part, (modified, modified))
            part.replace(target)
            known[name] = entry["ETag"]
            fetched.append(name)
        _remove_others(copy, there, domains)
        for other in [other for other in known if other not in there]:
            if other.split("/")[0] in domains:
                del known[other]
    except OSError as error:
        raise RunnerError(
            f"{place}: {name} cannot be copied into {shown_path(copy)}: {error.strerror}. Free "
            "some space; or rename it in the bucket, where another file has its name as a folder."
        ) from error
    finally:
        part = file_of_etags.with_name(f"{ETAGS}.part")
        part.write_text(json.dumps(known))
        part.replace(file_of_etags)
    return fetched


def _remove_others(copy: Path, there: Iterable[str], domains: Sequence[str]) -> None:
    """Removes what is not in the bucket, also what a killed run fetched and could not note."""
    names = {copy / name for name in there}
    for domain in domains:
        for file in (copy / domain).rglob("*"):
            if file not in names and not file.is_dir():
                file.unlink()


def _client() -> "BaseClient":
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise RunnerError(
            "Buckets need boto3, which is not installed: pip install -e '.[s3]'"
        ) from None
    return boto3.client("s3", config=Config(retries={"mode": "standard", "max_attempts": 5}))


@contextmanager
def _told(trouble: str) -> Iterator[None]:
    """Errors of boto3 as one of ours. None of them names a secret."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    try:
        yield
    except NoCredentialsError as error:
        raise RunnerError(
            f"{trouble}: there are no credentials. Set AWS_ACCESS_KEY_ID and"
            " AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or give the machine a role."
        ) from error
    except ClientError as error:
        if error.response["Error"]["Code"] in ("PreconditionFailed", "412"):
            raise RunnerError(
                f"{trouble}: a file was changed while it was fetched. Run the command again."
            ) from error
        raise RunnerError(f"{trouble}: {error}. Run the command again.") from error
    except (Boto3Error, BotoCoreError) as error:
        raise RunnerError(f"{trouble}: {error}. Run the command again.") from error
