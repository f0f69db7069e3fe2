"""Omniglot: 1,623 handwritten characters of 50 alphabets, each by 20 people (Lake et al., Science 2015).

Read as the CACTUs paper did: the 1-bit 105 × 105 drawings by nearest neighbour to 28 × 28, ink 255 on 0, no
rotations.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from jaxtyping import Int8
from PIL import Image
from pydantic import Field

from umeta.cache import Arrays, Home
from umeta.data.dataset import (
    SPLITS,
    Attribute,
    Dataset,
    DatasetCard,
    in_content_order,
    without_small_classes,
)
from umeta.data.dataset_method import DatasetConfig, Whereabouts
from umeta.data.downloads import Remote, download_all
from umeta.data.files.file_tree import FileTree, Read
from umeta.data.image_set import ImageSet
from umeta.data.splits import split_by_counts
from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep, Step, UserError, ignore_step

ADDRESS = "https://raw.githubusercontent.com/brendenlake/omniglot/master/python"
FOLDERS = (
    "omniglot",
    "",
    "omniglot-py",
    "omniglot/python",
)  # ours, none, torchvision's, a clone of the repository
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

_SPLIT_SENTENCES = {
    "paper": "paper: the 1,623 characters of both parts, shuffled by split_seed={seed}, into "
    "1,100 / 100 / 423; characters of one alphabet stand in several splits.",
    "vinyals": "vinyals: the published lists of 1,028 / 172 / 423 characters of Vinyals et al. (2016), "
    "without their rotations; the same for every split_seed.",
    "lake": "lake: meta_train and meta_val are images_background (5 of its 30 alphabets, drawn by "
    "split_seed={seed}, are meta_val), meta_test is images_evaluation, 20 alphabets never seen before.",
}


class Omniglot(DatasetConfig):
    """Omniglot from the two official zips, or from folders of their names."""

    code_version: ClassVar[int] = 1
    splits: ClassVar[tuple[str, ...]] = ("paper", "vinyals", "lake")
    has_download: ClassVar[bool] = True

    name: Literal["omniglot"] = "omniglot"
    split: Literal["paper", "vinyals", "lake"] = "paper"
    split_seed: int = Field(default=0, ge=0)
    size: int = Field(default=28, ge=8, le=SIDE)

    @property
    def card(self) -> DatasetCard:
        """What can be said before the drawings are read."""
        return DatasetCard(
            title="Omniglot",
            what="32,460 drawings of 1,623 characters from 50 alphabets, each character drawn once by 20 "
            f"people, 1-bit, reduced from {SIDE} × {SIDE} to {self.size} × {self.size} by nearest neighbour.",
            source="Lake, Salakhutdinov, Tenenbaum: Human-level concept learning through probabilistic "
            "program induction, Science 2015; https://github.com/brendenlake/omniglot",
            licence="MIT",
            split=_SPLIT_SENTENCES[self.split].format(seed=self.split_seed),
            notes=(
                "A drawer is known by a number within one alphabet. Whether two alphabets share a person is "
                "not recorded, so attribute `drawer` has 50 × 20 values.",
            ),
        )

    def whereabouts(self, home: Home) -> Whereabouts:
        """Return where the two parts are, without opening them."""
        found = {part.name: _find(part, home) for part in PARTS}
        paths = tuple(path for path in found.values() if path)
        return Whereabouts(paths, _missing(found, home), sum(part.megabytes for part in PARTS))

    def download(self, home: Home, *, on_step: OnStep = ignore_step) -> None:
        """Fetch the official zips into the home's downloads (see `download_omniglot`)."""
        download_omniglot(home, on_step=on_step)

    def load(self, home: Home, *, on_step: OnStep = ignore_step) -> Dataset:
        """Read the drawings, from the cache if these very files were read before, and split the characters.

        Raises:
            UserError: a part is missing, damaged or something else; the message gives the remedy.
        """
        found = {part.name: _find(part, home) for part in PARTS}
        if missing := _missing(found, home):
            raise UserError(missing)
        trees = {name: FileTree(path, 1 << 20, _remedy(name)) for name, path in found.items() if path}
        made_from: dict[str, Any] = {
            "dataset": self.name,
            "code_version": self.code_version,
            "size": self.size,
            "files": {name: tree.fingerprint() for name, tree in trees.items()},
        }
        known = home.arrays("images", made_from, lambda: _read(trees, self.size, on_step))
        dataset = Dataset(
            images=ImageSet(self.name, known["images"], known["ids"].tolist()),
            classes=Attribute(known["classes"], known["class_names"].tolist()),
            split_of=self._split(known),
            card=replace(self.card, notes=(*self.card.notes, *_odd_classes(known))),
            attributes={
                "alphabet": Attribute(known["alphabets"], known["alphabet_names"].tolist()),
                "drawer": Attribute(known["drawers"], known["drawer_names"].tolist()),
                "part": Attribute(known["parts"], [part.name for part in PARTS]),
            },
        )
        return without_small_classes(dataset)

    def _split(self, known: Arrays) -> Int8[np.ndarray, " n_items"]:
        if self.split == "paper":
            return split_by_counts(known["classes"], (1100, 100, 423), seed=self.split_seed)
        if self.split == "vinyals":
            return _listed_split(known["class_names"].tolist())[known["classes"]]
        background = np.unique(known["alphabets"][known["parts"] == 0])
        held_out = numpy_generator(self.split_seed, Stream.CLASS_SPLIT).choice(background, 5, replace=False)
        inside = np.where(np.isin(known["alphabets"], held_out), 1, 0)
        return np.where(known["parts"] == 1, 2, inside).astype(np.int8)


