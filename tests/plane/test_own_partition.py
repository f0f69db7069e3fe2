from typing import Any

import pytest

from tests.plane.made_points import several
from tests.results.made_up import finished
from umeta.evaluation.method_id import MethodId, MethodKind
from umeta.partitions.audit import score
from umeta.plane.construction import WithoutLabels
from umeta.plane.own_partition import corrected, forecast, found_gain, own_config
from umeta.results.finished_run import FinishedRun

OWN = WithoutLabels(diversity=1e5, n_clusters=100, agreement=0.5)


def test_too_few_points_give_no_forecast():
    assert forecast(OWN, several("a"), "omniglot") is None
    assert forecast(WithoutLabels(1e5, 100, None), several(), "omniglot") is None


def test_what_a_person_judged_corrects_the_estimate_the_more_the_more_pairs_there_are():
    none, few, many = score([]), score([True] * 4 + [False]), score([True] * 400 + [False] * 100)
    assert corrected(0.6, 0.08, none) == 0.6
    assert 0.2 < corrected(0.6, 0.08, many) < corrected(0.6, 0.08, few) < 0.6
    # Wilson: 0.2023 ± 0.0350, a deviation of 0.0179; the estimate's is 0.1, so that it weighs 100 beside 3,135
    assert corrected(0.6, 0.08, many) == pytest.approx((100 * 0.6 + 3135 * 0.2023) / 3235, abs=1e-4)
    assert corrected(0.6, 0.0, many) == 0.6
    told, corrected_by_pairs = (
        forecast(OWN, several(), "omniglot"),
        forecast(OWN, several(), "omniglot", score([True] * 100)),
    )
    assert told is not None
    assert corrected_by_pairs is not None
    assert corrected_by_pairs[0].noise <= told[0].noise


def test_on_images_that_are_not_the_planes_the_errors_are_those_on_data_sets_left_out():
    points = [*several(), *several("efgh", study="plane_grocery")]
    known, unknown = (forecast(OWN, points, name) for name in ("omniglot", "folder:my pictures"))
    assert known is not None
    assert unknown is not None
    assert (known[1].n_groups, unknown[1].n_groups) == (8, 2)
    assert unknown[0].band == unknown[1].band


OWN_SECTIONS = {
    "dataset": {"name": "digits"},
    "encoder": "pca",
    "partition": {"name": "kmeans", "n_clusters": 20},
}


def ended(
    *methods: tuple[str | MethodId, str | None, tuple[int, ...]],
    shape: tuple[int, int] = (5, 1),
    **config: Any,
) -> FinishedRun:
    """A run on the clusters of `OWN_SECTIONS`."""
    sections = own_config(OWN_SECTIONS).model_dump(mode="json")
    return finished(*methods, shape=shape, **{**sections, **config})


LEARNER, NEAREST = ("CACTUs-ProtoNets", "running", (8, 8)), ("nearest-neighbour", None, (6, 6))


def test_a_run_on_these_clusters_has_the_gain():
    config = own_config(OWN_SECTIONS)
    assert found_gain(config, [ended(LEARNER, NEAREST, run_id="it")]) == (pytest.approx(0.2), "it")
    linear = ("linear", None, (7, 7))
    assert found_gain(config, [ended(LEARNER, NEAREST, linear)]) == (pytest.approx(0.1), "run")


@pytest.mark.parametrize(
    "run",
    [
        ended(("UMTRA-ProtoNets", "running", (8, 8)), NEAREST),
        ended(
            (MethodId(MethodKind.CLUSTERS, "ProtoNets", "CACTUs (noise=1)", "running"), None, (8, 8)), NEAREST
        ),
        ended(("oracle-ProtoNets", "running", (8, 8)), NEAREST),
        ended(LEARNER, NEAREST, shape=(20, 1)),
        ended(LEARNER, NEAREST, test={"of": "views"}),
        ended(("CACTUs-MAML", "transductive", (8, 8)), NEAREST),
        ended(LEARNER, NEAREST, encoder={"name": "pixels"}),
        ended(LEARNER),
    ],
    ids=[
        "views, not clusters",
        "noise",
        "classes",
        "20-way",
        "judged on views",
        "transductive",
        "pixels",
        "alone",
    ],
)
def test_a_run_that_is_not_of_these_clusters_or_not_comparable_has_none(run: FinishedRun):
    assert found_gain(own_config(OWN_SECTIONS), [run]) is None


def test_a_learner_is_compared_in_the_mode_in_which_queries_are_answered_alone():
    maml = [("CACTUs-MAML", "transductive", (9, 9)), ("CACTUs-MAML", "support", (7, 7))]
    assert found_gain(own_config(OWN_SECTIONS), [ended(*maml, NEAREST)]) == (pytest.approx(0.1), "run")
