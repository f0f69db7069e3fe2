import csv
import io
import json
import re
import threading

import numpy as np
import pytest

from tests.ui.conftest import OpenPage, html_of, texts
from umeta.data import DATASETS
from umeta.partitions import Partition
from umeta.ui.explore import find
from umeta.ui.gallery import as_csv, as_json, by_cluster_typical_first, records
from umeta.ui.maps import medoids

BADGE = "true classes: not seen in training"


def shown_items(app) -> list[int]:
    return [int(item) for html in html_of(app) for item in re.findall(r'aria-label="item (\d+)', html)]


def test_the_page_opens_with_a_map_and_the_biggest_cluster(open_page: OpenPage):
    app = open_page("explore")
    assert not app.exception
    assert len(app.get("bidi_component")) == 1
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
    from umeta.ui import state

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
    assert app.selectbox(key="colour").options == ["cluster", "cluster size"]
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


def test_pca_is_shown_until_umap_is_ready(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch):
    go_on = threading.Event()

    def slow(vectors, method, *, seed):
        if method == "umap":
            go_on.wait(30)
        return np.ascontiguousarray(vectors[:, :2])

    monkeypatch.setattr("umeta.runs.products.project", slow)
    app = open_page("explore", projection="UMAP", encoder="pixels")
    assert not app.exception
    assert "PCA is shown until it is ready" in texts(app)
    assert "by pixels and PCA" in app.get("bidi_component")[0].proto.json  # type: ignore[attr-defined]
    go_on.set()
    app.run()
    assert not app.exception
    assert "until it is ready" not in texts(app)
    assert "by pixels and UMAP" in app.get("bidi_component")[0].proto.json  # type: ignore[attr-defined]


def test_too_many_clusters_are_explained_in_one_line(open_page: OpenPage):
    app = open_page("explore", k="5000")
    assert not app.exception
    assert "n_clusters=5000 is more than the" in texts(app)


@pytest.fixture
def partition() -> Partition:
    """Items 0 to 5; item 3 is in no cluster."""
    return Partition(np.array([1, 1, 4, -1, 4, 4], np.int32), n_made=2)


@pytest.mark.parametrize(
    ("text", "items"), [("4", [2, 4, 5]), (" Cluster: 1", [0, 1]), ("item 3", [3]), ("i2", [2])]
)
def test_find(partition: Partition, text: str, items: list[int]):
    assert find(text, partition, np.arange(6)).tolist() == items


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello", "neither a cluster nor an item"),
        ("2", "no cluster 2"),
        ("item 7", "item 7 is not among the 6"),
    ],
)
def test_find_says_what_there_is(partition: Partition, text: str, message: str):
    with pytest.raises(ValueError, match=message):
        find(text, partition, np.arange(6))


def test_the_most_typical_of_the_largest_part_comes_first(partition: Partition):
    distances = np.array([0.0, 1, 9, 5, 7, 8])
    assert by_cluster_typical_first(np.arange(6), partition.clusters, distances).tolist() == [
        4,
        5,
        2,
        0,
        1,
        3,
    ]
    assert medoids(partition.clusters, distances) == {1: 0, 4: 4}


def test_downloads_hold_classes_and_file_names_only_when_revealed(home):
    data = DATASETS.parse("digits").load(home)
    clusters = Partition(np.arange(len(data.images), dtype=np.int32) % 7, n_made=7)
    hidden = records(data, clusters, np.array([8, 3]), revealed=False)
    assert hidden == [{"item": 8, "cluster": 1}, {"item": 3, "cluster": 3}]
    (row,) = csv.DictReader(
        io.StringIO(as_csv(records(data, clusters, np.array([3]), revealed=True)).decode())
    )
    name = data.classes.names[data.classes.values[3]]
    assert row == {"item": "3", "cluster": "3", "id": data.images.ids[3], "true_class": name}
    assert json.loads(as_json(hidden)) == hidden
    assert as_csv([]).decode().strip() == "item,cluster"


def test_an_encoder_that_trains_for_minutes_is_only_trained_on_request(open_page):
    page = open_page("explore", encoder="simclr")
    assert not page.exception
    assert "simclr** is not trained on these images yet" in page.info[0].value
    assert page.button(key="train encoder").label == "Train it now"
