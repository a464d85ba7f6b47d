"""Every page in a real browser: no error on its console, and no request that leaves the machine."""

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from answers import domains_of, questions_of
from marts import Marts
from playwright.sync_api import sync_playwright
from views import PAGES

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
# Without these it looks for updates on the network.
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OPTIONS += ["--disable-component-update", "--disable-sync", "--no-first-run"]
SIZES = {"desk": (1280, 900), "telephone": (390, 800)}


@pytest.fixture(scope="module")
def address(seeds_warehouse):
    """The address of the app, which runs as a user starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("commerce-marts")
    app = subprocess.Popen(
        [program, "dashboard", "--warehouse", seeds_warehouse, "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and app.poll() is None:
        try:
            urlopen(f"{address}/_stcore/health").close()
            break
        except URLError:
            time.sleep(0.1)
    else:
        app.kill()
        raise AssertionError(app.communicate()[0])
    yield address
    app.terminate()
    app.communicate()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.mark.parametrize("name", [page.name for page in PAGES])
@pytest.mark.parametrize("size", SIZES)
def test_a_page_opens_by_its_address_without_errors(name, size, address, browser, seeds_warehouse):
    [page_shown] = [page for page in PAGES if page.name == name]
    width, height = SIZES[size]
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if size == "telephone" else "light",
    )
    errors, elsewhere = [], []
    page.on(
        "console",
        lambda said: (
            errors.append(f"{said.text} {said.location['url']}")
            # Streamlit looks for its own address below the page's first.
            if said.type == "error" and f"/{name}/_stcore/" not in said.location["url"]
            else None
        ),
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "request",
        lambda sent: (
            None
            if sent.url.startswith((address, "data:", "blob:", address.replace("http", "ws")))
            else elsewhere.append(sent.url)
        ),
    )
    # The first page is the app's own address.
    page.goto(f"{address}/{'' if page_shown is PAGES[0] else name}")
    page.get_by_role("heading", name=page_shown.title, exact=True).wait_for(timeout=60_000)
    # Streamlit says so when the script has run to its end.
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=60_000)
    for question in questions_of(page_shown, domains_of(page_shown, Marts(seeds_warehouse))[0]):
        assert page.get_by_role("heading", name=question.text, exact=True).count() == 1
    assert page.locator("[data-testid=stException]").count() == 0
    # Nothing is wider than the screen.
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert errors == []
    assert elsewhere == []
    page.close()


def test_filters_stand_in_the_address(address, browser):
    page = browser.new_page()
    page.goto(f"{address}/?shop=restaurant")
    page.get_by_text("restaurant, as of").wait_for(timeout=60_000)
    page.goto(f"{address}/?shop=sales")
    page.get_by_text("sales, as of").wait_for(timeout=60_000)
    page.close()
