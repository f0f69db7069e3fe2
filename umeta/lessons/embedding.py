"""Lesson 1: what an embedding does, by the nearest drawings to a drawing."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int, UInt8

from umeta.browser.grid import GridRow, Tile, rows_html
from umeta.cache import Home
from umeta.encoders import ENCODERS
from umeta.lessons.drawings import characters
from umeta.lessons.lesson import Lesson, Scene, Try, nearest_choice
from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep
from umeta.vectors import nearest_neighbours

ENCODER = "pretrained:glyphs"
N_SHOWN, N_NEAREST = 4, 6
OFFERED = (0.95, 0.5, 0.05)


@dataclass(frozen=True, eq=False)
class Facts:
    """Drawings of characters, and which of them lie nearest to which."""

    images: UInt8[np.ndarray, "n_items 1 height width"]
    n_classes: int
    shown: Int[np.ndarray, " n_shown"]
    """The drawings that the pictures begin with."""
    nearest: Mapping[str, Int[np.ndarray, "n_items n_nearest"]]
    """By pixels and by the encoder, nearest first."""
    same: Mapping[str, Bool[np.ndarray, "n_items n_nearest"]]
    """Which of them are the same character."""

    def share(self, by: str) -> float:
        """Return how often the nearest drawing is the same character."""
        return float(self.same[by][:, 0].mean())


def prepare(home: Home, on_step: OnStep) -> Facts:
    """Find the nearest drawings of each drawing of the characters that nothing was trained on."""
    import torch

    dataset = characters(home, on_step)
    items = dataset.items("meta_test")
    images, classes = dataset.images.take(items), dataset.classes.values[items]
    nearest = {}
    for name in ("pixels", ENCODER):
        vectors = ENCODERS.parse(name).encode({}, images, device=torch.device("cpu"), on_step=on_step)
        nearest[name] = nearest_neighbours(vectors, vectors, N_NEAREST + 1)[0][
            :, 1:
        ]  # first comes the drawing itself
    drawn = numpy_generator(0, Stream.SAMPLE).choice(np.unique(classes), N_SHOWN, replace=False)
    return Facts(
        images=images.images,
        n_classes=len(np.unique(classes)),
        shown=np.array([np.flatnonzero(classes == one)[0] for one in drawn]),
        nearest=nearest,
        same={name: classes[rows] == classes[:, None] for name, rows in nearest.items()},
    )


def ask(facts: Facts) -> Scene:
    """Show drawings without their neighbours."""
    tiles = [[Tile(item=item, alt="a drawing") for item in facts.shown.tolist()]]
    return Scene(
        f"A computer sees {facts.images[0].size} numbers per drawing, one per pixel. Here are {len(facts.images)} "
        f"drawings of {facts.n_classes} invented characters. For each, we look for the drawing whose pixels differ "
        "least.",
        (rows_html(facts.images, [GridRow(heading="Drawings", parts=tiles)], side=56),),
    )


def answer(facts: Facts) -> int:
    """Return the choice that is nearest to the share by pixels."""
    return nearest_choice(facts.share("pixels"), OFFERED)


def reveal(facts: Facts, frame: int) -> Scene:
    """Show the nearest drawings by pixels, then by the encoder."""
    name = ("pixels", ENCODER)[frame]
    share = f"**{facts.share(name):.0%}**"
    text = (
        f"By **pixels**, the nearest drawing is the same character in {share} of cases: a stroke that lies a little "
        "elsewhere costs more than a stroke that is missing."
        if frame == 0
        else f"By an **embedding**, a network's {256} numbers per drawing, it is the same character in {share}. "
        "The network had learned from other invented letters, without names, what may change in a drawing."
    )
    return Scene(text, (_rows(facts, name),), uses_classes=True)


def _rows(facts: Facts, name: str) -> str:
    rows = [
        GridRow(
            parts=(
                [Tile(item=query, alt="the drawing")],
                [
                    Tile(
                        item=item,
                        caption="✓" if same else "✗",
                        alt="same character" if same else "another one",
                    )
                    for item, same in zip(
                        facts.nearest[name][query].tolist(), facts.same[name][query].tolist(), strict=True
                    )
                ],
            ),
            heading=f"{facts.same[name][query].sum()} of {N_NEAREST} the same",
        )
        for query in facts.shown.tolist()
    ]
    return rows_html(facts.images, rows, ("Drawing", "Its nearest, the nearest first"), side=56)


LESSON = Lesson(
    name="embedding",
    title="What an embedding does",
    idea="An embedding is a way of measuring likeness, and pixels are a poor one.",
    question="How often is the nearest drawing by pixels the same character?",
    choices=("nearly always", "about half of the time", "hardly ever"),
    prepare=prepare,
    ask=ask,
    answer=answer,
    frames=("By pixels", "By an embedding"),
    reveal=reveal,
    tries=(
        Try(
            "Choose an image on the map and compare its nearest by two encoders.",
            "explore",
            {
                "dataset": "digits",
                "encoder": "pca",
                "near": "3",
                "second_encoder": ENCODER,
            },
        ),
        Try("Draw a character and see what it is taken for.", "draw"),
    ),
)
