"""The Explore page as a person meets it.

Tests umeta.ui.explore.colouring, umeta.ui.explore.controls, umeta.ui.explore.how_to_read, umeta.ui.explore.map,
umeta.ui.explore.map_cell, umeta.ui.explore.map_content, umeta.ui.explore.neighbours, umeta.ui.explore.quantities,
umeta.ui.shared.cluster_view, umeta.ui.shared.map_layout, umeta.ui.shared.notebook_cell,
umeta.ui.shared.reveal, umeta.ui.shared.tile_captions and umeta.browser.map.cluster_view too.
"""

import base64
import json
import re
import time

import numpy as np
import pytest

from tests.flat_folder import flat_folder
from tests.ui.conftest import OpenPage, html_of, texts
from umeta.cache import Home
from umeta.data import DATASETS
from umeta.ui.frame.opened_paths import remember
from umeta.ui.shared.map import Mark

BADGE = "true classes: not seen in training"


def shown_items(app) -> list[int]:
    """Return the items of the gallery."""
    grids = [html for html in html_of(app) if re.search(r'class="ug ', html)]
    return [int(item) for html in grids for item in re.findall(r'aria-label="item (\d+)', html)]


def map_data(app) -> dict:
    """Return what the map was sent."""
    (one,) = (component for component in app.get("bidi_component") if component.key == "explore map")
    return json.loads(one.proto.json)[0]


def test_the_page_opens_with_a_map_and_the_biggest_cluster(open_page: OpenPage):
    app = open_page("explore")
    assert not app.exception
    assert [component.key for component in app.get("bidi_component")].count("explore map") == 1
    assert "The biggest one" in texts(app)
    assert len(shown_items(app)) > 10
    assert BADGE not in texts(app)
    assert "umeta.revealed" not in app.session_state


def test_what_is_selected_on_the_map_is_in_the_gallery_whatever_the_colour(open_page: OpenPage):
    app = open_page("explore")
    items = DATASETS.parse("digits").load(_home(app)).items("meta_train")[[3, 11, 40]].tolist()
    app.session_state["explore map"] = {"selection": {"kind": "lasso", "items": items, "at": 1.0}}
    app.run()
    assert sorted(shown_items(app)) == items
    app.selectbox(key="colour").set_value("cluster size").run()
    assert not app.exception
    assert sorted(shown_items(app)) == items


def _home(app):
    from umeta.ui.frame import state

    return state.home()


def test_a_link_to_a_cluster_shows_its_items(open_page: OpenPage):
    app = open_page("explore", find="cluster 5")
    assert not app.exception
    assert "#### Cluster 5 · " in texts(app)
    app = open_page("explore", find="cluster 9999")
    assert "there is no cluster 9999" in texts(app)
    assert "The biggest one" in texts(app)


def test_classes_are_shown_only_when_revealed_and_the_session_remembers(open_page: OpenPage):
    app = open_page("explore")
    assert app.selectbox(key="colour").options == ["cluster", "cluster size", "density", "times in tasks"]
    assert not re.search(r"<figcaption>", texts(app))
    app.toggle(key="reveal").set_value(True).run()
    assert "true class" in app.selectbox(key="colour").options
    assert "<figcaption>" in texts(app)
    app.selectbox(key="colour").set_value("true class").run()
    assert not app.exception
    assert BADGE in texts(app)
    app.toggle(key="reveal").set_value(False).run()
    assert not app.exception
    assert BADGE not in texts(app)
    assert "<figcaption>" not in texts(app)
    assert app.session_state["umeta.revealed"] is True


def test_a_link_that_colours_by_classes_without_revealing_them_shows_clusters(open_page: OpenPage):
    app = open_page("explore", colour="true class")
    assert not app.exception
    assert app.selectbox(key="colour").value == "cluster"


def test_names_on_the_map_are_those_that_the_classes_have_now(open_page: OpenPage, shared_home: Home):
    """The images of the second folder are those of the first, in classes of other names."""
    named = []
    for folder, classes in (("named first", ("apples", "pears")), ("named again", ("cats", "dogs"))):
        kinds = flat_folder(shared_home.root / folder, 40)
        for name, kind in kinds.items():
            home = shared_home.root / folder / classes[kind % 2]
            home.mkdir(exist_ok=True)
            (shared_home.root / folder / name).rename(home / name)
        own = f"folder:{shared_home.root / folder}"
        remember(shared_home, own)
        link = {"dataset": own, "split_folder": "items", "encoder": "pixels", "n_clusters": "2"}
        app = open_page("explore", **link, reveal="true", colour="true class")
        assert not app.exception
        named.append({label["text"] for label in map_data(app)["view"]["labels"]})
    assert named == [{"apples", "pears"}, {"cats", "dogs"}]


