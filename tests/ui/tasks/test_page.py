import re

import numpy as np
import pytest
from playwright.sync_api import Browser

from tests.ui.conftest import OpenPage, html_of, texts
from tests.ui.test_browser import PHONE, SETTLED, cold_server, open_link
from umeta.cache import Home
from umeta.runs.config import RunConfig
from umeta.runs.pipeline import execute
from umeta.stage import UserError
from umeta.tasks import PartitionSource, TaskBatch, TaskConfig
from umeta.tasks.report import TaskTruth
from umeta.ui.tasks.deck import draw_numbered, join
from umeta.ui.tasks.guess import Answered, guess_text, in_words, read_guess
from umeta.ui.tasks.report_card import meaning, verdict
from umeta.ui.tasks.source_comparison import matches

BADGE = "true classes: not seen in training"


def shown_items(app) -> list[int]:
    return [int(item) for item in re.findall(r'aria-label="item (\d+)', "".join(html_of(app)))]


def grids(app) -> list[str]:
    return [html for html in html_of(app) if 'class="ugr' in html]


def sent(app) -> str:
    """Return what the components of a page are given, the map and the board among them."""
    protos = [str(one.proto) for one in app.get("bidi_component")]
    return "".join(protos).replace("\\", "")


def task_of(app) -> str:
    """Return the name of the task on the board."""
    found = re.search(r'"task": ?"(\w+)"', sent(app))
    assert found
    return found[1]


def test_a_link_rebuilds_the_same_task(open_page: OpenPage):
    link = {"task": "12", "n_way": "4", "n_shot": "2", "n_query": "3", "p": "2", "n_clusters": "20"}
    first, again = open_page("tasks", **link), open_page("tasks", **link)
    assert not first.exception
    assert len(shown_items(first)) == len(set(shown_items(first))) == 4 * (2 + 3)
    assert shown_items(first) == shown_items(again)
    assert shown_items(open_page("tasks", **{**link, "task": "13"})) != shown_items(first)


def test_new_task_counts_up_and_the_link_follows(open_page: OpenPage):
    app = open_page("tasks", task="3")
    before = shown_items(app)
    app.button[0].click().run()
    assert app.number_input(key="task").value == 4
    assert shown_items(app) != before
    assert shown_items(app) == shown_items(open_page("tasks", task="4"))


def test_the_tasks_items_are_ringed_on_the_map(open_page: OpenPage):
    app = open_page("tasks", n_way="3")
    ringed = [int(n) for group in re.findall(r'"items": ?\[([\d, ]+)\]', sent(app)) for n in group.split(",")]
    assert sorted(ringed) == sorted(shown_items(app))


def test_classes_and_the_oracle_come_with_the_reveal(open_page: OpenPage):
    app = open_page("tasks")
    assert BADGE not in texts(app)
    assert "<figcaption>" not in texts(app)
    app.toggle(key="reveal").set_value(True).run()
    assert not app.exception
    assert BADGE in texts(app)
    assert "true class" in "".join(html_of(app))
    assert app.session_state["umeta.revealed"] is True
    oracle = open_page("tasks", reveal="true", source="oracle")
    assert not oracle.exception
    assert "".join(html_of(oracle)).count("<p>1 true class</p>") == 5


@pytest.mark.parametrize("source", ["oracle", "test tasks"])
def test_a_link_to_true_classes_shows_clusters_until_they_are_revealed(open_page: OpenPage, source: str):
    app = open_page("tasks", source=source)
    assert not app.exception
    assert app.warning[0].value.startswith("This link shows tasks of true classes")
    assert "clusters of partition A" in texts(app)


def test_hiding_the_classes_again_ends_tasks_of_true_classes(open_page: OpenPage):
    app = open_page("tasks", reveal="true", source="oracle")
    app.toggle(key="reveal").set_value(False).run()
    assert not app.exception
    assert "clusters of partition A" in texts(app)


