"""Tests umeta.learners.running_statistics too."""

import pytest
import torch

from umeta.backbones import to_pixels
from umeta.learners.protonets import ProtoNets, episodes, network_for, prototype_scores
from umeta.stage import UserError

CPU = torch.device("cpu")
SHAPE = (1, 28, 28)
SMALL = ProtoNets(n_filters=8)


def images(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (*shape, *SHAPE), generator=generator, dtype=torch.uint8)


def trained(learner=SMALL, steps=2):
    state = learner.init(SHAPE, 5, generator=torch.Generator().manual_seed(0), device=CPU)
    for step in range(steps):
        learner.step(state, images(1, 5, 2, seed=step), images(1, 5, 3, seed=100 + step))
    return state


def test_scores_are_negative_squared_distances_to_the_means():
    support = torch.tensor([[[[0.0, 0.0], [2.0, 0.0]], [[0.0, 4.0], [0.0, 6.0]]]])  # means (1, 0) and (0, 5)
    queries = torch.tensor([[[1.0, 0.0], [1.0, 3.0]]])
    assert prototype_scores(support, queries).tolist() == [[[0, -26], [-9, -5]]]


def scores(classifier, support, queries):
    known = classifier.embed(support.flatten(0, 2)).unflatten(0, support.shape[:3])
    return classifier.scores(known, classifier.embed(queries.flatten(0, 1)).unflatten(0, queries.shape[:2]))


