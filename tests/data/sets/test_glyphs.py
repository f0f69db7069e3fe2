import pytest

from umeta.cache import Home
from umeta.data import DATASETS, SPLITS, Dataset
from umeta.data.sets.glyphs import GlyphsSet
from umeta.stage import Step, UserError

SMALL = GlyphsSet(n_alphabets=4, n_classes=30, n_drawers=6)


@pytest.fixture(scope="module")
def small(shared_home: Home) -> Dataset:
    return SMALL.load(shared_home)


def test_has_every_class_from_every_drawer(small: Dataset) -> None:
    assert small.images.images.shape == (180, 1, 28, 28)
    drawers = small.attributes["drawer"].values
    assert len(set(zip(small.classes.values.tolist(), drawers.tolist(), strict=True))) == 180
    assert [len(small.attributes[name].names) for name in ("alphabet", "drawer", "stroke weight")] == [
        4,
        6,
        3,
    ]


def test_thick_strokes_have_more_ink_than_thin_ones(small: Dataset) -> None:
    ink = small.images.images.mean((1, 2, 3))
    weights = small.attributes["stroke weight"].values
    thin, medium, thick = (ink[weights == k].mean() for k in range(3))
    assert thin < medium < thick


def test_ids_agree_with_classes(small: Dataset) -> None:
    for i, name in enumerate(small.images.ids):
        number = name.split("/")[2].removeprefix("glyph")
        assert small.classes.names[int(small.classes.values[i])] == f"glyph {number}"


def test_split_counts_scale_with_the_number_of_classes(small: Dataset) -> None:
    assert GlyphsSet().split_counts == (700, 100, 200)
    assert GlyphsSet(n_classes=10, n_alphabets=1).split_counts == (7, 1, 2)
    assert tuple(small.n_classes(split) for split in SPLITS) == SMALL.split_counts == (21, 3, 6)


def test_same_images_in_another_home_and_others_for_another_seed(small: Dataset, home: Home) -> None:
    assert SMALL.load(home).images.fingerprint == small.images.fingerprint
    other = SMALL.model_copy(update={"seed": 1}).load(home)
    assert other.images.fingerprint != small.images.fingerprint


def test_drawing_tells_how_far_it_is(home: Home) -> None:
    steps: list[Step] = []
    GlyphsSet(n_alphabets=4, n_classes=60, n_drawers=2).load(home, on_step=steps.append)
    assert [(step.done, step.total) for step in steps] == [(0, 60), (20, 60), (40, 60), (60, 60)]


def test_another_split_seed_draws_nothing_anew(small: Dataset, shared_home: Home) -> None:
    def fail(step: object) -> None:
        pytest.fail("glyphs are drawn again")

    other = SMALL.model_copy(update={"split_seed": 1}).load(shared_home, on_step=fail)
    assert other.images.fingerprint == small.images.fingerprint
    assert (other.split_of != small.split_of).any()


def test_smoke_is_smaller_and_still_allows_20_way_tasks() -> None:
    smoke = DATASETS.parse("glyphs", budget="smoke")
    assert smoke.n_classes == 200
    assert min(smoke.split_counts) >= 20


def test_more_alphabets_than_characters_are_refused() -> None:
    with pytest.raises(UserError, match="n_alphabets=50 is more than dataset.n_classes=20"):
        DATASETS.parse({"name": "glyphs", "n_classes": 20})
