import numpy as np

from tests.ui.conftest import OpenPage, html_of, texts
from tests.ui.tasks.page_content import BADGE, shown_items


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


def test_browsing_sorts_by_how_sure_partitions_are(open_page: OpenPage):
    app = open_page("tasks", section="browse", order="least sure", n_clusters="20", encoder="pixels")
    assert not app.exception
    sure = app.dataframe[0].value["sure %"].to_numpy()
    assert (np.diff(sure) >= 0).all()
    assert 0 <= sure[0] < sure[-1] <= 100
    noisy = open_page(
        "tasks", section="browse", order="surest", n_clusters="20", encoder="pixels", label_noise="1"
    )
    assert not noisy.exception
    assert noisy.dataframe[0].value["sure %"].mean() < sure.mean() - 30


def test_what_makes_one_partition_cannot_be_sorted_by_sureness(open_page: OpenPage):
    app = open_page("tasks", section="browse", source="oracle", reveal="true")
    assert not app.exception
    assert "surest" not in app.selectbox(key="order").options
