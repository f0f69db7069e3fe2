import numpy as np
import pytest

from umeta.partitions.attribute_information import attribute_information, quantile_bins
from umeta.stage import Step

CLUSTERS = np.repeat([0, 1, 2, -1], [40, 40, 40, 8]).astype(np.int32)


def test_a_partition_follows_itself_wholly_and_chance_not_at_all():
    chance = np.random.default_rng(0).permutation(CLUSTERS)
    found = attribute_information(
        CLUSTERS, {"class": 7 - CLUSTERS, "chance": chance, "constant": np.zeros(128, int)}
    )
    assert found["class"] == pytest.approx(1)
    assert found["chance"] == pytest.approx(0, abs=0.05)
    assert found["constant"] == pytest.approx(0)
    assert list(found) == ["class", "chance", "constant"]


def test_a_number_is_followed_by_its_size_and_unknown_ones_are_left_out():
    ink = CLUSTERS + np.linspace(0, 0.5, 128)
    assert attribute_information(CLUSTERS, {"ink": ink}, n_bins=3)["ink"] == pytest.approx(1)
    holed = np.where(np.arange(128) % 2 == 0, np.nan, ink)
    assert attribute_information(CLUSTERS, {"ink": holed}, n_bins=3)["ink"] == pytest.approx(1)


def test_bins_hold_equally_many_and_equal_numbers_share_one():
    assert quantile_bins(np.array([5.0, 1, 3, 2, 6, 4]), 3).tolist() == [2, 0, 1, 0, 2, 1]
    tied = quantile_bins(np.array([0.0] * 8 + [1, 2]), 5)
    assert len(set(tied[:8].tolist())) == 1
    assert quantile_bins(np.array([np.nan, 1.0, 2.0]), 2).tolist() == [-1, 0, 1]
    assert quantile_bins(np.full(3, np.nan), 2).tolist() == [-1, -1, -1]


def test_names_of_clusters_do_not_matter_and_progress_names_what_is_asked():
    steps: list[Step] = []
    classes = np.arange(128) % 5
    one = attribute_information(CLUSTERS, {"class": classes}, on_step=steps.append)
    other = attribute_information(
        np.where(CLUSTERS >= 0, 2 - CLUSTERS, -1).astype(np.int32), {"class": classes}
    )
    assert one["class"] == pytest.approx(other["class"])
    assert [(step.done, step.note) for step in steps] == [(0, "class"), (1, "")]


def test_an_attribute_that_no_item_has_is_left_out() -> None:
    clusters = np.array([0, 0, 1, 1])
    unknown = {"class": np.full(4, -1), "stroke": np.full(4, np.nan), "size": np.array([0, 0, 1, 1])}
    assert attribute_information(clusters, unknown) == {"size": 1.0}
