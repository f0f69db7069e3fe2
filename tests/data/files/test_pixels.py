"""Each kind of pixels keeps its meaning, by a rule that is the same for all images of a set.

Tests umeta.data.files.deep_pixels, umeta.data.files.brightness_scales and umeta.data.files.square_fit too.
"""

import numpy as np
import pytest
from PIL import Image

from tests.data.files.made_images import (
    COLOURS,
    WAVES,
    X,
    eight_bits,
    png_of_16_bits,
    saved,
    tiff,
)  # fmt: skip
from umeta.data.files import pixels as pixels_module
from umeta.data.files.brightness_scales import (
    FRACTIONS,
    SIXTEEN_BITS,
    WHOLE_NUMBERS,
    Scale,
    Span,
    decide,
    scale_of,
)
from umeta.data.files.deep_pixels import _reduction
from umeta.data.files.pixels import TooLarge, decode, decode_together
from umeta.data.files.square_fit import Fit, shaped


def read_set(
    *files: bytes, size: int = 16, fit: Fit = "crop"
) -> tuple[list[np.ndarray], list[str], list[str]]:
    """The pixels, notes and traits of files that are one set."""
    first = [decode(data, size, fit, None) for data in files]
    rules, notes = decide(
        [decoded.span for decoded in first if decoded.span],
        [decoded.contrasts for decoded in first if decoded.contrasts],
    )
    traits = [trait for decoded in first for trait in decoded.traits]
    read = []
    for data, decoded in zip(files, first, strict=True):
        second = decoded.pixels if decoded.pixels is not None else decode(data, size, fit, rules).pixels
        assert second is not None
        read.append(second)
    return read, notes, traits


GREY = np.asarray(shaped(Image.fromarray(eight_bits(WAVES)), 16, "crop"))
COLOUR = np.asarray(shaped(Image.fromarray(eight_bits(COLOURS)), 16, "crop"))


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (saved((WAVES * 4095).astype(np.uint16)), "of 16 bits holds 409 to 3,685: read as 12 bits, 0 is black"),
        (saved((WAVES * 65535).astype(np.uint16)), "read as 16 bits, 0 is black and 65,535 white"),
        (saved((WAVES * 65535).astype(np.uint16), "TIFF"), "read as 16 bits"),
        (saved((WAVES * 255).astype(np.uint16)), "read as 8 bits"),
        (saved(WAVES.astype(np.float32), "TIFF"), "of floating-point numbers holds 0.1 to 0.9: 0 is black and 1 white"),
        (saved((WAVES * 255).astype(np.float32), "TIFF"), "read as 8 bits"),
        (saved((WAVES * 65535).astype(np.float32), "TIFF"), "read as 16 bits"),
        (saved((WAVES * 65535).astype(np.int32), "TIFF"), "of 32 bits or signed numbers holds 6,553 to 58,981"),
    ],
    ids=["12 bits", "16 bits", "16 bits TIFF", "8 bits in 16", "0 to 1", "0 to 255", "0 to 65535", "int32"],
)  # fmt: skip
def test_grey_of_any_depth_is_the_same_picture(data: bytes, note: str) -> None:
    (pixels,), (told,), _ = read_set(data)
    np.testing.assert_allclose(pixels, np.dstack([GREY] * 3), atol=1)
    assert note in told


@pytest.mark.parametrize("white", [4095, 65535])
def test_colours_of_16_bits_keep_all_of_them(white: int) -> None:
    samples = (COLOURS * white).astype(np.uint16)
    with_opacity = np.dstack([samples, np.full((48, 48), 65535)])
    files = [
        png_of_16_bits(samples, 2),
        png_of_16_bits(with_opacity, 6),
        tiff(samples, {258: (16, 16, 16), 262: (2,)}),
    ]
    read, (note,), _ = read_set(*files)
    for pixels in read:
        np.testing.assert_allclose(pixels, COLOUR, atol=1)
    assert note.startswith("3 images of 16 bits hold ")
    (pixels,), _, _ = read_set(png_of_16_bits(np.dstack([samples[..., 0], with_opacity[..., 3]]), 4))
    np.testing.assert_allclose(pixels, np.dstack([GREY] * 3), atol=1)


