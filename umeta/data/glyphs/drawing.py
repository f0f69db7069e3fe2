"""Glyphs: invented scripts drawn by invented people, for a machine that has no network yet.

An *alphabet* is a style: a few stroke shapes, a grid of anchors, and habits (bars, dots, symmetry, joined-up
writing). A *character* is strokes of those shapes between anchors, mostly grown from a root that others of
its alphabet share. A *drawer* is a hand: size, slant, pen, tremor, care. An *item* is one character as one
drawer drew it once. A stroke is N_POINTS points at equal distances, in a frame of about [-1, 1], y downwards.

Reference: Lake, Salakhutdinov, Tenenbaum, "Human-level concept learning through probabilistic program
induction", Science 2015, whose Omniglot shows how people draw unknown characters; nothing of it is copied.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int32, UInt8

from umeta.data.glyphs.hands import ink_images, train_hands, write
from umeta.data.glyphs.scripts import invent_alphabet
from umeta.data.glyphs.strokes import Strokes
from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep, Step, ignore_step

REPORT_EVERY = 20  # characters: about a twentieth of a second
N_THREADS = 2  # draw while characters are invented, which holds Python's lock most of the time


class Glyphs(NamedTuple):
    """Items ordered by class, then by drawer: every drawer draws every class once."""

    images: UInt8[np.ndarray, "n_items 1 size size"]  # ink is 255 on 0
    classes: Int32[np.ndarray, " n_items"]
    alphabets: Int32[np.ndarray, " n_items"]
    drawers: Int32[np.ndarray, " n_items"]
    stroke_widths: Float[np.ndarray, " n_items"]  # of the pen, in pixels


def draw_glyphs(
    *,
    n_alphabets: int,
    n_classes: int,
    n_drawers: int,
    size: int = 28,
    seed: int = 0,
    on_step: OnStep = ignore_step,
) -> Glyphs:
    """Invent n_alphabets scripts of n_classes characters in all, and draw each character by n_drawers hands.

    The same arguments give the same bytes in any process. Classes are shared out evenly; the first alphabets
    take what is left over.

    Raises: ValueError: a count below 1, a size below 8, a negative seed, or more alphabets than classes.
    """
    _check(n_alphabets=n_alphabets, n_classes=n_classes, n_drawers=n_drawers, size=size, seed=seed)
    hands = train_hands(n_drawers, numpy_generator(seed, Stream.GLYPH_HANDS))
    images = np.empty((n_classes, n_drawers, size, size), np.uint8)
    widths = np.empty((n_classes, n_drawers), np.float32)
    alphabets = np.empty(n_classes, np.int32)

    def draw(k: int, strokes: Strokes) -> None:
        rng = numpy_generator(seed, Stream.GLYPH_DRAWING, k)
        written = write(strokes, hands, rng)
        widths[k] = hands.width * np.exp(rng.normal(0, 0.06, n_drawers)) * size / 28
        images[k] = ink_images((written + 1) * size / 2, widths[k], size)

    with ThreadPoolExecutor(N_THREADS) as pool:
        drawn: list[Future[None]] = []
        for alphabet, members in enumerate(np.array_split(np.arange(n_classes), n_alphabets)):
            alphabets[members] = alphabet
            characters = invent_alphabet(len(members), numpy_generator(seed, Stream.GLYPH_ALPHABET, alphabet))
            for k, strokes in zip(members.tolist(), characters, strict=True):
                if k % REPORT_EVERY == 0:
                    on_step(Step("dataset", k, n_classes, note="drawing glyphs"))
                drawn.append(pool.submit(draw, k, strokes))
        for character in drawn:
            character.result()
    return Glyphs(
        images=images.reshape(-1, 1, size, size),
        classes=np.repeat(np.arange(n_classes, dtype=np.int32), n_drawers),
        alphabets=np.repeat(alphabets, n_drawers),
        drawers=np.tile(np.arange(n_drawers, dtype=np.int32), n_classes),
        stroke_widths=widths.reshape(-1),
    )


def _check(**given: int) -> None:
    least = {"n_alphabets": 1, "n_classes": 1, "n_drawers": 1, "size": 8, "seed": 0}
    for name, value in given.items():
        if value < least[name]:
            raise ValueError(f"{name} must be at least {least[name]}, but {name}={value}. Raise {name}.")
    if given["n_classes"] < given["n_alphabets"]:
        raise ValueError(
            f"Every alphabet needs a class, but n_alphabets={given['n_alphabets']} is more than "
            f"n_classes={given['n_classes']}. Raise n_classes or lower n_alphabets."
        )
