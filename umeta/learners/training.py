"""Meta-training: tasks from a source, steps of a learner, and its state on disk."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int, UInt8
from torch import Tensor

from umeta.data import ImageSet
from umeta.device_memory import is_out_of_memory
from umeta.learners.learner import Learner, LearnerState
from umeta.learners.memory import NO_MEMORY
from umeta.randomness import Stream, numpy_generator, torch_generator
from umeta.sealed_files import read_arrays, write_arrays
from umeta.stage import Cancelled, OnStep, Step, UserError, ignore_step
from umeta.tasks import TaskBatch, TaskConfig, TaskSource
from umeta.tasks.gathering import Items, gather
from umeta.tasks.views import with_views
from umeta.wording import counted

log = logging.getLogger(__name__)

CHECKPOINT_SECONDS = 20.0
"""Of training at most that a killed process loses."""

STEPS_AT_ONCE = 50
"""Steps whose tasks are drawn together, since 400 tasks take little longer than 8."""

RESIDENT_BYTES = 2**31
"""Images of at most so many bytes are kept on the device that trains, so that tasks are gathered there."""

Probe = Callable[[LearnerState], Mapping[str, float]]


def train(
    learner: Learner,
    source: TaskSource,
    task: TaskConfig,
    images: ImageSet | Items,
    *,
    seed: int,
    device: torch.device,
    on_step: OnStep = ignore_step,
    on_note: Callable[[str], None] = log.warning,
    probe: Probe | None = None,
    probe_every: int = 100,
    checkpoint: Callable[[LearnerState], None] | None = None,
    state: LearnerState | None = None,
    until: int | None = None,
) -> LearnerState:
    """Train a learner on tasks drawn from a source, from the start or on from `state`.

    What a step draws depends on `seed` and the number of the step alone, so that training resumed from a saved
    state ends bit for bit where uninterrupted training does.

    Args:
        images: the whole set that the source's item numbers point into; no labels can come with it.
        on_step: gets the loss and accuracy of every step, and may raise `Cancelled`.
        on_note: gets what a person should know of the training: that steps are taken in smaller parts, for memory.
        probe: judges the state; what it returns joins the step's values, every `probe_every` steps and at the end.
        checkpoint: stores the state, every `probe_every` steps or 20 seconds, at the end, and on `Cancelled`.
        until: the step to stop after, if that is not the learner's last.

    Raises:
        UserError: the source cannot draw such tasks, or memory does not hold one.
        Cancelled: raised by `on_step`; `checkpoint` has then been called with the state so far.
    """
    if state is None:
        state = new_state(learner, images, task.n_way, seed=seed, device=device)
    images = resident(images, device)
    last = learner.iterations if until is None else until
    batches = tasks_of_steps(source, task, learner.tasks_per_step, seed=seed, first_step=state.step)
    saved = time.monotonic()
    try:
        while state.step < last:
            at_once = state.tasks_at_once
            values = _step(learner, state, *take_tasks(images, next(batches), device))
            if state.tasks_at_once != at_once:
                on_note(
                    f"{device.type} ran out of memory: from step {state.step:,} on {learner.name} is trained on "
                    f"{counted(state.tasks_at_once or 1, 'task')} at a time, which changes no result but its last "
                    "digits, and takes longer."
                )
            due = state.step % probe_every == 0 or state.step == last
            if due and probe is not None:
                values.update(probe(state))
            on_step(
                Step("train", state.step, learner.iterations, values)
            )  # may find that another has taken over
            if checkpoint is not None and (due or time.monotonic() - saved > CHECKPOINT_SECONDS):
                checkpoint(state)
                saved = time.monotonic()
    except Cancelled:
        if checkpoint is not None:
            checkpoint(state)
        raise
    return state


def _step(learner: Learner, state: LearnerState, support: Tensor, query: Tensor) -> dict[str, float]:
    """Take a step.

    Raises:
        UserError: memory does not hold one task.
    """
    try:
        return dict(learner.step(state, support, query))
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        raise UserError(
            f"{support.device.type} ran out of memory ({str(error)[:200]}): {NO_MEMORY}"
        ) from error


def tasks_of_steps(
    source: TaskSource, task: TaskConfig, tasks_per_step: int, *, seed: int, first_step: int = 0
) -> Iterator[TaskBatch]:
    """Yield the tasks of each step from `first_step` on; they depend on the seed and the step's number alone."""
    block, step = divmod(first_step, STEPS_AT_ONCE)
    while True:
        rng = numpy_generator(seed, Stream.LEARNER_TASKS, block)
        tasks = source.sample(STEPS_AT_ONCE * tasks_per_step, task, rng=rng)
        ways = task.draw_ways(STEPS_AT_ONCE, rng)
        for number in range(step, STEPS_AT_ONCE):
            start = number * tasks_per_step
            yield tasks[start : start + tasks_per_step].of_way(ways[number])
        block, step = block + 1, 0


