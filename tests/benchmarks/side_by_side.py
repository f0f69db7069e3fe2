"""The frame of measurements side by side: first that both compute the same, then their times, taking turns.

A measurement is a file here whose `main` hands its cases to `measure`; `umeta bench NAME` runs it in the environment of
the peers:

    def nearest(settings: Settings) -> Case:
        vectors = ...                      # the same for all
        return side_by_side(
            "nearest neighbour",
            ours=lambda: umeta_predictions(vectors),
            peers={"scikit-learn": lambda: sklearn_predictions(vectors)},
            at_most=0.0,                   # the largest difference that counts as equal
            settings=settings,
        )

    def main() -> None:
        measure("evaluation", {"nearest": nearest}, packages=("torch", "scikit-learn"))
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import torch

from umeta.device import keep_freed_memory

PEERS = (
    "plain-loop",
    "parallel-metalearn",
    "scikit-learn",
    "sklearnex",
    "faiss",
    "easyfsl",
    "umap-learn",
    "opentsne",
)


@dataclass(frozen=True)
class Settings:
    """How all cases are measured."""

    device: torch.device
    rounds: int
    threads: int


@dataclass(frozen=True)
class Case:
    """Seconds of one piece of work, medians over the rounds.

    `ratio` is a peer's seconds divided by ours, `equal` the figure by which a peer's answer was found equal to ours,
    and `runs` holds the seconds of every round.
    """

    name: str
    ours: float
    peers: Mapping[str, float]
    ratio: Mapping[str, float]
    equal: Mapping[str, float]
    runs: Mapping[str, Sequence[float]]


def side_by_side(
    name: str,
    *,
    ours: Callable[[], Any],
    peers: Mapping[str, Callable[[], Any]],
    at_most: float,
    settings: Settings,
    difference: Callable[[Any, Any], float] | None = None,
    answers: Mapping[str, Any] | None = None,
) -> Case:
    """Run each contender once, which warms it up; assert that answers are equal; then time them in turns.

    Args:
        name: what is done.
        ours: does it and returns the answer.
        peers: the same by others. A key is one of `PEERS`; a variant may follow it after a colon.
        at_most: the largest `difference` of answers that counts as equal.
        settings: rounds and device; each round begins with another contender.
        difference: of our answer and a peer's; None for `largest_difference`.
        answers: what is compared, by `ours` and the peers' keys, where that is not what the timed calls return, such as
            the same functions' answers in float64; None for what the first calls return.

    Raises:
        AssertionError: a peer's answer differs from ours by more than `at_most`, or by something that is no number.
        ValueError: a key names no peer.
    """
    if wrong := sorted(key for key in peers if key.split(":")[0] not in PEERS):
        raise ValueError(f"{wrong} name none of the peers {PEERS}")
    contenders = {"ours": ours, **peers}
    returned = {key: contender() for key, contender in contenders.items()}
    found = answers or returned
    equal = {key: (difference or largest_difference)(found["ours"], found[key]) for key in peers}
    for key, figure in equal.items():
        if not figure <= at_most:
            raise AssertionError(f"{name}: {key} differs from ours by {figure:.3g}, more than {at_most:.3g}")
    runs = _taking_turns(contenders, settings)
    medians = {key: statistics.median(seconds) for key, seconds in runs.items()}
    own = medians.pop("ours")
    return Case(name, own, medians, {key: one / own for key, one in medians.items()}, equal, runs)


def largest_difference(ours: Any, theirs: Any) -> float:
    """Return the largest difference of two arrays, tensors, numbers, or sequences or mappings of such.

    Each is measured in units of the largest magnitude of theirs.

    Raises:
        AssertionError: they differ in shape or in keys.
    """
    if isinstance(theirs, Mapping):
        assert ours.keys() == theirs.keys(), f"{ours.keys()} and {theirs.keys()}"
        return max(largest_difference(ours[key], theirs[key]) for key in theirs)
    if isinstance(theirs, (list, tuple)):
        assert len(ours) == len(theirs), f"{len(ours)} and {len(theirs)} values"
        return max(largest_difference(*pair) for pair in zip(ours, theirs, strict=True))
    ours, theirs = (
        np.asarray(one.detach().cpu() if isinstance(one, torch.Tensor) else one, np.float64)
        for one in (ours, theirs)
    )
    assert ours.shape == theirs.shape, f"shapes {ours.shape} and {theirs.shape}"
    return float(np.abs(ours - theirs).max() / (np.abs(theirs).max() or 1.0))


def measure(
    bench: str,
    cases: Mapping[str, Callable[[Settings], Case]],
    *,
    packages: Sequence[str] = ("torch", "numpy"),
) -> None:
    """Take the measurements that the command line asks for and print them, as one JSON value with `--json`.

    Args:
        bench: its name.
        cases: for each word that `--only` takes, what measures it.
        packages: whose versions are reported.
    """
    parser = argparse.ArgumentParser(prog=bench)
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    parser.add_argument("--only", nargs="+", choices=list(cases), default=list(cases), metavar="CASE")
    parser.add_argument("--rounds", type=int, default=5, help="how often each contender is timed")
    parser.add_argument("--device", type=torch.device, default=torch.device("cpu"))
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    keep_freed_memory()  # as every process that trains does; for all contenders alike
    settings = Settings(given.device, given.rounds, given.threads)
    load = os.getloadavg()[0]
    measured = []
    for name in given.only:
        sys.stderr.write(f"{name}\n")
        measured.append(cases[name](settings))
    report = {
        "bench": bench,
        "device": str(given.device),
        "threads": given.threads,
        "versions": {name: version(name) for name in packages},
        "cpus": os.cpu_count(),
        "load": round(load, 1),
        "cases": [asdict(case) for case in measured],
    }
    sys.stdout.write(json.dumps(report, indent=1) + "\n" if given.json else table(report))


def table(report: Mapping[str, Any]) -> str:
    """Return a report as lines of text: for each case and peer both times, their ratio and the equality figure."""
    line = "{:28} {:22} {:>10} {:>10} {:>8} {:>9}\n".format
    head = f"{report['device']}, {report['threads']} threads, load {report['load']}\n"
    rows = [
        line(
            case["name"],
            peer,
            f"{case['ours']:.4g}",
            f"{seconds:.4g}",
            f"{case['ratio'][peer]:.2f}",
            f"{case['equal'][peer]:.2g}",
        )
        for case in report["cases"]
        for peer, seconds in case["peers"].items()
    ]
    alone = [case for case in report["cases"] if not case["peers"]]
    rows += [line(case["name"], "", f"{case['ours']:.4g}", "", "", "") for case in alone]
    return head + line("", "peer", "ours s", "peer s", "ratio", "equal") + "".join(rows)


def finish(device: torch.device) -> None:
    """Wait for what a GPU still does."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _taking_turns(contenders: Mapping[str, Callable[[], Any]], settings: Settings) -> dict[str, list[float]]:
    """Return the seconds of each contender in each round."""
    order = list(contenders)
    runs: dict[str, list[float]] = {key: [] for key in order}
    for _ in range(settings.rounds):
        for key in order:
            finish(settings.device)
            start = time.perf_counter()
            contenders[key]()
            finish(settings.device)
            runs[key].append(time.perf_counter() - start)
        order = [*order[1:], order[0]]
    return runs
