import numpy as np

from umeta.figures.palette import GREY, PETROFF, TINTS, colour_groups, hex_of, ramp, tint, touching


def test_up_to_ten_groups_have_petroffs_colours_in_order_of_their_ids():
    colours = colour_groups(np.array([7, 3, 3, 5, -1]))
    assert colours.ids.tolist() == [3, 5, 7]
    assert [colours.of(group) for group in (3, 5, 7)] == list(PETROFF[:3])
    assert not colours.second.any()
    assert colours.of(-1) == colours.of(99) == GREY


def test_given_ids_keep_a_groups_colour_whatever_else_is_shown():
    assert colour_groups(np.array([5]), ids=range(10)).of(5) == PETROFF[5]


def test_groups_eleven_to_twenty_take_the_second_shape():
    colours = colour_groups(np.arange(20))
    assert colours.second.tolist() == [False] * 10 + [True] * 10
    pairs = {(colours.of(group), bool(colours.second[group])) for group in range(20)}
    assert len(pairs) == 20


def test_no_two_touching_clusters_of_a_grid_share_a_tint():
    # 6 x 6 squares of 5 x 5 points: a square touches the one beside and the one below it, worked out by hand
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(30), np.arange(30)))
    groups, positions = x // 5 + 6 * (y // 5), np.stack([x, y], axis=1).astype(float)
    colours = colour_groups(groups, positions)
    beside = [(g, g + 1) for g in range(36) if g % 6 < 5] + [(g, g + 6) for g in range(30)]
    assert set(beside) <= set(touching(groups, positions))
    assert all(colours.of(a) != colours.of(b) for a, b in beside)
    assert len(np.unique(colours.colours, axis=0)) > 3
    np.testing.assert_array_equal(colours.colours, colour_groups(groups, positions).colours)


def test_points_of_no_group_are_grey_and_touch_nothing():
    groups, positions = np.array([0, -1, 1]), np.array([[0.0, 0], [1, 0], [2, 0]])
    assert set(touching(groups, positions)) == {(0, 1)}
    painted, second = colour_groups(groups).painted(groups)
    assert painted.tolist() == [list(PETROFF[0]), list(GREY), list(PETROFF[1])]
    assert not second.any()
    assert touching(np.array([-1, -1]), positions[:2]) == {}


def test_where_tints_run_out_the_least_touching_pair_shares_one():
    edges = {(0, 1): 9, (0, 2): 9, (1, 2): 1}
    chosen = tint(3, edges, 2)
    assert chosen[1] == chosen[2] != chosen[0]


def test_tints_leave_out_the_greys():
    assert len(TINTS) == 8
    assert all(max(PETROFF[k]) - min(PETROFF[k]) > 30 for k in TINTS)


def test_a_ramp_goes_from_dark_to_light_and_leaves_unknown_values_grey():
    colours = ramp(np.array([0.0, 5.0, 10.0, np.nan]))
    brightness = colours[:3].astype(int).sum(axis=1)
    assert brightness[0] < brightness[1] < brightness[2]
    assert tuple(colours[3]) == GREY
    assert (ramp(np.array([3.0, 3.0])) == ramp(np.array([3.0, 3.0]))[0]).all()
    assert (ramp(np.array([np.nan])) == GREY).all()


def test_hex():
    assert hex_of(PETROFF[0]) == "#3f90da"
