"""Every page in a real browser: no error on its console, and no request that leaves the machine."""

import shutil
import threading

import duckdb
import pytest
from answers import domains_of, questions_of
from marts import Marts
from playwright.sync_api import expect
from served_app import chromium, served, wait_until_shown
from views import PAGES

DESK = {"width": 1280, "height": 900}
TELEPHONE = {"width": 390, "height": 800}
FIGURES = "[data-testid=stMetricValue]"
PAGES_BY_NAME = {page.name: page for page in PAGES}


@pytest.fixture(scope="module")
def address(seeds_warehouse):
    with served(seeds_warehouse) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def opened(browser):
    """opened(width, height, ...): a page that fails the test by its errors and foreign requests."""
    problems, pages = [], []

    def new_page(**options):
        page = browser.new_page(**options)
        page.on("console", lambda said: problems.append(said.text) if is_error(said) else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda sent: None if is_local(sent.url) else problems.append(sent.url))
        pages.append(page)
        return page

    yield new_page
    for page in pages:
        page.close()
    assert problems == []


def is_error(said):
    # Streamlit looks for its own address below the page's first, and finds it at the second try.
    return said.type == "error" and "/_stcore/" not in said.location["url"]


def is_local(url):
    return url.startswith(
        ("http://127.0.0.1:", "ws://127.0.0.1:", "file:///", "data:", "blob:", "about:")
    )


def address_of(name):
    # The first page is the app's own address.
    return "" if name == PAGES[0].name else name


@pytest.mark.parametrize("name", PAGES_BY_NAME)
def test_a_page_opens_by_its_address_without_errors(
    name, address, opened, seeds_warehouse, tmp_path
):
    page = opened(viewport=DESK, color_scheme="light")
    page.goto(f"{address}/{address_of(name)}")
    page_shown = PAGES_BY_NAME[name]
    wait_until_shown(page, page_shown.title)
    with Marts(seeds_warehouse) as marts:
        questions = questions_of(page_shown, domains_of(page_shown, marts)[0])
    for question in questions:
        assert page.get_by_role("heading", name=question.text, exact=True).count() == 1
    assert page.locator("[data-testid=stException]").count() == 0
    for size, scheme in ((DESK, "light"), (TELEPHONE, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        wait_until_shown(page, page_shown.title)
        # Nothing is wider than the screen.
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        picture = tmp_path / f"{name}_{scheme}.png"
        page.screenshot(path=picture)
        # A page without anything on it would be a few kilobytes.
        assert picture.stat().st_size > 15_000


def test_a_page_that_is_sent_shows_the_same_choice(address, opened):
    first, second = opened(viewport=DESK), opened(viewport=DESK)
    first.goto(f"{address}/demand_planning")
    title = PAGES_BY_NAME["demand_planning"].title
    wait_until_shown(first, title)
    of_everything = first.locator(FIGURES).all_inner_texts()
    first.get_by_role("combobox", name="Location").click()
    first.get_by_role("option", name="Great Plains").click()
    first.wait_for_url("**location=*")
    expect(first.locator(FIGURES).first).not_to_have_text(of_everything[0], timeout=60_000)
    wait_until_shown(first, title)
    second.goto(first.url)
    wait_until_shown(second, title)
    for page in (first, second):
        assert page.get_by_role("combobox", name="Location").input_value() == "Great Plains"
    expect(second.locator(FIGURES)).to_have_text(
        first.locator(FIGURES).all_inner_texts(), timeout=60_000
    )


def test_the_shop_of_the_address_is_shown(address, opened):
    page = opened()
    for shop in ("restaurant", "sales"):
        page.goto(f"{address}/?shop={shop}")
        page.get_by_text(f"{shop}, as of").wait_for(timeout=60_000)


def test_pages_can_be_used_by_keyboard(address, opened):
    page = opened(viewport=DESK)
    page.goto(address)
    wait_until_shown(page, PAGES[0].title)
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == PAGES[1].title:
            break
    page.keyboard.press("Enter")
    wait_until_shown(page, PAGES[1].title)


def test_ten_publishes_while_a_reader_clicks(seeds_warehouse, tmp_path, opened):
    """Each version says its number as a currency: every page shows one that is not older."""
    target = tmp_path / "warehouse" / "commerce.duckdb"
    versions = [tmp_path / f"{number}" / "commerce.duckdb" for number in range(11)]
    for number, version in enumerate(versions):
        version.parent.mkdir()
        shutil.copyfile(seeds_warehouse, version)
        with duckdb.connect(str(version)) as connection:
            connection.execute("update core.dim_domains set currency = ?", [f"V{number:02}"])
    target.parent.mkdir()
    versions[0].replace(target)
    page = opened(viewport=DESK)
    clicked = threading.Event()
    published = []

    def publish():
        for version in versions[1:]:
            clicked.wait()
            clicked.clear()
            version.replace(target)
            published.append(version)

    with served(target) as address:
        publisher = threading.Thread(target=publish)
        publisher.start()
        page.goto(address)
        wait_until_shown(page, PAGES[0].title)
        seen = []
        for click in range(10):
            # A publish happens while the page is being made.
            clicked.set()
            shown = PAGES[[3, 0][click % 2]]
            page.get_by_role("link", name=shown.title, exact=True).click()
            wait_until_shown(page, shown.title)
            assert page.locator("[data-testid=stAlertContentError]").count() == 0
            seen.append(currency_on(page))
        publisher.join(timeout=60)
        assert len(published) == 10
        page.get_by_role("link", name=PAGES[3].title, exact=True).click()
        wait_until_shown(page, PAGES[3].title)
        assert currency_on(page) == "V10"
    assert seen == sorted(seen)
    # Links of versions that nobody shows any more are gone.
    assert [file.name for file in target.parent.iterdir()] == [target.name]


def currency_on(page):
    values = page.locator(FIGURES).all_inner_texts()
    [currency] = {value.split()[-1] for value in values if " V" in value}
    return currency


def test_the_docs_open_as_one_page(browser, docs_page):
    """Its console is not looked at: dbt's page asks for icons below its own address."""
    page = browser.new_page()
    foreign = []
    page.on("request", lambda sent: None if is_local(sent.url) else foreign.append(sent.url))
    page.goto(f"{docs_page.as_uri()}#!/exposure/exposure.commerce_marts.overview")
    page.locator("a[href='http://127.0.0.1:8501']").first.wait_for(timeout=60_000)
    page.close()
    assert foreign == []