def test_random_tasks_are_drawn_by_chance(open_page: OpenPage):
    app = open_page("tasks", source="random")
    assert not app.exception
    assert "drawn by chance" in texts(app)


def test_test_tasks_are_those_of_the_saved_list(open_page: OpenPage):
    app = open_page("tasks", source="test tasks", reveal="true", task="1003")
    assert not app.exception
    assert re.search(r"number 3 of 1,000, list `[0-9a-f]{16}`", texts(app))
    assert "".join(html_of(app)).count("<p>1 true class</p>") == 5


def test_augmented_rows_show_views_of_one_image(open_page: OpenPage):
    app = open_page("tasks", source="augmented", n_way="3", n_query="2")
    assert not app.exception
    html = "".join(html_of(app))
    items = re.findall(r'aria-label="item (\d+)(, a random view)?, (support|query) of row (\d)"', html)
    assert len(items) == 3 * (1 + 2)
    for row in "123":
        (own,) = {item for item, *_, of in items if of == row}
        assert [kind for item, _, kind, of in items if (item, of) == (own, row)] == [
            "support",
            "query",
            "query",
        ]
    assert all(bool(view) == (kind == "query") for _, view, kind, _ in items)


def test_a_task_that_cannot_be_drawn_is_explained(open_page: OpenPage):
    app = open_page("tasks", n_way="40")
    assert not app.exception
    assert "n_way=40 needs that many clusters" in texts(app)


def test_four_kinds_of_tasks_stand_side_by_side(open_page: OpenPage):
    app = open_page("tasks", section="side by side")
    assert not app.exception
    assert len(grids(app)) == 3  # the oracle waits for the reveal
    assert BADGE not in texts(app)
    revealed = open_page("tasks", section="side by side", reveal="true")
    assert not revealed.exception
    assert len(grids(revealed)) == 4
    assert "100% of support–query pairs truly match (✓). 5 random images" in texts(revealed)


def test_browsing_sorts_by_what_was_chosen_and_opens_a_task(open_page: OpenPage):
    app = open_page("tasks", section="browse", order="easiest", n_clusters="20")
    assert not app.exception
    table = app.dataframe[0].value
    assert len(table) == 200
    assert (np.diff(table["right %"]) <= 0).all()
    assert "purity %" not in table
    best = int(table["task"].tolist()[0])
    assert f"Task {best}<" in "".join(html_of(app))
    app.get("button_group")[-1].set_value(best).run()  # type: ignore[attr-defined]
    assert not app.exception
    assert app.number_input(key="task").value == best
    assert len(shown_items(app)) == 5 * 6  # the task by itself


def test_purity_sorts_only_once_it_is_revealed(open_page: OpenPage):
    app = open_page("tasks", section="browse", order="purest", n_clusters="20")
    assert not app.exception
    assert app.selectbox(key="order").value == "hardest"
    revealed = open_page("tasks", section="browse", order="purest", reveal="true", n_clusters="20")
    assert not revealed.exception
    assert (np.diff(revealed.dataframe[0].value["purity %"]) <= 0).all()
    assert BADGE in texts(revealed)


def test_the_report_card_compares_with_test_tasks_once_classes_are_revealed(open_page: OpenPage):
    app = open_page("tasks", section="report card", n_clusters="20")
    assert not app.exception
    assert "of their queries right" in texts(app)
    for label_used in ("Label noise", "pseudo-tasks are", BADGE):
        assert label_used not in texts(app)
    app.toggle(key="reveal").set_value(True).run()
    for label_used in ("Label noise", "pseudo-tasks are", BADGE):
        assert label_used in texts(app)
    revealed = open_page("tasks", section="report card", reveal="true", source="oracle")
    assert not revealed.exception
    said = texts(revealed)
    assert said.count("100.0%") == 2  # different classes, and pairs that match
    assert "**In words:** 0% of the answers" in said


