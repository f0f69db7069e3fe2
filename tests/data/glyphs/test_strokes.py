import numpy as np

from umeta.data.glyphs.strokes import N_POINTS, as_complex, corners, gaps, lengths, means, resample, sides

SQUARE = resample(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]))
LINE = resample(np.array([[-1.0, 2.0], [2.0, -2.0]]))


def test_points_of_a_path_are_at_equal_distances():
    np.testing.assert_allclose(np.linalg.norm(np.diff(LINE, axis=0), axis=1), 5 / (N_POINTS - 1))
    assert (LINE[[0, -1]] == [[-1, 2], [2, -2]]).all()


def test_strokes_are_as_long_and_reach_as_far_as_their_points():
    strokes = np.stack([SQUARE, LINE])
    np.testing.assert_allclose(lengths(strokes), np.linalg.norm(np.diff(strokes, axis=1), axis=2).sum(1))
    low, high = corners(strokes)
    assert low.tolist() == [-1, -2]
    assert high.tolist() == [2, 2]


def test_gaps_are_distances_from_the_nearest_of_every_fourth_point():
    points = np.random.default_rng(0).normal(size=(3, 4, 2))
    there = np.concatenate([SQUARE[::4], LINE[::4]])
    plain = np.linalg.norm(points[:, :, None] - there, axis=-1).min(2)
    np.testing.assert_allclose(gaps(points, np.stack([SQUARE, LINE])), plain, atol=1e-12)
    assert gaps(SQUARE[:1], SQUARE[None]) < 1e-7


def test_points_as_complex_numbers_are_the_same_points():
    points = as_complex(LINE)
    assert (points == LINE[:, 0] + 1j * LINE[:, 1]).all()
    across, down = sides(points)
    assert (across == np.abs(LINE[:, 0])).all()
    assert (down == np.abs(LINE[:, 1])).all()
    np.testing.assert_allclose(means(LINE), LINE.mean(1))
