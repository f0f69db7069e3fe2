"""The pad of the page Draw: how fast it answers, and how often rightly: `umeta bench drawing [--json] [--only …]`.

*latency*: seconds from the end of each of 50 strokes, drawn by a mouse in a real Chromium, to the frame with its
answer. *accuracy*: Omniglot's drawings of meta_test, traced as strokes and drawn again by the pad's pen, beside the
same images as they are; 400 5-way 1-shot tasks of split seed 1, each method in the mode in which the pad asks it.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.replayed_strokes import strokes_of, thinned
from tests.benchmarks.stopwatch import STOPWATCH, Result, timed
from tests.serving import FLAGS, chromium_path, serving
from umeta.baselines import BASELINES
from umeta.cache import Home
from umeta.data import DATASETS
from umeta.data.drawn_strokes import ink_of
from umeta.evaluation import evaluate
from umeta.tasks import TaskBatch, TaskConfig, TestTasks
from umeta.ui.draw.answers import embed, learners

N_STROKES, CHARACTERS_OF_STROKES = 50, 3
LIMIT, CPU = 0.3, torch.device("cpu")
SHAPE, N_TASKS, FULL_SIDE = TaskConfig(n_way=5, n_shot=1, n_query=5), 400, 105
"""Omniglot's drawings are traced at their full size."""
ANSWERED = """(() => {
    const shown = document.querySelector('.umeta-answers');
    return shown && shown.innerHTML !== bench.before;
})()"""


def main() -> None:
    """Measure and print, as JSON with `--json`."""
    parser = argparse.ArgumentParser(prog="drawing")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="+", choices=("latency", "accuracy"), default=("latency", "accuracy"))
    given = parser.parse_args()
    report: dict[str, Any] = {"cpus": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}
    if "latency" in given.only:
        seconds = latency()
        p95 = round(float(np.quantile(seconds, 0.95)), 3)
        report["cases"] = [Result("stroke to answer", seconds, None, LIMIT).row() | {"p95": p95}]
    if "accuracy" in given.only:
        report["accuracy"] = accuracy()
    sys.stdout.write(json.dumps(report, indent=1 if given.json else None) + "\n")


def latency() -> list[float]:
    """Return the seconds from each stroke's end to its answer."""
    with sync_playwright() as playwright, serving(Home.from_environment()) as server:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(STOPWATCH)
        page.goto(f"{server.address}/draw")
        page.locator(".pad .slots button").nth(5).wait_for(timeout=60_000)
        rng = np.random.default_rng(0)
        draw(page, rng)
        page.locator(".umeta-answers section").nth(2).wait_for(
            timeout=60_000
        )  # the first answer waits for torch
        seconds = []
        for number in range(N_STROKES):
            if number % CHARACTERS_OF_STROKES == 0:
                page.get_by_role("button", name="Clear", exact=True).click()
                page.locator(".umeta-answers").wait_for(state="detached")
            look = "document.querySelector('.umeta-answers')?.innerHTML ?? ''"
            seconds.append(timed(page, ANSWERED, lambda: draw(page, rng), look=look))
        browser.close()
    return seconds


def draw(page: Page, rng: np.random.Generator) -> None:
    """Draw a stroke of four points by the mouse."""
    box = page.locator(".pad .paper").bounding_box()
    if box is None:
        raise RuntimeError("The pad is not on screen.")
    (x, y), *rest = (np.array([box["x"], box["y"]]) + rng.uniform(0.1, 0.9, (4, 2)) * box["width"]).tolist()
    page.mouse.move(x, y)
    page.mouse.down()
    for x, y in rest:
        page.mouse.move(x, y, steps=4)
    page.mouse.up()


def accuracy() -> Mapping[str, Mapping[str, float]]:
    """Return each method's accuracy on the images as they are and on their strokes drawn again, in percent."""
    home = Home.from_environment()
    dataset = DATASETS.parse({"name": "omniglot", "split_seed": 1}).load(home)
    full = DATASETS.parse({"name": "omniglot", "split_seed": 1, "size": FULL_SIDE}).load(home)
    tasks = TestTasks.draw(dataset, SHAPE, n_tasks=N_TASKS, split="meta_test", seed=0).tasks
    used = np.unique(np.concatenate([tasks.support.ravel(), tasks.query.ravel()]))
    place = dict(zip(dataset.images.ids, range(len(dataset.images)), strict=True))
    order = np.array([place[one] for one in full.images.ids])  # both are shuffled by their own content
    at_full_size = np.empty(len(order), int)
    at_full_size[order] = np.arange(len(order))
    ink = full.images.images[at_full_size[used], 0] > 127
    skeletons = np.concatenate([thinned(part) for part in np.array_split(ink, max(1, len(ink) // 500))])
    drawn = dataset.images.images.copy()
    drawn[used] = np.stack([ink_of(strokes_of(skeleton)) for skeleton in skeletons])
    return {
        name: {method: round(100 * found, 1) for method, found in judged(images, used, tasks).items()}
        for name, images in {"images": dataset.images.images, "strokes": drawn}.items()
    }


def judged(images: np.ndarray, used: np.ndarray, tasks: TaskBatch) -> dict[str, float]:
    """Return the share of right answers by method."""
    embedded = embed(images[used])
    vectors = np.zeros((len(images), embedded.shape[1]), np.float32)
    vectors[used] = embedded
    neighbour = BASELINES.parse("nearest-neighbour").classifier(
        {}, vectors.shape[1:], SHAPE.n_way, generator=torch.Generator(), device=CPU
    )
    asked = {"nearest neighbour": (neighbour, vectors)} | {
        name: (learner, images) for name, learner in learners().items()
    }
    return {
        name: float(evaluate(solver, torch.from_numpy(np.array(inputs)), tasks, device=CPU).mean())
        for name, (solver, inputs) in asked.items()
    }


if __name__ == "__main__":
    main()
