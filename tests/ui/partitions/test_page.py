"""The Partitions page as a person meets it.

Tests umeta.ui.partitions.audit, umeta.ui.partitions.diversity, umeta.ui.partitions.linked_maps,
umeta.ui.shared.on_demand, umeta.ui.partitions.overlap, umeta.ui.partitions.report, umeta.ui.partitions.sides,
umeta.ui.partitions.cells, umeta.ui.shared.charts, umeta.ui.shared.notebook_cell and umeta.ui.shared.task_shape too.
"""

import json

import numpy as np
import pytest
from PIL import Image

from tests.ui.conftest import AllWork, OpenPage, check_code_of_charts, html_of, texts
from umeta.cache import Home
from umeta.ui.frame import opened_paths

BADGE = "true classes: not seen in training"


def test_two_partitions_stand_side_by_side_with_one_sentence(open_page: OpenPage):
    app = open_page("partitions", n_clusters="20", partition_b="random", n_clusters_b="12")
    assert not app.exception
    assert [one.key for one in app.get("bidi_component") if str(one.key).startswith("map")] == [
        "map A",
        "map B",
    ]
    assert "#### A: kmeans, 20 clusters" in texts(app)
    assert "#### B: random, 12 clusters" in texts(app)
    assert "They have no more in common than chance." in texts(app)
    assert len(app.get("plotly_chart")) == 1
    assert BADGE not in texts(app)
    assert "Purity</th>" not in texts(app)


def test_agreement_with_classes_is_shown_only_when_revealed(open_page: OpenPage):
    app = open_page("partitions", reveal="true", partition_b="oracle")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 2
    check_code_of_charts(app)
    assert BADGE in texts(app)
    card = next(html for html in html_of(app) if "Purity" in html)
    assert "<td>100.0%</td>" in card
    assert "10 of 10" in card
    assert app.session_state["umeta.revealed"] is True
    assert "oracle" not in open_page("partitions", partition_b="oracle").selectbox(key="partition_b").options


