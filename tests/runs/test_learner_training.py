"""What learners are called by, whatever their tasks were made of; tests umeta.runs.task_source too."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np
import pytest
import torch

from tests.small_runs import small
from umeta.baselines import BASELINES, Baseline
from umeta.baselines.nearest_neighbour import NeighbourClassifier
from umeta.cache import Arrays, Home
from umeta.evaluation.method_id import MethodId, MethodKind
from umeta.runs import RunConfig
from umeta.runs.learner_training import learner_id
from umeta.runs.pipeline import execute
from umeta.stage import Method, Registry
from umeta.tasks import SOURCES, TaskSource
from umeta.tasks.augmented import AugmentedSource


class NamelessTasks(Method):
    """A task source of a user's own, which says nothing of how it is called."""

    task_defaults: ClassVar[Mapping[str, int]] = {}

    name: Literal["nameless"] = "nameless"

    def over(self, items: np.ndarray, partitions: Any = None) -> TaskSource:
        return AugmentedSource(items)


class RandomForest(Baseline):
    """A baseline of a user's own with the name of a partition in its name."""

    name: Literal["random-forest"] = "random-forest"

    def classifier(
        self,
        state: Arrays,
        item_shape: tuple[int, ...],
        n_way: int,
        *,
        generator: torch.Generator,
        device: torch.device,
    ) -> NeighbourClassifier:
        return NeighbourClassifier(1)


@pytest.mark.parametrize(
    ("keys", "kind", "name", "encoder"),
    [
        (["encoder=pca", "partition=kmeans"], MethodKind.CLUSTERS, "CACTUs-ProtoNets", "pca"),
        (["partition=spherical"], MethodKind.CLUSTERS, "CACTUs-ProtoNets", "pretrained:glyphs"),
        (["partition=random"], MethodKind.RANDOM_LABELS, "random-ProtoNets", None),
        (["partition=oracle"], MethodKind.ORACLE, "oracle-ProtoNets", None),
        (["source=umtra", "partition=oracle"], MethodKind.OTHER_SOURCE, "UMTRA-ProtoNets", None),
        (["learner=anil", "source=protoclr"], MethodKind.OTHER_SOURCE, "ProtoCLR-ANIL", None),
        (["encoder=pca", "source.noise=0.2"], MethodKind.CLUSTERS, "CACTUs (noise=0.2)-ProtoNets", "pca"),
        (["partition=oracle", "source.noise=1"], MethodKind.ORACLE, "oracle (noise=1)-ProtoNets", None),
        (
            ["encoder=pca", "partition=oracle", "source.nearness=1", "source.n_clusters=9"],
            MethodKind.ORACLE,
            "oracle (clusters=9, nearness=1)-ProtoNets",
            "pca",
        ),
    ],
)
def test_a_learner_is_called_by_what_its_tasks_are_made_of(
    keys: list[str], kind: MethodKind, name: str, encoder: str | None
):
    method = learner_id(RunConfig.from_keys(keys))
    assert (method.kind, method.name, method.encoder) == (kind, name, encoder)


def test_methods_of_a_users_own_are_named_and_of_their_kind(tmp_path, monkeypatch: pytest.MonkeyPatch):
    def with_method(registry: Registry, method: type[Method]) -> None:
        name = str(method.model_fields["name"].default)
        methods = {**registry.methods, name: f"{__name__}:{method.__name__}"}
        monkeypatch.setitem(registry.__dict__, "methods", methods)

    with_method(SOURCES, NamelessTasks)
    with_method(BASELINES, RandomForest)
    config = small(
        "source=nameless", "partition=random", "baselines=random-forest,nearest-neighbour", "oracle=true",
        "learner.iterations=1", "test.n_tasks=4",
    )  # fmt: skip
    _, result = execute(config, Home(tmp_path, ()))
    assert [row.method for row in result.rows] == [
        MethodId(MethodKind.OTHER_SOURCE, "ProtoNets", "nameless", "running"),
        MethodId(MethodKind.ORACLE, "ProtoNets", "oracle", "running"),
        MethodId(MethodKind.BASELINE, "random-forest", encoder="pca"),
        MethodId(MethodKind.BASELINE, "nearest-neighbour", encoder="pca"),
    ]
    assert result.own_learner == result.rows[0].method
    assert "partition" not in result.seconds


def test_dials_change_what_a_learner_learns_and_never_which_learner_is_found(tmp_path):
    home = Home(tmp_path, ())
    accuracies = {}
    for dials in (
        (),
        ("source.noise=1",),
        ("source.noise=1", "source.noise_form=clustered"),
        ("source.nearness=1",),
        ("source.views=0.5",),
        ("partition=oracle",),
        ("partition=oracle", "source.noise=1"),
        ("partition=oracle", "source.noise=1", "source.noise_form=clustered"),
    ):
        config = small("learner.iterations=2", "baselines=", "test.n_tasks=4", *dials)
        _, result = execute(config, home)
        assert result.label_use == ("oracle" if "partition=oracle" in dials else "none")
        accuracies[result.rows[0].method.name] = config.run_id
    assert len(accuracies) == 8
    assert len(list((home.products / "learners").iterdir())) == 8


def test_an_oracle_beside_turned_dials_is_the_plain_one(tmp_path):
    home = Home(tmp_path, ())
    short = ("learner.iterations=1", "baselines=", "test.n_tasks=4", "oracle=true")
    _, plain = execute(small(*short), home)
    _, noisy = execute(small(*short, "source.noise=1"), home)
    assert plain.rows[1].method == noisy.rows[1].method
    assert plain.rows[1].accuracy == noisy.rows[1].accuracy
    assert len(list((home.products / "learners").iterdir())) == 3
