"""The glyphs as a data set: invented scripts for a machine that has no network yet (see `glyphs`)."""

import hashlib
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from umeta.cache import Arrays, Home
from umeta.data.dataset import (
    Attribute,
    Dataset,
    DatasetCard,
    in_content_order,
    without_small_classes,
)
from umeta.data.dataset_method import DatasetConfig, Whereabouts
from umeta.data.glyphs import drawing
from umeta.data.image_set import ImageSet
from umeta.data.splits import split_by_counts
from umeta.stage import OnStep, Step, ignore_step

WEIGHTS = ("thin", "medium", "thick")


class GlyphsSet(DatasetConfig):
    """Characters of invented alphabets, drawn by invented people."""

    code_version: ClassVar[int] = 1
    splits: ClassVar[tuple[str, ...]] = ("random",)
    budgets: ClassVar = {"smoke": {"n_alphabets": 12, "n_classes": 200}}

    name: Literal["glyphs"] = "glyphs"
    split: Literal["random"] = "random"
    split_seed: int = Field(default=0, ge=0)
    size: int = Field(default=28, ge=8, le=256)
    n_alphabets: int = Field(default=50, ge=1)
    n_classes: int = Field(default=1000, ge=10)
    n_drawers: int = Field(default=20, ge=2)
    seed: int = Field(default=0, ge=0)
    """Another seed is another world: other alphabets, other people."""

    @model_validator(mode="after")
    def _check_alphabets(self) -> "GlyphsSet":
        if self.n_alphabets > self.n_classes:
            raise ValueError(
                f"dataset.n_alphabets={self.n_alphabets} is more than dataset.n_classes={self.n_classes}; "
                "each alphabet needs a character. Lower n_alphabets or raise n_classes."
            )
        return self

    @property
    def split_counts(self) -> tuple[int, int, int]:
        """How many classes meta_train, meta_val and meta_test get: 70, 10 and 20%."""
        n_val, n_test = max(1, self.n_classes // 10), max(1, self.n_classes // 5)
        return self.n_classes - n_val - n_test, n_val, n_test

    @property
    def card(self) -> DatasetCard:
        """What can be said before the glyphs are drawn."""
        train, val, test = self.split_counts
        return DatasetCard(
            title="Glyphs",
            what=f"{self.n_classes * self.n_drawers:,} computer-made drawings of {self.n_classes:,} invented "
            f"characters from {self.n_alphabets} invented alphabets, each character drawn once by "
            f"{self.n_drawers} simulated people, {self.size} × {self.size} pixels. Not real handwriting.",
            source="generated here by umeta.data.glyphs",
            licence="MIT, as umeta",
            split=f"random: the {self.n_classes:,} characters, shuffled by split_seed={self.split_seed}, "
            f"into {train:,} / {val:,} / {test:,}; characters of one alphabet stand in several splits.",
        )

    def whereabouts(self, home: Home) -> Whereabouts:
        """The glyphs are drawn where they are needed."""
        return Whereabouts()

    def load(self, home: Home, *, on_step: OnStep = ignore_step) -> Dataset:
        """Draw the glyphs, or take them from the cache, and split the characters."""
        options = self.model_dump(exclude={"split", "split_seed"})
        # the program is what these images come from, so any change of it draws them anew
        program = b"".join(file.read_bytes() for file in sorted(Path(drawing.__file__).parent.glob("*.py")))
        program_hash = hashlib.sha256(program).hexdigest()
        made_from = {**options, "code_version": self.code_version, "program": program_hash}
        arrays = home.arrays("images", made_from, lambda: self._draw(on_step))
        dataset = Dataset(
            images=ImageSet(self.name, arrays["images"], arrays["ids"].tolist()),
            classes=Attribute(arrays["classes"], [f"glyph {k:04d}" for k in range(self.n_classes)]),
            split_of=split_by_counts(arrays["classes"], self.split_counts, seed=self.split_seed),
            card=self.card,
            attributes={
                "alphabet": Attribute(
                    arrays["alphabets"], [f"alphabet {k:02d}" for k in range(self.n_alphabets)]
                ),
                "drawer": Attribute(arrays["drawers"], [f"drawer {k:02d}" for k in range(self.n_drawers)]),
                "stroke weight": Attribute(arrays["weights"], WEIGHTS),
            },
        )
        return without_small_classes(dataset)

    def _draw(self, on_step: OnStep) -> Arrays:
        drawn = drawing.draw_glyphs(
            n_alphabets=self.n_alphabets,
            n_classes=self.n_classes,
            n_drawers=self.n_drawers,
            size=self.size,
            seed=self.seed,
            on_step=on_step,
        )
        thirds = np.quantile(drawn.stroke_widths, [1 / 3, 2 / 3])
        places = zip(drawn.alphabets, drawn.classes, drawn.drawers, strict=True)
        rows = {
            "images": drawn.images,
            "ids": np.array([f"glyphs/alphabet{a:02d}/glyph{c:04d}/drawer{d:02d}" for a, c, d in places]),
            "classes": drawn.classes,
            "alphabets": drawn.alphabets,
            "drawers": drawn.drawers,
            "weights": np.searchsorted(thirds, drawn.stroke_widths).astype(np.int32),
        }
        on_step(Step("dataset", self.n_classes, self.n_classes, note="drawing glyphs"))
        return in_content_order(rows)
