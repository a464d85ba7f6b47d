"""The console script `commerce-marts`."""

from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from commerce_marts.bucket import COPIES_KEPT, Place, place_of, publish_copy
from commerce_marts.check.command import table_checks, vars_of_check
from commerce_marts.check.problems import (
    is_refused,
    problems_as_json,
    show_problems,
    totals,
    verdict,
)
from commerce_marts.dashboards import start_app, write_reports
from commerce_marts.errors import shown_path
from commerce_marts.export import FORMATS, export
from commerce_marts.forget.command import forget
from commerce_marts.generate.command import generate
from commerce_marts.ingest.command import ingest
from commerce_marts.packages import install_packages
from commerce_marts.plan import request
from commerce_marts.project import project_at
from commerce_marts.publish.build import build_and_publish, refusals_told
from commerce_marts.publish.versions import bring_back, version_as_of
from commerce_marts.sync.command import sync
from commerce_marts.watch.freshness import limits_read
from commerce_marts.watch.status import check_status

PATH = click.Path(path_type=Path)
RAW_DIR_HELP = "Folder of <domain>/<table>.csv|.parquet, or s3://BUCKET/PREFIX of such files."
project_dir_option = click.option(
    "--project-dir", type=PATH, help="The dbt project. Default: the one around the working folder."
)
warehouse_option = click.option(
    "--warehouse", type=PATH, help="The published file. Default: warehouse/commerce.duckdb."
)
publish_to_option = click.option(
    "--publish-to",
    metavar="S3",
    callback=lambda _context, _option, s3: None if s3 is None else place_of("--publish-to", s3),
    help="Also copy the published file to s3://BUCKET/PREFIX.",
)
domains_option = click.option(
    "--domains", metavar="A,B", help="Only these domains. Default: the project's."
)
vars_option = click.option(
    "--vars", "vars_yaml", metavar="YAML", help="dbt vars of the build: '{name: value}'."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(package_name="commerce_marts")
def main() -> None:
    """Turns the raw tables of shops into one DuckDB file that BI tools read."""


main.add_command(forget)
main.add_command(generate)
main.add_command(ingest)
main.add_command(sync)


@main.command()
@click.option(
    "--raw-from",
    type=click.Choice(request.RAW_FROM),
    default="seeds",
    help="Where the raw tables are.",
)
@click.option("--raw-dir", help=RAW_DIR_HELP)
@click.option("--raw-database", type=PATH, help="DuckDB file with schemas raw_<domain>; only read.")
@domains_option
@click.option(
    "--as-of-date",
    metavar="D",
    help="The last day: a date, or domain=date,... Default: of the last order.",
)
@vars_option
@warehouse_option
@click.option("--answers", type=PATH, help="Also write core and the marts alone, to this file.")
@publish_to_option
@click.option("--keep", type=click.IntRange(min=0), default=3, help="Earlier versions to keep.")
@click.option("--full-refresh", is_flag=True, help="Build everything again.")
@click.option(
    "--accept-vanished",
    is_flag=True,
    help="Publish although loaded files are gone: their orders leave the warehouse.",
)
@click.option("--threads", type=click.IntRange(min=1), help="dbt threads. Default: the profile's.")
@click.option(
    "--memory-limit", metavar="SIZE", default="80%", help="Memory that DuckDB may use: 4GB or 50%."
)
@project_dir_option
def build(
    project_dir: Path | None,
    warehouse: Path | None,
    domains: str | None,
    raw_from: str,
    raw_dir: str | None,
    raw_database: Path | None,
    as_of_date: str | None,
    vars_yaml: str | None,
    memory_limit: str,
    answers: Path | None,
    publish_to: Place | None,
    **options: int | None,
) -> None:
    """Build, test and publish the warehouse.

    A new file is built beside the published one. If every test on it passes, it takes its place
    in one step: readers see the old warehouse or the new one. Earlier versions are kept for
    `rollback`. Raw tables are the seeds of the project, files below --raw-dir, or tables of
    --raw-database. DuckDB works on the disk beyond --memory-limit. The exit code is 0 only if the
    new file was published.
    """
    project = project_at(project_dir)
    chosen = request.chosen_domains(domains, project)
    target = request.warehouse_checked(warehouse or project.default_warehouse, project)
    with refusals_told(target, chosen, raw_from):
        build_request = request.BuildRequest(
            project=project,
            warehouse=target,
            domains=chosen,
            raw_from=raw_from,
            raw_dir=request.raw_dir_checked(raw_from, raw_dir, chosen, project),
            raw_database=request.raw_database_checked(raw_from, raw_database),
            as_of_date=request.as_of_date_read(as_of_date, chosen),
            user_vars=request.user_vars_read(vars_yaml, project),
            memory_limit=request.memory_limit_checked(memory_limit),
            answers=request.answers_checked(answers, target, project),
            **options,
        )
    build_and_publish(build_request)
    if publish_to is not None:
        click.echo(f"Copied to {publish_copy(target, publish_to, build_request.keep)}")


@main.command()
@click.option("--raw-dir", required=True, help=RAW_DIR_HELP)
@domains_option
@vars_option
@click.option("--all", "show_all", is_flag=True, help="List every problem.")
@click.option("--json", "as_json", is_flag=True, help="Print every problem as JSON.")
@project_dir_option
@click.pass_context
def check(
    context: click.Context,
    raw_dir: str,
    domains: str | None,
    vars_yaml: str | None,
    show_all: bool,
    as_json: bool,
    project_dir: Path | None,
) -> None:
    """Check raw files against the contract, and say what a build of them would do.

    Nothing is built or changed. Problems are counted by kind, with examples that name file, line
    and value. The last line is the verdict; the exit code is 1 where a build would be refused.
    """
    project = project_at(project_dir)
    chosen = request.chosen_domains(domains, project)
    folder = request.raw_dir_checked("files", raw_dir, chosen, project)
    assert folder is not None
    dbt_vars = vars_of_check(folder, request.user_vars_read(vars_yaml, project))
    # dbt renders the rules of the check, and needs its packages for that.
    if message := install_packages(project):
        click.echo(message, err=True)
    checks = table_checks(project, chosen, dbt_vars)
    problems = [problem for check in checks for problem in check.problems]
    if as_json:
        click.echo(problems_as_json(problems))
    else:
        if show_all and problems:
            # A log has no width of its own, and 80 letters would fold every sentence.
            console = Console()
            show_problems(problems, console if console.is_terminal else Console(width=160))
        else:
            click.echo("".join(f"{line}\n" for line in totals(problems)), nl=False)
        click.echo(verdict(problems, sum(check.rejected for check in checks)))
    context.exit(1 if is_refused(problems) else 0)


@main.command()
@warehouse_option
@click.option("--max-age", metavar="AGE", help="Fail where the build is older: 90m, 26h or 3d.")
@click.option(
    "--max-data-age",
    metavar="AGE",
    help="Fail where a domain's data end earlier: 3d, or domain=3d,... for some domains.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, for monitoring.")
@click.option("--alert", is_flag=True, help="Tell people what is stale, or what failed, once.")
@project_dir_option
def status(
    warehouse: Path | None,
    max_age: str | None,
    max_data_age: str | None,
    as_json: bool,
    alert: bool,
    project_dir: Path | None,
) -> None:
    """Show what is published: its domains, its build, and the earlier versions that are kept.

    The exit code is 1 where nothing is published, or it is older than --max-age or --max-data-age
    allow.
    """
    path = (warehouse or project_at(project_dir).default_warehouse).absolute()
    limits = limits_read(max_age, max_data_age)
    check_status(path, limits, as_json=as_json, alert=alert)


@main.command()
@warehouse_option
@click.option("--to", "build_id", metavar="BUILD_ID", help="A kept version. Default: the last one.")
@publish_to_option
@project_dir_option
def rollback(
    warehouse: Path | None, build_id: str | None, publish_to: Place | None, project_dir: Path | None
) -> None:
    """Publish an earlier version again. `status` lists those that are kept.

    It takes the place of the published one in one step, as a build's does. The published one is
    kept and marked as withdrawn: a second rollback goes further back, and does not return to it
    unless --to names it.
    """
    project = project_at(project_dir)
    path = request.warehouse_checked(warehouse or project.default_warehouse, project)
    brought, replaced = bring_back(path, build_id)
    click.echo(f"Published {shown_path(path)}: build {brought} again.")
    if replaced is not None:
        click.echo(
            f"Build {replaced} is kept: `commerce-marts rollback --to {replaced}` undoes this."
        )
    if publish_to is not None:
        click.echo(f"Copied to {publish_copy(path, publish_to, COPIES_KEPT)}")


@main.command()
@warehouse_option
@click.option("--port", type=click.IntRange(1, 65535), default=8501, help="The port to listen on.")
@click.option("--host", default="127.0.0.1", help="Any other address needs --password-file.")
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Its first line is what readers must type first.",
)
@project_dir_option
def dashboard(
    warehouse: Path | None,
    port: int,
    host: str,
    password_file: Path | None,
    project_dir: Path | None,
) -> None:
    """Show the published warehouse in a browser. Stop it with Ctrl-C.

    A build may publish meanwhile: the next page shows the new file.
    """
    project = project_at(project_dir)
    path = (warehouse or project.default_warehouse).absolute()
    start_app(project, path, host, port, password_file)