def download_omniglot(home: Home, *, on_step: OnStep = ignore_step) -> None:
    """Fetch the official zips that are not in the downloads yet, checked by their checksums.

    Raises:
        UserError: no connection, or not the official file; nothing half is left.
    """
    folder = home.downloads / "omniglot"
    remotes = [
        Remote(f"{ADDRESS}/{part.name}.zip", folder / f"{part.name}.zip", part.md5, part.megabytes)
        for part in PARTS
    ]
    download_all(remotes, on_step=on_step)


def _find(part: Part, home: Home) -> Path | None:
    """The first place that holds a part, a zip before a folder."""
    names = [str(Path(folder, part.name + ending)) for folder in FOLDERS for ending in (".zip", "")]
    return next((path for name in names if (path := home.find_data(name))), None)


def _missing(found: dict[str, Path | None], home: Home) -> str:
    missing = [f"{name}.zip" for name, path in found.items() if path is None]
    if not missing:
        return ""
    there = [f" (found {path})" for path in found.values() if path]
    looked = ", ".join(
        f"{folder}{'' if folder.exists() else ' (no such folder)'}" for folder in home.data_folders
    )
    return (
        f"Omniglot: {' and '.join(missing)} not found{''.join(there)}; looked in {looked} and their "
        "omniglot/ folders. Run `umeta datasets download omniglot`, or set UMETA_DATA to the folder that "
        f"holds the official zips, or put them into {home.downloads / 'omniglot'}."
    )


def _remedy(name: str) -> str:
    return (
        f"Put the official {name}.zip in its place, or remove it and run `umeta datasets download omniglot`."
    )


def _listed_split(class_names: list[str]) -> Int8[np.ndarray, " n_classes"]:
    lists = files("umeta.data.sets") / "lists"
    split_of: dict[str, int] = {}
    for split, name in enumerate(SPLITS):
        text = (lists / f"omniglot_vinyals_{name}.txt").read_text(encoding="utf-8")
        split_of |= dict.fromkeys(text.split(), split)
    if differing := sorted(split_of.keys() ^ set(class_names)):
        raise UserError(
            f"dataset.split=vinyals: {len(differing)} characters are in the lists or the files, not in both, "
            f"e.g. {', '.join(differing[:3])}. {_remedy('images_*')}"
        )
    return np.array([split_of[name] for name in class_names], np.int8)


def _read(trees: dict[str, FileTree], size: int, on_step: OnStep) -> Arrays:
    """Read all drawings of both parts; the arrays hold one row per item, except those of names."""
    total = sum(part.n_characters * N_DRAWERS for part in PARTS)
    images, ids, owners = [], [], []
    for number, part in enumerate(PARTS):
        with trees[part.name].opened() as (names, read):
            drawings = _drawings(names, part, trees[part.name].path)
            for done, (key, drawing) in enumerate(drawings.items(), start=len(images)):
                if done % 500 == 0:
                    on_step(Step("dataset", done, total, note=f"reading {part.name}"))
                images.append(_decode(read, drawing.string, trees[part.name], size))
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


def _drawings(names: list[str], part: Part, path: Path) -> dict[str, re.Match[str]]:
    """Return the drawings by `alphabet/character/file`, if they are those of all the part's characters."""
    matches = [match for name in names if (match := _DRAWING.fullmatch(name))]
    drawings = {"/".join(match.group("alphabet", "character", "file")): match for match in matches}
    if not drawings:
        inside = f"{len(names)} other files, e.g. {', '.join(names[:3])}" if names else "nothing"
        raise UserError(
            f"{path} holds no drawings like {part.name}/Braille/character01/0192_03.png but {inside}. "
            + _remedy(part.name)
        )
    alphabets = {match["alphabet"] for match in drawings.values()}
    characters = {match.group("alphabet", "character") for match in drawings.values()}
    counts = (len(alphabets), len(characters))
    if counts != (part.n_alphabets, part.n_characters):
        swapped = "".join(f" It is {p.name}." for p in PARTS if (p.n_alphabets, p.n_characters) == counts)
        raise UserError(
            f"{path} holds {counts[0]} alphabets with {counts[1]} characters, {part.name} has "
            f"{part.n_alphabets} with {part.n_characters}.{swapped} " + _remedy(part.name)
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


def _odd_classes(known: Arrays) -> tuple[str, ...]:
    """Name the characters with more or fewer than 20 drawings; they are kept."""
    counts = Counter(known["classes"].tolist())
    odd = [f"{known['class_names'][k]} ({n})" for k, n in sorted(counts.items()) if n != N_DRAWERS]
    more = f" and {len(odd) - 5} more" if len(odd) > 5 else ""
    return (
        (f"Characters without exactly {N_DRAWERS} drawings, kept: {', '.join(odd[:5])}{more}.",)
        if odd
        else ()
    )
