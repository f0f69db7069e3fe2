import torch

from umeta.baselines.scratch import Scratch

CPU = torch.device("cpu")


def make(n_way=3, seed=0, **options):
    method = Scratch(n_filters=8, **options)
    return method.classifier(
        {}, (1, 28, 28), n_way, generator=torch.Generator().manual_seed(seed), device=CPU
    )


def images(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (*shape, 1, 28, 28), generator=generator, dtype=torch.uint8)


def test_a_task_does_not_depend_on_the_tasks_beside_it():
    support, queries = images(3, 3, 2), images(3, 6, seed=1)
    together = make(steps=5).scores(support, queries)
    alone = make(steps=5).scores(support[1:2], queries[1:2])
    torch.testing.assert_close(together[1:2], alone, rtol=1e-3, atol=1e-4)


def test_tasks_start_from_weights_of_their_own_that_follow_the_seed():
    support, queries = images(1, 3, 2), images(1, 6, seed=1)
    assert torch.equal(make(steps=1).scores(support, queries), make(steps=1).scores(support, queries))
    assert not torch.equal(
        make(steps=1).scores(support, queries), make(steps=1, seed=1).scores(support, queries)
    )
    weights = make().random_weights(images(2, 3, 2))
    assert not torch.equal(weights["conv1.weight"][0], weights["conv1.weight"][1])


def test_it_learns_its_support():
    support = images(4, 3, 2)
    scores = make(steps=60).scores(support, support.flatten(1, 2))
    labels = torch.arange(3).repeat_interleave(2)
    assert (scores.argmax(-1) == labels).all()


def test_it_works_on_images_and_is_transductive():
    assert Scratch().works_on == "images"
    assert Scratch().batch_norm == "transductive"
    assert (Scratch().lr, Scratch().steps) == (0.1, 200)
