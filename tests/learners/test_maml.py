"""MAML, FOMAML and ANIL, trained and judged: `maml`, `maml_classifier`, `running_statistics`.

Tests umeta.learners.maml_classifier too.
"""

import threading

import numpy as np
import pytest
import torch

from umeta.backbones import maml_conv4, to_pixels
from umeta.learners import maml, maml_classifier
from umeta.learners.inner_loop import few_shot_loss
from umeta.learners.maml import Maml
from umeta.stage import UserError

CPU = torch.device("cpu")
SHAPE = (1, 28, 28)


def images(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (*shape, *SHAPE), generator=generator, dtype=torch.uint8)


def trained(learner, n_way=5, steps=2):
    state = learner.init(SHAPE, n_way, generator=torch.Generator().manual_seed(0), device=CPU)
    for step in range(steps):
        learner.step(state, images(2, n_way, 1, seed=step), images(2, n_way, 3, seed=100 + step))
    return state


SMALL = Maml(n_filters=8, inner_steps=2, test_inner_steps=3, tasks_per_step=2)


@pytest.mark.parametrize("mode", ["support", "running"])
def test_queries_do_not_see_each_other_in_inductive_modes(mode):
    learner = SMALL.model_copy(update={"batch_norm": mode})
    state = trained(learner)
    classifier = learner.classifier(state, batch_norm=mode)
    support, queries = images(3, 5, 1, seed=7), images(3, 10, seed=8)
    scores = classifier.scores(support, queries)
    order = torch.randperm(10, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(classifier.scores(support, queries[:, order]), scores[:, order])
    torch.testing.assert_close(classifier.scores(support, queries[:, :4]), scores[:, :4])
    one_by_one = torch.cat([classifier.scores(support, query) for query in queries.split(1, dim=1)], dim=1)
    torch.testing.assert_close(one_by_one, scores)


def test_queries_see_each_other_in_transductive_mode():
    classifier = SMALL.classifier(trained(SMALL), batch_norm="transductive")
    support, queries = images(3, 5, 1, seed=7), images(3, 10, seed=8)
    scores = classifier.scores(support, queries)
    assert (classifier.scores(support, queries[:, :4]) - scores[:, :4]).abs().max() > 0.01


@pytest.mark.parametrize("name", ["maml", "anil"])
def test_modes_scored_together_share_their_adaptation_and_equal_each_alone(name, monkeypatch):
    learner = variant(name, "running")
    state = trained(learner)
    support, queries = images(1, 5, 1, seed=7), images(1, 10, seed=8)
    modes = learner.test_batch_norms
    alone = [learner.classifier(state, batch_norm=mode).scores(support, queries) for mode in modes]
    adapt, calls = maml_classifier.adapt, []
    monkeypatch.setattr(
        maml_classifier, "adapt", lambda *args, **options: calls.append(1) or adapt(*args, **options)
    )
    together = learner.classifier(state, batch_norm="running").scores_in(modes, support, queries)
    assert len(calls) == 2  # once by running averages, once for transductive and support
    for one, other in zip(together, alone, strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("mode", ["transductive", "support", "running"])
def test_a_step_trains_in_every_mode(mode):
    learner = SMALL.model_copy(update={"batch_norm": mode})
    state = learner.init(SHAPE, 5, generator=torch.Generator().manual_seed(0), device=CPU)
    before = {name: weight.detach().clone() for name, weight in state.weights.items()}
    values = learner.step(state, images(2, 5, 1), images(2, 5, 3, seed=1))
    assert state.step == 1
    assert np.isfinite(values["loss"])
    assert 0 <= values["accuracy"] <= 1
    assert all(not torch.equal(weight, before[name]) for name, weight in state.weights.items())
    assert bool(state.statistics) == (mode == "running")


@pytest.fixture
def _double():
    """Compute in float64: at the kink of a ReLU the rounding of float32 decides about a unit's whole gradient."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.mark.usefixtures("_double")
def test_tasks_worked_on_in_parts_give_the_same_gradient(monkeypatch):
    support, query = images(4, 5, 1), images(4, 5, 3, seed=1)
    whole, parts = trained(SMALL, steps=0), trained(SMALL, steps=0)
    SMALL.step(whole, support, query)
    monkeypatch.setattr("umeta.learners.maml.TRAINING_ACTIVATIONS", 1)
    SMALL.step(parts, support, query)
    for name, weight in whole.weights.items():
        gradient = weight.grad
        assert gradient is not None
        torch.testing.assert_close(parts.weights[name].grad, gradient, rtol=1e-9, atol=1e-9)


@pytest.fixture
def _two_threads():
    n_threads = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(n_threads)


@pytest.mark.usefixtures("_double", "_two_threads")
def test_two_halves_side_by_side_give_the_same_gradient(monkeypatch):
    support, query = images(5, 5, 1), images(5, 5, 3, seed=1)
    together, halved = trained(SMALL, steps=0), trained(SMALL, steps=0)
    values = SMALL.step(together, support, query)
    monkeypatch.setattr("umeta.learners.maml.WORTH_HALVING", 1)
    sizes, adapt = [], maml.adapt
    monkeypatch.setattr(
        maml, "adapt", lambda *args, **options: sizes.append(len(args[2])) or adapt(*args, **options)
    )
    assert SMALL.step(halved, support, query) == pytest.approx(values, rel=1e-9)
    assert sorted(sizes) == [2, 3]
    for name, weight in together.weights.items():
        gradient = weight.grad
        assert gradient is not None
        torch.testing.assert_close(halved.weights[name].grad, gradient, rtol=1e-9, atol=1e-9)


@pytest.mark.usefixtures("_two_threads")
def test_one_task_at_a_time_is_one_where_memory_is_short(monkeypatch):
    """Two sides would hold two."""
    monkeypatch.setattr("umeta.learners.maml.WORTH_HALVING", 1)
    state = trained(SMALL, steps=0)
    state.tasks_at_once = 1
    threads, adapt = [], maml.adapt
    monkeypatch.setattr(
        maml,
        "adapt",
        lambda *args, **options: threads.append(threading.current_thread()) or adapt(*args, **options),
    )
    SMALL.step(state, images(3, 5, 1), images(3, 5, 3, seed=1))
    assert threads == [threading.current_thread()] * 3


@pytest.mark.usefixtures("_two_threads")
@pytest.mark.parametrize(("at_once", "size"), [(None, 4), (3, 1), (4, 2), (5, 2)])
def test_both_sides_together_have_as_many_tasks_as_memory_holds(at_once, size, monkeypatch):
    monkeypatch.setattr("umeta.learners.maml.WORTH_HALVING", 1)
    state, sizes, adapt = trained(SMALL, steps=0), [], maml.adapt
    state.tasks_at_once = at_once
    monkeypatch.setattr(
        maml, "adapt", lambda *args, **options: sizes.append(len(args[2])) or adapt(*args, **options)
    )
    SMALL.step(state, images(7, 5, 1), images(7, 5, 3, seed=1))
    assert max(sizes) == size
    assert sum(sizes) == 7


@pytest.mark.usefixtures("_double", "_two_threads")
def test_tasks_are_solved_alike_in_two_halves(monkeypatch):
    classifier = SMALL.classifier(trained(SMALL), batch_norm="transductive")
    support, queries = images(5, 5, 1, seed=7), images(5, 10, seed=8)
    halved = classifier.scores(support, queries)
    monkeypatch.setattr("umeta.learners.inner_loop.n_sides_of", lambda device: 1)
    torch.testing.assert_close(halved, classifier.scores(support, queries), rtol=1e-9, atol=1e-9)


def test_classifier_scores_do_not_depend_on_the_tasks_beside():
    classifier = SMALL.classifier(trained(SMALL), batch_norm="transductive")
    support, queries = images(3, 5, 1, seed=7), images(3, 10, seed=8)
    alone = torch.cat(
        [classifier.scores(s, q) for s, q in zip(support.split(1), queries.split(1), strict=True)]
    )
    torch.testing.assert_close(alone, classifier.scores(support, queries), rtol=1e-3, atol=1e-4)


def test_more_adaptation_lowers_the_support_loss():
    state = trained(SMALL)
    support = images(4, 5, 1, seed=7)
    losses = []
    for steps in (1, 5, 20):
        learner = SMALL.model_copy(update={"test_inner_steps": steps, "inner_lr": 0.01})
        logits = learner.classifier(state, batch_norm="transductive").scores(support, support.flatten(1, 2))
        losses.append(few_shot_loss(logits, 5).item())
    assert losses[0] > losses[1] > losses[2]


def test_fewer_ways_at_test_use_the_first_outputs():
    state = trained(SMALL, n_way=6)
    scores = SMALL.classifier(state, batch_norm="support").scores(images(2, 3, 2), images(2, 6, seed=1))
    assert scores.shape == (2, 6, 3)
    assert not scores.requires_grad


def test_scoring_works_inside_inference_mode():
    classifier = SMALL.classifier(trained(SMALL), batch_norm="support")
    with torch.inference_mode():
        inside = classifier.scores(images(2, 5, 1), images(2, 6, seed=1))
    torch.testing.assert_close(inside, classifier.scores(images(2, 5, 1), images(2, 6, seed=1)))


def test_more_ways_at_test_than_in_training_are_refused():
    classifier = SMALL.classifier(trained(SMALL, n_way=3), batch_norm="transductive")
    with pytest.raises(UserError, match="test.n_way=5 is more than the 3 ways .* train with task.n_way=5"):
        classifier.scores(images(2, 5, 1), images(2, 5))


def test_running_mode_without_running_averages_is_refused():
    with pytest.raises(UserError, match="train it with learner.batch_norm=running"):
        SMALL.classifier(trained(SMALL), batch_norm="running")


def test_images_too_small_for_the_network_are_refused():
    with pytest.raises(UserError, match="learner=maml .* 8 × 8"):
        SMALL.init((1, 8, 8), 5, generator=torch.Generator(), device=CPU)


def test_colour_images_train_with_a_clipped_gradient():
    learner = Maml(n_filters=4, inner_steps=1, clip=1e-4)
    state = learner.init((3, 64, 64), 2, generator=torch.Generator().manual_seed(0), device=CPU)
    support = torch.randint(0, 256, (1, 2, 1, 3, 64, 64), dtype=torch.uint8)
    learner.step(state, support, support)
    assert (
        max(weight.grad.abs().max() for weight in state.weights.values() if weight.grad is not None) <= 1e-4
    )


def test_modes_are_its_own_first_and_name_is_the_papers():
    assert Maml().test_batch_norms == ("transductive", "support")
    assert Maml(batch_norm="support").test_batch_norms == ("support", "transductive")
    assert Maml(batch_norm="running").test_batch_norms == ("running", "transductive", "support")
    assert [variant(name).label for name in ("maml", "fomaml", "anil")] == ["MAML", "FOMAML", "ANIL"]


def variant(name, mode="transductive"):
    return SMALL.model_copy(
        update={"name": name, "batch_norm": mode, "inner_steps": 3, "test_inner_steps": 3}
    )


def step_of(learner, n_way=5, outputs=5):
    """The weights before one training step, its data, and the gradient it took."""
    state = learner.init(SHAPE, outputs, generator=torch.Generator().manual_seed(0), device=CPU)
    before = {name: weight.detach().clone() for name, weight in state.weights.items()}
    support, query = images(3, n_way, 2), images(3, n_way, 4, seed=1)
    learner.step(state, support, query)
    gradients = {name: weight.grad for name, weight in state.weights.items() if weight.grad is not None}
    return before, support, query, gradients


def one_task_at_a_time(before, support, query, n_way, outer):
    """The plain loop: adapt to each task by `outer`'s inner steps, then take the mean gradient it returns."""
    network = maml_conv4(SHAPE, 8, len(before["head.bias"]))
    total = {name: torch.zeros_like(weight) for name, weight in before.items()}
    for some_support, some_query in zip(support, query, strict=True):
        known = to_pixels(some_support).flatten(0, 1)[None]
        asked = to_pixels(some_query).flatten(0, 1)[None]

        def loss(weights, items):
            return few_shot_loss(network(weights, items)[..., :n_way], n_way)

        for name, gradient in outer(loss, before, known, asked).items():
            total[name] += gradient / len(support)
    return total


def at_the_adapted_weights(loss, weights, known, asked):
    fast = dict(weights)
    moved = [name for name in fast if not name.startswith("norm")]
    for _ in range(3):
        leaves = {name: weight.detach().requires_grad_() for name, weight in fast.items()}
        gradients = torch.autograd.grad(loss(leaves, known), [leaves[name] for name in moved])
        fast |= {name: leaves[name] - 0.05 * g for name, g in zip(moved, gradients, strict=True)}
    leaves = {name: weight.detach().requires_grad_() for name, weight in fast.items()}
    return dict(zip(leaves, torch.autograd.grad(loss(leaves, asked), list(leaves.values())), strict=True))


def through_the_head_alone(loss, weights, known, asked):
    leaves = {name: weight.detach().requires_grad_() for name, weight in weights.items()}
    fast = dict(leaves)
    for _ in range(3):
        names = ["head.weight", "head.bias"]
        gradients = torch.autograd.grad(loss(fast, known), [fast[name] for name in names], create_graph=True)
        fast |= {name: fast[name] - 0.05 * g for name, g in zip(names, gradients, strict=True)}
    return dict(zip(leaves, torch.autograd.grad(loss(fast, asked), list(leaves.values())), strict=True))


@pytest.mark.parametrize(("n_way", "outputs"), [(5, 5), (3, 5)])
@pytest.mark.parametrize(
    ("name", "outer"), [("fomaml", at_the_adapted_weights), ("anil", through_the_head_alone)]
)
def test_the_outer_gradient_equals_a_plain_loops(name, outer, n_way, outputs):
    before, support, query, found = step_of(variant(name), n_way, outputs)
    expected = one_task_at_a_time(before, support, query, n_way, outer)
    for key, gradient in expected.items():
        torch.testing.assert_close(found[key], gradient, rtol=1e-3, atol=1e-4 * gradient.abs().max().item())


def test_the_first_order_gradient_is_not_that_of_second_order():
    first, second = (step_of(variant(name))[3] for name in ("fomaml", "maml"))
    assert (first["conv1.weight"] - second["conv1.weight"]).norm() > 0.05 * second["conv1.weight"].norm()


@pytest.mark.parametrize("name", ["maml", "fomaml", "anil"])
def test_anil_adapts_the_head_alone_and_the_others_everything(name, monkeypatch):
    seen = []

    def spy(*args, **options):
        seen.append(adapt(*args, **options))
        return seen[-1]

    adapt = maml.adapt
    for module in (maml, maml_classifier):
        monkeypatch.setattr(module, "adapt", spy)
    learner = variant(name)
    state = trained(learner)
    learner.classifier(state, batch_norm="transductive").scores(images(1, 5, 1), images(1, 10, seed=1))
    assert len(seen) == 3  # two training steps and one evaluation
    fast = seen[-1]
    moved = {
        key
        for key, weight in state.weights.items()
        if not torch.equal(fast[key], weight.expand_as(fast[key]))
    }
    convolutions = {f"conv{block}.weight" for block in range(1, 5)}
    assert moved == {"head.weight", "head.bias"} | (set() if name == "anil" else convolutions)


@pytest.mark.parametrize("name", ["fomaml", "anil"])
@pytest.mark.parametrize("mode", ["transductive", "support", "running"])
def test_variants_train_and_score_in_every_mode(name, mode):
    learner = variant(name, mode)
    state = trained(learner)
    for judged in learner.test_batch_norms:
        scores = learner.classifier(state, batch_norm=judged).scores(images(2, 3, 2), images(2, 6, seed=1))
        assert scores.shape == (2, 6, 3)
        assert torch.isfinite(scores).all()
        assert not scores.requires_grad


@pytest.mark.parametrize("mode", ["transductive", "support", "running"])
@pytest.mark.parametrize("name", ["maml", "fomaml", "anil"])
def test_every_tensor_is_made_on_the_device_of_the_images(name, mode):
    learner = variant(name, mode)
    state = learner.init(SHAPE, 5, generator=torch.Generator().manual_seed(0), device=CPU)
    support, query = images(2, 5, 1), images(2, 5, 3, seed=1)
    with torch.device("meta"):  # where whatever names no device is made; it has no numbers to compute with
        learner.step(state, support, query)
        scores = learner.classifier(state, batch_norm=mode).scores(support, query.flatten(1, 2))
    assert scores.device == CPU
    assert all(weight.device == CPU and torch.isfinite(weight).all() for weight in state.weights.values())