@pytest.mark.parametrize("mode", ["running", "support", "transductive"])
def test_support_order_does_not_matter(mode):
    classifier = SMALL.classifier(trained(), batch_norm=mode)
    support, queries = images(3, 5, 4, seed=7), images(3, 10, seed=8)
    expected = scores(classifier, support, queries)
    torch.testing.assert_close(scores(classifier, support.flip(2), queries), expected, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(
        scores(classifier, support.flip(1), queries).flip(2), expected, rtol=1e-4, atol=1e-4
    )


@pytest.mark.parametrize(
    ("mode", "independent"), [("running", True), ("support", True), ("transductive", False)]
)
def test_queries_see_each_other_in_transductive_mode_alone(mode, independent):
    classifier = SMALL.classifier(trained(), batch_norm=mode)
    support, queries = images(3, 5, 4, seed=7), images(3, 10, seed=8)
    few = scores(classifier, support, queries[:, 2:4])
    same = torch.allclose(few, scores(classifier, support, queries)[:, 2:4], rtol=1e-4, atol=1e-4)
    assert same == independent


def test_running_mode_embeds_each_image_once_and_alone():
    classifier = SMALL.classifier(trained(), batch_norm="running")
    items = images(700)
    embedded = classifier.embed(items)
    assert embedded.shape == (700, 8)
    torch.testing.assert_close(classifier.embed(items[300:301]), embedded[300:301])


def test_running_averages_are_those_of_the_first_batch_after_one_step():
    state = trained(steps=1)
    first = SMALL.init(SHAPE, 5, generator=torch.Generator().manual_seed(0), device=CPU)
    items = torch.cat([images(1, 5, 2).flatten(0, 2), images(1, 5, 3, seed=100).flatten(0, 2)]).float() / 255
    convolved = torch.nn.functional.conv2d(items, first.weights["conv1.weight"], padding=1)
    torch.testing.assert_close(state.statistics["norm1.mean"], convolved.mean((0, 2, 3)))
    torch.testing.assert_close(state.statistics["norm1.variance"], convolved.var((0, 2, 3), correction=0))


def test_evaluation_leaves_the_state_alone():
    state = trained()
    before = {name: value.clone() for name, value in (state.weights | state.statistics).items()}
    for mode in ("running", "support", "transductive"):
        scores(SMALL.classifier(state, batch_norm=mode), images(2, 5, 1), images(2, 5, seed=1))
    assert all(torch.equal(value, before[name]) for name, value in (state.weights | state.statistics).items())


def test_a_meta_batch_of_tasks_is_the_mean_of_their_losses():
    support, query = images(2, 5, 2), images(2, 5, 3, seed=1)
    both = SMALL.step(trained(steps=0), support, query)
    each = [SMALL.step(trained(steps=0), support[t : t + 1], query[t : t + 1]) for t in range(2)]
    assert both["loss"] == pytest.approx((each[0]["loss"] + each[1]["loss"]) / 2, rel=1e-5)
    assert both["accuracy"] == pytest.approx((each[0]["accuracy"] + each[1]["accuracy"]) / 2)


def test_images_too_small_to_halve_four_times_are_refused():
    with pytest.raises(UserError, match="needs 16 pixels or more; these have 8 × 8"):
        SMALL.init((1, 8, 8), 5, generator=torch.Generator(), device=CPU)


def test_many_episodes_a_pass_go_down_their_mean_loss_each_image_being_support_once():
    learner = ProtoNets(n_filters=8, episodes_per_pass=4)
    assert learner.made_from()["episodes_per_pass"] == 4
    assert "episodes_per_pass" not in SMALL.made_from()
    states = [
        one.init(SHAPE, 5, generator=torch.Generator().manual_seed(0), device=CPU) for one in (learner, SMALL)
    ]
    state, reference = states
    support, query = images(1, 5, 1, seed=1), images(1, 5, 3, seed=2)
    values = learner.step(state, support, query)
    items = torch.cat([support, query], dim=2)[0]  # (n_way, 4, …)
    network = network_for(SHAPE, 8)
    features = network(reference.weights, to_pixels(items.flatten(0, 1))[None])[0].unflatten(0, (5, 4))
    losses, n_correct = [], 0
    for known in range(4):
        asked = [k % 4 for k in range(known + 1, known + 4)]
        distances = torch.cdist(features[:, asked].flatten(0, 1), features[:, known]).square()
        labels = torch.arange(5).repeat_interleave(3)
        losses.append(torch.nn.functional.cross_entropy(-distances, labels))
        n_correct += int((distances.argmin(1) == labels).sum())
    torch.stack(losses).mean().backward()
    assert values["loss"] == pytest.approx(torch.stack(losses).mean().item(), rel=1e-4)
    assert values["accuracy"] == n_correct / 60
    for name, weight in state.weights.items():
        torch.testing.assert_close(weight.grad, reference.weights[name].grad, rtol=1e-3, atol=1e-4)


def test_supports_of_several_shots_begin_at_equal_steps_and_no_image_begins_two():
    support, query = torch.arange(2.0).reshape(1, 1, 2, 1), torch.arange(2.0, 8).reshape(1, 1, 6, 1)
    begun = [known.flatten().tolist() for known, _ in episodes(support, query, n=4)]
    assert begun == [[0, 1], [2, 3], [4, 5], [6, 7]]
    begun = [known.flatten().tolist() for known, _ in episodes(support, query[:, :, :3], n=3)]
    assert begun == [[0, 1], [1, 2], [3, 4]]
    for known, asked in episodes(support, query, n=4):
        assert sorted([*known.flatten().tolist(), *asked.flatten().tolist()]) == list(range(8))


def test_there_are_no_more_episodes_than_images_of_a_class():
    few, all_four = (ProtoNets(n_filters=8, episodes_per_pass=n) for n in (2, 4))
    support, query = images(1, 5, 1, seed=1), images(1, 5, 1, seed=2)
    losses = []
    for learner in (few, all_four):
        state = learner.init(SHAPE, 5, generator=torch.Generator().manual_seed(0), device=CPU)
        losses.append(learner.step(state, support, query))
    assert losses[0] == losses[1]


def test_without_given_queries_each_image_is_the_support_once():
    assert ProtoNets().task_defaults == {"n_query": 15}
    assert ProtoNets(episodes_per_pass=4).task_defaults == {"n_query": 3}
