"""The console script `commerce-marts`."""

from pathlib import Path

import click
from rich.console import Console

from commerce_marts.check.command import raw_file_problems, vars_of_check
from commerce_marts.check.problems import is_refused, problems_as_json, show_problems
from commerce_marts.errors import shown_path
from commerce_marts.generate.command import generate
from commerce_marts.packages import install_packages
from commerce_marts.plan.request import (
    RAW_FROM,
    BuildRequest,
    as_of_date_read,
    chosen_domains,
    memory_limit_checked,
    raw_database_checked,
    raw_dir_checked,
    user_vars_read,
    warehouse_checked,
)
from commerce_marts.project import project_at
from commerce_marts.publish.build import build_and_publish
from commerce_marts.publish.versions import bring_back
from commerce_marts.publish.warehouse import show_status

PATH = click.Path(path_type=Path)
project_dir_option = click.option(
    "--project-dir", type=PATH, help="The dbt project. Default: the one around the working folder."
)
warehouse_option = click.option(
    "--warehouse", type=PATH, help="The published file. Default: warehouse/commerce.duckdb."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="commerce_marts")
def main() -> None:
    """Turns the raw tables of shops into one DuckDB file that BI tools read."""


main.add_command(generate)


@main.command()
@click.option(
    "--raw-from",
    type=click.Choice(RAW_FROM),
    default="seeds",
    show_default=True,
    help="Where the raw tables are: the committed seeds, files below --raw-dir, or tables in "
    "--raw-database.",
)
@click.option("--raw-dir", type=PATH, help="Folder of <domain>/<table>.csv|.parquet.")
@click.option("--raw-database", type=PATH, help="DuckDB file with schemas raw_<domain>; only read.")
@click.option("--domains", metavar="A,B", help="Only these domains. Default: the project's.")
@click.option(
    "--as-of-date",
    metavar="D",
    help="Last day that counts as now: a date, or domain=date,... Default: the last order's.",
)
@click.option("--vars", "vars_yaml", metavar="YAML", help="More dbt vars: '{name: value}'.")
@warehouse_option
@click.option(
    "--keep",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="How many earlier versions stay beside the published file, for `rollback`.",
)
@click.option("--full-refresh", is_flag=True, help="Build everything anew.")
@click.option("--threads", type=click.IntRange(min=1), help="dbt threads. Default: the profile's.")
@click.option(
    "--memory-limit",
    metavar="SIZE",
    default="80%",
    show_default=True,
    help="Memory that DuckDB may use, such as 4GB; beyond it, it works on the disk.",
)
@project_dir_option
def build(
    raw_from: str,
    raw_dir: Path | None,
    raw_database: Path | None,
    domains: str | None,
    as_of_date: str | None,
    vars_yaml: str | None,
    warehouse: Path | None,
    keep: int,
    full_refresh: bool,
    threads: int | None,
    memory_limit: str,
    project_dir: Path | None,
) -> None:
    """Build, test and publish the warehouse.

    A new file is built beside the published one. Only when every test on it has passed does it
    take its place, in one step: readers see the old warehouse or the new one. The old one is kept,
    see `rollback`. The exit code is 0 only if it was published.
    """
    project = project_at(project_dir)
    chosen = chosen_domains(domains, project)
    request = BuildRequest(
        project=project,
        warehouse=warehouse_checked(warehouse or project.default_warehouse, project),
        domains=chosen,
        raw_from=raw_from,
        raw_dir=raw_dir_checked(raw_from, raw_dir, chosen),
        raw_database=raw_database_checked(raw_from, raw_database),
        as_of_date=as_of_date_read(as_of_date, chosen),
        user_vars=user_vars_read(vars_yaml, project),
        full_refresh=full_refresh,
        threads=threads,
        keep=keep,
        memory_limit=memory_limit_checked(memory_limit),
    )
    build_and_publish(request, Console())


@main.command()
@click.option(
    "--raw-dir", type=PATH, required=True, help="Folder of <domain>/<table>.csv|.parquet."
)
@click.option("--domains", metavar="A,B", help="Only these domains. Default: the project's.")
@click.option("--vars", "vars_yaml", metavar="YAML", help="dbt vars of the build: '{name: value}'.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@project_dir_option
@click.pass_context
def check(
    context: click.Context,
    raw_dir: Path,
    domains: str | None,
    vars_yaml: str | None,
    as_json: bool,
    project_dir: Path | None,
) -> None:
    """Check raw files against the contract: every problem with file, line, column and value.

    Nothing is built or changed. The exit code is 1 where a build of these files would be refused;
    rows that it would reject are listed, and are no failure while they are few.
    """
    project = project_at(project_dir)
    chosen = chosen_domains(domains, project)
    folder = raw_dir_checked("files", raw_dir, chosen)
    assert folder is not None
    dbt_vars = vars_of_check(folder, user_vars_read(vars_yaml, project))
    # dbt renders the rules of the check, and needs its packages for that.
    message = install_packages(project)
    if message:
        click.echo(message, err=True)
    problems = raw_file_problems(project, chosen, dbt_vars)
    if as_json:
        click.echo(problems_as_json(problems))
    else:
        # A log has no width of its own, and 80 letters would fold every sentence.
        console = Console()
        show_problems(problems, console if console.is_terminal else Console(width=160))
    context.exit(1 if is_refused(problems) else 0)


@main.command()
@warehouse_option
@project_dir_option
def status(warehouse: Path | None, project_dir: Path | None) -> None:
    """Show what is published: its domains, its build, and the earlier versions that are kept."""
    path = warehouse or project_at(project_dir).default_warehouse
    show_status(path.absolute(), Console())


@main.command()
@warehouse_option
@click.option(
    "--to",
    "build_id",
    metavar="BUILD_ID",
    help="Which kept version, as `status` lists them. Default: the one published before this one.",
)
@project_dir_option
def rollback(warehouse: Path | None, build_id: str | None, project_dir: Path | None) -> None:
    """Publish an earlier version again.

    It takes the place of the published one in one step, as a build's does. The published one is
    kept and marked as withdrawn: a second rollback goes further back, and does not return to it
    unless --to names it.
    """
    project = project_at(project_dir)
    path = warehouse_checked(warehouse or project.default_warehouse, project)
    brought, replaced = bring_back(path, build_id)
    click.echo(f"Published {shown_path(path)}: build {brought} again.")
    if replaced is not None:
        click.echo(
            f"Build {replaced} is kept: `commerce-marts rollback --to {replaced}` undoes this."
        )


@main.command()
@project_dir_option
def deps(project_dir: Path | None) -> None:
    """Install the dbt packages of packages.yml, or a stand-in where the dbt Hub is out of reach."""
    said = install_packages(project_at(project_dir))
    if said:
        click.echo(said)
