"""IDX files, as MNIST comes: a header of big-endian numbers (magic, count, sides), then one byte per value."""

import gzip
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8

from umeta.stage import UserError

SIDE = 28
MAX_IMAGES = 1_000_000
MAGIC = {"images": 2051, "labels": 2049}
HEADER = {"images": 16, "labels": 8}


def read_idx(path: Path, kind: str, remedy: str) -> UInt8[np.ndarray, " *shape"]:
    """Read one file of images (28 × 28) or labels, plain or compressed.

    Raises:
        UserError: it is damaged, of the other kind, or shorter or longer than its header says.
    """
    opened: Any = gzip.open if path.suffix == ".gz" else Path.open
    try:
        with opened(path, "rb") as stream:
            begin = stream.read(HEADER[kind])
            if len(begin) < HEADER[kind]:
                raise UserError(
                    f"{path} holds {len(begin)} bytes, not even the {HEADER[kind]} of its header. {remedy}"
                )
            header = np.frombuffer(begin, ">u4")
            if header[0] != MAGIC[kind]:
                other = next((name for name, number in MAGIC.items() if number == header[0]), "")
                hint = f" It is a file of {other}." if other else ""
                raise UserError(
                    f"{path} begins with the magic number {header[0]}, IDX {kind} with {MAGIC[kind]}.{hint} {remedy}"
                )
            count, *sides = (int(number) for number in header[1:])
            if sides and sides != [SIDE, SIDE]:
                raise UserError(
                    f"{path} holds images of {sides[0]} × {sides[1]}, not {SIDE} × {SIDE}. {remedy}"
                )
            if not 0 < count <= MAX_IMAGES:
                raise UserError(
                    f"{path} says it holds {count:,} {kind}; 1 to {MAX_IMAGES:,} are read. {remedy}"
                )
            expected = count * (SIDE**2 if sides else 1)
            values = np.frombuffer(stream.read(expected + 1), np.uint8)
    except (OSError, EOFError, zlib.error) as error:
        size = path.stat().st_size
        raise UserError(f"{path} ({size:,} bytes) is damaged: {error}. {remedy}") from None
    if len(values) != expected:
        amount = f"only {len(values):,}" if len(values) < expected else "more"
        raise UserError(
            f"{path} says it holds {count:,} {kind}, {expected:,} bytes, but holds {amount}. {remedy}"
        )
    return values.reshape(count, SIDE, SIDE) if sides else values