def test_numbers_of_true_classes_are_of_those_of_the_images_on_show(open_page: OpenPage, shared_home: Home):
    """Two folders hold the same images; in the second each class has images of all kinds."""
    folders = [shared_home.root / "photos" / name for name in ("by colour", "mixed")]
    for number in range(60):
        image = Image.new("RGB", (16, 16), tuple(200 * (k == number % 3) + number // 3 for k in range(3)))
        for folder, kind in zip(folders, (number % 3, number % 4), strict=True):
            part = ("val", "test", *["train"] * 3)[number // 12]
            home = folder / part / "abcd"[kind]
            home.mkdir(parents=True, exist_ok=True)
            image.save(home / f"{number}.png")
    said = []
    for folder in folders:
        opened_paths.remember(shared_home, f"folder:{folder}")
        link = {"dataset": f"folder:{folder}", "encoder": "pixels", "n_clusters": "3"}
        app = open_page("partitions", **link, reveal="true", partition_b="oracle")
        assert not app.exception
        said.append(texts(app))
    assert "They are the same clusters." in said[0]
    assert "They are the same clusters." not in said[1]
    assert "4 of 4" in said[1]


def test_clusters_too_small_for_the_task_are_counted(open_page: OpenPage):
    app = open_page("partitions", n_clusters="60", n_way="50", n_shot="20", n_query="20")
    assert not app.exception
    assert "no 50-way task can be drawn" in texts(app)


def test_one_of_several_scaled_partitions_can_be_shown(open_page: OpenPage):
    first = open_page("partitions", partition_b="kmeans", n_partitions_b="3", partition_number_b="1")
    assert "They are the same clusters." in texts(first)
    second = open_page("partitions", partition_b="kmeans", n_partitions_b="3", partition_number_b="2")
    assert not second.exception
    assert "They are the same clusters." not in texts(second)
    unscaled = open_page(
        "partitions", partition_b="kmeans", n_partitions_b="3", partition_number_b="2", scaling_b="false"
    )
    assert not unscaled.exception


def test_a_cluster_picked_in_the_link_is_selected_on_both_maps(open_page: OpenPage):
    app = open_page("partitions", n_clusters="20", find="cluster 3 of A")
    assert not app.exception
    assert "in 1 cluster of A and" in texts(app)
    assert " selected: in " not in texts(open_page("partitions", n_clusters="20", find="cluster 99 of A"))


def test_a_lasso_in_the_link_selects_whatever_map_is_shown(open_page: OpenPage):
    link = {"encoder": "pixels", "lasso": "pca:-9,-9,9,-9,9,9,-9,9"}
    assert " selected: in " in texts(open_page("partitions", **link, projection="PCA 3-D"))
    assert " selected: in " not in texts(open_page("partitions", lasso="pca-3d:0,0,1,1,1,0"))


def test_the_overlap_of_a_with_itself_is_the_diagonal(open_page: OpenPage):
    app = open_page("partitions", n_clusters="12", partition_b="kmeans", section="Where do A and B differ?")
    assert not app.exception
    chart = json.loads(app.get("plotly_chart")[0].proto.spec)  # type: ignore[attr-defined]
    card = next(html for html in html_of(app) if "Rand" in html)
    assert card.count("<td>1.00</td>") == 3
    assert "<td>100%</td>" in card
    assert len(chart["data"][0]["x"]) == 13
    check_code_of_charts(app)


def test_what_is_measured_needs_no_reveal_and_true_attributes_do(open_page: OpenPage):
    app = open_page("partitions", partition_b="random", section="What do they follow?")
    assert not app.exception
    assert "add: class" in texts(app)
    assert BADGE not in texts(app)
    assert "A follows **" in texts(app)
    assert "B follows none of these." in texts(app)
    check_code_of_charts(app)
    app.toggle(key="reveal").set_value(True).run()
    assert BADGE in texts(app)
    assert "A follows **class** most" in texts(app)
    check_code_of_charts(app)


@pytest.mark.parametrize(
    ("section", "kind", "said", "charts"),
    [
        ("Is one partition enough?", "diversity", "Any two agree to", 2),
        ("How stable are clusters?", "stability", "chooses no number of clusters", 1),
        ("How much can tasks use?", "size multiples", "", 1),
    ],
)
def test_what_takes_long_waits_for_a_click_and_is_kept(
    open_page: OpenPage, section: str, kind: str, said: str, charts: int
):
    asked = {"section": section, "n_clusters": "10", "n_compared": "3"}
    app = open_page("partitions", **asked)
    assert not app.exception
    assert not app.get("plotly_chart")
    assert "It will show how far it is, can be stopped, and is kept." in texts(app)
    app.session_state["umeta.stopped"] = AllWork()  # it was stopped before, and one click makes it go on
    app.button(key=f"compute {kind}").click().run()
    assert not app.exception
    assert said in texts(app)
    assert len(app.get("plotly_chart")) == charts
    again = open_page("partitions", **asked)  # another session finds it made
    assert len(again.get("plotly_chart")) == charts
    check_code_of_charts(again)


def test_settings_of_hyperplanes_can_be_varied(open_page: OpenPage):
    link = {"section": "How much can tasks use?", "partition_b": "hyperplanes", "side": "B"}
    app = open_page("partitions", **link, encoder="pca", vary_hyperplanes="margin", margin_b="0.1")
    assert not app.exception
    app.button(key="compute size multiples").click().run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 1


def test_pairs_are_judged_with_an_estimate_and_a_way_back(open_page: OpenPage):
    app = open_page("partitions", section="Are clusters pure?", side="B")
    assert not app.exception
    assert "Not known yet" in texts(app)
    for answer in ("same", "different", "unsure", "same"):
        app.button(key=f"audit {answer}").click().run()
    assert not app.exception
    assert "Label noise: 33%" in texts(app)
    assert "1 different, 2 same, 1 not told" in texts(app)
    app.button(key="audit back").click().run()
    assert "Label noise: 50%" in texts(app)
    app.segmented_control(key="side").set_value("A").run()
    assert "Not known yet" in texts(app)
    app.segmented_control(key="side").set_value("B").run()
    assert "Label noise: 50%" in texts(app)
    assert BADGE not in texts(app)
    app.toggle(key="reveal").set_value(True).run()
    assert BADGE in texts(app)
    assert "By the true classes, " in texts(app)


def test_no_pair_can_be_judged_where_no_cluster_is_large_enough(open_page: OpenPage):
    app = open_page("partitions", section="Are clusters pure?", n_clusters="400", n_shot="20", n_query="20")
    assert not app.exception
    assert "there is no pair to judge" in texts(app)


def test_the_cell_draws_the_figures_of_the_page(open_page: OpenPage, shared_home):
    app = open_page(
        "partitions", section="Take away", n_clusters="12", partition_b="kmeans", n_clusters_b="7"
    )
    assert not app.exception
    code = app.code[0].value.replace(".show()", "")
    assert "umeta.ui" not in code
    scope: dict = {}
    exec(code, scope)
    assert scope["a"].n_clusters == 12
    assert scope["b"].n_clusters == 7
    assert np.array_equal(scope["a"].clusters < 0, scope["b"].clusters < 0)
