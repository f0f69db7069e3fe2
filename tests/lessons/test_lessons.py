"""What each lesson reveals is what the library computes: every number said is worked out here a second time.

Tests umeta.lessons.drawings, umeta.lessons.recorded and all of
umeta.lessons.against_the_embedding, umeta.lessons.cluster_to_task, umeta.lessons.embedding,
umeta.lessons.kmeans, umeta.lessons.many_partitions, umeta.lessons.maml,
umeta.lessons.protonets, umeta.lessons.reading_a_map, and umeta.lessons.saved_page. One file, so that one process
prepares them.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as BrowserPage

from umeta.browser.standalone.page import Page
from umeta.cache import Home
from umeta.demo import MAML
from umeta.demo.learners import demo_learner
from umeta.figures.chart import Chart
from umeta.lessons import (
    LESSONS,
    against_the_embedding,
    cluster_to_task,
    embedding,
    kmeans,
    maml,
    many_partitions,
    protonets,
    reading_a_map,
)
from umeta.lessons.drawings import characters, demo, demo_clusters, digits
from umeta.lessons.lesson import Lesson
from umeta.lessons.saved_page import parts_of
from umeta.results.reload import SHIPPED_LEARNER
from umeta.stage import ignore_step
from umeta.tasks import TestTasks
from umeta.ui.frame import links

pytestmark = pytest.mark.lengthy
FactsOf = Callable[[Lesson], Any]
MARKS = re.compile(r"\*+")


@pytest.fixture(scope="module")
def facts_of(shared_home: Home) -> FactsOf:
    made: dict[str, Any] = {}

    def prepared(lesson: Lesson) -> Any:
        if lesson.name not in made:
            made[lesson.name] = lesson.prepare(shared_home, ignore_step)
        return made[lesson.name]

    return prepared


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_has_a_right_answer_a_scene_for_each_step_and_links_that_its_pages_read(
    lesson: Lesson, facts_of: FactsOf
):
    facts = facts_of(lesson)
    assert 0 <= lesson.answer(facts) < len(lesson.choices)
    assert len(lesson.steps) == lesson.n_steps
    scenes = [lesson.ask(facts), *(lesson.reveal(facts, frame) for frame in range(len(lesson.frames)))]
    for scene in scenes:
        assert scene.pictures
        assert "nan" not in scene.text
        assert all(
            picture.alt if isinstance(picture, Chart) else "aria-label" in picture
            for picture in scene.pictures
        )
    for one in lesson.tries:
        assert one.page in links.PAGES
        read_there = {
            parameter.name for parameter in links.declared().values() if one.page in parameter.pages
        }
        assert set(one.query) <= read_there


def said(lesson: Lesson, facts: Any, frame: int) -> str:
    return lesson.reveal(facts, frame).text


def test_the_nearest_drawing_by_pixels_and_by_the_embedding(facts_of: FactsOf, shared_home: Home):
    lesson = embedding.LESSON
    facts = facts_of(lesson)
    dataset = characters(shared_home, ignore_step)
    items = dataset.items("meta_test")
    pixels = dataset.images.images[items].reshape(len(items), -1).astype(float)
    squares = (pixels**2).sum(1)
    distances = squares[:, None] - 2 * pixels @ pixels.T + squares
    np.fill_diagonal(distances, np.inf)
    classes = dataset.classes.values[items]
    share = (classes[distances.argmin(1)] == classes).mean()
    assert facts.share("pixels") == pytest.approx(share, abs=2 / len(items))  # ties
    assert f"{facts.share('pixels'):.0%}" in said(lesson, facts, 0)
    assert f"{facts.share(embedding.ENCODER):.0%}" in said(lesson, facts, 1)
    assert facts.share(embedding.ENCODER) > facts.share("pixels") + 0.2


def test_what_maps_keep_of_the_nearest(facts_of: FactsOf, shared_home: Home):
    lesson = reading_a_map.LESSON
    facts = facts_of(lesson)
    count = reading_a_map.N_NEIGHBOURS
    dataset = digits(shared_home, ignore_step)
    pixels = dataset.images.images[dataset.items("meta_train")].reshape(len(facts.classes), -1) / 255.0
    centred = pixels - pixels.mean(0)
    vectors = centred @ np.linalg.svd(centred, full_matrices=False)[2][:64].T
    for frame, method in enumerate(reading_a_map.MAPS):
        near, drawn = (nearest(points, count) for points in (vectors, facts.positions[method].astype(float)))
        kept = np.mean([len(set(a) & set(b)) / count for a, b in zip(near, drawn, strict=True)])
        assert facts.kept[method].share == pytest.approx(kept, abs=0.005)
        assert f"{facts.kept[method].share:.0%}" in said(lesson, facts, frame)
    means = [vectors[facts.classes == k].mean(0) for k in range(10)]
    by_vectors = [
        min((k for k in range(10) if k != j), key=lambda k: np.linalg.norm(means[j] - means[k]))
        for j in range(10)
    ]
    assert facts.nearest_by_vectors.tolist() == by_vectors
    agreeing = sum(a == b for a, b in zip(by_vectors, facts.nearest_on_map["tsne"].tolist(), strict=True))
    assert f"**{agreeing}** have the same nearest digit" in said(lesson, facts, 2)


def nearest(points: np.ndarray, count: int) -> np.ndarray:
    squares = (points**2).sum(1)
    distances = squares[:, None] - 2 * points @ points.T + squares
    np.fill_diagonal(distances, np.inf)
    return distances.argsort(1)[:, :count]


def test_passes_of_k_means_lower_the_sum_of_squares_and_purity_is_counted(facts_of: FactsOf):
    lesson = kmeans.LESSON
    facts = facts_of(lesson)
    sums = [((facts.positions - step.centres[step.clusters]) ** 2).sum() for step in facts.passes]
    assert all(later <= earlier for earlier, later in itertools.pairwise(sums))
    last = facts.passes[-1].clusters
    most = sum(Counter(facts.classes[last == k].tolist()).most_common(1)[0][1] for k in np.unique(last))
    assert facts.purity_of_plane == pytest.approx(most / len(last))
    for frame in range(1, kmeans.N_PASSES + 1):
        moved = (facts.passes[frame].clusters != facts.passes[frame - 1].clusters).sum()
        assert f"{moved:,} of {len(last):,} points" in said(lesson, facts, frame)
    final = said(lesson, facts, kmeans.N_PASSES + 1)
    assert f"{facts.purity_of_plane:.0%}" in final
    assert f"{facts.purity_of_pixels:.0%}" in final


def test_queries_that_are_what_their_task_says_are_counted(facts_of: FactsOf, shared_home: Home):
    lesson = cluster_to_task.LESSON
    facts = facts_of(lesson)
    classes = characters(shared_home, ignore_step).classes.values
    np.testing.assert_array_equal(classes, demo().classes)  # the demo's item numbers are these
    clusters = demo_clusters(len(classes))
    n_true = 0
    for task in range(cluster_to_task.N_TASKS):
        for row in range(5):
            items = [*facts.tasks.support[task, row], *facts.tasks.query[task, row]]
            assert len({int(clusters[item]) for item in items}) == 1
            n_true += sum(classes[item] == classes[items[0]] for item in items[1:])
        if task == 0:
            assert f"**{n_true} of 25**" in said(lesson, facts, 0)
    assert f"**{n_true / (25 * cluster_to_task.N_TASKS):.0%}**" in said(lesson, facts, 1)
    assert facts.by_chance < 0.05


def test_pairs_together_are_counted(facts_of: FactsOf):
    found, mixed = many_partitions.shares_together(
        np.array([[0, 0, 1, 1], [0, 1, 1, 0]]), np.array([7, 7, 8, 7])
    )
    # pairs of one class: 01, 03, 13; of two: 02, 12, 23
    np.testing.assert_allclose(found, [1 / 3, 2 / 3])
    np.testing.assert_allclose(mixed, [1 / 3, 2 / 3])
    lesson = many_partitions.LESSON
    facts = facts_of(lesson)
    again = [
        (facts.clusters[1:, a] == facts.clusters[1:, b]).sum()
        for cluster in np.unique(facts.clusters[0])
        for members in [np.flatnonzero(facts.clusters[0] == cluster)]
        for place, a in enumerate(members)
        for b in members[place + 1 :]
    ]
    assert facts.again == pytest.approx(np.mean(again))
    assert f"**{facts.again:.1f} of 9**" in said(lesson, facts, 0)
    assert f"{facts.found[-1]:.0%}" in said(lesson, facts, 1)
    assert facts.found[-1] > facts.found[0]


def test_maml_s_recorded_answers_are_those_of_the_weights_that_came_with_umeta(
    facts_of: FactsOf, shared_home: Home
):
    import torch

    from umeta.learners.maml_classifier import MamlClassifier

    lesson = maml.LESSON
    facts = facts_of(lesson)
    config: Any
    config, state = demo_learner(MAML, MAML / SHIPPED_LEARNER)
    images = characters(shared_home, ignore_step).images.tensor()
    support, query = images[facts.support][None, :, None], images[facts.query.ravel()][None]
    own = torch.arange(5).repeat_interleave(5)
    for steps in (0, 1, maml.GRADIENT_STEPS):
        classifier = MamlClassifier(
            state, config.learner.batch_norm, config.learner.n_filters, config.learner.inner_lr, steps, False
        )
        rows = classifier.scores(support, query)[0].argmax(-1)
        assert torch.equal(rows, torch.from_numpy(facts.rows(-1, steps).astype(int).ravel()))
        assert f"**{int((rows == own).sum())} of 25**" in said(lesson, facts, steps)
    assert f"{facts.plane.untrained:.0%}" in said(lesson, facts, len(lesson.frames) - 1)


def test_the_starts_of_maml_s_training_are_counted(facts_of: FactsOf):
    lesson = maml.LESSON
    facts = facts_of(lesson)
    assert tuple(facts.steps.tolist()) == maml.MAML_STEPS
    answers = facts.answers.reshape(len(facts.steps), maml.GRADIENT_STEPS + 1, -1, 5, 5)
    shares = [
        [np.mean([[(task[row] == row).mean() for row in range(5)] for task in tasks]) for tasks in of_start]
        for of_start in answers
    ]
    np.testing.assert_allclose(facts.accuracy, shares)
    for start in range(len(maml.MAML_STEPS)):
        text = said(lesson, facts, maml.GRADIENT_STEPS + 1 + start)
        n_right = sum((facts.rows(start, -1)[row] == row).sum() for row in range(5))
        assert f"**{n_right} of 25**" in text
        for place in (0, 1, -1):
            assert f"{shares[start][place]:.0%}" in text
    text = said(lesson, facts, maml.GRADIENT_STEPS + 1 + len(maml.MAML_STEPS))
    assert f"{shares[0][-1]:.0%}" in text
    assert f"**{shares[-1][-1]:.0%}**" in text
    assert shares[-1][-1] > shares[0][-1] + 0.1


def test_the_recorded_distances_are_those_that_are_counted(facts_of: FactsOf):
    lesson = protonets.LESSON
    facts = facts_of(lesson)
    assert tuple(facts.steps.tolist()) == protonets.PROTONETS_STEPS
    for frame in range(len(lesson.frames)):
        n_right = sum(facts.distances[frame, k, q].argmin() == k for k in range(5) for q in range(5))
        assert f"**{n_right} of 25**" in said(lesson, facts, frame)
        assert f"{facts.accuracy[frame]:.0%}" in said(lesson, facts, frame)
    assert facts.accuracy[-1] > facts.accuracy[0] + 0.1


def test_what_practice_adds_is_the_mean_over_the_same_tasks(facts_of: FactsOf):
    lesson = against_the_embedding.LESSON
    facts = facts_of(lesson)
    row = facts.demo.row("learner")
    gain = row.accuracy - facts.demo.row("baseline").accuracy
    assert facts.paired.mean == pytest.approx(gain, abs=1e-6)
    assert facts.paired.n_tasks == row.n_tasks == 1000
    assert against_the_embedding._points(gain) in said(lesson, facts, 0)
    plain = [facts.demo.row(part, plain=True).accuracy for part in ("learner", "baseline")]
    assert against_the_embedding._points(plain[0] - plain[1]) in said(lesson, facts, 1)


def test_the_test_tasks_of_the_demo_are_on_its_characters(shared_home: Home):
    dataset = characters(shared_home, ignore_step)
    tasks = TestTasks.load(MAML / "test_tasks" / "5way_1shot.safetensors").tasks
    assert set(np.unique(tasks.query)) <= set(dataset.items("meta_test").tolist())


@pytest.fixture(scope="module")
def offline(browser: Browser) -> Iterator[BrowserPage]:
    """A page of a browser without a network."""
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


DRAWN = """chart => chart._fullData.map(trace => [Array.from(trace.x ?? []), Array.from(trace.y ?? [])])"""


EVERY_DAY = {"k-means", "maml", "baseline"}
"""Lessons whose pages every run of the tests opens; the others' are opened by `-m slow`."""