def test_a_slow_projection_moves_into_place_from_pca(
    open_page: OpenPage, shared_home: Home, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("umeta.ui.shared.map_layout.AT_ONCE", 0.0)  # so few images do not take long
    folder = shared_home.root / "photos that no other test lays out"
    flat_folder(folder, 60)
    remember(shared_home, f"folder:{folder}")
    app = open_page("explore", dataset=f"folder:{folder}", encoder="pixels", n_clusters="2")
    assert not app.exception
    assert "The map begins as PCA has it" in app.get("progress")[0].proto.text  # type: ignore[attr-defined]
    sent = map_data(app)
    assert "by pixels and PCA" in sent["options"]["alt"]
    snapshot = _home(app).root / "media" / "moving" / sent["points"]["moving"]
    assert "is said here once the map is laid out" in texts(app)
    for _ in range(200):
        if not app.get("progress"):
            break
        time.sleep(0.5)
        app.run()
    assert not app.exception
    assert not app.get("progress")
    assert "by pixels and t-SNE" in map_data(app)["options"]["alt"]
    assert map_data(app)["points"]["moving"] is None
    while snapshot.exists():  # the job clears up just after it has stored the map
        time.sleep(0.05)


def test_a_map_that_could_not_be_laid_out_is_tried_again_by_the_next_visitor(
    open_page: OpenPage, shared_home: Home, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_: object, **__: object) -> None:
        time.sleep(0.5)
        raise OSError("no more processes")

    monkeypatch.setattr("umeta.ui.shared.map_layout.AT_ONCE", 0.0)
    folder = shared_home.root / "photos that are laid out at the second try"
    flat_folder(folder, 50)
    remember(shared_home, f"folder:{folder}")
    link = {"dataset": f"folder:{folder}", "encoder": "pixels", "n_clusters": "2"}
    with monkeypatch.context() as patch:
        patch.setattr("umeta.runs.projection_process.LayoutProcess.lay_out", fail)
        app = open_page("explore", **link)
        while app.get("progress"):
            app.run()
        assert [problem.message for problem in app.exception] == ["no more processes"]
    again = open_page("explore", **link)
    assert not again.exception
    assert again.get("progress")


def test_so_few_images_that_t_sne_cannot_be_are_laid_out_by_pca(open_page: OpenPage, shared_home: Home):
    folder = shared_home.root / "seven photos"
    flat_folder(folder, 7)
    remember(shared_home, f"folder:{folder}")
    app = open_page("explore", dataset=f"folder:{folder}", encoder="pixels", n_clusters="2")
    assert not app.exception
    n_points = map_data(app)["points"]["n"]
    assert f"t-SNE needs 8 images or more; these {n_points} are as PCA has them." in texts(app)


def test_too_many_clusters_are_explained_in_one_line(open_page: OpenPage):
    app = open_page("explore", n_clusters="5000")
    assert not app.exception
    assert "n_clusters=5000 is more than the" in texts(app)


def test_an_encoder_that_trains_for_minutes_is_only_trained_on_request(open_page):
    page = open_page("explore", encoder="simclr")
    assert not page.exception
    assert "simclr** is not trained on these images yet" in page.info[0].value
    assert page.button(key="train encoder").label == "Train it now"


@pytest.mark.parametrize(
    "colour", ["cluster size", "density", "times in tasks", "true class", "true purity", "split"]
)
def test_any_colour_keeps_points_selection_and_groups(open_page: OpenPage, colour: str):
    app = open_page("explore", reveal="true", all_splits="true", find="cluster 5")
    before = map_data(app)
    app.selectbox(key="colour").set_value(colour).run()
    assert not app.exception
    after = map_data(app)
    assert (after["points"], after["selected"]) == (before["points"], before["selected"])
    assert after["view"]["palette"] != before["view"]["palette"]
    assert BADGE in texts(app)


def test_items_of_other_splits_are_hollow_and_in_no_cluster(open_page: OpenPage):
    app = open_page("explore", all_splits="true", find="split meta_test")
    data, sent = DATASETS.parse("digits").load(_home(app)), map_data(app)
    everything = np.flatnonzero(data.split_of >= 0)
    assert sent["points"]["n"] == len(everything)
    hollow = np.frombuffer(base64.b64decode(sent["view"]["marks"]["data"]), np.uint8) == Mark.HOLLOW
    assert np.array_equal(hollow, data.split_of[everything] != 0)
    assert sent["selected"] == data.items("meta_test").tolist()
    groups = np.frombuffer(base64.b64decode(sent["view"]["groups"]["data"]), np.uint8)
    assert not groups[hollow].any()


def test_a_lasso_in_a_link_selects_the_items_inside_it_whatever_map_is_shown(open_page: OpenPage):
    app = open_page("explore", lasso="pca:0,-1000,1000,-1000,1000,1000,0,1000")
    chosen = map_data(app)["selected"]
    n_points = map_data(app)["points"]["n"]
    assert 0.2 * n_points < len(chosen) < 0.8 * n_points  # what lies right of the middle
    app.selectbox(key="projection").set_value("PCA 3-D").run()
    assert not app.exception
    assert map_data(app)["points"]["dims"] == 3
    assert map_data(app)["selected"] == chosen
    app.text_input(key="find").set_value("cluster 5").run()
    assert "lasso" not in app.query_params
    assert map_data(app)["selected"] != chosen


def test_a_lasso_in_space_is_restored_by_its_link(open_page: OpenPage):
    app = open_page("explore", lasso="pca-3d@0,0:0,-1000,1000,-1000,1000,1000,0,1000")
    right = open_page("explore", lasso="pca:0,-1000,1000,-1000,1000,1000,0,1000")
    assert map_data(app)["selected"] == map_data(right)["selected"]  # seen from the front, space is the plane
    turned = open_page("explore", lasso="pca-3d@1,0:0,-1000,1000,-1000,1000,1000,0,1000")
    assert map_data(turned)["selected"] not in (None, map_data(app)["selected"])


def test_a_lasso_of_a_map_that_is_not_known_is_left_out(open_page: OpenPage):
    for lasso in ("mds:0,0,1,1,0,1", "rubbish", "pca-3d:0,0,1,1,0,1", "pca@1,1:0,0,1,1,0,1"):
        app = open_page("explore", lasso=lasso)
        assert not app.exception
        assert map_data(app)["selected"] is None


def test_neighbours_are_the_nearest_vectors_and_ringed_on_the_map(open_page: OpenPage):
    app = open_page("explore", encoder="pixels")
    item = int(DATASETS.parse("digits").load(_home(app)).items("meta_train")[17])
    app.number_input(key="near").set_value(item).run()
    app.selectbox(key="second_encoder").set_value("pca").run()
    assert not app.exception
    rings = map_data(app)["view"]["rings"]
    assert rings[0]["items"] == [item]
    near = rings[1]["items"]
    rows = next(html for html in html_of(app) if 'class="ugr' in html)
    drawn = [int(one) for one in re.findall(r'aria-label="item (\d+)', rows)]
    assert drawn[:13] == [item, *near]
    assert drawn[13] == item
    shared = len(set(near) & set(drawn[14:]))
    assert f"{shared} of 12 in both" in rows


def test_finding_something_else_takes_the_rings_of_the_item_before_away(open_page: OpenPage):
    app = open_page("explore", encoder="pixels")
    first, second = DATASETS.parse("digits").load(_home(app)).items("meta_train")[[17, 18]].tolist()
    app.number_input(key="near").set_value(first).run()
    app.text_input(key="find").set_value(f"item {second}").run()
    assert map_data(app)["view"]["rings"][0]["items"] == [second]
    app.text_input(key="find").set_value("cluster 3").run()
    assert map_data(app)["view"]["rings"] == []


def test_the_nearest_are_those_of_a_plain_search(open_page: OpenPage):
    app = open_page("explore", encoder="pixels", near="0")
    data = DATASETS.parse("digits").load(_home(app))
    items = data.items("meta_train")
    item = int(items[3])
    app.number_input(key="near").set_value(item).run()
    pixels = data.images.images.reshape(len(data.images), -1).astype(float)
    far = ((pixels[items] - pixels[item]) ** 2).sum(axis=1)
    far[items == item] = np.inf
    nearest = map_data(app)["view"]["rings"][1]["items"]
    assert far[np.isin(items, nearest)].max() <= np.sort(far)[11] * 1.001


def test_the_map_says_how_far_it_can_be_believed(open_page: OpenPage):
    said = texts(open_page("explore"))
    assert "15 nearest neighbours by its vector, t-SNE keeps" in said
    assert "A map cannot tell" in said


@pytest.mark.parametrize(
    "view",
    [
        {"find": "cluster 5"},
        {"colour": "density", "projection": "PCA 3-D"},
        {"colour": "times in tasks"},
        {"colour": "cluster size", "all_splits": "true"},
        {"colour": "true purity", "reveal": "true"},
        {"colour": "true class", "reveal": "true", "lasso": "pca:0,-1000,1000,-1000,1000,1000,0,1000"},
    ],
)
def test_the_notebook_cell_draws_the_points_of_the_map(open_page: OpenPage, view: dict[str, str]):
    app = open_page("explore", **view)
    sent = map_data(app)
    in_space = [0.5, 0.35] if sent["points"]["dims"] == 3 else []
    app.session_state["explore map"] = {"cell": [-1.0, -2.0, 3.0, 4.0, *in_space]}
    app.run()
    assert not app.exception
    scope: dict = {}
    assert "umeta.ui" not in app.code[0].value
    exec(app.code[0].value.removesuffix("figure\n"), scope)
    drawn = scope["figure"].data[0]
    assert len(drawn.x) == sent["points"]["n"]
    assert np.array_equal(scope["items"], scope["items"][np.argsort(scope["items"])])
    assert scope["figure"].layout.xaxis.range == (-1.0, 3.0)
    selected = [] if drawn.selectedpoints is None else scope["items"][list(drawn.selectedpoints)].tolist()
    assert selected == (sent["selected"] or [])
