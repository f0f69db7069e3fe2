"""Strokes that a person draws, as an image like those that encoders and learners of handwriting were trained on."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image, ImageDraw

PEN = 1.8 / 28
"""The width of the pen in parts of the pad's side.

Replayed strokes of invented letters, one example of each class as the letters are drawn, 5-way: nearest neighbour in
`pretrained:glyphs` 93.5 %, ProtoNets of the demo 82.3 %; with a pen of 1.4 pixels 92.4 and 80.7, of 2.2 94.2 and 78.3;
with pixels of one bit, as Omniglot has, 81.7 and 58.0.
"""
FINER = 8
"""Each pixel is the mean of so many along each side."""

Stroke = Float[np.ndarray, "_n_points 2"]  # _ because each of several has as many points as it likes
"""Points x, y of one movement of the pen, in parts of the pad's side from its upper left corner."""


def ink_of(strokes: Sequence[Stroke], size: int = 28) -> UInt8[np.ndarray, "1 {size} {size}"]:
    """Draw strokes with a round pen, ink 255 on 0 with soft edges; what lies outside the pad is not seen."""
    side = size * FINER
    paper = Image.new("L", (side, side))
    pen = ImageDraw.Draw(paper)
    radius = PEN * side / 2
    for stroke in strokes:
        points = [(float(x), float(y)) for x, y in np.asarray(stroke, float) * side]
        pen.line(points, fill=255, width=round(2 * radius))
        for x, y in points:  # round ends and corners; a single point is a dot
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(paper.resize((size, size), Image.Resampling.BOX))[None]
