"""What holds on every page, for everyone: axe finds nothing serious, phones, keyboards, charts in words, no network.

One page is opened once for all its tests. The contrast of text is judged in both themes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, Route

from tests.flat_folder import N_CLASSES, flat_folder
from tests.serving import SETTLED
from tests.ui.test_browser import DESKTOP, PHONE
from umeta.cache import Home
from umeta.data import DATASETS
from umeta.data.marks import Marks
from umeta.data.marks_store import change_marks
from umeta.runs import RunConfig
from umeta.runs.pipeline import execute
from umeta.ui.frame import opened_paths

RUN = ("dataset=digits", "test.n_tasks=12", "budget=smoke", "learner.n_filters=4", "learner.iterations=2")
CHOSEN = {"dataset": "digits", "encoder": "pixels"}
VIEWS = {
    "start": {},
    "data": {},
    "explore": {},
    "explore, revealed": {"reveal": "true", "find": "cluster 3", "near": "3"},
    "partitions": {},
    "partitions, differ": {"section": "Where do A and B differ?"},
    "partitions, audit": {"section": "Are clusters pure?"},
    "tasks": {},
    "tasks, guess": {"section": "guess it"},
    "tasks, side by side": {"section": "side by side"},
    "tasks, browse": {"section": "browse"},
    "label": {},
    "train": {},
    "results": {},
    "results, tasks": {"section": "Task by task"},
    "plane": {},
    "learn": {},
    "learn, lesson": {"lesson": "baseline", "step": "2"},
    "draw": {},
    "system": {},
}
"""Links to open, by the name of the page and of what is shown on it."""
NOT_OURS = (
    # Vega names the marks of a live chart "graphics-symbol" and gives them no words; the chart around them has some.
    "[data-testid=stVegaLiteChart] g.role-mark",
    # Contrast is not asked of what is disabled; axe does not see that this label belongs to disabled buttons.
    "[data-testid=stButtonGroup]:has(button:disabled) [data-testid=stWidgetLabel]",
)
WITH_MAP = ("start", "explore", "partitions", "tasks")


@dataclass(frozen=True)
class Opened:
    """A page in the browser, and what it asked other machines for."""

    name: str
    page: Page
    elsewhere: list[str] = field(default_factory=list)

    def settle(self) -> None:
        self.page.wait_for_selector(SETTLED, timeout=180_000)
        self.page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")


@pytest.fixture(scope="session")
def finished(shared_home: Home) -> None:
    execute(RunConfig.from_keys(RUN), shared_home)


@pytest.fixture(scope="session")
def marked(shared_home: Home) -> str:
    """Return the name of a set without labels, some of whose images are marked by hand."""
    folder = shared_home.root / "marked photos"
    kinds = flat_folder(folder, n_images=240)
    name = f"folder:{folder}"
    dataset = DATASETS.parse(name).load(shared_home)
    asked = [dataset.images.ids[item] for item in dataset.items("meta_test")]
    classes = {f"kind {k}": tuple(name for name in asked if kinds[name] == k) for k in range(N_CLASSES)}
    change_marks(shared_home, dataset.content, Marks({}, dataset.content), Marks(classes, dataset.content))
    return name


@pytest.fixture(scope="module", params=VIEWS)
def opened(
    request: pytest.FixtureRequest,
    browser: Browser,
    served: str,
    shared_home: Home,
    finished: None,
    marked: str,
) -> Iterator[Opened]:
    context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    view = Opened(request.param, context.new_page())

    def stay_here(route: Route, asked: Request) -> None:
        if asked.url.startswith((served, "data:", "blob:")):
            route.continue_()
        else:
            view.elsewhere.append(asked.url)
            route.abort()

    context.route("**/*", stay_here)
    images = {}
    if view.name == "label":
        images["dataset"] = marked
        opened_paths.remember(shared_home, marked)  # other tests forget what was opened
    query = urlencode({**CHOSEN, **images, **VIEWS[view.name]})
    view.page.goto(f"{served}/{view.name.partition(',')[0]}?{query}")
    view.page.wait_for_selector("h1", timeout=180_000)
    view.settle()
    yield view
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened: Opened, theme: str):
    opened.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    opened.page.wait_for_function(
        f"getComputedStyle(document.querySelector('.stApp')).colorScheme === '{theme}'"
    )
    opened.settle()
    context = {"exclude": [[selector] for selector in NOT_OURS]}
    options = {"resultTypes": ["violations"]} | ({} if theme == "light" else {"runOnly": ["color-contrast"]})
    found = Axe().run(opened.page, context, options).response["violations"]
    said = [
        f"{one['id']}: {node['failureSummary']}\n{node['html'][:300]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
    assert not said, "\n\n".join(said)


def test_no_request_leaves_the_machine(opened: Opened):
    assert opened.elsewhere == []


def test_every_chart_is_told_in_words_and_as_a_table(opened: Opened):
    charts = opened.page.locator("[data-testid=stPlotlyChart], [data-testid=stVegaLiteChart]")
    told = charts.locator("xpath=descendant-or-self::*[@aria-label]")
    assert charts.count() <= told.count()
    if charts.count():
        tables = "[data-testid=stDataFrame], [data-testid=stTable], [data-testid=stExpander]"
        assert opened.page.locator(tables).count() > 0


def test_the_keyboard_reaches_the_map_and_selects(opened: Opened):
    if opened.name not in WITH_MAP:
        pytest.skip("there is no map on it")
    page = opened.page
    stage = page.locator(".umap .stage").first
    page.locator("h1").first.click()
    for _ in range(60):
        page.keyboard.press("Tab")
        if stage.evaluate("node => node.getRootNode().activeElement === node"):
            break
    else:
        pytest.fail("60 presses of Tab did not reach the map")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("node => Number(node.dataset.selected) > 0", arg=stage.element_handle())
    page.keyboard.press("Escape")
    opened.settle()


def test_the_link_is_copied(opened: Opened):
    page = opened.page
    if opened.name in WITH_MAP:
        page.wait_for_timeout(1000)  # what an earlier test chose comes into the link with its rerun
        opened.settle()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link", exact=True).click()
    page.get_by_text("Link copied", exact=True).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_a_phone_needs_no_sideways_scroll(opened: Opened):
    page = opened.page
    page.set_viewport_size(PHONE)
    for element in ("html", "[data-testid=stMain]"):
        page.wait_for_function(f"document.querySelector('{element}').scrollWidth <= {PHONE['width']}")
    page.set_viewport_size(DESKTOP)
