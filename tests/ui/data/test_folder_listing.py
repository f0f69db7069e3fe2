import os
from pathlib import Path

import pytest

from umeta.cache import Home
from umeta.stage import UserError
from umeta.ui.data import folder_listing
from umeta.ui.data.folder_listing import list_folder, roots


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with images, folders, a zip, hidden files and a link that leads outside."""
    folder = tmp_path / "pictures"
    (folder / "cats" / "small").mkdir(parents=True)
    (folder / "Birds").mkdir()
    (folder / ".hidden").mkdir()
    for name in ("1.jpg", "2.PNG", "notes.txt", "all.zip", ".3.jpg", "cats/1.jpg", "cats/2.jpg"):
        (folder / name).touch()
    (tmp_path / "outside").mkdir()
    (folder / "out").symlink_to(tmp_path / "outside")
    return folder


def test_a_folder_is_listed_with_the_images_in_it(pictures: Path):
    listing = list_folder(pictures, (pictures,))
    assert listing.n_images == 2
    assert [(one.path.name, one.n_images, one.n_folders) for one in listing.folders] == [
        ("Birds", 0, 0),
        ("cats", 2, 1),
    ]
    assert [path.name for path in listing.files] == ["all.zip"]
    assert not listing.is_cut


@pytest.mark.parametrize("inside", ["..", "out", "cats/../../outside", "/"])
def test_nothing_outside_the_roots_is_listed(inside: str, pictures: Path):
    with pytest.raises(UserError, match="lies in none of"):
        list_folder(pictures / inside, (pictures,))


def test_a_folder_that_is_gone_is_said_in_a_line(pictures: Path):
    with pytest.raises(UserError, match="cannot be read: No such file"):
        list_folder(pictures / "gone", (pictures,))


def test_a_huge_folder_is_counted_in_part(pictures: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(folder_listing, "MAX_ENTRIES", 1)
    listing = list_folder(pictures, (pictures,))
    assert listing.is_cut


def test_the_roots_are_those_named_else_the_usual_ones(
    home: Home, pictures: Path, monkeypatch: pytest.MonkeyPatch
):
    named = os.pathsep.join([str(pictures / "cats"), str(pictures / "gone"), str(pictures / "cats")])
    assert roots(home, {"UMETA_ROOTS": named}) == (pictures / "cats",)
    monkeypatch.chdir(pictures)
    monkeypatch.setenv("HOME", str(pictures / "Birds"))
    usual = roots(Home(home.root, (pictures / "cats", home.root / "data")), {})
    assert usual == (pictures, pictures / "cats", pictures / "Birds")