def test_signed_numbers_and_wide_ones_go_from_their_smallest_to_their_largest() -> None:
    signed, wide = ((WAVES - 0.5) * 4000).astype(np.int32), (WAVES * 1e6).astype(np.int32)
    of_16_bits = tiff(signed.astype("<i2"), {258: (16,), 262: (1,), 339: (2,)})
    of_32_bits = tiff((WAVES * 4e9).astype("<u4"), {258: (32,), 262: (1,), 339: (1,)})
    for data in (saved(signed, "TIFF"), of_16_bits, saved(wide, "TIFF"), of_32_bits):
        (pixels,), _, _ = read_set(data)
        assert pixels.min() < 12
        assert pixels.max() > 243
        assert np.corrcoef(pixels[..., 0].ravel(), GREY.ravel())[0, 1] > 0.999


def test_the_depth_is_that_of_the_whole_set() -> None:
    bright, dark = ((WAVES * share * 65535).astype(np.uint16) for share in (1, 0.1))
    (first, second), (note,), _ = read_set(saved(bright), saved(dark))
    np.testing.assert_allclose(second, first * 0.1, atol=1)  # a tenth as bright, as it was
    assert note.startswith("2 images of 16 bits hold 655 to 58,981: read as 16 bits")


@pytest.mark.parametrize(
    ("kind", "numbers", "scale"),
    [
        (SIXTEEN_BITS, (0, 1023), (0, 1023)),
        (SIXTEEN_BITS, (0, 1), (0, 1)),  # a mask
        (SIXTEEN_BITS, (29000, 31000), (29000, 31000)),  # temperatures
        (SIXTEEN_BITS, (40000, 40000), (0, 65535)),
        (FRACTIONS, (0, 1.0001), (0, 1.0001)),  # a little above 1 is not 8 bits
        (FRACTIONS, (-1, 1), (-1, 1)),
        (FRACTIONS, (0, 0.01), (0, 0.01)),
        (WHOLE_NUMBERS, (-1000, 3000), (-1000, 3000)),
        (WHOLE_NUMBERS, (-5, -5), (-5, -4)),
        (WHOLE_NUMBERS, (0, 70000), (0, 70000)),
    ],
)
def test_the_scale_of_some_numbers(
    kind: str, numbers: tuple[float, float], scale: tuple[float, float]
) -> None:
    assert scale_of(Span(kind, *map(float, numbers))) == Scale(*map(float, scale))


def test_values_that_are_no_numbers_are_black_and_told() -> None:
    holed = WAVES.astype(np.float32)
    holed[:24] = np.nan
    holed[0, 0] = 3.4e38
    holed[-9:] = np.inf
    (pixels,), (note,), traits = read_set(saved(holed, "TIFF"))
    assert traits == ["not numbers"]
    assert "0.1 to 0.9" in note
    assert (pixels[:6] <= 2).all()
    assert pixels[-1].min() > 240
    (pixels,), notes, traits = read_set(saved(np.full((48, 48), np.nan, np.float32), "TIFF"))
    assert (pixels == 0).all()
    assert (notes, traits) == ([], ["not numbers"])


def test_white_is_zero_where_a_tiff_says_so() -> None:
    inverted = tiff(((1 - WAVES) * 65535).astype("<u2"), {258: (16,), 262: (0,)})
    (pixels,), _, _ = read_set(inverted)
    np.testing.assert_allclose(pixels, np.dstack([GREY] * 3), atol=1)


def test_colours_in_separate_planes_are_read_or_refused() -> None:
    planes = eight_bits(COLOURS).transpose(2, 0, 1)
    places = {273: (8, 8 + 2304, 8 + 4608), 279: (2304,) * 3, 284: (2,), 262: (2,)}
    as_rows = planes.reshape(144, 48)
    (pixels,), _, _ = read_set(tiff(as_rows, {257: (48,), 277: (3,), 278: (48,), 258: (8,) * 3, **places}))
    np.testing.assert_allclose(pixels, COLOUR, atol=1)
    with pytest.raises(ValueError, match="colours of more than 8 bits in separate planes"):
        read_set(tiff(as_rows.astype("<u2"), {257: (48,), 277: (3,), 278: (48,), 258: (16,) * 3, **places}))


