import numpy as np
import pytest

from umeta.data import Attribute
from umeta.partitions import Partition
from umeta.partitions.search import find


@pytest.fixture
def partition() -> Partition:
    """Items 0 to 5; item 3 is in no cluster."""
    return Partition(np.array([1, 1, 4, -1, 4, 4], np.int32), n_made=2)


@pytest.mark.parametrize(
    ("text", "items"), [("4", [2, 4, 5]), (" Cluster: 1", [0, 1]), ("item 3", [3]), ("i2", [2])]
)
def test_find(partition: Partition, text: str, items: list[int]):
    assert find(text, partition, np.arange(6)).tolist() == items


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello", "neither a cluster nor an item"),
        ("2", "no cluster 2"),
        ("item 7", "item 7 is not among the 6"),
    ],
)
def test_find_says_what_there_is(partition: Partition, text: str, message: str):
    with pytest.raises(ValueError, match=message):
        find(text, partition, np.arange(6))


ATTRIBUTES = {
    "class": Attribute(np.array([0, 0, 1, 1, 2, 2]), ["Greek/a", "Greek/b", "Latin/a"]),
    "split": Attribute(np.array([0, 0, 0, 0, 1, -1]), ["meta_train", "meta_val", "meta_test"]),
}


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("class Greek/b", [2, 3]),
        ("Class greek", [0, 1, 2, 3]),
        ("class /a", [0, 1, 4, 5]),
        ("split meta_val", [4]),
        ("cluster 4", [2, 4, 5]),
    ],
)
def test_names_are_found_whole_or_in_part(partition: Partition, text: str, items: list[int]):
    assert find(text, partition, np.arange(6), ATTRIBUTES).tolist() == items


def test_a_whole_name_is_not_taken_for_a_part_of_others(partition: Partition):
    attributes = {"class": Attribute(np.array([0, 1, 1, 0, 1, 1]), ["one", "one more"])}
    assert find("class one", partition, np.arange(6), attributes).tolist() == [0, 3]


def test_a_name_that_is_not_there_is_answered_by_some_that_are(partition: Partition):
    with pytest.raises(ValueError, match="has “Thai” in its name; there are Greek/a, Greek/b, Latin/a"):
        find("class Thai", partition, np.arange(6), ATTRIBUTES)
    with pytest.raises(ValueError, match="neither a cluster nor an item"):
        find("class Greek", partition, np.arange(6))  # classes are not revealed