@main.command()
@warehouse_option
@click.option("--out", type=PATH, default=Path("reports"), help="Folder of the HTML files.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Of the newest version, published or kept, that sees no later day.",
)
@project_dir_option
def report(
    warehouse: Path | None, out: Path, as_of: datetime | None, project_dir: Path | None
) -> None:
    """Write the pages of the dashboard as HTML files, which open without a network."""
    project = project_at(project_dir)
    file = (warehouse or project.default_warehouse).absolute()
    write_reports(project, version_as_of(file, as_of.date()) if as_of else file, out)


@main.command("export")
@click.argument("name", metavar="TABLE|EXPOSURE")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="xlsx")
@click.option("--out", type=PATH, required=True, help="The file, or a folder for several tables.")
@warehouse_option
@project_dir_option
def export_command(
    name: str, format_: str, out: Path, warehouse: Path | None, project_dir: Path | None
) -> None:
    """Write a table, or all tables of an exposure, as Excel, CSV or Parquet.

    Text that a spreadsheet program would run as a formula stays text.
    """
    project = project_at(project_dir)
    for file in export(project, warehouse or project.default_warehouse, name, format_, out):
        click.echo(f"Wrote {shown_path(file)}.")


@main.command()
@project_dir_option
def deps(project_dir: Path | None) -> None:
    """Install the dbt packages of packages.yml, or a stand-in if the dbt Hub cannot be reached."""
    if message := install_packages(project_at(project_dir)):
        click.echo(message)
