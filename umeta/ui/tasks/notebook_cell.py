"""The task on screen as Python text: a notebook cell that draws the same images with the umeta library."""

from umeta.ui.frame import state
from umeta.ui.shared.notebook_cell import IMPORTS, dataset_text, embedding_text, partitions_text
from umeta.ui.tasks.controls import Asked
from umeta.ui.tasks.deck import TEST_SEED, TEST_SPLIT, TEST_TASKS

_CELL = """\
import numpy as np

{imports}from umeta.figures.images import montage

{data}shape = TaskConfig(n_way={way}, n_shot={shot}, n_query={query})
{draw}
{images}
"""
_DATA_IMPORTS = "from umeta.cache import Home\nfrom umeta.data import DATASETS\n"
_PARTITIONS = """\
source = PartitionSource([partition.clusters for partition in {partitions}{which}])
task = source.sample(1, shape, rng=np.random.default_rng([{number}, 7]))"""
_TEST = """\
listed = TestTasks.draw(dataset, shape, n_tasks={n_tasks}, split={split!r}, seed={seed})
task = listed.tasks[{number}:{number} + 1]"""
_AUGMENTED = """\
source = SOURCES.parse("umtra").over(dataset.items("meta_train"))
task = source.sample(1, shape, rng=np.random.default_rng([{number}, 7]))"""
_ITEMS = "montage(dataset.images.images, np.concatenate([task.support[0], task.query[0]], axis=1))"
_VIEWS = """\
images = dataset.images.tensor()
pixels = images[task.support], images[task.query]
images = torch.cat(with_views(*pixels, task.views), dim=2)[0]
montage(images.flatten(0, 1).numpy(), np.arange(len(images) * images.shape[1]).reshape(images.shape[:2]))"""
_VIEW_IMPORTS = """\
import torch
from umeta.tasks import SOURCES, TaskConfig
from umeta.tasks.views import with_views
"""


def task_cell(asked: Asked) -> str:
    """Return the cell."""
    imports, data, draw, images = _DATA_IMPORTS, dataset_text(), "", _ITEMS
    if asked.source == "test tasks":
        imports += "from umeta.tasks import TaskConfig, TestTasks\n"
        number = asked.task % TEST_TASKS
        draw = _TEST.format(n_tasks=TEST_TASKS, split=TEST_SPLIT, seed=TEST_SEED, number=number)
    elif asked.source == "augmented":
        imports += _VIEW_IMPORTS
        draw, images = _AUGMENTED.format(number=asked.task), _VIEWS
    else:
        imports = f"{IMPORTS}from umeta.tasks import PartitionSource, TaskConfig\n"
        data, draw = embedding_text(), _from_partitions(asked)
    return _CELL.format(
        imports=imports,
        data=data,
        way=asked.shape.n_way,
        shot=asked.shape.n_shot,
        query=asked.shape.n_query,
        draw=draw,
        images=images,
    )


def _from_partitions(asked: Asked) -> str:
    selection = state.selection()
    name = {"oracle": "oracle", "random": "random"}.get(asked.source, selection.partition)
    method = selection.partition_method(
        name, **({} if name == "oracle" else {"n_partitions": asked.n_partitions})
    )
    return _PARTITIONS.format(
        partitions=partitions_text(method),
        which="" if asked.number is None else f"[{asked.number} : {asked.number + 1}]",
        number=asked.task,
    )
