import numpy as np
import pytest
import torch

from umeta.backbones import few_shot_loss
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


def test_tasks_worked_on_in_parts_give_the_same_gradient(monkeypatch):
    support, query = images(4, 5, 1), images(4, 5, 3, seed=1)
    whole, parts = trained(SMALL, steps=0), trained(SMALL, steps=0)
    SMALL.step(whole, support, query)
    monkeypatch.setattr("umeta.learners.maml.TRAINING_ACTIVATIONS", 1)
    SMALL.step(parts, support, query)
    for name, weight in whole.weights.items():
        gradient = weight.grad
        assert gradient is not None
        torch.testing.assert_close(parts.weights[name].grad, gradient, rtol=1e-3, atol=1e-5)


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
    assert Maml().label == "MAML"
