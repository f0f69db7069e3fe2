from dataclasses import replace

import numpy as np
import pytest

from tests.small_runs import small
from umeta.cache import Home
from umeta.runs import RunConfig
from umeta.runs.iterated import last_step, n_rounds
from umeta.runs.pipeline import execute
from umeta.runs.result import RunResult
from umeta.stage import Cancelled, Step, UserError

ONE_ROUND = ("learner.iterations=9", "baselines=", "test.n_tasks=10", "task.n_query=5")
KEYS = (*ONE_ROUND, "source.rounds=3")


def test_steps_are_divided_among_the_rounds():
    config = small("learner.iterations=10", "source.rounds=3")
    assert [last_step(config, number) for number in range(4)] == [0, 3, 6, 10]
    assert n_rounds(config) == 3
    assert n_rounds(small("source=umtra")) == 1


def test_each_round_clusters_anew_and_is_measured(tmp_path):
    home = Home(tmp_path, ())
    _, result = execute(small(*KEYS), home)
    assert result.rows[0].method.name == "CACTUs (rounds=3)-ProtoNets"
    assert [(one.number, one.steps) for one in result.rounds] == [(1, 3), (2, 6), (3, 9)]
    for one in result.rounds:
        assert all(value is not None and 0 < value < 1 for value in (one.purity, one.nmi, one.accuracy))
        assert one.clusters > 5
    assert len({one.purity for one in result.rounds}) == 3
    assert len(list((home.products / "partitions").iterdir())) == 3
    assert RunResult.from_json(result.to_json()).rounds == result.rounds
    _, plain = execute(small(*ONE_ROUND), home)
    assert plain.rounds == ()
    assert "rounds" not in plain.to_json()
    assert plain.rows[0].accuracy != result.rows[0].accuracy


@pytest.mark.parametrize("stop_at", [2, 3, 5])
def test_an_interrupted_training_ends_where_an_uninterrupted_one_does(tmp_path, stop_at):
    _, whole = execute(small(*KEYS), Home(tmp_path / "whole", ()))
    home = Home(tmp_path / "cut", ())

    def stop(step: Step) -> None:
        if step.stage == "train" and step.done == stop_at:
            raise Cancelled

    with pytest.raises(Cancelled):
        execute(small(*KEYS), home, on_step=stop)
    _, resumed = execute(small(*KEYS), home)
    assert resumed.rows == whole.rows
    assert resumed.rounds == whole.rounds


def test_a_learner_that_was_trained_before_is_found_with_its_rounds(tmp_path):
    home = Home(tmp_path, ())
    _, first = execute(small(*KEYS), home)
    _, again = execute(small(*KEYS, "test.n_shot=5"), home)
    assert again.rounds == first.rounds


def test_rounds_are_judged_by_the_classes_that_are_known_now(tmp_path):
    """Marks of meta_val change no training: the learner is found again, and what it answered to other marks is not."""
    rng, ids = np.random.default_rng(0), [f"image {number}" for number in range(600)]
    np.savez(tmp_path / "set.npz", x=rng.integers(0, 256, (600, 16, 16)).astype(np.uint8), ids=ids)
    marks = tmp_path / "marks.csv"
    config = small(f"dataset=arrays:{tmp_path / 'set.npz'}", f"dataset.labels={marks}", *KEYS)
    homes = {name: Home(tmp_path / name, ()) for name in ("shared", "first", "second")}

    def accuracies(name: str) -> list[float | None]:
        return [one.accuracy for one in execute(config, homes[name])[1].rounds]

    for name in ("first", "second"):
        classes = rng.integers(0, 10, 600)
        marks.write_text(
            "id,class\n" + "".join(f"{item},{c}\n" for item, c in zip(ids, classes, strict=True))
        )
        alone, shared = accuracies(name), accuracies("shared")
        assert all(alone)
        assert shared == (alone if name == "first" else [None] * 3)


def test_the_oracle_beside_it_has_one_round(tmp_path):
    home = Home(tmp_path, ())
    _, iterated = execute(small(*KEYS, "oracle=true"), home)
    _, plain = execute(small(*ONE_ROUND, "oracle=true"), home)
    assert replace(iterated.rows[1], tasks_hash="") == replace(plain.rows[1], tasks_hash="")


@pytest.mark.parametrize(
    "words", [("learner=maml",), ("learner=none",), ("partition=oracle",), ("partition=random",)]
)
def test_what_cannot_be_clustered_anew_is_refused(words):
    with pytest.raises(UserError, match=r"source\.rounds=2 clusters anew .* needs learner=protonets"):
        RunConfig.from_keys(["source.rounds=2", *words])
