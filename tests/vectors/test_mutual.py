import numpy as np

from umeta.vectors.mutual import mutual_neighbours, pairs_of

# on a line: 0 and 1 are each other's nearest, and so are 10 and 12; 4 is nearest to 1, which has 0
ON_LINE = np.array([[0.0], [1.0], [4.0], [10.0], [12.0]], np.float32)


def test_mutual_neighbours_on_a_line_worked_by_hand():
    assert mutual_neighbours(ON_LINE, 1).ravel().tolist() == [1, 0, -1, 4, 3]
    two = mutual_neighbours(ON_LINE, 2)  # the two nearest: 0: 1 4, 1: 0 4, 4: 1 0, 10: 12 4, 12: 10 4
    assert [sorted(row[row >= 0]) for row in two] == [[1, 2], [0, 2], [0, 1], [4], [3]]
    assert pairs_of(two).tolist() == [[0, 1], [0, 2], [1, 2], [3, 4]]


def test_neighbours_are_mutual_and_never_the_item_itself_even_among_copies():
    rng = np.random.default_rng(0)
    vectors = np.repeat(rng.normal(size=(30, 4)), 5, axis=0).astype(np.float32)  # five copies of each
    found = mutual_neighbours(vectors, 3)
    for item, row in enumerate(found):
        for other in row[row >= 0]:
            assert other != item
            assert item in found[other]
    pairs = pairs_of(found)
    assert len(np.unique(pairs, axis=0)) == len(pairs)
    assert 2 * len(pairs) == (found >= 0).sum()
