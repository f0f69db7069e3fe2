"""The frame of measurements side by side: equality first, then turns, medians and ratios."""

import json
import re
import sys
import time
from importlib.metadata import version

import pytest
import torch

from tests.benchmarks.side_by_side import Case, Settings, largest_difference, measure, side_by_side

SETTINGS = Settings(torch.device("cpu"), rounds=3, threads=1)


def test_contenders_take_turns_after_a_warm_up_and_the_ratio_is_of_medians(monkeypatch: pytest.MonkeyPatch):
    clock, calls = [0.0], []
    seconds = {"ours": iter([9.0, 1.0, 2.0, 3.0]), "faiss": iter([9.0, 8.0, 6.0, 7.0])}
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])

    def work(key: str) -> float:
        calls.append(key)
        clock[0] += next(seconds[key])
        return 1.0

    case = side_by_side(
        "work",
        ours=lambda: work("ours"),
        peers={"faiss": lambda: work("faiss")},
        at_most=0,
        settings=SETTINGS,
    )
    assert calls == ["ours", "faiss", "ours", "faiss", "faiss", "ours", "ours", "faiss"]
    runs = {"ours": [1.0, 2.0, 3.0], "faiss": [8.0, 6.0, 7.0]}
    assert case == Case("work", 2.0, {"faiss": 7.0}, {"faiss": 3.5}, {"faiss": 0.0}, runs)


@pytest.mark.parametrize("theirs", [1.1, float("nan")])
def test_an_answer_that_differs_is_not_timed(theirs: float):
    with pytest.raises(AssertionError, match="work: plain-loop differs from ours by"):
        side_by_side(
            "work", ours=lambda: 1.0, peers={"plain-loop": lambda: theirs}, at_most=0.05, settings=SETTINGS
        )


def test_answers_given_apart_are_what_is_compared():
    case = side_by_side(
        "work",
        ours=lambda: 1.0,
        peers={"plain-loop": lambda: 2.0},
        at_most=0.5,
        settings=SETTINGS,
        answers={"ours": 5.0, "plain-loop": 4.0},
    )
    assert case.equal == {"plain-loop": 0.25}


def test_a_key_that_names_no_peer_is_refused():
    peers = {"easyfsl:cosine": lambda: 1, "someone:else": lambda: 1}
    with pytest.raises(ValueError, match="'someone:else'"):
        side_by_side("work", ours=lambda: 1, peers=peers, at_most=0, settings=SETTINGS)


def test_the_difference_is_in_units_of_the_largest_magnitude_of_theirs():
    ours = {"a": torch.tensor([1.0, 4.0]), "b": [torch.zeros(2), 3.0]}
    theirs = {"a": torch.tensor([2.0, 4.0]), "b": [torch.zeros(2), 3.0]}
    assert largest_difference(ours, theirs) == 0.25
    with pytest.raises(AssertionError, match="shapes"):
        largest_difference(torch.zeros(2, 1), torch.zeros(2))


def test_a_report_is_one_json_value_or_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    case = Case("work", 0.5, {"faiss": 1.0}, {"faiss": 2.0}, {"faiss": 0.0}, {"ours": [0.5], "faiss": [1.0]})
    threads = torch.get_num_threads()
    monkeypatch.setattr(sys, "argv", ["toy", "--json", "--only", "one"])
    measure("toy", {"one": lambda settings: case, "two": lambda settings: case})
    report = json.loads(capsys.readouterr().out)
    assert report["cases"] == [
        {
            "name": "work",
            "ours": 0.5,
            "peers": {"faiss": 1.0},
            "ratio": {"faiss": 2.0},
            "equal": {"faiss": 0.0},
            "runs": {"ours": [0.5], "faiss": [1.0]},
        }
    ]
    assert (report["bench"], report["threads"]) == ("toy", threads)
    assert report["versions"]["torch"] == version("torch")
    monkeypatch.setattr(sys, "argv", ["toy"])
    measure("toy", {"one": lambda settings: case})
    assert re.search(r"work +faiss +0\.5 +1 +2\.00 +0\n", capsys.readouterr().out)
