"""Meta-training of any learner: `training`, `learner`, `no_learner`; the step size's decay is `cosine_schedule`.

Tests umeta.learners.learner, umeta.learners.no_learner and umeta.backbones.cosine_schedule too.
"""

from itertools import islice

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from umeta.data import ImageSet
from umeta.learners import LEARNERS
from umeta.learners.maml import Maml
from umeta.learners.no_learner import NoLearner
from umeta.learners.protonets import ProtoNets
from umeta.learners.training import (
    STEPS_AT_ONCE,
    load_state,
    resident,
    save_state,
    take_images,
    take_tasks,
    tasks_of_steps,
    train,
)
from umeta.stage import Cancelled, UserError
from umeta.tasks import PartitionSource, TaskConfig
from umeta.tasks.augmented import AugmentedSource

pytestmark = pytest.mark.lengthy

CPU = torch.device("cpu")
TASK = TaskConfig(n_way=3, n_shot=1, n_query=2)
N_CLASSES = 12


def test_images_are_kept_on_a_device_that_is_not_the_cpu_unless_they_are_too_many(
    world, monkeypatch: pytest.MonkeyPatch
):
    images = world[0]
    assert resident(images, CPU) is images
    kept = resident(images, torch.device("meta"))
    assert isinstance(kept, torch.Tensor)
    assert (kept.shape, kept.dtype, kept.device.type) == (images.images.shape, torch.uint8, "meta")
    monkeypatch.setattr("umeta.learners.training.RESIDENT_BYTES", images.images.nbytes - 1)
    assert resident(images, torch.device("meta")) is images


@pytest.fixture(scope="module")
def world():
    """Twelve classes that are easy to tell apart: a random picture each, drawn with noise."""
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (N_CLASSES, 1, 7, 7)).repeat(4, 2).repeat(4, 3)
    classes = np.repeat(np.arange(N_CLASSES), 10)
    noisy = pictures[classes] + rng.normal(0, 20, (len(classes), 1, 28, 28))
    images = ImageSet("easy", noisy.clip(0, 255).astype(np.uint8), [str(i) for i in range(len(classes))])
    return images, PartitionSource([classes])


LEARNED = [
    Maml(iterations=20, n_filters=4, inner_steps=2, tasks_per_step=2),
    Maml(iterations=20, n_filters=4, inner_steps=1, tasks_per_step=2, batch_norm="running"),
    ProtoNets(iterations=20, n_filters=4),
]
DECAYING = [one.model_copy(update={"lr_decay": "cosine"}) for one in (LEARNED[0], LEARNED[2])]


def run(learner, world, **options):
    images, source = world
    return train(learner, source, TASK, images, seed=3, device=CPU, **options)


def everything(state):
    tensors = dict(state.weights) | state.statistics
    for name, weight in state.weights.items():
        tensors |= {f"{name} {key}": value for key, value in state.optimizer.state[weight].items()}
    return tensors


@pytest.mark.parametrize("learner", LEARNED, ids=["maml", "maml-running", "protonets"])
def test_resumed_training_ends_where_uninterrupted_training_does(learner, world, tmp_path):
    whole = run(learner, world)
    half = run(learner.model_copy(update={"iterations": 10}), world)
    save_state(half, tmp_path / "half.safetensors")
    loaded = load_state(learner, tmp_path / "half.safetensors", (1, 28, 28), 3, device=CPU)
    assert loaded.step == 10
    resumed = run(learner, world, state=loaded)
    assert resumed.step == whole.step == 20
    found = everything(resumed)
    assert found.keys() == everything(whole).keys()
    assert all(torch.equal(tensor, found[name]) for name, tensor in everything(whole).items())


@pytest.mark.parametrize("first_step", [0, 1, STEPS_AT_ONCE - 1, STEPS_AT_ONCE, STEPS_AT_ONCE + 3])
def test_the_tasks_of_a_step_are_the_same_wherever_training_begins(first_step):
    source = PartitionSource([np.repeat(np.arange(8), 6).astype(np.int32)])
    draw = lambda first: tasks_of_steps(source, TASK, 2, seed=5, first_step=first)  # noqa: E731
    uninterrupted = islice(draw(0), first_step, first_step + STEPS_AT_ONCE)
    seen = set()
    for tasks, again in zip(uninterrupted, draw(first_step), strict=False):
        assert len(tasks) == 2
        assert np.array_equal(tasks.support, again.support)
        assert np.array_equal(tasks.query, again.query)
        seen.add(tasks.support.tobytes() + tasks.query.tobytes())
    assert len(seen) == STEPS_AT_ONCE  # each step has tasks of its own


