import numpy as np
import pytest

from umeta.partitions.stability import numbers_to_try, stability
from umeta.stage import Step, UserError


def four_groups() -> np.ndarray:
    rng = np.random.default_rng(0)
    centres = np.array([[0, 0], [0, 50], [50, 0], [50, 50]], float)
    return (centres.repeat(50, axis=0) + rng.normal(size=(200, 2))).astype(np.float32)


def test_the_number_of_groups_there_are_is_found_again_from_every_start_and_others_are_not():
    four, nine = stability(four_groups(), [4, 9])
    assert (four.n_clusters, four.mean, four.least, four.most) == (4, 1, 1, 1)
    assert nine.mean < 0.9
    assert nine.least <= nine.mean <= nine.most


def test_a_large_set_is_sampled_and_the_same_seed_gives_the_same_numbers():
    one = stability(four_groups(), [3], n_sample=60, seed=5)
    assert one[0].n_sampled == 60
    assert one == stability(four_groups(), [3], n_sample=60, seed=5)


def test_progress_counts_clusterings():
    steps: list[Step] = []
    stability(four_groups(), [2, 4], n_starts=2, on_step=steps.append)
    assert [(step.done, step.total) for step in steps] == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    assert steps[2].note == "4 clusters"


def test_what_cannot_be_judged_is_refused():
    with pytest.raises(UserError, match="n_clusters=101 cannot be judged on 200 items; choose 2 to 100"):
        stability(four_groups(), [4, 101])
    with pytest.raises(UserError, match="n_starts=1 leaves nothing to compare"):
        stability(four_groups(), [4], n_starts=1)


def test_numbers_leave_ten_images_a_cluster():
    assert numbers_to_try(200) == (2, 5, 10, 20)
    assert numbers_to_try(100_000) == (2, 5, 10, 20, 50, 100, 200, 500)
    assert numbers_to_try(5) == (2,)
