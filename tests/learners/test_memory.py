import json
import subprocess
import sys
from typing import Any

import pytest
import torch

from umeta.backbones import to_pixels
from umeta.learners import maml, training
from umeta.learners.maml import Maml
from umeta.learners.protonets import ProtoNets
from umeta.stage import UserError
from umeta.tasks import PartitionSource, TaskConfig

CPU = torch.device("cpu")
SHAPE = (1, 28, 28)
LIMITED = """
import json, resource, sys
import torch
from tests.learners.test_memory import LEARNER, after_a_step, in_double
from umeta.learners import maml

maml.to_pixels = in_double
mb = int(sys.argv[1])
after_a_step(LEARNER, n_tasks=4)  # whatever is loaded at the first step is loaded now, and its threads begin
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
if mb:
    resource.setrlimit(resource.RLIMIT_AS, (size + mb * 2**20,) * 2)
state, values = after_a_step(LEARNER, n_tasks=8)
sums = {name: [float(weight.sum()), float(weight.abs().sum())] for name, weight in state.weights.items()}
print(json.dumps({"at_once": state.tasks_at_once, "values": values, "sums": sums}))
"""
LEARNER = Maml(tasks_per_step=8, n_filters=32)


def batch(n_tasks: int, n_way: int = 20) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    shapes = ((n_tasks, n_way, 1, *SHAPE), (n_tasks, n_way, 5, *SHAPE))
    support, query = (torch.randint(256, shape, dtype=torch.uint8, generator=generator) for shape in shapes)
    return support, query


def in_double(images: torch.Tensor) -> torch.Tensor:
    """Pixels in double precision: in single, steps on noise differ visibly by the order of their sums."""
    return to_pixels(images).double()


def double_state(learner: Maml, n_way: int):
    state = learner.init(SHAPE, n_way, generator=torch.Generator().manual_seed(0), device=CPU)
    for weight in state.weights.values():
        weight.data = weight.data.double()
    return state


def after_a_step(learner: Maml, *, n_tasks: int, n_way: int = 20):
    state = double_state(learner, n_way)
    return state, dict(learner.step(state, *batch(n_tasks, n_way)))


@pytest.mark.process
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits the memory of a process")
def test_a_step_that_memory_does_not_hold_is_taken_in_parts_with_the_same_result():
    """The limit is the operating system's, and the allocation that fails is a real one."""

    def told(mb: int) -> dict:
        command = [sys.executable, "-c", LIMITED, str(mb)]
        ended = subprocess.run(command, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    whole, parts = told(0), told(150)
    assert whole["at_once"] is None
    assert parts["at_once"] in (1, 2, 4)
    assert parts["values"] == pytest.approx(whole["values"], rel=1e-8)
    for name, sums in whole["sums"].items():
        assert parts["sums"][name] == pytest.approx(sums, rel=1e-8), name


@pytest.mark.parametrize("batch_norm", ["transductive", "running"])
@pytest.mark.parametrize("name", ["maml", "fomaml", "anil"])
def test_parts_of_any_size_add_up_to_the_step_in_every_form(
    name: Any, batch_norm: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(maml, "to_pixels", in_double)
    learner = Maml(name=name, batch_norm=batch_norm, tasks_per_step=3, n_filters=4, inner_steps=2)
    states = []
    for at_once in (None, 2, 1):
        state = double_state(learner, 5)
        state.tasks_at_once = at_once
        learner._update(state, *batch(3, n_way=5))
        states.append(state)
    whole, *others = states
    for other in others:
        for name, weight in whole.weights.items():
            torch.testing.assert_close(other.weights[name].grad, weight.grad, atol=1e-10, rtol=1e-8)
        torch.testing.assert_close(other.statistics, whole.statistics)


class Short:
    """A device of little memory: it holds the graphs of so many tasks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, holds: int):
        gradients = Maml._gradients

        def limited(learner, network, state, support, query, n_at_once):
            if n_at_once > holds:
                gradients(
                    learner, network, state, support[:1], query[:1], 1
                )  # some of the work is done before
                raise RuntimeError(
                    "DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes."
                )
            return gradients(learner, network, state, support, query, n_at_once)

        monkeypatch.setattr(Maml, "_gradients", limited)


def trained(learner, notes: list[str], iterations: int = 3):
    clusters = torch.arange(40).div(8, rounding_mode="floor").int().numpy()
    images = torch.randint(256, (40, *SHAPE), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    return training.train(
        learner.model_copy(update={"iterations": iterations}),
        PartitionSource([clusters]),
        TaskConfig(n_way=5, n_shot=1, n_query=3),
        images,
        seed=0,
        device=CPU,
        on_note=notes.append,
    )


def test_a_training_goes_on_in_parts_and_says_so_once(monkeypatch: pytest.MonkeyPatch):
    learner = Maml(tasks_per_step=8, n_filters=4, inner_steps=2)
    whole, notes = trained(learner, []), list[str]()
    Short(monkeypatch, holds=2)
    parts = trained(learner, notes)
    assert parts.tasks_at_once == 2
    assert notes == [
        "cpu ran out of memory: from step 1 on maml is trained on 2 tasks at a time, which changes no result but its "
        "last digits, and takes longer."
    ]
    for name, weight in whole.weights.items():
        torch.testing.assert_close(parts.weights[name], weight, atol=2e-4, rtol=1e-3)


def test_where_not_even_one_task_fits_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch):
    Short(monkeypatch, holds=0)
    with pytest.raises(
        UserError, match=r"cpu ran out of memory \(.*\): there is not enough memory for one training task"
    ):
        trained(Maml(tasks_per_step=8, n_filters=4, inner_steps=2), [])

    def refuse(*arguments):
        raise MemoryError

    monkeypatch.setattr(ProtoNets, "_update", refuse)
    with pytest.raises(UserError, match=r"Lower task\.n_way"):
        trained(ProtoNets(n_filters=4), [])


def test_other_errors_are_left_as_they_are(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Maml, "_gradients", lambda *arguments: torch.ones(2) @ torch.ones(3))
    with pytest.raises(RuntimeError, match="size"):
        trained(Maml(tasks_per_step=8, n_filters=4, inner_steps=2), [])
