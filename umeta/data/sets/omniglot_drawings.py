"""The drawings of Omniglot, read from the two official zips or from folders of their names."""

import re
import zlib
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from umeta.cache import Arrays
from umeta.data.dataset import in_content_order
from umeta.data.files.file_tree import FileTree
from umeta.stage import OnStep, Step, UserError

SIDE = 105  # of an original drawing
N_DRAWERS = 20
_ROW = 1 + (SIDE + 7) // 8  # bytes of an unfolded row of a 1-bit PNG: its filter, then the pixels
_HEADER = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes((0, 0, 0, SIDE, 0, 0, 0, SIDE, 1, 0, 0, 0, 0))


@dataclass(frozen=True)
class Part:
    """One of the two official zips, and what it holds."""

    name: str
    n_alphabets: int
    n_characters: int
    md5: str
    megabytes: float


PARTS = (
    Part("images_background", 30, 964, "68d2efa1b9178cc56df9314c21c6e718", 9.5),
    Part("images_evaluation", 20, 659, "6b91aef0f799c5bb55b94e3f2daec811", 6.5),
)

_DRAWING = re.compile(
    r"(?:.*/)?(?P<alphabet>[^/]+)/(?P<character>character\d\d)/(?P<file>\d{4}_(?P<drawer>\d\d))\.png"
)


def read_drawings(trees: dict[str, FileTree], size: int, on_step: OnStep) -> Arrays:
    """Read all drawings of both parts; the arrays hold one row per item, except those of names."""
    total = sum(part.n_characters * N_DRAWERS for part in PARTS)
    images, ids, owners = [], [], []
    for number, part in enumerate(PARTS):
        with trees[part.name].opened() as files:
            drawings = _drawings(files.names, part, trees[part.name].path)
            for done, (key, drawing) in enumerate(drawings.items(), start=len(images)):
                if done % 500 == 0:
                    on_step(Step("dataset", done, total, note=f"reading {part.name}"))
                images.append(unfolded_rows(files.read(drawing.string), drawing.string, trees[part.name]))
                ids.append(f"{part.name}/{key}")
                owners.append((number, *drawing.group("alphabet", "character", "drawer")))
    on_step(Step("dataset", total, total, note="ordering by content"))
    parts, alphabets, characters, drawers = zip(*owners, strict=True)
    of_alphabet = lambda parts: [f"{a}/{p}" for a, p in zip(alphabets, parts, strict=True)]  # noqa: E731
    alphabet_names, alphabet_of = np.unique(alphabets, return_inverse=True)
    class_names, class_of = np.unique(of_alphabet(characters), return_inverse=True)
    drawer_names, drawer_of = np.unique(of_alphabet([f"drawer{d}" for d in drawers]), return_inverse=True)
    rows = {
        "images": reduced(images, size)[:, None],
        "ids": np.array(ids),
        "parts": np.array(parts, np.int32),
        "alphabets": alphabet_of.astype(np.int32),
        "classes": class_of.astype(np.int32),
        "drawers": drawer_of.astype(np.int32),
    }
    names = {"alphabet_names": alphabet_names, "class_names": class_names, "drawer_names": drawer_names}
    return {**in_content_order(rows), **names}


def remedy(name: str) -> str:
    """Say how to mend the part of that name."""
    return (
        f"Put the official {name}.zip in its place, or remove it and run `umeta datasets download omniglot`."
    )


def _drawings(names: list[str], part: Part, path: Path) -> dict[str, re.Match[str]]:
    """Return the drawings by `alphabet/character/file`, if they are those of all the part's characters."""
    matches = [match for name in names if (match := _DRAWING.fullmatch(name))]
    drawings = {"/".join(match.group("alphabet", "character", "file")): match for match in matches}
    if not drawings:
        inside = f"{len(names)} other files, e.g. {', '.join(names[:3])}" if names else "nothing"
        raise UserError(
            f"{path} holds no drawings like {part.name}/Braille/character01/0192_03.png but {inside}. "
            + remedy(part.name)
        )
    alphabets = {match["alphabet"] for match in drawings.values()}
    characters = {match.group("alphabet", "character") for match in drawings.values()}
    counts = (len(alphabets), len(characters))
    if counts != (part.n_alphabets, part.n_characters):
        swapped = "".join(f" It is {p.name}." for p in PARTS if (p.n_alphabets, p.n_characters) == counts)
        raise UserError(
            f"{path} holds {counts[0]} alphabets with {counts[1]} characters, {part.name} has "
            f"{part.n_alphabets} with {part.n_characters}.{swapped} " + remedy(part.name)
        )
    return drawings


def unfolded_rows(data: bytes, name: str, tree: FileTree) -> bytes:
    """Return the unfolded rows of a drawing, whose bits are 0 where ink is.

    Most of what a PNG library does for a drawing has nothing to do with its 200 bytes, so that those stored as the
    originals are (1 bit, one block of rows, no filters) are only unfolded, which proves their checksum too.
    """
    if data.startswith(_HEADER) and (start := data.find(b"IDAT")) > 0:
        stored, unfolding, rows = int.from_bytes(data[start - 4 : start]), zlib.decompressobj(), b""
        with suppress(zlib.error):  # the library says what is wrong
            rows = unfolding.decompress(data[start + 4 : start + 4 + stored], SIDE * _ROW + 1)
        if unfolding.eof and len(rows) == SIDE * _ROW and not any(rows[::_ROW]):
            return rows
    return _decode(data, name, tree)


def _decode(data: bytes, name: str, tree: FileTree) -> bytes:
    """Return the rows of a drawing that was stored in another way."""
    try:
        with Image.open(BytesIO(data), formats=("PNG",)) as image:
            side = image.size
            if side == (SIDE, SIDE):
                # a copy saved in 8 bits gives back the same 1-bit drawing
                bits = (
                    image if image.mode == "1" else image.convert("L").convert("1", dither=Image.Dither.NONE)
                )
                return np.pad(np.packbits(np.asarray(bits), axis=1), ((0, 0), (1, 0))).tobytes()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        problem = f"is not a readable image ({error})"
    else:
        problem = f"is {side[0]} × {side[1]} pixels; an original drawing is {SIDE} × {SIDE}"
    raise UserError(f"{tree.path}: {name} {problem}. {tree.remedy}")


def reduced(drawings: list[bytes], size: int) -> UInt8[np.ndarray, "n_drawings {size} {size}"]:
    """Reduce unfolded drawings by nearest neighbour; ink becomes 255 on 0."""
    rows = np.frombuffer(b"".join(drawings), np.uint8).reshape(-1, SIDE, _ROW)
    at = (np.arange(size) * 2 + 1) * SIDE // (2 * size)  # the pixel under the middle of each new one
    bits = np.unpackbits(rows.take(at, axis=1), axis=2)
    return bits.take(8 + at, axis=2) - np.uint8(1)  # 1 is paper, and 0 - 1 is 255
