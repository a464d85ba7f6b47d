"""Starts what is in the project's folder dashboards/: the app and the reports.

Both need the extra `[dashboard]`, which a build does not.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from commerce_marts.errors import OptionError, RunnerError
from commerce_marts.loopback import is_loopback
from commerce_marts.project import Project

PASSWORD_FILE = "COMMERCE_MARTS_PASSWORD_FILE"


def start_app(
    project: Project, warehouse: Path, host: str, port: int, password_file: Path | None
) -> None:
    """Becomes the process of the app; does not return.

    Raises OptionError where the app would be open to others without a password, and RunnerError
    where the extra is not installed.
    """
    folder = _folder(project, "streamlit")
    if password_file is not None and not password_file.read_text().strip():
        raise OptionError(f"{password_file} is empty: its first line must be the password.")
    if password_file is None and not is_loopback(host):
        raise OptionError(
            f"--host {host} shows the shop's numbers and customers to others: give the file of a "
            "password with --password-file. The password and the pages travel unencrypted; TLS is "
            "the work of a proxy in front of it, such as nginx or Caddy."
        )
    environment = dict(os.environ)
    environment.pop(PASSWORD_FILE, None)
    if password_file is not None:
        environment[PASSWORD_FILE] = str(password_file.absolute())
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.address", host, "--server.port", str(port)]
    # Streamlit reads its settings from the folder where it starts.
    os.chdir(folder)
    os.execve(sys.executable, [*command, "--", "--warehouse", str(warehouse)], environment)


def write_reports(project: Project, warehouse: Path, out: Path) -> None:
    """Writes the pages as HTML files. Raises RunnerError with the reason where that fails."""
    folder = _folder(project, "altair")
    command = [sys.executable, "report.py", "--warehouse", str(warehouse)]
    run = subprocess.run([*command, "--out", str(out.absolute())], cwd=folder, check=False)
    if run.returncode != 0:
        raise RunnerError("The reports were not written.")


def _folder(project: Project, library: str) -> Path:
    if importlib.util.find_spec(library) is None:
        raise RunnerError(
            f"The dashboards need {library}, which is not installed. `make dashboard` installs it, "
            "or: pip install -e '.[dashboard]'"
        )
    return project.root / "dashboards"