def resident(images: ImageSet | Items, device: torch.device) -> ImageSet | Items:
    """Return the images on the device that trains; as they are if that is the CPU, or if they are too many for it."""
    if not isinstance(images, ImageSet) or device.type == "cpu" or images.images.nbytes > RESIDENT_BYTES:
        return images
    return torch.tensor(images.images, device=device)


def new_state(
    learner: Learner,
    images: ImageSet | Items,
    n_way: int,
    *,
    seed: int,
    device: torch.device,
) -> LearnerState:
    """Return the state that training with this seed starts from."""
    channels, height, width = images.item_shape if isinstance(images, ImageSet) else images.shape[1:]
    generator = torch_generator(seed, Stream.LEARNER_WEIGHTS)
    return learner.init((channels, height, width), n_way, generator=generator, device=device)


def take_tasks(images: ImageSet | Items, tasks: TaskBatch, device: torch.device) -> tuple[Tensor, Tensor]:
    """Gather the support and query images of tasks, as random views where the tasks are augmented."""
    support = take_images(images, tasks.support, device)
    query = take_images(images, tasks.query, device)
    return (support, query) if tasks.views is None else with_views(support, query, tasks.views)


def take_images(
    images: ImageSet | Items, items: Int[np.ndarray, "*shape"], device: torch.device
) -> UInt8[Tensor, "*shape channels height width"]:
    """Gather the images of item numbers of any shape."""
    return gather(images.images if isinstance(images, ImageSet) else images, items, device)


def save_state(state: LearnerState, path: Path, owner: str = "") -> None:
    """Write weights, statistics, the optimiser's moments and the step count as one sealed file, atomically.

    Args:
        state: What is written.
        path: Where to.
        owner: Whose it is; "" for anyone's.
    """
    tensors = {f"weights/{name}": weight for name, weight in state.weights.items()}
    tensors |= {f"statistics/{name}": value for name, value in state.statistics.items()}
    for name, weight in state.weights.items():
        moments = state.optimizer.state.get(weight, {})
        tensors |= {f"optimizer/{key}/{name}": value for key, value in moments.items()}
    arrays = {name: tensor.detach().cpu().numpy() for name, tensor in tensors.items()}
    write_arrays(path, arrays, owner, {"step": str(state.step)})


def load_state(
    learner: Learner,
    path: Path,
    item_shape: tuple[int, int, int],
    n_way: int,
    *,
    device: torch.device,
    owner: str | None = None,
) -> LearnerState:
    """Read a state that `save_state` wrote for this learner, images of this shape and this many training ways.

    Args:
        learner: What it is a state of.
        path: The file.
        item_shape: `(channels, height, width)` of the images.
        n_way: Classes of a training task.
        device: Where to.
        owner: Whose it has to be, sealed as such; None takes anyone's, and files of versions that sealed none.

    Raises:
        UserError: the file is damaged, another's, or was saved for another learner, shape or number of ways.
    """
    state = learner.init(
        item_shape, n_way, generator=torch_generator(0, Stream.LEARNER_WEIGHTS), device=device
    )
    arrays, about = read_arrays(
        path, owner, remedy="train again, or remove the file", take_unsealed=owner is None
    )
    if not about.get("step", "").isdecimal():
        raise UserError(f"{path} is not a trained state. Train again, or remove the file.")
    state.step = int(about["step"])
    stored = {name: torch.from_numpy(array).to(device) for name, array in arrays.items()}
    expected = {f"weights/{name}": tuple(weight.shape) for name, weight in state.weights.items()}
    shapes = {name: tuple(tensor.shape) for name, tensor in stored.items() if name.startswith("weights/")}
    if expected != shapes:
        wrong = sorted(
            name for name in expected.keys() | shapes.keys() if expected.get(name) != shapes.get(name)
        )
        name = wrong[0]
        raise UserError(
            f"{path} does not fit learner={learner.name} with images {item_shape} and {n_way} ways: "
            f"{name} is {shapes.get(name)} there and {expected.get(name)} here. "
            "Load it with the config it was trained with."
        )
    _fill(state, stored)
    return state


def _fill(state: LearnerState, stored: dict[str, Tensor]) -> None:
    with torch.no_grad():
        for name, weight in state.weights.items():
            weight.copy_(stored[f"weights/{name}"])
    for name, tensor in stored.items():
        kind, _, rest = name.partition("/")
        if kind == "statistics":
            state.statistics[rest] = tensor
        elif kind == "optimizer":
            key, _, weight = rest.partition("/")
            state.optimizer.state[state.weights[weight]][key] = tensor
