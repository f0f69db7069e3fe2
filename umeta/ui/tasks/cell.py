"""The task on screen as Python text: a notebook cell that draws the same images with the umeta library."""

from typing import Any

import streamlit as st

from umeta.ui import state
from umeta.ui.tasks.asked import Asked
from umeta.ui.tasks.deck import TEST_SEED, TEST_SPLIT, TEST_TASKS

_CELL = """\
import numpy as np

from umeta.cache import Home
from umeta.data import DATASETS
from umeta.figures.images import montage
{imports}
home = Home.from_environment()
dataset = DATASETS.parse({dataset}).load(home)
shape = TaskConfig(n_way={way}, n_shot={shot}, n_query={query})
{draw}
{images}
"""
_FROM_PARTITIONS = """\
encoder = ENCODERS.parse({encoder})
embedding = products.embed(dataset, encoder, home, device=pick_device("auto"))
key = products.embedding_key(dataset, encoder, pick_device("auto"))
partitions = products.partition(dataset, embedding, key, PARTITIONS.parse({partition}), home){which}
source = PartitionSource([partition.clusters for partition in partitions])
task = source.sample(1, shape, rng=np.random.default_rng([{number}, 7]))"""
_PARTITION_IMPORTS = """\
from umeta.device import pick_device
from umeta.encoders import ENCODERS
from umeta.partitions import PARTITIONS
from umeta.runs import products
from umeta.tasks import PartitionSource, TaskConfig
"""
_TEST = """\
listed = TestTasks.draw(dataset, shape, n_tasks={n_tasks}, split={split!r}, seed={seed})
task = listed.tasks[{number}:{number} + 1]"""
_AUGMENTED = """\
source = SOURCES.parse("umtra").over(dataset.items("meta_train"))
task = source.sample(1, shape, rng=np.random.default_rng([{number}, 7]))"""
_ITEMS = "montage(dataset.images.images, np.concatenate([task.support[0], task.query[0]], axis=1))"
_VIEWS = """\
pixels = [torch.from_numpy(np.array(dataset.images.images[items])) for items in (task.support, task.query)]
images = torch.cat(with_views(*pixels, task.views), dim=2)[0]
montage(images.flatten(0, 1).numpy(), np.arange(len(images) * images.shape[1]).reshape(images.shape[:2]))"""
_VIEW_IMPORTS = """\
import torch
from umeta.tasks import SOURCES, TaskConfig
from umeta.tasks.views import with_views
"""


@st.dialog("This task as a notebook cell", width="large")
def show_cell(asked: Asked) -> None:
    """Show the cell, with a button that copies it."""
    st.markdown(
        "It needs the umeta package and the same data. What is kept on this machine is found again, not remade."
    )
    st.code(cell_text(asked), language="python", height=440)


def cell_text(asked: Asked) -> str:
    """Return the cell."""
    selection = state.selection()
    imports, draw, images = _PARTITION_IMPORTS, _from_partitions(asked), _ITEMS
    if asked.source == "test tasks":
        imports = "from umeta.tasks import TaskConfig, TestTasks\n"
        number = asked.task % TEST_TASKS
        draw = _TEST.format(n_tasks=TEST_TASKS, split=TEST_SPLIT, seed=TEST_SEED, number=number)
    elif asked.source == "augmented":
        imports, draw, images = _VIEW_IMPORTS, _AUGMENTED.format(number=asked.task), _VIEWS
    return _CELL.format(
        imports=imports,
        dataset=_config(selection.dataset_method()),
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
    return _FROM_PARTITIONS.format(
        encoder=_config(selection.encoder_method()),
        partition=_config(method),
        which="" if asked.number is None else f"[{asked.number} : {asked.number + 1}]",
        number=asked.task,
    )


def _config(method: Any) -> dict[str, Any]:
    """Return a config as its registry reads it: the name, and what differs from the defaults."""
    return {"name": method.name, **method.model_dump(mode="json", exclude_defaults=True)}
