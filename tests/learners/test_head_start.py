"""Heads that start alike for all class numbers: zeroed, or one learned vector."""

import pytest
import torch

from tests.learners.test_maml import CPU, SHAPE, SMALL, images, variant
from umeta.learners.head_start import HEAD
from umeta.runs.config import RunConfig


def trained(head, name="maml", n_steps=3):
    learner = variant(name).model_copy(update={"head": head})
    state = learner.init(SHAPE, 5, generator=torch.Generator().manual_seed(0), device=CPU)
    for step in range(n_steps):
        learner.step(state, images(3, 5, 2, seed=step), images(3, 5, 4, seed=step + 50))
    return learner, state


@pytest.mark.parametrize("name", ["maml", "fomaml", "anil"])
def test_the_head_starts_as_it_should_after_updates(name):
    _, zero = trained("zero", name)
    assert all(not zero.weights[key].any() for key in HEAD)
    _, shared = trained("shared", name)
    _, fresh = trained("shared", name, n_steps=0)
    for key in HEAD:
        weight = shared.weights[key]
        assert torch.equal(weight, weight[:1].expand_as(weight))
    assert not torch.equal(shared.weights["head.weight"], fresh.weights["head.weight"])


def test_the_gradient_of_a_shared_head_is_the_sum_of_its_classes():
    learner = SMALL.model_copy(update={"inner_steps": 3})
    gradients = {}
    for head in ("own", "shared"):
        state = learner.init(SHAPE, 5, generator=torch.Generator().manual_seed(0), device=CPU)
        with torch.no_grad():  # both from the same start
            for key in HEAD:
                state.weights[key].copy_(state.weights[key][:1].expand_as(state.weights[key]))
        learner.model_copy(update={"head": head}).step(state, images(3, 5, 2), images(3, 5, 4, seed=1))
        gradients[head] = state.weights["head.weight"].grad
    expected = gradients["own"].sum(0).expand(5, -1)
    torch.testing.assert_close(gradients["shared"], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("head", ["zero", "shared"])
@pytest.mark.parametrize("name", ["maml", "fomaml", "anil"])
def test_answers_do_not_depend_on_which_class_has_which_number(name, head):
    learner, state = trained(head, name)
    support, queries = images(2, 5, 2, seed=7), images(2, 10, seed=8)
    classifier = learner.classifier(state, batch_norm="support")
    order = torch.tensor([3, 0, 4, 1, 2])
    scores, permuted = classifier.scores(support, queries), classifier.scores(support[:, order], queries)
    torch.testing.assert_close(permuted, scores[..., order], rtol=1e-3, atol=1e-4)


def test_answers_of_a_head_of_each_numbers_own_do():
    learner, state = trained("own")
    support, queries = images(2, 5, 2, seed=7), images(2, 10, seed=8)
    classifier = learner.classifier(state, batch_norm="support")
    order = torch.tensor([3, 0, 4, 1, 2])
    difference = (
        classifier.scores(support[:, order], queries) - classifier.scores(support, queries)[..., order]
    )
    assert difference.abs().max() > 1e-2


def test_a_run_with_a_head_of_its_own_keeps_its_identity():
    plain = RunConfig.from_keys(["learner=maml"])
    assert "head" not in plain.model_dump(mode="json")["learner"]
    assert RunConfig.from_keys(["learner=maml", "learner.head=own"]).run_id == plain.run_id
    assert RunConfig.from_keys(["learner=maml", "learner.head=zero"]).run_id != plain.run_id
