from dataclasses import replace

import numpy as np
import pytest

from tests.plane.made_points import point
from umeta.cache import Home
from umeta.data import DATASETS
from umeta.plane.embedding_maps import EmbeddingMap, load_maps, make_maps, map_name, save_maps
from umeta.plane.points import load_plane
from umeta.stage import UserError

SECTIONS = {"dataset": {"name": "digits"}, "encoder": {"name": "pca", "dim": 64}}


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    return Home(tmp_path_factory.mktemp("home"), ())


@pytest.fixture(scope="module")
def shown(home):
    items = DATASETS.parse("digits").load(home).items("meta_train")[:40]
    tasks = tuple(tuple(map(tuple, task)) for task in items.reshape(2, 5, 4).tolist())
    return point(sections={**point().sections, **SECTIONS}, tasks=tasks)


def test_a_map_holds_the_items_of_the_tasks_and_is_the_same_each_time(shown, home, tmp_path):
    ((name, made),) = make_maps([shown], home, known={})
    assert name == map_name(shown)
    support, query = shown.task_parts(1)
    assert made.of(support).shape == (5, 1, 2)
    assert made.of(query).shape == (5, 3, 2)
    assert made.positions.min() == 0
    assert np.ptp(made.positions, axis=0).max() <= 2_000
    assert len(np.unique(made.positions, axis=0)) > 500
    save_maps({name: made}, tmp_path / "maps.safetensors")
    stored = load_maps(tmp_path / "maps.safetensors")[name]
    np.testing.assert_array_equal(stored.items, made.items)
    np.testing.assert_array_equal(stored.positions, made.positions)


def test_a_known_map_is_kept_until_it_lacks_an_item(shown, home):
    items = np.unique(np.array(shown.tasks))
    known = {map_name(shown): EmbeddingMap(items, np.zeros((len(items), 2), int))}
    ((_, kept),) = make_maps([shown], home, known=known)
    assert kept is known[map_name(shown)]
    lacking = {map_name(shown): EmbeddingMap(items[1:], np.zeros((len(items) - 1, 2), int))}
    ((_, anew),) = make_maps([shown], home, known=lacking)
    assert np.isin(items, anew.items).all()


def test_points_of_another_embedding_have_another_map(shown):
    other = replace(shown, sections={**shown.sections, "encoder": {"name": "pixels"}})
    assert map_name(other) != map_name(shown)
    assert map_name(replace(shown, made_by="oracle", encoder="")) == map_name(shown)


def test_a_damaged_file_is_told_with_its_remedy(tmp_path):
    (tmp_path / "maps.safetensors").write_bytes(b"damaged")
    with pytest.raises(UserError, match=r"maps\.safetensors is damaged .* make it anew with `umeta plane`"):
        load_maps(tmp_path / "maps.safetensors")
    assert load_maps(tmp_path / "none.safetensors") == {}


def test_the_maps_that_come_with_umeta_hold_every_task_of_its_plane():
    maps = load_maps()
    for one in load_plane().points:
        assert np.isin(np.array(one.tasks), maps[map_name(one)].items).all(), one.name
