"""Trainings timed part by part."""

import time
from collections.abc import Iterator

import pytest
import torch

from tests.benchmarks.in_turns import in_turns
from tests.benchmarks.side_by_side import Settings

SETTINGS = Settings(torch.device("cpu"), rounds=1, threads=1)


def test_parts_take_turns_and_only_their_own_seconds_count(monkeypatch: pytest.MonkeyPatch):
    clock = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])

    def work(seconds: float, n_parts: int) -> Iterator[str]:
        for part in range(1, n_parts + 1):
            clock[0] += seconds
            yield f"part {part}"

    taken = []
    for key, seconds, part in in_turns({"ours": work(1, 2), "easyfsl": work(10, 3)}, SETTINGS):
        clock[0] += 100  # of whoever looks at a part
        taken.append((key, seconds, part))
    assert taken == [
        ("ours", 1, "part 1"),
        ("easyfsl", 10, "part 1"),
        ("ours", 2, "part 2"),
        ("easyfsl", 20, "part 2"),
        ("easyfsl", 30, "part 3"),
    ]


def test_a_closed_contender_takes_no_more_turns():
    contenders = {"ours": _letters("ab"), "easyfsl": _letters("cde")}
    seen = []
    for key, _, letter in in_turns(contenders, SETTINGS):
        seen.append(letter)
        if letter == "d":
            contenders[key].close()
    assert seen == ["a", "c", "b", "d"]


def _letters(letters: str):
    yield from letters
