from dataclasses import replace

import numpy as np
import pytest

from umeta.data import Attribute, Dataset, DatasetCard, ImageSet
from umeta.stage import UserError
from umeta.tasks import TaskConfig, TestTasks, Views

CARD = DatasetCard(title="t", what="w", source="s", licence="l", split="by hand")
SHAPE = TaskConfig(n_way=3, n_shot=2, n_query=3)


def dataset(n_classes: int = 12, per_class: int = 8, pixel: int = 0) -> Dataset:
    classes = np.repeat(np.arange(n_classes), per_class).astype(np.int32)
    images = np.random.default_rng(pixel).integers(0, 255, (len(classes), 1, 4, 4)).astype(np.uint8)
    ids = [f"item {i}" for i in range(len(classes))]
    names = [f"class {c}" for c in range(n_classes)]
    split_of = np.repeat([0, 1, 2], len(classes) // 3).astype(np.int8)
    return Dataset(ImageSet("toy", images, ids), Attribute(classes, names), split_of, CARD)


def draw(data: Dataset, seed: int = 0, n_tasks: int = 20) -> TestTasks:
    return TestTasks.draw(data, SHAPE, n_tasks=n_tasks, split="meta_test", seed=seed)


def test_tasks_are_over_true_classes_of_the_split_alone():
    data = dataset()
    tasks = draw(data).tasks
    items = np.concatenate([tasks.support, tasks.query], axis=2)
    assert (data.split_of[items] == 2).all()
    assert (data.classes.values[items] == tasks.clusters[..., None]).all()


def test_the_hash_names_the_tasks_and_the_images():
    assert draw(dataset()).hash == draw(dataset()).hash
    assert draw(dataset()).hash != draw(dataset(), seed=1).hash
    assert draw(dataset()).hash != draw(dataset(pixel=1)).hash


def test_a_saved_list_is_the_same_list(tmp_path):
    tasks = draw(dataset())
    tasks.save(tmp_path / "tasks.safetensors")
    loaded = TestTasks.load(tmp_path / "tasks.safetensors")
    assert loaded.hash == tasks.hash
    assert (loaded.split, loaded.seed, loaded.config) == (tasks.split, tasks.seed, tasks.config)


def test_a_truncated_list_is_refused(tmp_path):
    path = tmp_path / "tasks.safetensors"
    draw(dataset()).save(path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(UserError, match="is damaged .*; export it again"):
        TestTasks.load(path)


def test_a_list_with_other_items_than_it_was_saved_with_is_refused(tmp_path):
    from safetensors.numpy import load_file, save_file

    path = tmp_path / "tasks.safetensors"
    tasks = draw(dataset())
    tasks.save(path)
    arrays = load_file(path)
    arrays["query"][0, 0, 0] += 1
    about = {"fingerprint": tasks.fingerprint, "split": tasks.split, "seed": "0", "hash": tasks.hash}
    save_file(arrays, path, {**about, "config": tasks.config.model_dump_json()})
    with pytest.raises(UserError, match=f"its tasks hash to .*, it was saved as {tasks.hash}"):
        TestTasks.load(path)


def test_a_split_with_too_few_classes_is_explained():
    with pytest.raises(
        UserError, match="need 3 classes of 5 images; meta_test of toy has 2 classes, 2 of them"
    ):
        draw(dataset(n_classes=6))


def without_classes(data: Dataset) -> Dataset:
    unknown = np.full(len(data.images), -1, np.int32)
    return replace(data, classes=Attribute(unknown, ()))


def draw_views(data: Dataset, seed: int = 0) -> TestTasks:
    return TestTasks.draw(data, SHAPE, n_tasks=20, split="meta_test", seed=seed, of="views")


def test_tasks_of_views_need_no_class_and_each_row_is_one_image_of_the_split():
    data = without_classes(dataset())
    drawn = draw_views(data)
    items = np.concatenate([drawn.tasks.support, drawn.tasks.query], axis=2)
    assert drawn.of == "views"
    assert (data.split_of[items] == 2).all()
    assert (items == items[..., :1]).all()
    assert all(len(set(rows)) == SHAPE.n_way for rows in items[..., 0].tolist())
    assert drawn.hash == draw_views(dataset()).hash  # classes have no part in them


def test_the_hash_of_tasks_of_views_holds_what_the_views_show():
    drawn = draw_views(dataset())
    views = drawn.tasks.views
    assert views is not None
    others = [
        replace(views, seeds=views.seeds[::-1]),
        replace(views, strength=0.5),
        replace(views, policy="photographs"),
        None,
    ]
    hashes = [replace(drawn, tasks=replace(drawn.tasks, views=other)).hash for other in others]
    assert len({drawn.hash, *hashes}) == 5


def test_a_saved_list_of_views_is_the_same_list(tmp_path):
    drawn = draw_views(dataset())
    drawn.save(tmp_path / "tasks.safetensors")
    loaded = TestTasks.load(tmp_path / "tasks.safetensors")
    assert loaded.hash == drawn.hash
    assert loaded.tasks.views is not None


def test_a_list_of_views_of_another_version_of_the_augmentation_is_refused(tmp_path, monkeypatch):
    draw_views(dataset()).save(tmp_path / "tasks.safetensors")
    monkeypatch.setattr(Views, "version", Views.version + 1)
    with pytest.raises(UserError, match="its views are of version 1, here they are of 2"):
        TestTasks.load(tmp_path / "tasks.safetensors")


def test_more_ways_than_images_are_explained():
    shape = SHAPE.model_copy(update={"n_way": 99})
    with pytest.raises(UserError, match="test tasks of views of meta_test of toy: n_way=99 needs that many"):
        TestTasks.draw(dataset(), shape, n_tasks=2, split="meta_test", seed=0, of="views")


def draw_unequal(data: Dataset, seed: int = 0) -> TestTasks:
    return TestTasks.draw(data, SHAPE, n_tasks=20, split="meta_test", seed=seed, query_dirichlet=2.0)


def test_unequal_queries_change_the_queries_alone_and_the_hash():
    equal, unequal = draw(dataset()), draw_unequal(dataset())
    assert (unequal.tasks.support == equal.tasks.support).all()
    assert (unequal.tasks.clusters == equal.tasks.clusters).all()
    assert unequal.hash != equal.hash
    assert unequal.hash == draw_unequal(dataset()).hash
    elsewhere = replace(unequal.tasks, query_rows=unequal.tasks.true_rows[::-1])
    assert replace(unequal, tasks=elsewhere).hash != unequal.hash


def test_a_saved_list_of_unequal_queries_is_the_same_list(tmp_path):
    drawn = draw_unequal(dataset())
    drawn.save(tmp_path / "tasks.safetensors")
    loaded = TestTasks.load(tmp_path / "tasks.safetensors")
    assert loaded.hash == drawn.hash
    assert (loaded.tasks.true_rows == drawn.tasks.true_rows).all()
    assert (loaded.tasks[3:5].true_rows == drawn.tasks.true_rows[3:5]).all()
