import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from umeta.learners.maml import Maml
from umeta.learners.protonets import ProtoNets
from umeta.learners.recorded_update import WARM_UP, run_update
from umeta.learners.running_statistics import PLAIN_MEAN_STEPS

SHAPE = (1, 28, 28)
N_STEPS = PLAIN_MEAN_STEPS + WARM_UP + 3
LEARNERS = {
    "maml": Maml(n_filters=4, inner_steps=2, tasks_per_step=2, lr_decay="cosine", iterations=N_STEPS),
    "maml-running": Maml(n_filters=4, inner_steps=2, tasks_per_step=2, batch_norm="running"),
    "maml-clipped": Maml(n_filters=4, inner_steps=2, tasks_per_step=2, clip=0.01),
    "fomaml": Maml(name="fomaml", n_filters=4, inner_steps=2, tasks_per_step=2),
    "anil": Maml(name="anil", n_filters=4, inner_steps=2, tasks_per_step=2),
    "protonets": ProtoNets(n_filters=4, episodes_per_pass=4, lr_decay="cosine", iterations=N_STEPS),
}
each_learner = pytest.mark.parametrize("learner", LEARNERS.values(), ids=LEARNERS)


def batch(step: int, device: str = "cpu") -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(step)
    shapes = ((2, 5, 1, *SHAPE), (2, 5, 3, *SHAPE))
    support, query = (torch.randint(256, shape, dtype=torch.uint8, generator=generator) for shape in shapes)
    return support.to(device), query.to(device)


def fresh(learner, device="cpu", n_way=5):
    generator = torch.Generator().manual_seed(0)
    return learner.init(SHAPE, n_way, generator=generator, device=torch.device(device))


class Waits(TorchDispatchMode):
    """Notes what makes a GPU be waited for, or has a shape that depends on values: neither can be recorded."""

    FORBIDDEN = ("_local_scalar_dense", "nonzero", "masked_select", "unique", "item")

    def __init__(self):
        super().__init__()
        self.found = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func.overloadpacket.__name__ in self.FORBIDDEN:
            self.found.append(func)
        return func(*args, **(kwargs or {}))


@each_learner
def test_an_update_waits_for_no_device(learner):
    state = fresh(learner)
    learner.step(state, *batch(0))  # the first step makes the statistics and moments
    state.optimizer.step = lambda: None  # Adam's of a CPU counts in Python
    with Waits() as waits:
        learner._update(state, *batch(1))
    assert not waits.found


def test_without_a_gpu_an_update_runs_as_it_is():
    values = run_update(lambda state, *images: torch.tensor([1.0, 2.0]), fresh(LEARNERS["anil"]), *batch(0))
    assert values == [1.0, 2.0]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
@each_learner
def test_recorded_updates_train_as_those_run_one_by_one(learner):
    recorded, plain = fresh(learner, "cuda"), fresh(learner, "cuda")
    for step in range(N_STEPS):
        support, query = batch(step, "cuda")
        found = learner.step(recorded, support, query)
        plain.recorded = None  # never gets past its warm-up
        expected = learner.step(plain, support, query)
        assert found == pytest.approx(expected, rel=1e-3)
    assert recorded.recorded._graph is not None
    for name, weight in recorded.weights.items():
        torch.testing.assert_close(weight, plain.weights[name], rtol=1e-3, atol=1e-4)
    for name, value in recorded.statistics.items():
        torch.testing.assert_close(value, plain.statistics[name], rtol=1e-3, atol=1e-4)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
def test_images_of_another_shape_and_another_learner_are_recorded_anew():
    learner = LEARNERS["protonets"]
    state = fresh(learner, "cuda")
    for step in range(N_STEPS):
        learner.step(state, *batch(step, "cuda"))
    first = state.recorded
    support, query = batch(0, "cuda")
    learner.step(state, support, query[:, :, :2])
    second = state.recorded
    assert second is not first
    learner.model_copy(update={"lr": 0.1}).step(state, support, query[:, :, :2])
    assert state.recorded is not second


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
def test_a_record_for_which_memory_is_too_small_is_made_of_smaller_parts():
    learner = Maml(tasks_per_step=8, clip=1e6)
    support, query = (
        torch.randint(256, (8, 20, n, *SHAPE), dtype=torch.uint8, device="cuda") for n in (1, 5)
    )
    limited, plain = fresh(learner, "cuda", 20), fresh(learner, "cuda", 20)
    for _ in range(PLAIN_MEAN_STEPS):  # the next step is the first that is recorded
        learner.step(limited, support, query)
        learner.step(plain, support, query)
    plain.recorded = None  # goes on one by one
    used = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    expected = learner.step(plain, support, query)
    needed = torch.cuda.max_memory_allocated() - used
    torch.cuda.empty_cache()
    limit = torch.cuda.memory_reserved() + 0.7 * needed
    torch.cuda.set_per_process_memory_fraction(limit / torch.cuda.get_device_properties(0).total_memory)
    try:
        found = learner.step(limited, support, query)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert limited.tasks_at_once == 4
    assert limited.recorded is not None
    assert limited.recorded._graph is not None
    assert found == pytest.approx(expected, rel=1e-3)
    for name, weight in limited.weights.items():
        torch.testing.assert_close(weight, plain.weights[name], rtol=1e-3, atol=1e-4)
