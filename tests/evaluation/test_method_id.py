import json

import pytest

from umeta.evaluation.method_id import MethodId, MethodKind

METHODS = {
    "CACTUs-MAML": MethodId(MethodKind.CLUSTERS, "MAML", "CACTUs", "support", "acai"),
    "oracle-ProtoNets": MethodId(MethodKind.ORACLE, "ProtoNets", "oracle", "running"),
    "random-ANIL": MethodId(MethodKind.RANDOM_LABELS, "ANIL", "random", "transductive"),
    "UMTRA-MAML": MethodId(MethodKind.OTHER_SOURCE, "MAML", "UMTRA", "transductive"),
    "nearest-neighbour": MethodId(MethodKind.BASELINE, "nearest-neighbour", encoder="simclr"),
    "random-forest": MethodId(MethodKind.BASELINE, "random-forest", encoder="simclr"),
    "scratch": MethodId(MethodKind.BASELINE, "scratch", batch_norm="transductive"),
}


@pytest.mark.parametrize("name", METHODS)
def test_the_printed_name_follows_from_the_parts(name: str):
    assert METHODS[name].name == name


def test_the_mode_stands_behind_the_name_where_there_is_one():
    assert METHODS["CACTUs-MAML"].name_with_mode == "CACTUs-MAML (support BN)"
    assert METHODS["random-forest"].name_with_mode == "random-forest"


def test_a_method_of_any_name_is_a_baseline_by_its_kind():
    assert [name for name, method in METHODS.items() if method.is_baseline] == [
        "nearest-neighbour",
        "random-forest",
        "scratch",
    ]


@pytest.mark.parametrize("name", METHODS)
def test_it_is_the_same_after_json(name: str):
    written = json.dumps(METHODS[name].to_json())
    assert MethodId.from_json(json.loads(written)) == METHODS[name]
