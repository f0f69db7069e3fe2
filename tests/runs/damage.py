"""Damage to a file: what a full disk, a power failure, a bad sector or a hand may leave of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

FILES = ("status.json", "launch.json", "config.json", "result.json", "events.jsonl", "spent.json")
OTHER_VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, 10**40, float("nan"), "", "x" * 5000, "\u0000", [], [1], {}, {"name": 3},
)  # fmt: skip


def truncated(data: bytes, rng: np.random.Generator) -> bytes:
    return data[: int(rng.integers(len(data)))]


def flipped(data: bytes, rng: np.random.Generator) -> bytes:
    changed = np.frombuffer(data, np.uint8).copy()
    places = rng.integers(len(changed), size=int(rng.integers(1, 6)))
    changed[places] ^= rng.integers(1, 256, size=len(places), dtype=np.uint8)
    return changed.tobytes()


def something_else(data: bytes, rng: np.random.Generator) -> bytes:
    contents = (
        b"", b"\x00" * len(data), b"[]", b"3", b"null", b"\xff\xfe{\x00}\x00", b"[" * 100_000,
        b'{"a": 1' + b"0" * 5000 + b"}", b"{}", b'"text"', b"{'single': 1}",
    )  # fmt: skip
    return contents[int(rng.integers(len(contents)))]


def other_value(data: bytes, rng: np.random.Generator) -> bytes:
    """Put another value in a place of the JSON, remove the place, or add one; of one line, where there are several."""
    lines = data.splitlines()
    number = int(rng.integers(len(lines))) if data.count(b"\n{") else None
    content = json.loads(lines[number] if number is not None else data)
    holder, key = _some_place(content, rng)
    what = int(rng.integers(3))
    if what == 0:
        holder[key] = OTHER_VALUES[int(rng.integers(len(OTHER_VALUES)))]
    elif what == 1:
        del holder[key]
    elif isinstance(holder, dict):
        holder["a key of another version"] = 1
    text = json.dumps(content).encode()
    if number is None:
        return text
    return b"\n".join((*lines[:number], text, *lines[number + 1 :])) + b"\n"


def _some_place(content: Any, rng: np.random.Generator) -> tuple[Any, Any]:
    places = []

    def walk(value: Any) -> None:
        keys = (
            value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
        )
        for key in keys:
            places.append((value, key))
            walk(value[key])

    walk(content)
    return places[int(rng.integers(len(places)))]


KINDS: tuple[Callable[[bytes, np.random.Generator], bytes], ...] = (
    truncated,
    flipped,
    something_else,
    other_value,
)


def damage(file: Path, rng: np.random.Generator) -> None:
    """Damage a file in one of the kinds."""
    file.write_bytes(KINDS[int(rng.integers(len(KINDS)))](file.read_bytes(), rng))
