"""The task on screen as Python text: a notebook cell that draws the same images with the umeta library."""

from umeta.ui.shared.notebook_cell import IMPORTS, config_text, dataset_text, embedding_text, partitions_text
from umeta.ui.tasks.controls import TaskRequest
from umeta.ui.tasks.numbered_tasks import TEST_SEED, TEST_SPLIT, TEST_TASKS, partition_method

_CELL = """\
import numpy as np

{imports}from umeta.figures.images import montage

{data}shape = TaskConfig(n_way={way}, n_shot={shot}, n_query={query})
{draw}
{images}
"""
_DATA_IMPORTS = "from umeta.cache import Home\nfrom umeta.data import DATASETS\n"
_PARTITION_IMPORTS = """\
from umeta.tasks import PartitionSource, TaskConfig
from umeta.tasks.numbered import draw_numbered
"""
_NOISY_IMPORTS = """\
from umeta.tasks import SOURCES, TaskConfig
from umeta.tasks.numbered import draw_numbered
"""
_PARTITIONS = """\
source = PartitionSource([partition.clusters for partition in {partitions}{which}])"""
_NOISY = """\
clusters = [partition.clusters for partition in {partitions}{which}]
dials = SOURCES.parse({dials})
source = dials.over(dataset.items("meta_train"), lambda: clusters, lambda: embedding.vectors)"""
_NUMBERED = "\ntask = draw_numbered(source, shape, {number})"
_TEST = """\
test = TestTasks.draw(dataset, shape, n_tasks={n_tasks}, split={split!r}, seed={seed})"""
_AUGMENTED = """\
source = SOURCES.parse("umtra").over(dataset.items("meta_train"))
task = draw_numbered(source, shape, {number})"""
_DIFFICULTY = """\
{imports}from umeta.figures.task_report import difficulty
from umeta.tasks import SOURCES, PartitionSource, TaskConfig, TestTasks
from umeta.tasks.difficulty import nearest_accuracy
from umeta.tasks.numbered import draw_numbered, first_tasks

{data}shape = TaskConfig(n_way={way}, n_shot={shot}, n_query={query})
{sources}
accuracies = {{
{accuracies}}}
difficulty(accuracies, {way}).figure
"""
_ITEMS = "montage(dataset.images.images, np.concatenate([task.support[0], task.query[0]], axis=1))"
_VIEWS = """\
images = dataset.images.tensor()
pixels = images[task.support], images[task.query]
images = torch.cat(with_views(*pixels, task.views), dim=2)[0]
montage(images.flatten(0, 1).numpy(), np.arange(len(images) * images.shape[1]).reshape(images.shape[:2]))"""
_VIEW_IMPORTS = """\
import torch
from umeta.tasks import SOURCES, TaskConfig
from umeta.tasks.numbered import draw_numbered
from umeta.tasks.views import with_views
"""


def task_cell(request: TaskRequest) -> str:
    """Return the cell that draws the task of the controls."""
    imports, data, draw, images = _DATA_IMPORTS, dataset_text(), "", _ITEMS
    if request.source == "test tasks":
        imports += "from umeta.tasks import TaskConfig, TestTasks\n"
        number = request.number % TEST_TASKS
        draw = f"{_test_tasks_text()}\ntask = test.tasks[{number}:{number} + 1]"
    elif request.source == "augmented":
        imports += _VIEW_IMPORTS
        draw, images = _AUGMENTED.format(number=request.number), _VIEWS
    else:
        imports = IMPORTS + (_NOISY_IMPORTS if request.dials.dials else _PARTITION_IMPORTS)
        data = embedding_text()
        draw = _source_text(request) + _NUMBERED.format(number=request.number)
    return _CELL.format(
        imports=imports,
        data=data,
        way=request.shape.n_way,
        shot=request.shape.n_shot,
        query=request.shape.n_query,
        draw=draw,
        images=images,
    )


def difficulty_cell(request: TaskRequest, own: str, *, with_test_tasks: bool) -> str:
    """Return the cell that draws how hard the first thousand tasks are, which the chart calls `own`."""
    lines = {}
    if request.source != "test tasks":
        lines[own] = "first_tasks(lambda number: draw_numbered(source, shape, number), 1000)"
    if with_test_tasks or request.source == "test tasks":
        lines["test tasks"] = "test.tasks"
    sources = [_source_text(request)] if own in lines else []
    sources += [_test_tasks_text()] if "test tasks" in lines else []
    return _DIFFICULTY.format(
        imports=IMPORTS,
        data=embedding_text(),
        way=request.shape.n_way,
        shot=request.shape.n_shot,
        query=request.shape.n_query,
        sources="\n".join(sources),
        accuracies="".join(
            f"    {name!r}: nearest_accuracy(embedding.vectors, {tasks}),\n" for name, tasks in lines.items()
        ),
    )


def _test_tasks_text() -> str:
    return _TEST.format(n_tasks=TEST_TASKS, split=TEST_SPLIT, seed=TEST_SEED)


def _source_text(request: TaskRequest) -> str:
    """Return the lines that make `source` of partitions."""
    return (_NOISY if request.dials.dials else _PARTITIONS).format(
        partitions=partitions_text(partition_method(request)),
        which="" if request.partition is None else f"[{request.partition} : {request.partition + 1}]",
        dials=config_text(request.dials),
    )