def test_the_way_of_a_step_is_drawn_anew_and_its_rows_are_those_of_the_widest_task():
    source = PartitionSource([np.repeat(np.arange(8), 6).astype(np.int32)])
    wide = TASK.model_copy(update={"n_way": 6})
    varying = wide.model_copy(update={"min_way": 2})
    steps = list(islice(tasks_of_steps(source, varying, 2, seed=5), 3 * STEPS_AT_ONCE))
    ways = [tasks.support.shape[1] for tasks in steps]
    assert set(ways) == {2, 3, 4, 5, 6}
    for tasks, whole, way in zip(steps, tasks_of_steps(source, wide, 2, seed=5), ways, strict=False):
        assert np.array_equal(tasks.support, whole.support[:, :way])
        assert np.array_equal(tasks.query, whole.query[:, :way])
        assert tasks.clusters.shape == (2, way)
    resumed = next(tasks_of_steps(source, varying, 2, seed=5, first_step=STEPS_AT_ONCE + 3))
    assert np.array_equal(resumed.query, steps[STEPS_AT_ONCE + 3].query)


def test_a_learner_without_a_head_trains_on_tasks_of_any_way(world):
    learner = ProtoNets(iterations=12, n_filters=4)
    images, source = world
    varying = TASK.model_copy(update={"min_way": 2})
    losses = []
    train(
        learner,
        source,
        varying,
        images,
        seed=0,
        device=CPU,
        on_step=lambda s: losses.append(s.values["loss"]),
    )
    assert len(losses) == 12
    assert np.isfinite(losses).all()


@pytest.mark.parametrize("learner", DECAYING, ids=["maml", "protonets"])
def test_the_step_size_falls_by_half_a_cosine_also_where_training_was_interrupted(learner, world, tmp_path):
    path, sizes = tmp_path / "half.safetensors", []

    def stop(step):
        if step.done == 10:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(learner, world, on_step=stop, checkpoint=lambda state: save_state(state, path))
    loaded = load_state(learner, path, (1, 28, 28), 3, device=CPU)
    resumed = run(
        learner,
        world,
        state=loaded,
        checkpoint=lambda state: sizes.append(state.optimizer.param_groups[0]["lr"]),
        probe_every=1,
    )
    expected = [learner.lr * (1 + np.cos(np.pi * step / 20)) / 2 for step in range(10, 20)]
    assert sizes == pytest.approx(expected)
    whole = everything(run(learner, world))
    assert all(torch.equal(tensor, whole[name]) for name, tensor in everything(resumed).items())


def test_images_as_a_tensor_or_a_set_train_alike(world):
    images, source = world
    learner = LEARNED[2].model_copy(update={"iterations": 3})
    as_tensor = train(learner, source, TASK, torch.from_numpy(images.images), seed=3, device=CPU)
    as_set = run(learner, world)
    assert all(torch.equal(weight, as_set.weights[name]) for name, weight in as_tensor.weights.items())


def test_another_seed_trains_otherwise(world):
    images, source = world
    learner = LEARNED[2].model_copy(update={"iterations": 1})
    other = train(learner, source, TASK, images, seed=4, device=CPU)
    assert not torch.equal(other.weights["conv1.weight"], run(learner, world).weights["conv1.weight"])


@pytest.mark.parametrize(
    "learner",
    [
        Maml(iterations=40, n_filters=8, inner_steps=3, tasks_per_step=4),
        Maml(name="fomaml", iterations=40, n_filters=8, inner_steps=3, tasks_per_step=4),
        Maml(name="anil", iterations=40, n_filters=8, inner_steps=3, tasks_per_step=4),
        ProtoNets(iterations=40, n_filters=8),
    ],
    ids=["maml", "fomaml", "anil", "protonets"],
)
def test_a_learner_learns_what_is_easy(learner, world):
    images, source = world
    state = run(learner, world)
    tasks = source.sample(40, TASK, rng=np.random.default_rng(0))
    classifier = learner.classifier(state, batch_norm=learner.test_batch_norms[0])
    items = classifier.embed(torch.from_numpy(images.images))
    queries = items[torch.from_numpy(tasks.query)].flatten(1, 2)
    answers = classifier.scores(items[torch.from_numpy(tasks.support)], queries).argmax(-1)
    accuracy = (answers == torch.arange(3).repeat_interleave(2)).float().mean()
    assert accuracy > 0.8  # chance is 1/3


