import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umeta.data import Attribute
from umeta.partitions import Partition
from umeta.ui.explore.search import find
from umeta.ui.shared.lasso import lasso_text, read_lasso


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


KNOWN = {
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
    assert find(text, partition, np.arange(6), KNOWN).tolist() == items


def test_a_whole_name_is_not_taken_for_a_part_of_others(partition: Partition):
    known = {"class": Attribute(np.array([0, 1, 1, 0, 1, 1]), ["one", "one more"])}
    assert find("class one", partition, np.arange(6), known).tolist() == [0, 3]


def test_a_name_that_is_not_there_is_answered_by_some_that_are(partition: Partition):
    with pytest.raises(ValueError, match="has “Thai” in its name; there are Greek/a, Greek/b, Latin/a"):
        find("class Thai", partition, np.arange(6), KNOWN)
    with pytest.raises(ValueError, match="neither a cluster nor an item"):
        find("class Greek", partition, np.arange(6))  # classes are not revealed


@given(
    st.lists(
        st.tuples(*[st.floats(-1e4, 1e4).map(lambda v: float(f"{v:.6g}"))] * 2), min_size=3, max_size=30
    ),
    st.none() | st.tuples(*[st.floats(-20, 1.57).map(lambda v: round(v, 3))] * 2),
)
def test_a_lasso_comes_back_from_a_link_as_it_was(
    corners: list[tuple[float, float]], turned: tuple[float, float] | None
):
    lasso = read_lasso(lasso_text("umap-all", np.array(corners), turned))
    assert lasso is not None
    assert lasso.layout == "umap-all"
    assert lasso.polygon.tolist() == [list(corner) for corner in corners]
    assert lasso.turned == turned


@pytest.mark.parametrize(
    "text",
    [
        *("", "pca", "pca:", "pca:1,2", "pca:1,2,3,4,5", "pca:1,2,3,4,nan,6", "pca:1,2,x,4,5,6"),
        *(
            "pca-3d@:1,2,3,4,5,6",
            "pca-3d@1:1,2,3,4,5,6",
            "pca-3d@1,2,3:1,2,3,4,5,6",
            "pca-3d@1,x:1,2,3,4,5,6",
        ),
    ],
)
def test_what_is_no_lasso_is_none(text: str):
    assert read_lasso(text) is None