@pytest.mark.parametrize(
    "lesson",
    [pytest.param(one, marks=[] if one.name in EVERY_DAY else pytest.mark.slow) for one in LESSONS],
    ids=lambda lesson: lesson.name,
)
def test_a_lesson_as_a_page_opens_from_disk_and_draws_what_was_computed(
    lesson: Lesson, facts_of: FactsOf, offline: BrowserPage, tmp_path: Path
):
    facts = facts_of(lesson)
    Page(lesson.title, lesson.idea, parts_of(lesson, facts)).write(tmp_path)
    asked: list[str] = []
    problems: list[str] = []
    offline.on("request", lambda request: asked.append(request.url))
    offline.on("pageerror", lambda error: problems.append(str(error)))
    offline.goto((tmp_path / "index.html").as_uri())
    assert offline.locator("ol li").all_inner_texts() == list(lesson.choices)
    answer = lesson.answer(facts)
    right = offline.get_by_text(f"Right is {answer + 1} · {lesson.choices[answer]}.")
    assert not right.is_visible()
    for folded in offline.locator("summary").all():
        folded.click()
    assert right.is_visible()
    scenes = [lesson.reveal(facts, place) for place in range(len(lesson.frames))]
    shown = offline.locator("main").inner_text()
    for scene in scenes:
        assert MARKS.sub("", scene.text) in shown
    charts = [
        one for scene in (lesson.ask(facts), *scenes) for one in scene.pictures if isinstance(one, Chart)
    ]
    offline.wait_for_function(f"document.querySelectorAll('.chart .main-svg').length >= {len(charts)}")
    drawn = offline.locator(".chart").all()
    assert len(drawn) == len(charts)
    for place, chart in zip(drawn, charts, strict=True):
        assert place.get_attribute("aria-label") == chart.alt
        traces: Any = chart.figure.data
        for (x, y), trace in zip(place.evaluate(DRAWN), traces, strict=True):
            same(x, trace.x)
            same(y, trace.y)
    assert problems == []
    assert {urlsplit(url).scheme for url in asked} == {"file"}


def same(drawn: list[Any], given: Any) -> None:
    """Assert that a browser draws the numbers or names that it was given."""
    wanted = [] if given is None else np.asarray(given).tolist()
    if all(isinstance(value, int | float) for value in wanted):
        np.testing.assert_allclose(drawn, wanted)
    else:
        assert drawn == wanted
