"""A person who marks images of eight classes on the Label page, at a person's pace, and judges the methods by them."""

from collections import Counter
from typing import Any

from playwright.sync_api import Page, expect

from tests.benchmarks.first_visit import PATIENCE, Visit, chart_drawn, finished
from tests.benchmarks.photographs import Photographs
from umeta.cache import Home
from umeta.data import DATASETS, Dataset
from umeta.runs import RunDirectory, list_runs

N_CLASSES, N_MARKS = 8, 10
"""Classes that are marked, and images of each."""
CLICK_SECONDS, LOOK_SECONDS, TYPE_SECONDS = 1.0, 3.0, 3.0
"""What a person takes to click an image, to look over the images of a page, and to type the name of a class."""


def first_verdict(visit: Visit, home: Home, photographs: Photographs) -> dict[str, Any]:
    """Mark images and judge by the marks, until the verdict and then its chart are on screen; return what it says."""
    page = visit.page
    dataset = DATASETS.parse(f"folder:{photographs.folder}").load(home)
    visit.reached("label_page", lambda: open_label(page))
    n_marks = visit.reached("marked", lambda: mark(page, dataset, photographs))
    before = {run.run_id for run in list_runs(home)}
    run, sentence = visit.reached("verdict", lambda: judge(page, home, before))
    visit.reached("verdict_chart", lambda: see_verdict(page))
    return {"marks": n_marks, "sentence": sentence, "verdict": numbers_of(run)}


def open_label(page: Page) -> None:
    """Go to Label, until its images are there in an order by chance, which is a fair sample."""
    page.get_by_role("link", name="Label", exact=True).first.click()
    page.get_by_role("heading", name="Label", exact=True).wait_for(timeout=PATIENCE)
    page.locator(".marking .tile").first.wait_for(timeout=PATIENCE)
    page.locator(".marking").get_by_role("button", name="By chance").click()


def mark(page: Page, dataset: Dataset, photographs: Photographs) -> int:
    """Name the commonest classes and mark images of each, page after page; return the number of marks."""
    seen = [photographs.class_of[name] for name in dataset.images.ids]  # what a person sees on each item
    offered = [seen[item] for item in dataset.items("meta_test").tolist()]
    classes = [name for name, _ in Counter(offered).most_common(N_CLASSES)]
    for name in classes:
        field = page.get_by_label("Name of a new class")
        field.fill(name)
        page.wait_for_timeout(1000 * TYPE_SECONDS)
        field.press("Enter")
    page.get_by_role(
        "heading", name="Label", exact=True
    ).click()  # keys count where no field is being typed in
    left = dict.fromkeys(classes, N_MARKS)
    while any(left.values()):
        where = page.locator(".marking .where strong").inner_text()
        page.wait_for_timeout(1000 * LOOK_SECONDS)
        for number, name in enumerate(classes, start=1):
            left[name] -= mark_class(page, seen, name, number, left[name])
        if any(left.values()):
            page.keyboard.press("n")
            expect(page.locator(".marking .where strong")).not_to_have_text(where)
            if "(1 of" in page.locator(".marking .where strong").inner_text():
                break  # all pages were looked at
    n_marks = N_CLASSES * N_MARKS - sum(left.values())
    expect(page.locator(".marking")).to_have_attribute("data-stored", str(n_marks), timeout=PATIENCE)
    return n_marks


def mark_class(page: Page, seen: list[str], name: str, number: int, n_most: int) -> int:
    """Click the images of a class on the page that is shown, some at the most; return how many."""
    labels = page.locator(".marking .tile").evaluate_all("tiles => tiles.map((tile) => tile.ariaLabel)")
    items = [int(label.split()[1].rstrip(",")) for label in labels]
    places = [place for place, item in enumerate(items) if seen[item] == name][:n_most]
    if places:
        page.keyboard.press(str(number))
    for place in places:
        page.wait_for_timeout(1000 * CLICK_SECONDS)
        page.locator(".marking .tile").nth(place).click()
    return len(places)


def judge(page: Page, home: Home, before: set[str]) -> tuple[RunDirectory, str]:
    """Judge by the marks, until the sentence is on screen; return the verdict's run and the sentence.

    Raises:
        RuntimeError: judging does not succeed.
    """
    page.get_by_role("button", name="Judge with these labels").click(timeout=PATIENCE)
    run = finished(page, lambda: next((run for run in list_runs(home) if run.run_id not in before), None))
    alert = page.get_by_test_id("stAlertContentSuccess")
    alert.wait_for(timeout=PATIENCE)
    return run, alert.locator("p").last.inner_text()


def see_verdict(page: Page) -> None:
    page.get_by_role("link", name="See the chart and all numbers in Results").click()
    chart_drawn(page)


def numbers_of(run: RunDirectory) -> dict[str, Any]:
    """Return the accuracy of each method of a finished run, with its intervals over tasks and over classes."""
    result = run.result()
    assert result is not None
    return {
        "run_id": run.run_id,
        "judged_on": result.judged_on,
        "seconds": dict(result.seconds),
        "methods": [
            {
                "method": row.method.name_with_mode,
                "setting": f"{row.n_way}-way {row.n_shot}-shot",
                "accuracy": round(row.accuracy, 4),
                "ci95_tasks": round(row.ci95, 4),
                "ci95_classes": None if row.ci95_classes is None else round(row.ci95_classes, 4),
                "n_tasks": row.n_tasks,
            }
            for row in result.rows
        ],
    }
