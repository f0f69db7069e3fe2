"""Handwriting in photographs, made here with uneven light, noise, dirt, either polarity and any pen."""

import io

import numpy as np
import pytest
from PIL import Image

from umeta.data.drawn_strokes import ink_of
from umeta.data.photographed_ink import photographed_ink
from umeta.stage import UserError

STROKES = [np.array([[0.15, 0.15], [0.85, 0.15], [0.5, 0.85]]), np.array([[0.3, 0.6], [0.7, 0.6]])]


def photograph(*, dark_ink: bool = True, kind: str = "PNG") -> bytes:
    """A sheet of 600 × 800 pixels, twice as bright on the left as on the right, with a character at its lower right."""
    rng = np.random.default_rng(0)
    ink = np.zeros((800, 600))
    ink[380:704, 220:544] = ink_of(STROKES, 324)[0] / 255
    light = np.linspace(1, 0.5, 600)[None]
    sheet = (235 - 170 * ink) * light if dark_ink else (30 + 200 * ink) * light
    sheet[60:63, 80:84] = 0 if dark_ink else 255  # a speck
    out = io.BytesIO()
    Image.fromarray(np.clip(sheet + rng.normal(0, 4, sheet.shape), 0, 255).astype(np.uint8)).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("dark_ink", [True, False])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_character_is_cut_out_centred_and_drawn_with_the_pads_pen(dark_ink: bool, kind: str):
    found = photographed_ink(photograph(dark_ink=dark_ink, kind=kind))
    assert found.shape == (1, 28, 28)
    # the same strokes, filling the pad but for the margin
    low, high = 0.15 - 0.032, 0.85 + 0.032
    expected = ink_of([0.14 + 0.72 * (stroke - low) / (high - low) for stroke in STROKES])
    shared = np.minimum(found, expected).sum() / np.maximum(found, expected).sum()
    assert shared > 0.75
    assert found.sum() == pytest.approx(expected.sum(), rel=0.15)  # lines are as wide


def test_a_photograph_turned_by_its_camera_is_read_upright():
    turned = Image.open(io.BytesIO(photograph())).transpose(Image.Transpose.ROTATE_90)
    exif = turned.getexif()
    exif[0x0112] = 6  # to be shown turned by 90° clockwise
    out = io.BytesIO()
    turned.save(out, "PNG", exif=exif)
    difference = photographed_ink(out.getvalue()).astype(int) - photographed_ink(photograph())
    assert np.abs(difference).mean() < 3


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no image", "cannot be read as an image"),
        (photograph()[:2000], "cannot be read as an image"),
    ],
)
def test_what_is_no_image_is_refused(data: bytes, said: str):
    with pytest.raises(UserError, match=said):
        photographed_ink(data)


def test_an_empty_sheet_is_refused():
    out = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).normal(200, 2, (300, 300)).astype(np.uint8)).save(out, "PNG")
    with pytest.raises(UserError, match="Nothing on this image stands out"):
        photographed_ink(out.getvalue())
