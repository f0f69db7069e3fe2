"""The drawings of Omniglot, read from the two official zips or from folders of their names."""

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from umeta.cache import Arrays
from umeta.data.dataset import in_content_order
from umeta.data.files.file_tree import FileTree, Read
from umeta.stage import OnStep, Step, UserError

SIDE = 105  # of an original drawing
N_DRAWERS = 20


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
                images.append(_decode(files.read, drawing.string, trees[part.name], size))
                ids.append(f"{part.name}/{key}")
                owners.append((number, *drawing.group("alphabet", "character", "drawer")))
    on_step(Step("dataset", total, total, note="ordering by content"))
    parts, alphabets, characters, drawers = zip(*owners, strict=True)
    of_alphabet = lambda parts: [f"{a}/{p}" for a, p in zip(alphabets, parts, strict=True)]  # noqa: E731
    alphabet_names, alphabet_of = np.unique(alphabets, return_inverse=True)
    class_names, class_of = np.unique(of_alphabet(characters), return_inverse=True)
    drawer_names, drawer_of = np.unique(of_alphabet([f"drawer{d}" for d in drawers]), return_inverse=True)
    rows = {
        "images": np.stack(images)[:, None],
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


def _decode(read: Read, name: str, tree: FileTree, size: int) -> np.ndarray:
    data = read(name)
    try:
        with Image.open(BytesIO(data), formats=("PNG",)) as image:
            side = image.size
            if side == (SIDE, SIDE):
                # a copy saved in 8 bits gives back the same 1-bit drawing
                bits = (
                    image if image.mode == "1" else image.convert("L").convert("1", dither=Image.Dither.NONE)
                )
                return np.where(
                    np.asarray(bits.resize((size, size), Image.Resampling.NEAREST)), 0, 255
                ).astype(np.uint8)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        problem = f"is not a readable image ({error})"
    else:
        problem = f"is {side[0]} × {side[1]} pixels; an original drawing is {SIDE} × {SIDE}"
    raise UserError(f"{tree.path}: {name} {problem}. {tree.remedy}")