def test_a_pgm_says_how_many_levels_it_has() -> None:
    dark = (WAVES * 1000).astype(">u2")
    (pixels,), notes, _ = read_set(b"P5 48 48 4095\n" + dark.tobytes())
    np.testing.assert_allclose(pixels[..., 0], GREY * (1000 / 4095), atol=1)
    assert notes == []


def drawing(ink: int, mode: str = "RGBA") -> bytes:
    picture = np.dstack([np.full((48, 48, 3), ink), np.where(abs(X - 0.5) < 0.2, 255, 0)]).astype(np.uint8)
    return saved(Image.fromarray(picture).convert(mode))


@pytest.mark.parametrize(
    ("inks", "ground", "name"),
    [((255, 255), 0, "black"), ((0, 0), 255, "white"), ((0, 255), 128, "grey"), ((90, 160), 255, "white")],
)
def test_drawings_of_any_ink_are_visible_on_one_ground(inks: tuple[int, int], ground: int, name: str) -> None:
    read, (note,), _ = read_set(*map(drawing, inks))
    for pixels, ink in zip(read, inks, strict=True):
        assert (pixels[:, 0] == ground).all()
        assert (pixels[:, 8] == ink).all()
    assert note == f"2 images have transparent parts: all of them stand on {name}."


def test_transparency_of_every_mode() -> None:
    black = Image.fromarray(np.full((16, 16), 3, np.uint8))
    black.putpixel((0, 0), 200)
    files = {
        "LA": drawing(255, "LA"),
        "palette": saved(black, transparency=3),
        "16 bits": saved(np.where(X < 0.5, 7, 65535).astype(np.uint16), transparency=7),
        "grey and opacity of 16 bits": png_of_16_bits(np.dstack([np.full((48, 48), 65535), X * 65535]), 4),
    }
    for name, data in files.items():
        assert decode(data, 16, "crop", None).contrasts is not None, name
    read, _, _ = read_set(files["16 bits"])
    assert (read[0][:, :7] <= 2).all()  # white on the black ground
    assert (read[0][:, 9:] >= 250).all()
    (clear,), notes, _ = read_set(saved(Image.new("RGBA", (16, 16), (0, 0, 0, 0))))
    assert (clear == 255).all()
    assert notes == []


def test_an_opaque_image_with_opacity_is_read_as_without() -> None:
    (plain, opaque), notes, _ = read_set(
        saved(eight_bits(COLOURS)), saved(Image.fromarray(eight_bits(COLOURS)).convert("RGBA"))
    )
    np.testing.assert_array_equal(plain, opaque)
    assert notes == []


@pytest.mark.parametrize("format", ["TIFF", "JPEG"])
def test_cmyk_is_not_inverted(format: str) -> None:
    data = saved(Image.fromarray(eight_bits(COLOURS)).convert("CMYK"), format)
    (pixels,), _, traits = read_set(data)
    np.testing.assert_allclose(pixels, COLOUR, atol=8)
    assert traits == ["cmyk"]


def test_cmyk_without_adobes_marker_is_taken_as_it_is() -> None:
    inverted = Image.eval(Image.fromarray(eight_bits(COLOURS)).convert("CMYK"), lambda value: 255 - value)
    data = saved(inverted, "JPEG", quality=95)
    start = data.index(b"\xff\xee")
    length = int.from_bytes(data[start + 2 : start + 4], "big")
    (pixels,), _, _ = read_set(data[:start] + data[start + 2 + length :])
    np.testing.assert_allclose(pixels, COLOUR, atol=8)


@pytest.mark.parametrize(
    "image",
    [
        Image.fromarray(WAVES > 0.5),
        Image.fromarray(eight_bits(WAVES)).quantize(200),
        Image.fromarray(eight_bits(COLOURS)).quantize(200),
        Image.fromarray(eight_bits(COLOURS)),
    ],
    ids=["1 bit", "grey palette", "palette", "colour"],
)
def test_up_to_8_bits_are_taken_as_they_are(image: Image.Image) -> None:
    (pixels,), notes, traits = read_set(saved(image))
    np.testing.assert_array_equal(pixels, np.asarray(shaped(image.convert("RGB"), 16, "crop")))
    assert notes == traits == []


