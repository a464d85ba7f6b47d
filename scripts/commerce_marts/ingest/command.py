"""`commerce-marts ingest`, without the libraries of the extra `[ingest]` until it runs."""

import importlib.util
import sys
from pathlib import Path

import click

from commerce_marts.errors import OptionError, RunnerError
from commerce_marts.project import project_at

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("domain")
@click.option(
    "--from",
    "source",
    metavar="URL",
    required=True,
    help="The database: postgresql://user@host/name, mssql://..., or env:NAME for a variable.",
)
@click.option("--into", type=PATH, required=True, help="The DuckDB file; made where it is missing.")
@click.option(
    "--tables",
    "tables_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="YAML that says where each raw table is. Default: Microsoft's names of adventure_works.",
)
@click.option("--full-compare", is_flag=True, help="Read everything; deleted rows go, too.")
@click.option("--full-refresh", is_flag=True, help="Land the tables again, as for the first time.")
@click.option(
    "--accept-vanished",
    is_flag=True,
    help="Take rows out although many of a table are gone.",
)
@click.option("--project-dir", type=PATH, help="The dbt project, whose raw contract is read.")
def ingest(
    domain: str,
    source: str,
    into: Path,
    tables_file: Path | None,
    full_compare: bool,
    full_refresh: bool,
    accept_vanished: bool,
    project_dir: Path | None,
) -> None:
    """Land the raw tables of DOMAIN from a database, for `build --raw-from tables`.

    The first run reads everything, later ones what has changed since. The file is replaced in one
    step at the end, so a build may read it at any time, and a run that was stopped changes nothing:
    the next one goes on with the table where it stopped.
    """
    project = project_at(project_dir)
    if domain not in project.domains:
        raise OptionError(
            f"There is no domain '{domain}'. Choose from {', '.join(project.domains)}."
        )
    missing = [name for name in ("dlt", "sqlalchemy", "pyarrow") if _is_missing(name)]
    if missing:
        raise RunnerError(
            f"ingest needs {', '.join(missing)}, which a build does not install. Run: "
            "pip install -e '.[ingest]'"
        )
    from commerce_marts.ingest.run import Request, land
    from commerce_marts.ingest.secret import url_given
    from commerce_marts.ingest.tables import tables_of

    url = url_given(source)
    if url.password and not source.startswith("env:"):
        click.echo(
            "The password in --from can be seen in the list of processes. Put the URL into a "
            "variable, and name it: --from env:SHOP_URL",
            err=True,
        )
    tables = tables_of(project, domain, tables_file)
    if not sys.stdout.isatty() and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(line_buffering=True)
    request = Request(
        domain=domain,
        tables=tables,
        url=url,
        into=into.absolute(),
        full_compare=full_compare,
        full_refresh=full_refresh,
        accept_vanished=accept_vanished,
        max_vanished_share=float(project.variables["max_vanished_share"]),
    )
    land(request)


def _is_missing(library: str) -> bool:
    return importlib.util.find_spec(library) is None
