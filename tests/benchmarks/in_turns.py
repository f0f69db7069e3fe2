"""Trainings that are timed once, part by part in turns, so that whatever slows the machine slows all of them."""

import time
from collections.abc import Iterator, Mapping
from typing import TypeVar

from tests.benchmarks.side_by_side import Settings, finish

T = TypeVar("T")


def in_turns(contenders: Mapping[str, Iterator[T]], settings: Settings) -> Iterator[tuple[str, float, T]]:
    """Go through the parts of several pieces of work, one part of each after the other.

    Args:
        contenders: for each, an iterator whose every `next` does a part and returns something that is not None.
            Whoever closes one ends its turns.
        settings: whose device is waited for.

    Yields:
        The contender, the seconds that its parts have taken so far, and what the last of them returned.
    """
    seconds, going = dict.fromkeys(contenders, 0.0), list(contenders)
    while going:
        for key in list(going):
            start = time.perf_counter()
            result = next(contenders[key], None)
            finish(settings.device)
            seconds[key] += time.perf_counter() - start
            if result is None:
                going.remove(key)
            else:
                yield key, seconds[key], result
