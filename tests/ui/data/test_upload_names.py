from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umeta.stage import UserError
from umeta.ui.data.upload_names import MAX_PART_BYTES, safe_place


@pytest.mark.parametrize("name", ["photos/cats/1.jpg", "a.png", "$HOME/* _|_/`x`.jpg", "写真/été 1.webp"])
def test_a_usual_name_stays_with_its_folders(name: str):
    assert safe_place(name) == PurePosixPath(name)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "a/../../b.jpg",
        "..\\..\\b.jpg",
        "a/./b.jpg",
        "~/.ssh/id",
        "a\0b.jpg",
    ],
)
def test_no_name_leads_out_of_the_upload(name: str, tmp_path: Path):
    place = safe_place(name)
    assert not place.is_absolute()
    assert not any(part.startswith(".") for part in place.parts)
    assert tmp_path in (tmp_path / place).resolve().parents


def test_two_names_never_become_one():
    names = [
        "a\\b.jpg",
        "a_b.jpg",
        "a\tb.jpg",
        f"{'x' * 300}1.jpg",
        f"{'x' * 300}2.jpg",
        ".a_b.jpg",
        "a_b.jpg.",
    ]
    assert len({safe_place(name) for name in names}) == len(names)
    assert {safe_place(name).suffix for name in names[:5]} == {".jpg"}


@pytest.mark.parametrize("name", ["", "/", "a/" * 40])
def test_a_name_that_is_none_is_refused_in_a_line(name: str):
    with pytest.raises(UserError, match="parts; 1 to 32 are possible"):
        safe_place(name)


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=300))
def test_whatever_the_browser_says_the_place_is_inside_and_can_be_made(name: str):
    try:
        place = safe_place(name)
    except UserError:
        return
    assert place.parts
    assert ".." not in place.parts
    assert "/" not in place.parts
    assert all(0 < len(part.encode()) <= MAX_PART_BYTES and "\0" not in part for part in place.parts)
