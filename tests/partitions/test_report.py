import numpy as np
import pytest

from umeta.partitions import OUTSIDE, Partition, report
from umeta.partitions.report import class_agreement
from umeta.stage import UserError

# cluster 0: classes 5 5 7, cluster 1: classes 7 7, one item dropped, two of another split
CLUSTERS = np.array([0, 0, 0, 1, 1, OUTSIDE, OUTSIDE, OUTSIDE], np.int32)
CLASSES = np.array([5, 5, 7, 7, 7, 5, 9, 9], np.int32)
SPLIT = np.arange(6)
PARTITION = Partition(CLUSTERS, n_made=3, retries=1)


def test_sizes_and_drops_need_no_labels():
    card = report(PARTITION, SPLIT)
    assert card.sizes.tolist() == [3, 2]
    assert (card.n_made, len(card.clusters), card.n_dropped_items, card.retries) == (3, 2, 1, 1)
    assert [card.usable(n) for n in (2, 3, 4)] == [2, 1, 0]
    assert card.agreement is None


def test_purity_and_majority_by_hand():
    found = report(PARTITION, SPLIT, CLASSES).agreement
    assert found is not None
    assert found.purity == pytest.approx(4 / 5)
    assert found.cluster_purity.tolist() == pytest.approx([2 / 3, 1])
    assert found.majority.tolist() == [5, 7]
    assert found.classes_covered == 2


def test_agreement_does_not_depend_on_the_names_of_clusters():
    renamed = Partition(np.where(CLUSTERS == OUTSIDE, OUTSIDE, 1 - CLUSTERS).astype(np.int32), n_made=3)
    one, other = report(PARTITION, SPLIT, CLASSES).agreement, report(renamed, SPLIT, CLASSES).agreement
    assert one is not None
    assert other is not None
    assert (one.purity, one.nmi, one.ari) == pytest.approx((other.purity, other.nmi, other.ari))


def test_the_true_partition_is_perfect():
    truth = Partition(np.where(np.arange(8) < 6, CLASSES, OUTSIDE).astype(np.int32), n_made=2)
    found = report(truth, SPLIT, CLASSES).agreement
    assert found is not None
    assert (found.purity, found.nmi, found.ari) == pytest.approx((1, 1, 1))


def test_items_of_unknown_class_are_not_judged() -> None:
    clusters = np.array([0, 0, 0, 1, 1, 2, 2, -1], np.int32)
    classes = np.array([4, 4, -1, 5, 4, -1, -1, 5], np.int32)
    agreement = class_agreement(clusters, classes)
    assert agreement.purity == 3 / 4
    np.testing.assert_array_equal(agreement.cluster_purity, [1, 0.5, np.nan])
    assert agreement.majority.tolist() == [4, 4, -1]
    assert (agreement.classes_covered, agreement.n_classes, agreement.n_judged) == (1, 2, 4)


def test_without_any_known_class_there_is_no_agreement() -> None:
    clusters = np.array([0, 0, 1, -1], np.int32)
    unknown = np.array([-1, -1, -1, 3], np.int32)
    assert report(Partition(clusters, 2), np.arange(4), unknown).agreement is None
    with pytest.raises(UserError, match="of none of the 3 images in clusters a class is known"):
        class_agreement(clusters, unknown)