def test_a_guess_in_the_link_is_compared_with_the_nearest_neighbour(open_page: OpenPage):
    board = open_page("tasks", section="guess it", n_way="3", n_query="2", task="5")
    assert not board.exception
    assert grids(board) == []  # no answer is on the page before the person has given theirs
    task = task_of(board)
    answered = open_page(
        "tasks", section="guess it", n_way="3", n_query="2", task="5", guess=f"{task}-1.1.2.3.3.3"
    )
    assert not answered.exception
    assert "You got 5 of 6 right; the nearest neighbour" in texts(answered)
    assert "".join(html_of(answered)).count("<span>you ✓</span>") == 5
    assert "<span>you ✗3</span>" in "".join(html_of(answered))
    other = open_page(
        "tasks", section="guess it", n_way="3", n_query="2", task="6", guess=f"{task}-1.1.2.3.3.3"
    )
    assert grids(other) == []  # a guess of another task says nothing of this one


@pytest.fixture(scope="module")
def learner_home(tmp_path_factory) -> Home:
    """Return a home with one finished run, whose learner takes up to any number of ways."""
    home = Home(tmp_path_factory.mktemp("learner"), ())
    keys = [
        "dataset=digits",
        "encoder=pixels",
        "partition.n_clusters=20",
        "learner=protonets",
        "budget=smoke",
    ]
    execute(RunConfig.from_keys([*keys, "learner.iterations=3", "test.n_tasks=20"]), home)
    return home


def test_learners_of_finished_runs_answer_too(open_page: OpenPage, learner_home: Home, monkeypatch):
    monkeypatch.setenv("UMETA_HOME", str(learner_home.root))
    link = {"n_way": "3", "n_query": "2", "encoder": "pixels", "n_clusters": "20"}
    board = open_page("tasks", section="guess it", **link)
    task = task_of(board)
    app = open_page("tasks", section="guess it", guess=f"{task}-1.1.2.2.3.3", **link)
    assert not app.exception
    assert re.search(
        r"You got 6 of 6 right; the nearest neighbour \d, CACTUs-ProtoNets \d; guessing", texts(app)
    )
    browsed = open_page("tasks", section="browse", **link)
    names = browsed.selectbox(key="solver").options
    assert [name.partition(" · ")[0] for name in names] == ["nearest neighbour", "CACTUs-ProtoNets"]
    browsed.selectbox(key="solver").select(names[1]).run()
    assert not browsed.exception
    assert browsed.dataframe[0].value["right %"].is_monotonic_increasing  # the hardest for it first


def test_the_number_alone_decides_the_task():
    source = PartitionSource([np.repeat(np.arange(6, dtype=np.int32), 8)])
    shape = TaskConfig(n_way=3, n_shot=1, n_query=2)
    five, again, six = (draw_numbered(source, shape, number).query for number in (5, 5, 6))
    np.testing.assert_array_equal(five, again)
    assert (five != six).any()
    both = join([draw_numbered(source, shape, number) for number in (5, 6)])
    np.testing.assert_array_equal(both.query, np.concatenate([five, six]))
    with pytest.raises(UserError):
        draw_numbered(source, TaskConfig(n_way=7, n_shot=1, n_query=2), 5)


def a_task(*queries: tuple[int, int]) -> TaskBatch:
    support = np.arange(len(queries)).reshape(1, -1, 1)
    zeros = np.zeros(1, np.int64)
    return TaskBatch(support, np.array([queries]), zeros, support[..., 0])


def test_a_guess_is_kept_with_its_task_and_read_for_no_other():
    task, rows = a_task((10, 11), (12, 13)), np.array([[0, 1], [1, 1]])
    text = guess_text(task, rows)
    assert text.endswith("-1.2.2.2")
    np.testing.assert_array_equal(read_guess(text, task), rows)
    assert read_guess(text, a_task((10, 11), (12, 14))) is None
    for broken in ("", text[:-2], text[:-1] + "3", text[:-1] + "0", text + ".1", "hello-1.2.2.2"):
        assert read_guess(broken, task) is None