def test_steps_probes_and_checkpoints_come_when_due(world):
    steps, stored = [], []
    learner = LEARNED[2].model_copy(update={"iterations": 5})
    run(
        learner,
        world,
        on_step=steps.append,
        probe=lambda state: {"probed": float(state.step)},
        probe_every=2,
        checkpoint=lambda state: stored.append(state.step),
    )
    assert [(step.stage, step.done, step.total) for step in steps] == [("train", i, 5) for i in range(1, 6)]
    assert all({"loss", "accuracy"} <= step.values.keys() for step in steps)
    assert [step.values.get("probed") for step in steps] == [None, 2, None, 4, 5]
    assert stored == [2, 4, 5]


def test_cancelled_training_is_stored_and_resumes(world):
    stored = []

    def stop(step):
        if step.done == 7:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(LEARNED[2], world, on_step=stop, checkpoint=stored.append)
    assert stored[0].step == 7
    resumed = run(LEARNED[2], world, state=stored[0])
    whole = run(LEARNED[2], world)
    assert all(torch.equal(weight, whole.weights[name]) for name, weight in resumed.weights.items())


def test_loading_a_state_of_something_else_says_what_differs(world, tmp_path):
    path = tmp_path / "state.safetensors"
    save_state(run(LEARNED[0].model_copy(update={"iterations": 1}), world), path)
    with pytest.raises(UserError, match=r"5 ways: .*head.bias is \(3,\) there and \(5,\) here"):
        load_state(LEARNED[0], path, (1, 28, 28), 5, device=CPU)
    with pytest.raises(UserError, match="does not fit learner=protonets"):
        load_state(LEARNED[2], path, (1, 28, 28), 3, device=CPU)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(UserError, match="is damaged .*; train again, or remove the file"):
        load_state(LEARNED[0], path, (1, 28, 28), 3, device=CPU)
    save_file({"weights": np.zeros(3, np.float32)}, path)
    with pytest.raises(UserError, match="is not a trained state"):
        load_state(LEARNED[0], path, (1, 28, 28), 3, device=CPU)


def test_a_state_that_has_to_be_of_an_owner_is_of_no_other(world, tmp_path):
    path = tmp_path / "state.safetensors"
    save_state(run(LEARNED[2].model_copy(update={"iterations": 1}), world), path, "run-1/CACTUs")
    assert load_state(LEARNED[2], path, (1, 28, 28), 3, device=CPU, owner="run-1/CACTUs").step == 1
    assert load_state(LEARNED[2], path, (1, 28, 28), 3, device=CPU).step == 1
    with pytest.raises(UserError, match="is of 'run-1/CACTUs', not of 'run-1/oracle'"):
        load_state(LEARNED[2], path, (1, 28, 28), 3, device=CPU, owner="run-1/oracle")


def test_no_learner_has_nothing_to_train_or_judge():
    assert LEARNERS.parse("none", "smoke") == NoLearner()
    assert NoLearner().iterations == 0
    assert NoLearner().test_batch_norms == ()


@pytest.mark.parametrize("name", ["maml", "fomaml", "anil", "protonets"])
def test_budgets_set_the_iterations(name):
    iterations = [LEARNERS.parse(name, budget).iterations for budget in ("smoke", "short", "paper")]
    assert iterations == sorted(iterations)
    assert iterations[-1] == 30_000


def test_an_unknown_option_lists_the_valid_ones():
    with pytest.raises(UserError, match=r"learner.inner is not a known key. Valid keys: .*learner.inner_lr"):
        LEARNERS.parse({"name": "maml", "inner": 1})


def test_the_images_of_ordinary_tasks_are_those_of_the_set(world):
    images, source = world
    batch = source.sample(4, TASK, rng=np.random.default_rng(0))
    support, query = take_tasks(images, batch, CPU)
    assert torch.equal(support, take_images(images, batch.support, CPU))
    assert torch.equal(query, take_images(images, batch.query, CPU))


@pytest.mark.parametrize("learner", LEARNED, ids=["maml", "maml-running", "protonets"])
def test_learners_train_on_augmented_tasks_and_resume_to_the_same_weights(learner, world, tmp_path):
    images, _ = world
    source = AugmentedSource(np.arange(len(images)))
    whole = run(learner, (images, source))
    half = run(learner.model_copy(update={"iterations": 10}), (images, source))
    save_state(half, tmp_path / "half.safetensors")
    loaded = load_state(learner, tmp_path / "half.safetensors", (1, 28, 28), 3, device=CPU)
    resumed = run(learner, (images, source), state=loaded)
    assert all(torch.equal(weight, resumed.weights[name]) for name, weight in whole.weights.items())