def test_the_cameras_orientation_is_applied_to_every_kind() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    for picture in (eight_bits(WAVES), (WAVES * 65535).astype(np.uint16)):
        (pixels,), _, _ = read_set(saved(picture, exif=exif))
        np.testing.assert_allclose(pixels[..., 0], np.rot90(GREY, -1), atol=2)


def test_a_damaged_note_of_orientation_is_told_and_the_picture_read() -> None:
    (pixels,), _, traits = read_set(saved(eight_bits(WAVES), exif=b"Exif\0\0MM\0*\0\0\xff\xff"))
    np.testing.assert_array_equal(pixels, np.dstack([GREY] * 3))
    assert set(traits) <= {"orientation"}


def test_the_first_of_several_pictures_is_read_and_told() -> None:
    first, second = (Image.fromarray(eight_bits(picture)) for picture in (COLOURS, 1 - COLOURS))
    for format in ("GIF", "PNG", "TIFF", "WEBP"):
        data = saved(
            first,
            format,
            save_all=True,
            append_images=[second],
            **({"lossless": True} if format == "WEBP" else {}),
        )
        (pixels,), _, traits = read_set(data)
        assert traits == ["frames"], format
        assert abs(pixels.astype(int) - COLOUR).mean() < 12, format


@pytest.mark.parametrize("deep", [False, True])
def test_the_fit_is_a_choice(deep: bool) -> None:
    picture = np.zeros((16, 48), np.uint8)
    picture[:, 16:32] = 255
    data = saved(picture.astype(np.uint16) * 257 if deep else picture)
    crop, pad, squash = (read_set(data, fit=fit)[0][0][..., 0] for fit in ("crop", "pad", "squash"))
    assert (crop == 255).all()
    assert (pad[:4] == 0).all()
    assert (pad[7:9, 7:9] > 240).all()
    assert (squash[:, :4] < 12).all()
    assert (squash[:, 7:9] > 240).all()


def test_a_large_image_of_16_bits_is_read_in_strips() -> None:
    large = np.kron((WAVES * 4095).astype(np.uint16), np.ones((50, 60), np.uint16))
    (pixels,), _, _ = read_set(saved(large), fit="squash")
    np.testing.assert_allclose(pixels, np.dstack([GREY] * 3), atol=3)


@pytest.mark.parametrize("fit", ["crop", "pad", "squash"])
def test_a_long_thin_image_of_16_bits_is_reduced_on_its_way(fit: Fit) -> None:
    thin = np.kron((WAVES[:4] * 65535).astype(np.uint16), np.ones((1, 200), np.uint16))
    deep, shallow = (read_set(saved(data), fit=fit)[0][0] for data in (thin, (thin >> 8).astype(np.uint8)))
    np.testing.assert_allclose(deep, shallow, atol=9)
    _, factors = _reduction((thin.shape[1], thin.shape[0]), 16, fit)
    assert factors == {"crop": (1, 1), "pad": (200, 4), "squash": (200, 1)}[fit]


def test_what_takes_too_much_memory_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixels_module, "MAX_DECODED", 20_000)
    decode(saved(np.zeros((100, 99), np.uint16)), 16, "crop", None)
    with pytest.raises(TooLarge, match="takes 0 MB to decode, and at most 0 MB"):
        decode(saved(np.zeros((100, 99, 4), np.uint8)), 16, "crop", None)
    decode(saved(np.zeros((400, 400, 3), np.uint8), "JPEG"), 8, "crop", None)  # of which an eighth is decoded
    with pytest.raises(TooLarge):
        decode(saved(np.zeros((400, 400, 3), np.uint8), "JPEG", progressive=True), 8, "crop", None)


def test_a_few_files_are_decoded_as_one_set_without_those_that_cannot_be_read() -> None:
    deep = [saved((WAVES * share * 4095).astype(np.uint16)) for share in (1, 0.5)]
    pixels, notes = decode_together([deep[0], b"nothing", deep[1], saved(eight_bits(COLOURS))], 16, "crop")
    assert pixels.shape == (3, 3, 16, 16)
    np.testing.assert_allclose(pixels[1], pixels[0] / 2, atol=1)
    np.testing.assert_array_equal(pixels[2].transpose(1, 2, 0), COLOUR)
    assert notes[0].startswith("2 images of 16 bits")
    assert decode_together([b"nothing"], 16, "crop")[0].shape == (0, 3, 16, 16)
