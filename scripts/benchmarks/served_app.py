"""The app of the dashboards as a user starts it, and a browser that looks at it."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from loopback import free_port
from playwright.sync_api import Browser, Page, sync_playwright

SECONDS_TO_START = 60
# Without these it looks for updates on the network.
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OPTIONS += ["--disable-component-update", "--disable-sync", "--no-first-run"]


@contextmanager
def served(warehouse: Path, *options: str) -> Iterator[str]:
    """The address of `commerce-marts dashboard`, which ends with the context."""
    port = free_port()
    program = Path(sys.executable).with_name("commerce-marts")
    app = subprocess.Popen(
        [program, "dashboard", "--warehouse", warehouse, "--port", str(port), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/_stcore/health", app)
        yield address
    finally:
        app.terminate()
        app.communicate()


def wait_for(address: str, app: subprocess.Popen[str]) -> None:
    """Returns when the address answers. Raises RuntimeError with the app's output if it ends."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and app.poll() is None:
        try:
            urlopen(address).close()
            return
        except URLError:
            time.sleep(0.05)
    app.kill()
    raise RuntimeError(app.communicate()[0])


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


def wait_until_shown(page: Page, title: str) -> None:
    """Returns when the page with this title has run to its end and has drawn its
    pictures and tables."""
    timeout = SECONDS_TO_START * 1000
    page.get_by_role("heading", name=title, exact=True).wait_for(timeout=timeout)
    # Streamlit says so when the script has run to its end.
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=timeout)
    page.wait_for_function(
        "[...document.querySelectorAll('[data-testid=stVegaLiteChart], [data-testid=stDataFrame]')]"
        ".every(one => one.querySelector('canvas, svg'))"
        " && !document.querySelector('[data-testid=stSkeleton]')",
        timeout=timeout,
    )
