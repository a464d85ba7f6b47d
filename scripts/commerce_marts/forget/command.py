"""`commerce-marts forget`: the list, and every file of ours written again by it."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
import duckdb

from commerce_marts.errors import OptionError, RunnerError, no_writing, shown_path
from commerce_marts.forget.find import (
    Person,
    Source,
    find_person,
    raw_file_counts,
    sources_of_file,
    sources_of_raw_dir,
)
from commerce_marts.forget.forgotten import (
    CUSTOMER,
    EMAIL,
    Entry,
    Forgotten,
    list_path,
    new_pseudonym,
    number_of,
    read_list,
    with_entries,
    write_list,
)
from commerce_marts.forget.places import people_tables
from commerce_marts.forget.rewrite import opened, rewrite
from commerce_marts.plan.request import raw_dir_checked, warehouse_checked
from commerce_marts.project import Project, project_at
from commerce_marts.publish.build import failed_build_log, remove_leftovers
from commerce_marts.publish.lock import only_one
from commerce_marts.publish.versions import (
    kept_versions,
    published_build,
    replace_kept,
    swap_in,
    tidy,
)
from commerce_marts.sync.state import state_path
from commerce_marts.watch.history import history_file

PATH = click.Path(path_type=Path)
# Shorter ones are found in texts by chance.
LETTERS_TO_LOOK_FOR = 8


@dataclass(frozen=True)
class Request:
    """Whom to forget, by domain, and where; nobody: the list is applied again."""

    project: Project
    warehouse: Path
    customers: dict[str, tuple[str, ...]]
    raw_dir: Path | None
    landed: Path | None
    answers: Path | None


@click.command()
@click.option(
    "--customer",
    "customers",
    metavar="DOMAIN=ID",
    multiple=True,
    help="A customer's id in the raw data; several for one person who has several. Without: all "
    "who were forgotten before are removed from the files again.",
)
@click.option(
    "--warehouse", type=PATH, help="The published file. Default: warehouse/commerce.duckdb."
)
@click.option("--raw-dir", help="Raw files to search, a folder or s3://BUCKET/PREFIX; only read.")
@click.option("--landed", type=PATH, help="The DuckDB file that ingest lands tables in.")
@click.option("--answers", type=PATH, help="The file that build --answers writes.")
@click.option("--project-dir", type=PATH, help="The dbt project.")
def forget(
    customers: Sequence[str],
    warehouse: Path | None,
    raw_dir: str | None,
    landed: Path | None,
    answers: Path | None,
    project_dir: Path | None,
) -> None:
    """Replace a person by a pseudonym, in everything that was built and in later builds.

    The ids of the customer, and of persons and addresses that no other customer has, become
    pseudonyms; names, e-mail and addresses are emptied. That is done in the published warehouse,
    the kept versions, the rejected raw rows, and the files of --landed and --answers. Totals stay.
    Raw files are the shop's own: those that still hold the person are listed, and not changed.
    """
    project = project_at(project_dir)
    wanted = customers_read(customers, project)
    domains = tuple(wanted) or tuple(dict.fromkeys(p.domain for p, _ in people_tables(project)))
    for option, path in (("--landed", landed), ("--answers", answers)):
        if path is not None and not path.is_file():
            raise OptionError(
                f"{option} {path} is not a file. Name the DuckDB file, or leave it out."
            )
    request = Request(
        project=project,
        warehouse=warehouse_checked(warehouse or project.default_warehouse, project),
        customers=wanted,
        raw_dir=raw_dir_checked("files", raw_dir, domains, project) if raw_dir else None,
        landed=landed and landed.resolve(),
        answers=answers and answers.resolve(),
    )
    with ExitStack() as locks:
        locks.enter_context(only_one(request.warehouse, "forget"))
        if request.landed is not None:
            locks.enter_context(only_one(request.landed, "forget"))
        _forget(request)


def customers_read(texts: Sequence[str], project: Project) -> dict[str, tuple[str, ...]]:
    """The ids of `DOMAIN=ID` by domain. Raises OptionError for another form or domain."""
    found: dict[str, tuple[str, ...]] = {}
    known = list(dict.fromkeys(people.domain for people, _ in people_tables(project)))
    for text in texts:
        domain, mark, customer = text.partition("=")
        if not mark or not customer.strip():
            raise OptionError(f"--customer: '{text}' is not DOMAIN=ID, such as {known[0]}=17.")
        if domain not in known:
            raise OptionError(
                f"--customer: there is no domain '{domain}'. Choose from {', '.join(known)}."
            )
        found[domain] = (*found.get(domain, ()), customer.strip())
    return found


def _forget(request: Request) -> None:
    target = request.warehouse
    with published_build(target) as published:
        pass
    remove_leftovers(target, published)
    tidy(target, published)
    path = list_path(target)
    before = read_list(path)
    files = list(_files(request, published is not None))
    with ExitStack() as open_files:
        sources = [
            source
            for file, _ in files
            for source in sources_of_file(open_files.enter_context(opened(file)), request.project)
        ]
        raw_sources: list[Source] = []
        if request.raw_dir is not None:
            connection = open_files.enter_context(duckdb.connect())
            raw_sources = list(sources_of_raw_dir(connection, request.project, request.raw_dir))
        people = [
            find_person([*sources, *raw_sources], domain, customers, before)
            for domain, customers in request.customers.items()
        ]
        for person in people:
            _refuse_unknown(person, before, request)
        after = with_entries(before, [e for person in people for e in _entries(person, before)])
        for person in people:
            _tell(person, before, after)
        if after.entries == before.entries == ():
            raise OptionError(
                "Nobody was forgotten before. Name someone with --customer DOMAIN=ID."
            )
        if after != before:
            # First: whatever happens now, no build shows the person again.
            write_list(path, after)
        counts = raw_file_counts(raw_sources, after)
    problems = [
        problem for file, publish in files if (problem := _rewritten(request, file, publish, after))
    ]
    _forget_contacts(target, after)
    _remove_logs(request)
    needles = [v for p in people for ids in (*p.keys.values(), p.emails) for v in ids]
    _tell_texts(target, needles)
    for name, count in sorted(counts.items()):
        click.echo(f"Raw file {name}: {_counted(count, 'row')} of the person; not changed.")
    if request.raw_dir is None:
        click.echo("Raw files were not searched: name their folder with --raw-dir.")
    if problems:
        raise RunnerError("\n".join(problems))
    click.echo(
        f"Later builds keep the pseudonyms by {shown_path(path)}"
        + "; the next one is a full build." * (after != before)
        + "." * (after == before)
    )


def _files(request: Request, is_published: bool) -> Iterator[tuple[Path, Callable[[Path], None]]]:
    """The DuckDB files of ours, and how a new one takes the place of each."""
    target = request.warehouse
    for folder in kept_versions(target):
        kept = folder / target.name
        yield kept, lambda new, kept=kept: replace_kept(new, kept)
    for file in (request.answers, request.landed):
        if file is not None:
            yield file, lambda new, file=file: replace_kept(new, file)
    if is_published:
        yield target, lambda new: swap_in(new, target, keep=0)


def _refuse_unknown(person: Person, before: Forgotten, request: Request) -> None:
    for customer in person.customers:
        if customer in person.known or before.entry_of(person.domain, CUSTOMER, customer):
            continue
        searched = f"{shown_path(request.warehouse)} and its kept versions"
        searched += ", the landed file" * (request.landed is not None)
        searched += ", the raw files" * (request.raw_dir is not None)
        raise OptionError(
            f"--customer: {person.domain} has no customer '{customer}' in {searched}. Ids are "
            f"compared letter for letter: see core.dim_customers. Nothing was changed."
        )


def _entries(person: Person, before: Forgotten) -> Iterator[Entry]:
    """The new entries of a person; numbers that stand for pseudonyms have one too."""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
    emails = {EMAIL: person.emails - person.shared.get(EMAIL, set())}
    for kind, ids in {**person.keys, **emails}.items():
        for one in sorted(ids):
            if before.entry_of(person.domain, kind, one) is None:
                pseudonym = new_pseudonym()
                for key in (one, str(number_of(pseudonym)))[: 1 if kind == EMAIL else 2]:
                    key_hash = before.hash_of(person.domain, kind, key)
                    yield Entry(before.salt, person.domain, kind, key_hash, pseudonym, now)


def _tell(person: Person, before: Forgotten, after: Forgotten) -> None:
    # Not the id: what is printed may go into a log.
    for customer in person.customers:
        entry = before.entry_of(person.domain, CUSTOMER, customer)
        if entry is not None:
            click.echo(
                f"A customer of {person.domain} was forgotten before, at {entry.forgotten_at} UTC, "
                f"as {entry.pseudonym}. What holds them still or again is written again."
            )
        elif (entry := after.entry_of(person.domain, CUSTOMER, customer)) is not None:
            click.echo(f"A customer of {person.domain} is {entry.pseudonym} from now on.")
    linked = {kind: len(ids) for kind, ids in person.keys.items() if kind != CUSTOMER and ids}
    if linked:
        shown = ", ".join(f"{count} {kind}" for kind, count in linked.items())
        click.echo(f"Linked to it, and replaced as well: {shown}.")
    for kind, ids in person.shared.items():
        click.echo(
            f"{len(ids)} {kind}{'' if len(ids) == 1 else ' entries'} of it belong"
            f"{'s' * (len(ids) == 1)} to other customers too and stay{'s' * (len(ids) == 1)}. If "
            f"they are the same person, name them with further --customer."
        )


def _rewritten(
    request: Request, file: Path, publish: Callable[[Path], None], forgotten: Forgotten
) -> str:
    """Writes a file again and tells what was in it; returns what went wrong."""
    folder = file.with_name(f".forgetting-{file.name}")
    shutil.rmtree(folder, ignore_errors=True)
    new = folder / file.name
    try:
        folder.mkdir()
        done = rewrite(file, new, forgotten, request.project)
        if done.count:
            publish(new)
        found = f"{_counted(done.count, 'row')} in {_counted(len(done.rows), 'table')}"
        click.echo(f"{shown_path(file)}: {found if done.count else 'nothing'} of the person.")
    except RunnerError as error:
        return error.message
    except OSError as error:
        return no_writing(file, error).message
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return ""


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _forget_contacts(target: Path, forgotten: Forgotten) -> None:
    """Removes their contacts from the state of `sync`; their bytes too."""
    path = state_path(target)
    if not path.exists():
        return
    domains = {entry.domain for entry in forgotten.entries if entry.kind == EMAIL}
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("pragma secure_delete = on")
        for desk, email in connection.execute("select desk, email from contacts").fetchall():
            if any(forgotten.entry_of(domain, EMAIL, email.lower()) for domain in domains):
                connection.execute(
                    "delete from contacts where desk = ? and email = ?", [desk, email]
                )
                click.echo(f"Support desk {desk}: the contact is forgotten here; remove it there.")
        connection.execute("pragma journal_mode = delete")
        connection.execute("vacuum")


def _remove_logs(request: Request) -> None:
    """Removes what may hold rows of anybody, and is made again."""
    log = failed_build_log(request.warehouse)
    if log.exists():
        log.unlink()
        click.echo(f"Removed {shown_path(log)}: it may hold rows of people.")
    if request.landed is not None:
        stopped = request.landed.with_name(f".ingesting-{request.landed.name}")
        if stopped.exists():
            shutil.rmtree(stopped)
            click.echo(f"Removed {shown_path(stopped)}, left by a stopped ingest.")


def _tell_texts(target: Path, needles: Sequence[str]) -> None:
    wanted = [text.encode() for text in needles if len(text) >= LETTERS_TO_LOOK_FOR]
    for file in [history_file(target), *target.parent.glob(f"{target.name}.alerted-*")]:
        if file.exists() and any(text in file.read_bytes() for text in wanted):
            click.echo(f"{shown_path(file)} still holds the person: correct it by hand.", err=True)
