"""Results as JSON and back, in this version and as they were before there were versions.

Tests umeta.runs.unversioned_results and umeta.runs.declared_types too.
"""

import json
import math
from typing import Any

import pytest

from umeta.evaluation.method_id import MethodId, MethodKind
from umeta.runs.result import SCHEMA_VERSION, ResultRow, RunResult
from umeta.stage import UserError

ROW = ResultRow(
    method=MethodId(MethodKind.CLUSTERS, "MAML", "CACTUs", "transductive", "acai"),
    n_way=5,
    n_shot=1,
    n_query=5,
    accuracy=0.625,
    ci95=0.01,
    ci95_classes=None,
    n_tasks=1000,
    split="meta_test",
    seed=3,
    transductive=True,
    label_use="none",
    tasks_hash="abc",
)
TUNED = ResultRow(
    method=MethodId(MethodKind.BASELINE, "linear-tuned", encoder="acai"),
    n_way=5,
    n_shot=1,
    n_query=5,
    accuracy=0.5,
    ci95=0.01,
    ci95_classes=0.02,
    n_tasks=1000,
    split="meta_test",
    seed=3,
    transductive=False,
    label_use="tuned on meta_val",
    tasks_hash="abc",
    chosen={"C": 0.1},
)
CONFIG: dict[str, Any] = {
    "dataset": {"name": "omniglot"},
    "encoder": {"name": "acai"},
    "partition": {"name": "kmeans"},
    "learner": {"name": "maml"},
    "baselines": [{"name": "nearest-neighbour"}, {"name": "linear"}, {"name": "scratch"}],
}
RESULT = RunResult(
    run_id="run",
    config=CONFIG,
    tasks_hash="abc",
    seconds={"encoder": 1.0},
    cpu_seconds={"encoder": 0.5},
    label_use="none",
    rows=(ROW, TUNED),
    made_with={"umeta": "1"},
    encoder_note="fitted elsewhere",
    notes=("2 images left out, as they cannot be read: a.png, b.png.",),
)


def unversioned(*rows: tuple[str, str | None], **config: Any) -> RunResult:
    """The result of a file that has printed names alone."""
    figures = {
        "n_way": 5, "n_shot": 1, "n_query": 5, "accuracy": 0.5, "ci95": 0.01, "n_tasks": 20, "split": "meta_test",
        "seed": 0,
    }  # fmt: skip
    return RunResult.from_json(
        {
            "run_id": "run",
            "config": {**CONFIG, **config},
            "tasks_hash": "abc",
            "seconds": {},
            "label_use": "revealed",
            "results": [{"method": name, "bn": bn, **figures} for name, bn in rows],
        }
    )


def test_a_result_is_the_same_after_json():
    written = json.dumps(RESULT.to_json(), allow_nan=False)
    assert RunResult.from_json(json.loads(written)) == RESULT


def test_a_result_that_was_written_before_there_were_notes_has_none():
    written = RESULT.to_json()
    del written["notes"]
    assert RunResult.from_json(written).notes == ()


def test_the_json_says_its_version_and_keeps_the_words_of_the_command_line():
    written = RESULT.to_json()
    assert written["schema_version"] == SCHEMA_VERSION
    maml, tuned = written["results"]
    assert (maml["method"], maml["bn"], maml["transductive"]) == ("CACTUs-MAML", "transductive", True)
    assert "chosen" not in maml
    assert (tuned["method"], tuned["bn"], tuned["chosen"]) == ("linear-tuned", None, {"C": 0.1})
    assert maml["method_id"]["kind"] == "clusters"


def test_a_result_of_a_later_version_is_not_read_wrongly():
    with pytest.raises(UserError, match="schema version 99, and this umeta reads .*; update umeta"):
        RunResult.from_json({**RESULT.to_json(), "schema_version": 99})


def test_old_rows_get_the_parts_that_their_config_tells():
    result = unversioned(
        ("CACTUs-MAML", "support"), ("oracle-MAML", "support"), ("nearest-neighbour-k3", None),
        ("scratch", "transductive"),
    )  # fmt: skip
    assert [row.method for row in result.rows] == [
        MethodId(MethodKind.CLUSTERS, "MAML", "CACTUs", "support", "acai"),
        MethodId(MethodKind.ORACLE, "MAML", "oracle", "support"),
        MethodId(MethodKind.BASELINE, "nearest-neighbour-k3", encoder="acai"),
        MethodId(MethodKind.BASELINE, "scratch", batch_norm="transductive"),
    ]
    row = result.rows[3]
    assert (row.transductive, row.label_use, row.tasks_hash) == (True, "revealed", "")
    assert row.ci95_classes is not None
    assert math.isnan(row.ci95_classes)
    assert "ci95_classes" not in row.to_json()
    assert result.own_learner == result.rows[0].method


@pytest.mark.parametrize(
    ("config", "name", "method"),
    [
        (
            {"partition": {"name": "random"}},
            "random-MAML",
            MethodId(MethodKind.RANDOM_LABELS, "MAML", "random", "support"),
        ),
        (
            {"partition": {"name": "oracle"}},
            "oracle-MAML",
            MethodId(MethodKind.ORACLE, "MAML", "oracle", "support"),
        ),
        (
            {"source": {"name": "protoclr"}},
            "ProtoCLR-MAML",
            MethodId(MethodKind.OTHER_SOURCE, "MAML", "ProtoCLR", "support"),
        ),
        (
            {"source": {"name": "mixup"}},
            "CACTUs-MAML",
            MethodId(MethodKind.OTHER_SOURCE, "MAML", "mixup", "support"),
        ),
    ],
)
def test_an_old_learner_is_called_by_what_it_was_trained_on(
    config: dict[str, Any], name: str, method: MethodId
):
    result = unversioned((name, "support"), **config)
    assert result.rows[0].method == method
    assert result.own_learner == method


def test_an_old_baseline_with_the_name_of_a_source_in_it_is_a_baseline():
    baselines = [{"name": "random-forest"}, {"name": "oracle-forest"}]
    result = unversioned(
        ("random-MAML", "support"), ("random-forest", None), ("oracle-forest-deep", None),
        partition={"name": "random"}, baselines=baselines,
    )  # fmt: skip
    assert [row.method.kind for row in result.rows] == [
        MethodKind.RANDOM_LABELS,
        MethodKind.BASELINE,
        MethodKind.BASELINE,
    ]