def test_the_guess_is_put_into_words():
    you = Answered("you", "you", np.array([[0, 0], [1, 0]]))
    nearest = Answered("nearest neighbour", "nearest neighbour", np.array([[1, 0], [0, 0]]))
    learner = Answered("CACTUs-MAML · digits-1", "A", np.array([[0, 0], [1, 1]]))
    assert in_words([you, nearest, learner], 2) == (
        "You got 3 of 4 right; the nearest neighbour 1, CACTUs-MAML 4; guessing gets 2."
    )


def test_the_verdict_names_the_easier_tasks_and_how_sure_that_is():
    easy, hard = np.tile([1.0, 0.8], 500), np.tile([0.6, 0.4], 500)
    # means 0.9 and 0.5, variance 0.01 each: 1.96 · √(0.02 / 1,000) = 0.9 points
    assert "easier than the test tasks, by 40.0 ± 0.9 points" in verdict("pseudo-tasks", easy, hard)
    assert "harder than the test tasks, by 40.0 ± 0.9 points" in verdict("pseudo-tasks", hard, easy)
    assert "about as hard as the test tasks** (+0.0" in verdict("pseudo-tasks", easy, easy)


def test_the_meaning_of_the_card_is_in_its_numbers():
    truth = TaskTruth(np.array([True, True, True, False]), np.ones(4), np.array([0.0, 0.2, 0.4, 0.6]))
    said = meaning(truth)
    assert "30% of the answers" in said
    assert "in 25% of the tasks" in said


@pytest.mark.parametrize(
    "link",
    [
        {"n_clusters": "20"},
        {"n_clusters": "20", "p": "3", "p_n": "2"},
        {"source": "random"},
        {"source": "augmented"},
        {"source": "oracle", "reveal": "true"},
        {"source": "test tasks", "reveal": "true", "task": "1002"},
    ],
)
def test_the_notebook_cell_draws_the_same_task(open_page: OpenPage, link: dict[str, str]):
    app = open_page("tasks", **link)
    key = "task map True" if link.get("source") == "test tasks" else "task map False"
    app.session_state[key] = {"cell": [-1.0, -2.0, 3.0, 4.0]}
    app.run()
    assert not app.exception
    scope: dict = {}
    exec(app.code[0].value, scope)
    task = scope["task"]
    assert np.concatenate([task.support[0], task.query[0]], axis=1).ravel().tolist() == shown_items(app)


def test_a_person_guesses_by_keys_and_clicks_in_a_browser(browser: Browser, shared_home: Home):
    with cold_server(shared_home) as address:
        page = browser.new_page(viewport=PHONE)
        open_link(
            page, f"{address}/tasks?dataset=digits&encoder=pixels&section=guess+it&n_way=2&n_query=2", "Tasks"
        )
        queries = page.locator(".board .queries button")
        queries.first.wait_for()
        assert page.locator(".board .done").is_disabled()
        page.keyboard.press("1")
        page.keyboard.press("2")
        page.locator(".board .samples button").nth(1).click()
        queries.nth(0).click()  # changes the first answer
        page.keyboard.press("2")
        page.keyboard.press("1")
        assert [queries.nth(k).inner_text().strip() for k in range(4)] == ["2", "2", "2", "1"]
        page.locator(".board .done").click()
        page.get_by_text("You got").wait_for()
        page.wait_for_selector(SETTLED)
        assert "guess=" in page.url
        page.wait_for_function(f"document.documentElement.scrollWidth <= {PHONE['width']}")
        page.close()


def test_a_query_matches_where_its_support_holds_its_class():
    # items 0 and 1 are the support of two rows; classes by item
    classes = np.array([7, 8, 7, 8, 8, 8])
    assert matches(a_task((2, 3), (4, 5)), classes) == [["✓", "✗"], ["✓", "✓"]]
