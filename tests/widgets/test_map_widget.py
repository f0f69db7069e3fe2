"""The map as a widget, without a kernel: what it sends, and what it makes of what a browser sends.

Tests umeta.widgets.painting, umeta.widgets.pictures and umeta.widgets.scripts too.
"""

import base64
import importlib.util
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

import umeta
from umeta.api import EmbeddedData, PartitionedData
from umeta.browser.map.scripts import MAP_SCRIPT
from umeta.stage import UserError
from umeta.widgets.map_widget import MapWidget


@pytest.fixture
def shown(embedding: EmbeddedData) -> MapWidget:
    return umeta.explore(embedding, projection="pca")


def asked(widget: MapWidget, question: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return what the kernel sends to a browser that asks."""
    sent: list[Any] = []
    monkeypatch.setattr(widget, "send", lambda content, buffers: sent.append((content, buffers[0])))
    widget._answer(widget, {"id": "q1", **question}, [])
    return sent


def test_it_mounts_the_script_of_the_app(shown: MapWidget):
    assert MAP_SCRIPT in str(shown._esm)


def test_a_lasso_arrives_as_item_numbers(shown: MapWidget):
    heard: list[Any] = []
    shown.observe(heard.append, "selected")
    items = shown.items[[5, 2, 9]]
    shown._gesture = {"kind": "lasso", "items": items.tolist(), "at": 1.0}
    assert shown.selected.tolist() == sorted(items.tolist())
    bits = np.zeros(2000, np.uint8)
    bits[shown.items[:3]] = 1
    packed = base64.b64encode(np.packbits(bits, bitorder="little").tobytes()).decode()
    shown._gesture = {"kind": "lasso", "bits": packed, "at": 2.0}
    assert shown.selected.tolist() == shown.items[:3].tolist()
    assert len(heard) == 2


def test_python_selects_and_says_what_is_not_on_the_map(shown: MapWidget):
    shown._gesture = {"kind": "item", "items": [int(shown.items[0])], "at": 1.0}
    shown.selected = [shown.items[3], shown.items[1], shown.items[3]]
    assert shown._message["selected"] == shown.items[[1, 3]].tolist()
    assert shown._gesture == {}
    outside = int(np.setdiff1d(np.arange(1797), shown.items)[0])
    with pytest.raises(UserError, match=f"1 item that is not on this map, such as {outside}"):
        shown.selected = [outside]
    assert list(shown.selected) == shown.items[[1, 3]].tolist()


def test_points_are_coloured_by_clusters_names_and_numbers(
    shown: MapWidget, embedding: EmbeddedData, partitions: PartitionedData
):
    shown.colour = partitions
    clusters = partitions.clusters[0][shown.items]
    first = int(clusters[0])
    assert (
        shown._message["view"]["groupTexts"][str(first)]
        == f"cluster {first} · {(clusters == first).sum()} images"
    )
    shown.colour = embedding.data.dataset.classes
    assert [entry["text"] for entry in shown._message["view"]["legend"]][:3] == ["0", "1", "2"]
    shown.colour = np.linspace(0, 100, 1797)
    low, middle, high = (float(entry["text"]) for entry in shown._message["view"]["legend"])
    assert low < middle < high
    shown.colour = None
    assert len(shown._message["view"]["palette"]) == 1


@pytest.mark.parametrize(
    ("colour", "words"),
    [
        (np.zeros(3), r"colour has the shape \(3,\); the data set has 1,797 items"),
        ("class", "colour is an array of <U5; give what umeta.partition"),
        (object(), "colour is object; give what umeta.partition"),
    ],
)
def test_a_colour_that_does_not_fit_changes_nothing(shown: MapWidget, colour: Any, words: str):
    before = shown._message
    with pytest.raises(UserError, match=words):
        shown.colour = colour
    assert shown._message is before
    assert shown.colour is None


def test_linked_maps_share_what_is_selected(shown: MapWidget, embedding: EmbeddedData):
    other = umeta.explore(embedding, projection="pca", items=shown.items[::2])
    shown.link(other)
    shown.selected = shown.items[:4]
    assert other.selected.tolist() == shown.items[[0, 2]].tolist()
    other._gesture = {"kind": "item", "items": [int(shown.items[6])], "at": 1.0}
    assert shown.selected.tolist() == [shown.items[6]]
    links = {widget._message["options"]["link"] for widget in (shown, other)}
    assert len(links) == 1
    assert None not in links


def test_the_browser_is_sent_points_and_images_and_nothing_else(
    shown: MapWidget, embedding: EmbeddedData, monkeypatch: pytest.MonkeyPatch
):
    ((content, points),) = asked(shown, {"name": shown.points.name}, monkeypatch)
    assert content == {"id": "q1"}
    assert np.frombuffer(points, "<i4", offset=8 * len(shown.points)).tolist() == shown.items.tolist()
    ((_, tiles),) = asked(shown, {"items": [7, 100]}, monkeypatch)
    images = embedding.data.images.images
    opaque = np.asarray(Image.open(io.BytesIO(tiles)))[..., -1]
    assert np.array_equal(opaque, np.concatenate([images[7, 0], images[100, 0]], axis=1))
    assert asked(shown, {"name": "../secret"}, monkeypatch) == []


def test_where_no_kernel_runs_it_is_a_picture_in_words_and_points(shown: MapWidget):
    data, _ = shown._repr_mimebundle_()
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert picture.size == (720, 480)
    assert data["text/plain"].startswith(f"Map of {len(shown.items):,} images")
    assert "application/vnd.jupyter.widget-view+json" in data


def test_items_that_are_none_of_the_set_are_refused(embedding: EmbeddedData):
    with pytest.raises(UserError, match=r"some of the 1,797 items by numbers from 0; found \[-1, 4\]"):
        umeta.explore(embedding, items=[4, -1])


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    found = importlib.util.find_spec
    monkeypatch.setattr("umeta.widgets.find_spec", lambda name: None if name == "anywidget" else found(name))
    with pytest.raises(
        UserError, match=r'umeta\.explore needs the extra `notebooks`: pip install "umeta\[notebooks\]"'
    ):
        _ = umeta.explore
